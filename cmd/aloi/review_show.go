package main

import (
	"fmt"
	"slices"
	"strings"

	aloiv1 "aloi/proto/aloi/v1"
)

// show prints a pair: both records, the evidence, and what it means.
func (s *session) show(pair *aloiv1.ReviewPair) error {
	var records [2]*aloiv1.Record
	for i, ref := range []*aloiv1.RecordRef{pair.A, pair.B} {
		resp, err := s.cl.GetRecord(s.e.ctx, &aloiv1.GetRecordRequest{Ref: ref})
		if err != nil {
			return err
		}
		records[i] = resp.Record
	}
	p := page{words: s.command.words()}
	p.line(strings.Repeat("─", lineWidth))
	p.line(fmt.Sprintf(s.t.counter, s.answered, s.waiting-uint64(s.answered)))
	p.line()
	p.sideBySide([3]string{"", refText(pair.A), refText(pair.B)}, s.t.compared(records[0], records[1]))
	p.line()
	p.evidence(2, pair.Why.Prior, pair.Why.Evidence)
	p.line()
	p.paragraph(0, pair.Why.Text)
	p.line()
	if err := s.preview(pair); err != nil {
		return err
	}
	if same, different := len(s.ifSame.Changes), len(s.ifDifferent.Changes); same+different > 0 {
		p.paragraph(0, fmt.Sprintf(s.t.contact, same, different))
		p.line()
	}
	return p.writeTo(s.out)
}

// preview asks what each ruling on a pair would change of the decisions on contact.
func (s *session) preview(pair *aloiv1.ReviewPair) (err error) {
	if s.ifSame, err = s.previewOf(pair, aloiv1.Verdict_VERDICT_SAME); err == nil {
		s.ifDifferent, err = s.previewOf(pair, aloiv1.Verdict_VERDICT_DIFFERENT)
	}
	return err
}

func (s *session) previewOf(pair *aloiv1.ReviewPair, v aloiv1.Verdict) (*aloiv1.ConsentPreviewResponse, error) {
	return s.cl.consent.Preview(s.e.ctx, &aloiv1.ConsentPreviewRequest{
		Act: &aloiv1.ConsentPreviewRequest_Judge{Judge: s.judgement(pair, v)},
	})
}

// showChanges prints the decisions on contact that each ruling would change.
func (s *session) showChanges() error {
	var p page
	words := s.command.consentWords()
	p.line()
	p.line(s.t.ifSame)
	p.changedDecisions(words, s.ifSame)
	p.line()
	p.line(s.t.ifDifferent)
	p.changedDecisions(words, s.ifDifferent)
	p.line()
	return p.writeTo(s.out)
}

// explain prints all that is known of a pair.
func (s *session) explain(pair *aloiv1.ReviewPair) error {
	p := page{words: s.command.words()}
	p.line()
	p.why(pair.A, pair.B, pair.Why)
	p.line()
	p.whyNot(pair.A, pair.B, pair.Why)
	p.line()
	return p.writeTo(s.out)
}

// sideWidth is the width of each of two columns of values, in terminal cells.
const sideWidth = 36

// sideBySide adds what two records say, under their names: rows of a label and two
// values, marked where the values are as they came the same (=) or not (≠).
func (p *page) sideBySide(header [3]string, rows [][3]string) {
	labels := 0
	for _, row := range rows {
		labels = max(labels, width(row[0]))
	}
	for i, row := range append([][3]string{header}, rows...) {
		mark := " "
		switch {
		case i == 0 || row[1] == "" || row[2] == "":
		case row[1] == row[2]:
			mark = "="
		default:
			mark = "≠"
		}
		a, b := wrap(shown(row[1]), sideWidth), wrap(shown(row[2]), sideWidth)
		for at := range max(len(a), len(b)) {
			label, between := row[0], mark
			if at > 0 {
				label, between = "", " "
			}
			p.line("  ", padded(label, labels), "  ", padded(lineAt(a, at), sideWidth), " ", between, " ", lineAt(b, at))
		}
	}
}

// padded fills a text up to a width.
func padded(text string, most int) string {
	return text + strings.Repeat(" ", max(0, most-width(text)))
}

// lineAt returns a line of several, empty past the last.
func lineAt(lines []string, at int) string {
	if at < len(lines) {
		return lines[at]
	}
	return ""
}

// compared returns what two records say, in rows of label and two values. What neither
// says is left out.
func (t *reviewWords) compared(a, b *aloiv1.Record) [][3]string {
	rows := make([][3]string, 0, len(t.fields))
	for i, field := range recordFields {
		rows = append(rows, [3]string{t.fields[i], field(a), field(b)})
	}
	for _, name := range namedValues(a, b) {
		rows = append(rows, [3]string{name, valueNamed(a, name), valueNamed(b, name)})
	}
	return slices.DeleteFunc(rows, func(row [3]string) bool { return row[1]+row[2] == "" })
}

// recordFields are the fields of a record that a steward looks at, in the order of
// reviewWords.fields.
var recordFields = []func(*aloiv1.Record) string{
	ofNames(func(n *aloiv1.Name) string { return n.Civility }),
	ofNames(func(n *aloiv1.Name) string { return joinedBy(" ", n.Given, n.Middle) }),
	ofNames(func(n *aloiv1.Name) string { return n.Family }),
	ofNames(func(n *aloiv1.Name) string { return n.Birth }),
	ofNames(func(n *aloiv1.Name) string { return n.Full }),
	func(r *aloiv1.Record) string { return r.BirthDate },
	func(r *aloiv1.Record) string { return r.Gender },
	func(r *aloiv1.Record) string {
		return severally(r.Addresses, func(a *aloiv1.Address) string {
			return joinedBy(", ", a.Line, joinedBy(" ", a.PostalCode, a.City), a.Region, a.Country)
		})
	},
	func(r *aloiv1.Record) string { return joinedBy(" · ", r.Emails...) },
	func(r *aloiv1.Record) string { return joinedBy(" · ", r.Phones...) },
	func(r *aloiv1.Record) string { return r.Note },
	func(r *aloiv1.Record) string { return day(r.UpdatedAt) },
}

// ofNames reads a part of all names of a record.
func ofNames(part func(*aloiv1.Name) string) func(*aloiv1.Record) string {
	return func(r *aloiv1.Record) string { return severally(r.Names, part) }
}

// severally writes several values in a line.
func severally[T any](list []T, text func(T) string) string {
	texts := make([]string, len(list))
	for i, x := range list {
		texts[i] = text(x)
	}
	return joinedBy(" · ", texts...)
}

// namedValues lists the types of identifiers and the names of attributes of two records.
func namedValues(records ...*aloiv1.Record) []string {
	var names []string
	for _, r := range records {
		for _, x := range r.Identifiers {
			names = append(names, x.Type)
		}
		for _, x := range r.Attributes {
			names = append(names, x.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// valueNamed returns the identifiers of a type and the attributes of a name.
func valueNamed(r *aloiv1.Record, name string) string {
	var values []string
	for _, x := range r.Identifiers {
		if x.Type == name {
			values = append(values, joinedBy(" ", x.Scope, x.Value))
		}
	}
	for _, x := range r.Attributes {
		if x.Name == name {
			values = append(values, x.Value)
		}
	}
	return joinedBy(" · ", values...)
}
