package matcher

import "slices"

// compareIdentifiers adds one outcome for each identifier type of the model that both
// records have, and one for all other types together. It reports whether they share an
// identifier of a unique type that is not too common.
func (m *Matcher) compareIdentifiers(a, b *Prepared, common Common, o *outcomes) (shared bool) {
	if len(a.Identifiers) == 0 || len(b.Identifiers) == 0 {
		return false
	}
	for _, k := range m.identifiers {
		shared = m.compareIdentifiersOf(k, a, b, common, o) || shared
	}
	if m.other != nil {
		shared = m.compareIdentifiersOf(m.other, a, b, common, o) || shared
	}
	return shared
}

// compareIdentifiersOf adds the outcome for the types of one comparison.
func (m *Matcher) compareIdentifiersOf(k *compiled, a, b *Prepared, common Common, o *outcomes) (shared bool) {
	c := contestOf(k, valueDifferent)
	if common != nil {
		for i := range first(a.Identifiers) {
			for j := range first(b.Identifiers) {
				p, q := &a.Identifiers[i], &b.Identifiers[j]
				if p.Value == q.Value && m.covers(k, p.Type) && ofOneKind(p, q) && common(identifierKey(p)) {
					c.setAside(valueExact, i, j)
				}
			}
		}
	}
	for i := range a.Identifiers {
		p := &a.Identifiers[i]
		if !m.covers(k, p.Type) {
			continue
		}
		for j := range b.Identifiers {
			if q := &b.Identifiers[j]; ofOneKind(p, q) {
				l := compareValues(p.Value, q.Value)
				c.see(l, i, j)
				shared = shared || l == valueExact && !c.isAside(l, i, j) && slices.Contains(m.unique, p.Type)
			}
		}
	}
	c.end(o)
	return shared
}

// covers reports whether a comparison is the one for a type of identifier.
func (m *Matcher) covers(k *compiled, kind string) bool {
	if k != m.other {
		return k.kind == kind
	}
	for _, named := range m.identifiers {
		if named.kind == kind {
			return false
		}
	}
	return true
}

// identifierBytes is the length from which a value can name a person: everyone's
// numbering begins at 1.
const identifierBytes = 4

// ofOneKind reports whether two identifiers are of one type and scope, and long enough.
func ofOneKind(p, q *PreparedIdentifier) bool {
	return p.Type == q.Type && (p.Scope == "" || q.Scope == "" || p.Scope == q.Scope) &&
		len(p.Value) >= identifierBytes && len(q.Value) >= identifierBytes
}

// compareAttributes adds one outcome for each free attribute of the model.
func (m *Matcher) compareAttributes(a, b *Prepared, o *outcomes) {
	for _, k := range m.attributes {
		x := outcome{of: k, level: none}
		for i := range a.Attributes {
			for j := range b.Attributes {
				p, q := &a.Attributes[i], &b.Attributes[j]
				if p.Name != k.kind || q.Name != k.kind || p.Value == "" || q.Value == "" {
					continue
				}
				l := compareValues(p.Value, q.Value)
				t := k.term(l, p.Value, q.Value)
				if x.level == none || l < x.level || l == x.level && t > x.term {
					x.level, x.term, x.a, x.b = l, t, int16(i), int16(j)
				}
			}
		}
		o.add(x)
	}
}

// valueBytes is the length from which a value may be close to another.
const valueBytes = 5

// compareValues grades two values of which nothing is known.
func compareValues(x, y string) level {
	switch {
	case x == y:
		return valueExact
	case min(len(x), len(y)) >= valueBytes && isOneEdit(x, y):
		return valueClose
	}
	return valueDifferent
}
