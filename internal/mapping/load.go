package mapping

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"aloi"
)

// document reads the whole mapping.
func (l *loader) document(n ast.Node) {
	l.fields(n, "the mapping",
		field{"record_id", l.text(&l.m.RecordID, "record_id")},
		field{"source", l.source},
		field{"version", l.text(&l.m.Version, "version")},
		field{"updated_at", func(n ast.Node) { l.stamp(&l.m.UpdatedAt, n, "updated_at") }},
		field{"columns", l.columns},
		field{"consents", l.consents},
	)
	if l.err == nil && len(l.m.Columns) == 0 {
		l.fail(n, "columns is missing: it says which column gives which attribute")
	}
}

// value reads `{column: x}` or `{value: x}`.
func (l *loader) value(to *Value, n ast.Node, what string) {
	l.fields(n, what,
		field{"column", l.text(&to.Column, what+".column")},
		field{"value", l.text(&to.Constant, what+".value")},
	)
	if l.err == nil && (to.Column == "") == (to.Constant == "") {
		l.fail(n, "%s must have either column or value", what)
	}
}

// source reads the source; a constant must be the name of one.
func (l *loader) source(n ast.Node) {
	l.value(&l.m.Source, n, "source")
	if c := l.m.Source.Constant; c != "" && SourceName(c) != c {
		l.fail(n, "source must be letters, digits and . _ : / -, at most %d", aloi.MaxSourceBytes)
	}
}

// stamp reads a column by itself or `{column: x, format: y}`.
func (l *loader) stamp(to *Stamp, n ast.Node, what string) {
	if column, ok := scalar(n); ok && column != "" {
		to.Column = column
		return
	}
	l.fields(n, what,
		field{"column", l.text(&to.Column, what+".column")},
		field{"format", l.format(&to.Format)},
	)
	if l.err == nil && to.Column == "" {
		l.fail(n, "%s.column is missing", what)
	}
}

// format reads a date format and checks that it is one.
func (l *loader) format(to *string) func(ast.Node) {
	return func(n ast.Node) {
		l.text(to, "format")(n)
		if _, err := layout(*to); l.err == nil && err != nil {
			l.fail(n, "%s", err)
		}
	}
}

func (l *loader) columns(n ast.Node) {
	nodes := map[string]ast.Node{}
	l.entries(n, "columns", func(name string, _, value ast.Node) {
		c := Column{Name: name}
		nodes[name] = value
		if to, ok := scalar(value); ok {
			c.To = to
			l.path(c, value)
		} else {
			l.column(&c, value)
		}
		l.m.Columns = append(l.m.Columns, c)
		if len(l.m.Columns) > MaxColumns {
			l.fail(value, "more than %d columns", MaxColumns)
		}
	})
	l.parts(nodes)
}

func (l *loader) column(c *Column, n ast.Node) {
	l.fields(n, fmt.Sprintf("column %q", c.Name),
		field{"to", func(n ast.Node) {
			l.text(&c.To, "to")(n)
			if l.err == nil {
				l.path(*c, n)
			}
		}},
		field{"part", func(n ast.Node) {
			v, _ := scalar(n)
			part, err := strconv.Atoi(v)
			if err != nil || part < 1 || part > MaxColumns {
				l.fail(n, "part must be a number from 1 to %d", MaxColumns)
			}
			c.Part = part
		}},
		field{"address", func(n ast.Node) {
			v, _ := scalar(n)
			place, err := strconv.Atoi(v)
			if err != nil || place < 1 || place > MaxAddresses {
				l.fail(n, "address must be a number from 1 to %d", MaxAddresses)
			}
			c.Address = place
		}},
		field{"format", l.format(&c.Format)},
		field{"scope", func(n ast.Node) { l.value(&c.Scope, n, "scope") }},
	)
	k, _ := parsePath(c.To)
	switch {
	case l.err != nil:
	case c.To == "":
		l.fail(n, "column %q has no attribute: to is missing", c.Name)
	case c.Format != "" && k != kindBirthDate:
		l.fail(n, "format is for birth_date only")
	case c.Address != 0 && !k.ofAddress():
		l.fail(n, "address is for the parts of an address only")
	case c.Scope != (Value{}) && k != kindIdentifier:
		l.fail(n, "scope is for identifiers only")
	case c.Part != 0 && !k.single():
		l.fail(n, "part is for attributes with one value; several columns of %s stand side by side", c.To)
	}
}

func (l *loader) path(c Column, n ast.Node) {
	if k, _ := parsePath(c.To); k == kindNone {
		l.fail(n, "unknown attribute path %q; known are %s", c.To, Paths)
	}
}

// parts checks that columns which make one value together say in which order. Lines
// of an address and notes are in the order of the file when none of them says.
func (l *loader) parts(nodes map[string]ast.Node) {
	byPath := map[string][]int{} // path and address → parts, 0 for none
	for _, c := range l.m.Columns {
		k, _ := parsePath(c.To)
		if !k.single() || l.err != nil {
			continue
		}
		key := fmt.Sprint(c.To, max(1, c.Address))
		before := byPath[key]
		ordered := len(before) == 0 || (c.Part > 0 && !slices.Contains(before, 0))
		unordered := (k == kindLine || k == kindNote) && c.Part == 0 && !slices.ContainsFunc(before, func(p int) bool { return p > 0 })
		switch {
		case !ordered && !unordered:
			l.fail(nodes[c.Name], "several columns give %s: say which comes first with part", c.To)
		case c.Part > 0 && slices.Contains(before, c.Part):
			l.fail(nodes[c.Name], "two columns are part %d of %s", c.Part, c.To)
		}
		byPath[key] = append(before, c.Part)
	}
}

func (l *loader) consents(n ast.Node) {
	list, ok := n.(*ast.SequenceNode)
	if !ok {
		l.fail(n, "consents must be a list")
		return
	}
	for _, item := range list.Values {
		var c Consent
		l.fields(item, "a consent",
			field{"purpose", l.text(&c.Purpose, "purpose")},
			field{"channel", l.text(&c.Channel, "channel")},
			field{"controller", l.text(&c.Controller, "controller")},
			field{"column", l.text(&c.Column, "column")},
			field{"given", l.list(&c.Given, "given")},
			field{"refused", l.list(&c.Refused, "refused")},
			field{"withdrawn", l.list(&c.Withdrawn, "withdrawn")},
			field{"time", func(n ast.Node) { l.stamp(&c.Time, n, "time") }},
			field{"notice", l.text(&c.Notice, "notice")},
			field{"method", l.text(&c.Method, "method")},
		)
		// A grant is exact, so what it covers must be said.
		if l.err == nil && (c.Column == "" || c.Purpose == "" || c.Channel == "" || c.Controller == "" || len(c.Given)+len(c.Refused)+len(c.Withdrawn) == 0) {
			l.fail(item, "a consent needs column, purpose, channel, controller, and given, refused or withdrawn")
		}
		l.m.Consents = append(l.m.Consents, c)
	}
}
