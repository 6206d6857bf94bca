package mapping

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"aloi"
)

// none is the index of a column that is not there.
const none = -1

// Plan is a mapping applied to one table: it knows at which index each column is. It
// is not safe for concurrent use.
type Plan struct {
	source                                 string
	recordID, sourceAt, version, updatedAt int
	updatedLayout                          string
	steps                                  []step
	consents                               []consentStep
	notices                                *Notices
	sources                                map[string]string // values of the source column → names
}

// step puts the value of one column into a record.
type step struct {
	kind kind
	// address is the place of the address from 1.
	address int
	path    string
	name    string // type of an identifier, name of a free attribute
	index   int
	scope   string
	scopeI  int
	layout  string
	// monthFirst is set for dates whose month comes before the day.
	monthFirst bool
	joins      bool
}

// Bind applies the mapping to a table with this header. A row whose table names no
// source is of the source given here. A column that the mapping names and the table
// lacks is an error, unless sparse is set: JSON objects leave out what they do not know.
func (m *Mapping) Bind(header []string, source string, sparse bool) (*Plan, error) {
	if len(header) > MaxColumns {
		return nil, fmt.Errorf("more than %d columns", MaxColumns)
	}
	b := binder{header: header, sparse: sparse}
	p := &Plan{
		source:   cmp.Or(m.Source.Constant, source),
		recordID: b.find(m.RecordID), sourceAt: b.find(m.Source.Column),
		version: b.find(m.Version), updatedAt: b.find(m.UpdatedAt.Column),
		updatedLayout: b.layout(m.UpdatedAt.Format),
		notices:       &Notices{}, sources: map[string]string{},
	}
	columns := slices.Clone(m.Columns)
	slices.SortStableFunc(columns, func(a, b Column) int { return cmp.Compare(a.Part, b.Part) })
	for _, c := range columns {
		k, name := parsePath(c.To)
		s := step{kind: k, address: max(1, c.Address), path: c.To, name: name, index: b.find(c.Name), scope: c.Scope.Constant, scopeI: b.find(c.Scope.Column), layout: b.layout(c.Format), monthFirst: c.MonthFirst}
		s.joins = c.Part > 1 || k == kindLine || k == kindNote
		p.steps = append(p.steps, s)
	}
	p.steps = slices.DeleteFunc(p.steps, func(s step) bool { return s.index == none })
	for _, c := range m.Consents {
		p.consents = append(p.consents, b.consent(c))
	}
	return p, b.err
}

// binder finds columns and keeps the first error.
type binder struct {
	header []string
	sparse bool
	err    error
}

// find returns the index of a column: of the very name, else of the name without
// regard to case, accents and separators.
func (b *binder) find(column string) int {
	if column == "" {
		return none
	}
	if i := slices.Index(b.header, column); i >= 0 {
		return i
	}
	want := folded(column)
	if i := slices.IndexFunc(b.header, func(h string) bool { return want != "" && folded(h) == want }); i >= 0 {
		return i
	}
	if b.err == nil && !b.sparse {
		b.err = fmt.Errorf("mapping: the table has no column %q", column)
	}
	return none
}

func (b *binder) layout(format string) string {
	if format == "" {
		return ""
	}
	l, err := layout(format)
	if err != nil && b.err == nil {
		b.err = fmt.Errorf("mapping: %w", err)
	}
	return l
}

// Unused returns the columns of the header that the mapping neither uses nor lists as
// unmapped: those that a YAML mapping does not mention.
func (m *Mapping) Unused(header []string) []string {
	known := map[string]bool{}
	for _, c := range m.used() {
		known[folded(c)] = true
	}
	exact := set("")
	for _, u := range m.Unmapped {
		exact[u.Column] = true
	}
	var list []string
	for i, h := range header {
		if strings.TrimSpace(h) == "" {
			h = fmt.Sprintf("(column %d)", i+1)
		}
		if !exact[h] && !known[folded(h)] {
			list = append(list, h)
		}
	}
	return list
}

// RowID returns the value of the record id column, as it came; the row number where
// the table has none.
func (p *Plan) RowID(cells []string, number int) string {
	if p.recordID == none {
		return strconv.Itoa(number)
	}
	if p.recordID >= len(cells) {
		return ""
	}
	return cells[p.recordID]
}

// Build fills the record of a row, which may hold values already; number counts the
// rows from 1 and line is where it is in its file, for notices. The values share the
// memory of cells. It returns what Record.Validate finds wrong.
func (p *Plan) Build(r *aloi.Record, cells []string, number, line int) []aloi.Violation {
	r.Ref = aloi.RecordRef{Source: p.source, ID: p.RowID(cells, number)}
	if v := p.value(cells, p.sourceAt); v != "" {
		r.Ref.Source = p.sourceName(v)
	}
	p.versionOf(r, cells, line)
	if v := p.value(cells, p.updatedAt); v != "" {
		t, ok := parseTime(v, p.updatedLayout)
		if !ok {
			p.notices.Add(line, "updated_at", "not understood as a time: left out")
		}
		r.UpdatedAt = t
	}
	for i := range p.steps {
		if v := p.value(cells, p.steps[i].index); v != "" {
			p.steps[i].put(r, v, p.value(cells, p.steps[i].scopeI))
		}
	}
	r.Addresses = slices.DeleteFunc(r.Addresses, func(a aloi.Address) bool { return a == aloi.Address{} })
	for i := range p.consents {
		p.consents[i].put(p, r, cells, line)
	}
	return r.Validate()
}

// Notices returns what was left out of the rows built so far.
func (p *Plan) Notices() *Notices { return p.notices }

// Adopt goes on with the notices of a plan that this one replaces.
func (p *Plan) Adopt(old *Plan) { p.notices = old.notices }

// value returns the value of a column, "" for white space or no column.
func (p *Plan) value(cells []string, index int) string {
	if index < 0 || index >= len(cells) {
		return ""
	}
	v := cells[index]
	if v == "" || v[0] <= ' ' && strings.TrimSpace(v) == "" {
		return ""
	}
	return v
}

func (p *Plan) versionOf(r *aloi.Record, cells []string, line int) {
	v := p.value(cells, p.version)
	if v == "" {
		return
	}
	n, err := strconv.ParseInt(strings.TrimSpace(v), 10, 64)
	if err != nil || n < 0 {
		p.notices.Add(line, "version", "not a whole number: left out")
		return
	}
	r.Version = n
}

func (p *Plan) sourceName(value string) string {
	name, ok := p.sources[value]
	if !ok {
		name = SourceName(value)
		if len(p.sources) < maxSources {
			p.sources[value] = name
		}
	}
	return name
}
