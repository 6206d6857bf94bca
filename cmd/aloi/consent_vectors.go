package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"aloi/consent"
)

// vectorsCommand is `aloi consent vectors`.
type vectorsCommand struct {
	File string `arg:"" placeholder:"FILE.json" help:"Cases; consent/testdata/README.md describes the format."`
}

// Help is the long help of the command.
func (vectorsCommand) Help() string {
	return `Answers each case of the file: may this controller contact this person, and why. Prints
one line per case; a case that says what it expects and gets another answer is named on
stderr.

  aloi consent vectors consent/testdata/vectors.json
  aloi consent vectors cases.json --json | jq -r 'select(.decision == "DENY") | .reason'

Exit codes: 0 every answer is as expected, 1 some are not, 2 the file cannot be read.`
}

// verdict is one line of the output.
type verdict struct {
	ID       string          `json:"id"`
	Decision consent.Verdict `json:"decision"`
	Reason   consent.Reason  `json:"reason"`
	Scope    *consent.Scope  `json:"scope"`
}

// Run answers the cases.
func (c *vectorsCommand) Run(e *env) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	vectors, err := consent.ReadVectors(f)
	if err != nil {
		return usage(fmt.Errorf("%s: %w", c.File, err))
	}
	differ, expected := 0, 0
	for i := range vectors {
		v := &vectors[i]
		if len(v.Ignored) > 0 {
			fmt.Fprintf(e.stderr, "aloi: warning: %s: unknown policy keys are ignored: %s\n", v.ID, strings.Join(v.Ignored, ", "))
		}
		a := v.Decide()
		if err := printVerdict(e, v.ID, a); err != nil {
			return err
		}
		if v.Expect == nil {
			continue
		}
		if expected++; !v.Expect.Met(a) {
			differ++
			fmt.Fprintf(e.stderr, "aloi: %s: expected %s\n", v.ID, plainVerdict(v.Expect.Decision, v.Expect.Reason, v.Expect.Scope))
		}
	}
	if differ > 0 {
		return &exitError{exitFinding, fmt.Errorf("%d of %d answers are not as expected", differ, expected)}
	}
	return nil
}

func printVerdict(e *env, id string, a *consent.Answer) error {
	line := verdict{ID: id, Decision: a.Decision, Reason: a.Reason}
	if a.Scope != consent.Full {
		line.Scope = &a.Scope
	}
	if e.json {
		return json.NewEncoder(e.stdout).Encode(line)
	}
	_, err := io.WriteString(e.stdout, id+" "+plainVerdict(a.Decision, a.Reason, line.Scope)+"\n")
	return err
}

func plainVerdict(d consent.Verdict, r consent.Reason, s *consent.Scope) string {
	text := string(d) + " " + string(r)
	if s != nil && *s != consent.Full {
		text += " " + string(*s)
	}
	return text
}
