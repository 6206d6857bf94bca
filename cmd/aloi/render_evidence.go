package main

import (
	"fmt"
	"math"
	"strings"

	aloiv1 "aloi/proto/aloi/v1"
)

// tenths rounds a match weight to a tenth of a bit; zero has no sign.
func tenths(weight float64) float64 { return math.Round(weight*10)/10 + 0 }

// bits writes a match weight, to a tenth of a bit.
func bits(weight float64) string { return fmt.Sprintf("%.1f", tenths(weight)) }

// signedBits writes a part of a match weight, with its sign.
func signedBits(weight float64) string { return fmt.Sprintf("%+.1f", tenths(weight)) }

// verdictName is a verdict without the prefix of its enum.
func verdictName(v aloiv1.Verdict) string { return strings.TrimPrefix(v.String(), "VERDICT_") }

// evidence adds a table of comparisons with both values and their bits, and the sum.
func (p *page) evidence(indent int, prior float64, list []*aloiv1.Evidence) {
	sum := prior
	rows := [][]string{{signedBits(prior), "before any evidence", "", ""}}
	for _, x := range list {
		sum += x.Weight
		values := x.ValueA
		switch {
		case x.ValueB != "" && x.ValueA != x.ValueB:
			values += " / " + x.ValueB
		}
		rows = append(rows, []string{signedBits(x.Weight), strings.ReplaceAll(x.Comparison, "_", " "), x.Level, values})
	}
	rows = append(rows, []string{signedBits(sum), "in all", "", ""})
	alignRight(rows, 0)
	p.rows(indent, rows)
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
