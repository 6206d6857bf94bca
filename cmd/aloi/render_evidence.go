package main

import (
	"strings"

	"aloi"
	"aloi/matcher"
	aloiv1 "aloi/proto/aloi/v1"
)

// bits writes a match weight in English, to a tenth of a bit.
func bits(weight float64) string { return aloi.English.Decimal(weight) }

// bits writes a match weight in the language of the page, to a tenth of a bit.
func (p *page) bits(weight float64) string { return p.say().lang.Decimal(weight) }

// signedBits writes a part of a match weight, with its sign.
func (p *page) signedBits(weight float64) string { return p.say().lang.Signed(weight) }

// verdictName is a verdict without the prefix of its enum.
func verdictName(v aloiv1.Verdict) string { return strings.TrimPrefix(v.String(), "VERDICT_") }

// evidence adds a table of comparisons with both values and their bits, and the sum.
func (p *page) evidence(indent int, prior float64, list []*aloiv1.Evidence) {
	sum := prior
	t := p.say()
	rows := [][]string{{p.signedBits(prior), t.prior, "", ""}}
	for _, x := range list {
		sum += x.Weight
		rows = append(rows, []string{p.signedBits(x.Weight), matcher.ComparisonLabel(t.lang, x.Comparison), matcher.LevelLabel(t.lang, x.Level), values(x)})
	}
	rows = append(rows, []string{p.signedBits(sum), t.sum, "", ""})
	alignRight(rows, 0)
	p.rows(indent, rows)
}

// values writes the two values of an evidence, once where they are the same.
func values(x *aloiv1.Evidence) string {
	if x.ValueB == "" || x.ValueA == x.ValueB {
		return x.ValueA
	}
	return x.ValueA + " / " + x.ValueB
}

// alignRight pads a column on the left.
func alignRight(rows [][]string, column int) {
	widest := 0
	for _, row := range rows {
		widest = max(widest, width(row[column]))
	}
	for _, row := range rows {
		row[column] = strings.Repeat(" ", widest-width(row[column])) + row[column]
	}
}

// portrait says in a line who a person is, by the golden record.
func portrait(x *aloiv1.Entity) string {
	value := map[string]string{}
	for _, a := range x.Golden {
		if _, ok := value[a.Path]; !ok {
			value[a.Path] = a.Value
		}
	}
	name := joinedBy(" ", value["name.civility"], value["name.given"], value["name.family"])
	if value["name.given"]+value["name.family"] == "" {
		name = value["name.full"]
	}
	return joinedBy(", ", name, value["birth_date"],
		joinedBy(" ", value["address.line"], value["address.postal_code"], value["address.city"]),
		value["phone"], value["email"])
}

// joinedBy joins what is not empty.
func joinedBy(separator string, parts ...string) string {
	var said []string
	for _, p := range parts {
		if p != "" {
			said = append(said, p)
		}
	}
	return strings.Join(said, separator)
}
