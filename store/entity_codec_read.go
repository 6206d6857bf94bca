package store

import "aloi"

// decodeEntity reads an entity in either form.
func decodeEntity(key, payload []byte) (*Entity, error) {
	e := &Entity{}
	if !isCompact(payload) {
		return e, decode(key, payload, e)
	}
	r := newEntityReader(payload)
	e.Number, e.Members = r.head()
	e.Golden = r.golden()
	if !r.isWhole() {
		return e, corrupt(key, unreadable)
	}
	return e, nil
}

// isCompact reports whether an encoded entity is of the compact form.
func isCompact(payload []byte) bool { return len(payload) > 0 && payload[0] == entityForm }

// entityReader reads an entity in the compact form.
type entityReader struct{ compactReader }

func newEntityReader(payload []byte) entityReader {
	const past = 1 // the form
	return entityReader{compactReader{b: payload, at: past}}
}

// head reads what comes before the golden record.
func (r *entityReader) head() (number uint64, members []uint64) {
	number = r.number()
	n := r.count(1)
	if n == 0 {
		return number, nil
	}
	members = make([]uint64, n)
	last := uint64(0)
	for i := range members {
		last += r.number()
		members[i] = last
	}
	return number, members
}

// usualSources is how many sources of a golden record there is room for on the stack.
const usualSources = 16

// leastAttribute is the least that an attribute takes, in bytes: its head and an empty value.
const leastAttribute = 2

func (r *entityReader) golden() []aloi.Attribute {
	n := r.count(leastAttribute)
	if n == 0 {
		return nil
	}
	r.share()
	golden := make([]aloi.Attribute, n)
	var room [usualSources]int
	sources := room[:0]
	for i := range golden {
		a := &golden[i]
		head := r.number()
		a.Path = r.coded(head>>attributeFlags, entityPaths)
		if head&attributeRanked != 0 {
			a.Rank = int(r.number())
		}
		a.Value = r.string()
		if head&attributeScoped != 0 {
			a.Scope = r.string()
		}
		if head&attributeAsLast == 0 {
			sources = r.provenance(golden, i, sources)
		} else if i > 0 {
			takeProvenance(a, &golden[i-1])
		} else {
			r.fail()
		}
		if r.bad {
			return nil
		}
	}
	return golden
}

// takeProvenance gives an attribute the provenance of another.
func takeProvenance(a, last *aloi.Attribute) {
	a.Record, a.UpdatedAt, a.Rule, a.Agreeing, a.Contributed = last.Record, last.UpdatedAt, last.Rule, last.Agreeing, last.Contributed
}

// provenance reads that of attribute i; sources are the attributes with which a source was
// given.
func (r *entityReader) provenance(golden []aloi.Attribute, i int, sources []int) []int {
	a, back := &golden[i], r.number()
	switch {
	case back == 0:
		a.Record.Source, a.Record.ID = r.string(), r.string()
		a.UpdatedAt = r.time()
		sources = append(sources, i)
	case back <= uint64(len(sources)):
		first := &golden[sources[len(sources)-int(back)]]
		a.Record, a.UpdatedAt = first.Record, first.UpdatedAt
	default:
		r.fail()
	}
	a.Rule = r.coded(r.number(), entityRules)
	a.Agreeing, a.Contributed = int(r.number()), int(r.number())
	return sources
}
