package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"google.golang.org/protobuf/proto"

	aloiv1 "aloi/proto/aloi/v1"
)

// story adds what the samples show, part by part.
func (p *page) story(s *story) {
	p.line("Aloi keeps one golden record per person. Here is a server on an empty store, and four systems")
	p.line("of one retailer that stream what they know of their customers into it, over gRPC.")
	p.part("1. What came in")
	p.channels(s)
	p.part("2. Who is who, and why")
	for i, who := range s.people {
		if i > 0 {
			p.line()
		}
		p.person(who)
	}
	p.part("3. A golden record: each value with where it comes from")
	p.line("   $ aloi get ", demoGolden)
	p.line()
	p.golden(s.golden.Golden)
	p.part("4. A consent history that came from two channels")
	p.paragraph(3, "Every act stays as it was, on the record that brought it; the person's history is all of them, in order of time.")
	p.line()
	p.consents(s.consents.Consents)
	p.part("5. A near miss: close, and not merged")
	p.line("   $ aloi why ", demoNearA, " ", demoNearB)
	p.line()
	p.near(s)
}

// part adds the heading of a part.
func (p *page) part(title string) {
	p.line()
	p.line(title)
	p.line(strings.Repeat("─", width(title)))
}

// channels adds how many records came from where, and what became of them.
func (p *page) channels(s *story) {
	total := 0
	var rows [][]string
	for _, c := range s.channels {
		total += len(c.sent)
		row := []string{strings.SplitN(c.file, ".", 2)[0], fmt.Sprint(len(c.sent)), c.about}
		for _, o := range outcomes[:3] {
			row = append(row, fmt.Sprint(c.outcomes[o]))
		}
		rows = append(rows, append(row, ""))
	}
	for _, column := range []int{1, 3, 4, 5} {
		alignRight(rows, column)
	}
	p.table(3, []string{"CHANNEL", "RECORDS", "FROM", "CREATED", "JOINED", "MERGED", ""}, rows)
	p.line()
	p.paragraph(3, fmt.Sprintf("%d records, %d people. CREATED is a new person, JOINED one more record of a known person; "+
		"MERGED showed that two people were one. The order does not matter: any other one gives the same people.", total, s.entities))
}

// person adds the records of a person with the names as they came, what became of
// each, and the link that holds it.
func (p *page) person(who person) {
	p.line("   ", who.shows)
	links := who.links()
	rows := make([][]string, len(who.sent))
	for i, r := range who.sent {
		rows[i] = []string{r.ref, who.names[r.ref], outcomeName(r.outcome), links[r.ref].bits, links[r.ref].with}
	}
	alignRight(rows, 3)
	p.table(5, []string{"RECORD", "NAME, AS IT CAME", "", "BITS", "AGREES WITH"}, rows)
}

// heldBy is the link that holds a record.
type heldBy struct{ bits, with string }

// links says of each record but the first which link holds it: the joins of an
// entity are a tree, here with the first record as its root.
func (who person) links() map[string]heldBy {
	links := map[string]heldBy{}
	root := who.sent[0].ref
	for queue := []string{root}; len(queue) > 0; queue = queue[1:] {
		for _, step := range who.how.Steps {
			a, b := refText(step.A), refText(step.B)
			if b == queue[0] {
				a, b = b, a
			}
			if _, told := links[b]; a == queue[0] && b != root && !told {
				links[b] = heldBy{bits(step.Weight), a + " in " + agreement(step)}
				queue = append(queue, b)
			}
		}
	}
	return links
}

// near adds the pair that was not merged.
func (p *page) near(s *story) {
	p.paragraph(3, portrait(s.nearA))
	p.paragraph(3, portrait(s.nearB))
	p.line()
	p.evidence(3, s.near.Prior, s.near.Evidence)
	p.line()
	p.paragraph(3, fmt.Sprintf("%s bits make one person, and this pair has %s. %s", bits(s.near.SameThreshold), bits(s.near.Weight), nearVerdict(s)))
}

// nearVerdict says in words what became of the pair.
func nearVerdict(s *story) string {
	text := fmt.Sprintf("They stay two people, %s and %s", s.nearA.EntityId, s.nearB.EntityId)
	switch {
	case s.near.SameEntity:
		text = "Other records hold them together all the same"
	case s.near.Verdict == aloiv1.Verdict_VERDICT_REVIEW:
		text += fmt.Sprintf("; from %s bits on, a steward is asked: aloi judge different %s %s", bits(s.near.ReviewThreshold), demoNearA, demoNearB)
	}
	return text + "."
}

// whereNext adds what to do next.
func (p *page) whereNext(kept string) {
	p.part("Where to go next")
	data := kept
	if kept == "" {
		data = "./aloi-data"
	}
	rows := [][]string{
		{"aloi serve --data " + data, "a server of your own"},
		{"aloi ingest customers.csv --source web", "send it a file; its columns are found by themselves"},
		{"aloi search --given Anne --family Lefevre", "find somebody"},
		{"aloi get web/1042", "the golden record that a record is in"},
		{"aloi why web/1042 store/7", "why two records are, or are not, one person"},
		{"aloi changes --follow", "what happens, as it happens"},
		{"aloi --help", "all commands"},
	}
	p.rows(3, rows)
}

// printJSON prints the story as one document.
func (s *story) printJSON(w io.Writer) error {
	var encodeErr error
	message := func(m proto.Message) json.RawMessage {
		var b bytes.Buffer
		if err := printJSON(&b, m); err != nil {
			encodeErr = err
			return json.RawMessage("null")
		}
		return b.Bytes()
	}
	type channelJSON struct {
		File     string         `json:"file"`
		Records  int            `json:"records"`
		Outcomes map[string]int `json:"outcomes"`
	}
	var channels []channelJSON
	for _, c := range s.channels {
		x := channelJSON{c.file, len(c.sent), map[string]int{}}
		for o, n := range c.outcomes {
			x.Outcomes[outcomeName(o)] = n
		}
		channels = append(channels, x)
	}
	var people []json.RawMessage
	for _, who := range s.people {
		people = append(people, message(who.how))
	}
	document := struct {
		Channels []channelJSON     `json:"channels"`
		Entities int               `json:"entities"`
		People   []json.RawMessage `json:"people"`
		Golden   json.RawMessage   `json:"golden"`
		NearMiss json.RawMessage   `json:"near_miss"`
	}{channels, s.entities, people, message(s.golden), message(s.near)}
	if encodeErr != nil {
		return encodeErr
	}
	return json.NewEncoder(w).Encode(document)
}
