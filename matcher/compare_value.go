package matcher

import "slices"

// compareIdentifiers adds one outcome for each identifier type of the model that both
// records have, and one for all other types together. It reports whether a unique
// identifier is shared.
func (m *Matcher) compareIdentifiers(a, b *Prepared, o *outcomes) (shared bool) {
	if len(a.Identifiers) == 0 || len(b.Identifiers) == 0 {
		return false
	}
	for _, k := range m.identifiers {
		x := outcome{of: k, level: none}
		for i := range a.Identifiers {
			if a.Identifiers[i].Type == k.kind {
				m.bestIdentifier(&x, a, b, i)
			}
		}
		o.add(x)
		if x.level == valueExact && slices.Contains(m.unique, k.kind) {
			shared = true
		}
	}
	if m.other == nil {
		return shared
	}
	x := outcome{of: m.other, level: none}
	for i := range a.Identifiers {
		if !m.isNamed(a.Identifiers[i].Type) {
			m.bestIdentifier(&x, a, b, i)
			shared = shared || x.level == valueExact && slices.Contains(m.unique, a.Identifiers[x.a].Type)
		}
	}
	o.add(x)
	return shared
}

// isNamed reports whether the model has a comparison for a type of identifier.
func (m *Matcher) isNamed(kind string) bool {
	for _, k := range m.identifiers {
		if k.kind == kind {
			return true
		}
	}
	return false
}

// identifierBytes is the length from which a value can name a person: everyone's
// numbering begins at 1.
const identifierBytes = 4

// bestIdentifier compares identifier i of a with those of b of its type and scope.
func (m *Matcher) bestIdentifier(x *outcome, a, b *Prepared, i int) {
	p := &a.Identifiers[i]
	if len(p.Value) < identifierBytes {
		return
	}
	for j := range b.Identifiers {
		q := &b.Identifiers[j]
		if q.Type != p.Type || p.Scope != "" && q.Scope != "" && p.Scope != q.Scope {
			continue
		}
		if l := compareValues(p.Value, q.Value); len(q.Value) >= identifierBytes && (x.level == none || l < x.level) {
			x.level, x.a, x.b = l, int16(i), int16(j)
		}
	}
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
				if l := compareValues(p.Value, q.Value); x.level == none || l < x.level {
					x.level, x.a, x.b = l, int16(i), int16(j)
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
	case min(len(x), len(y)) >= valueBytes && max(len(x), len(y))-min(len(x), len(y)) <= 1 && editDistance(x, y) == 1:
		return valueClose
	}
	return valueDifferent
}
