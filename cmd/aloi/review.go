package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"golang.org/x/term"

	"aloi/matcher"
	aloiv1 "aloi/proto/aloi/v1"
)

// reviewCommand is `aloi review`: what waits for a steward.
type reviewCommand struct {
	List    bool   `xor:"what" help:"Print the pairs, the most telling first, and ask nothing."`
	Answers string `xor:"what" placeholder:"FILE" help:"Take the answers of a CSV file with the columns a, b, verdict and, if wanted, reason."`
	Measure bool   `xor:"what" help:"Compare the model with all judgements: precision and recall."`

	Limit   uint32 `default:"20" help:"Most pairs to list (20)."`
	Steward string `placeholder:"NAME" help:"Who answers."`
	Reason  string `placeholder:"TEXT" help:"Why, for all answers that give no reason of their own."`
	language
	target
}

// Help is the longer help of the command.
func (reviewCommand) Help() string {
	return `Shows pairs of records that the model leaves to a steward, side by side, those first
whose answer would tell most. One key answers: s the same person, d two people, k skip,
u undo the last, w why in full, c which decisions on contact would change, q quit. Every answer is a judgement at once.

  aloi review --steward claire
  aloi review --list --limit 50
  aloi review --json | jq -r '[.a.source+"/"+.a.record_id, .b.source+"/"+.b.record_id] | @csv'
  aloi review --answers answers.csv --steward claire
  aloi review --measure

In an answers file the verdict is same or different; a row without one stays open.
--measure says how often the model agrees with the judgements, on the pairs that were
judged: they were chosen, and say less of the pairs that nobody looked at.`
}

// Run does what was asked for.
func (c *reviewCommand) Run(e *env) error {
	switch {
	case c.Measure:
		return c.measure(e)
	case c.Answers != "":
		return c.answer(e)
	case c.List || e.json:
		return c.list(e)
	}
	terminal, ok := e.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(terminal.Fd())) {
		return usage(errors.New("the standard input is no terminal that can be asked; use --list, --answers or --measure"))
	}
	return c.ask(e, terminal)
}

// list prints the pairs: a table, or one JSON document a line.
func (c *reviewCommand) list(e *env) error {
	return c.call(e.ctx, func(cl *client) error {
		resp, err := cl.Review(e.ctx, &aloiv1.ReviewRequest{Limit: c.Limit, Language: c.Lang})
		if err != nil {
			return err
		}
		if e.json {
			for _, p := range resp.Pairs {
				if err := printJSON(e.stdout, p); err != nil {
					return err
				}
			}
			return nil
		}
		p := page{words: c.words()}
		t := c.reviewWords()
		p.line(fmt.Sprintf(t.waiting, resp.Waiting))
		rows := make([][]string, len(resp.Pairs))
		for i, x := range resp.Pairs {
			rows[i] = []string{refText(x.A), refText(x.B), p.bits(x.Why.Weight), p.levels(x.Why.Evidence)}
		}
		if len(rows) > 0 {
			p.line()
			p.table(0, t.columns, rows)
		}
		return p.writeTo(e.stdout)
	})
}

// leastTold is the weight, in bits, from which one is not written 0.0.
const leastTold = 0.05

// levels says in a line what was compared, and what it weighs.
func (p *page) levels(list []*aloiv1.Evidence) string {
	t, said := p.say(), make([]string, 0, len(list))
	for _, x := range list {
		if math.Abs(x.Weight) >= leastTold {
			said = append(said, fmt.Sprintf("%s %s %s", matcher.ComparisonLabel(t.lang, x.Comparison), matcher.LevelLabel(t.lang, x.Level), p.signedBits(x.Weight)))
		}
	}
	return joinedBy(", ", said...)
}

// ask asks a steward at the terminal, pair by pair.
func (c *reviewCommand) ask(e *env, terminal *os.File) error {
	if c.Steward == "" {
		name, err := askLine(terminal, e.stdout, c.reviewWords().steward)
		if err != nil {
			return err
		}
		c.Steward = name
	}
	return c.call(e.ctx, func(cl *client) error {
		state, err := term.MakeRaw(int(terminal.Fd()))
		if err != nil {
			return err
		}
		defer term.Restore(int(terminal.Fd()), state)
		s := &session{
			e: e, cl: cl, command: c, t: c.reviewWords(), keys: readKeys(terminal), out: rawWriter{e.stdout}, seen: map[string]bool{},
		}
		return s.run()
	})
}

// askLine asks for a line of text, before the terminal is made raw. It reads no byte
// past the line.
func askLine(in io.Reader, out io.Writer, question string) (string, error) {
	fmt.Fprint(out, question)
	var line []byte
	for one := make([]byte, 1); len(line) < maxAskedBytes; {
		n, err := in.Read(one)
		if n == 1 && one[0] == '\n' {
			break
		}
		line = append(line, one[:n]...)
		if err != nil {
			break
		}
	}
	if text := strings.TrimSpace(string(line)); text != "" {
		return text, nil
	}
	return "", usage(errNoSteward)
}

// errNoSteward asks for who answers.
var errNoSteward = errors.New("--steward is needed: who answers")

// maxAskedBytes bounds a line that is typed.
const maxAskedBytes = 1024
