package matcher

import (
	"slices"
	"strings"
)

// Borrow returns a copy of one record with the value that a comparison of the model
// compares taken from another: names, birth date and gender in place of its own,
// contacts, addresses and the like beside them. It returns nil where the other has no
// such value or the comparison has none. Both records stay as they are; the copy
// shares memory with them.
func (m *Matcher) Borrow(comparison string, to, from *Prepared) *Prepared {
	p := *to
	p.outline = outline{}
	ok := false
	switch comparison {
	case "given_name", "family_name", "generation":
		p.Names, ok = borrowName(comparison, to, from)
	case "birth_date":
		p.Birth, p.BirthTyped, ok = from.Birth, Date{}, !from.Birth.IsZero()
	case "gender":
		p.Gender, ok = from.Gender, from.Gender != 0
	case "email":
		p.Emails, ok = slices.Concat(from.Emails, to.Emails), len(from.Emails) > 0
	case "phone":
		p.Phones, ok = slices.Concat(from.Phones, to.Phones), len(from.Phones) > 0
	case "address":
		p.Addresses, ok = slices.Concat(from.Addresses, to.Addresses), len(from.Addresses) > 0
	}
	for _, k := range m.order {
		switch {
		case k.name != comparison:
		case strings.HasPrefix(comparison, identifierPrefix):
			p.Identifiers, ok = borrow(to.Identifiers, from.Identifiers, func(x *PreparedIdentifier) bool { return m.covers(k, x.Type) })
		case strings.HasPrefix(comparison, attributePrefix):
			p.Attributes, ok = borrow(to.Attributes, from.Attributes, func(x *PreparedAttribute) bool { return x.Name == k.kind })
		}
	}
	if !ok {
		return nil
	}
	return &p
}

// borrow returns the values of from that are wanted, then all of to, and whether there
// were any.
func borrow[T any](to, from []T, wanted func(*T) bool) ([]T, bool) {
	var list []T
	for i := range from {
		if wanted(&from[i]) {
			list = append(list, from[i])
		}
	}
	return append(list, to...), len(list) > 0
}

// borrowName returns the names of one record with a part taken from the first name of
// the other. One whose words have no known part can neither give nor take.
func borrowName(part string, to, from *Prepared) ([]PreparedName, bool) {
	if len(from.Names) == 0 {
		return nil, false
	}
	giver := &from.Names[0]
	names := slices.Clone(to.Names)
	if len(names) == 0 {
		names = []PreparedName{{}}
	}
	for i := range names {
		n := &names[i]
		if len(n.Loose) > 0 {
			return nil, false
		}
		switch part {
		case "given_name":
			n.Given, n.Middle = giver.Given, giver.Middle
		case "family_name":
			n.Family, n.FamilyWhole = giver.Family, giver.FamilyWhole
		default:
			n.Generation = giver.Generation
		}
	}
	has := map[string]bool{"given_name": len(giver.Given) > 0, "family_name": len(giver.Family) > 0, "generation": giver.Generation != ""}
	return names, has[part]
}

// NearFamilies returns the families of blocking keys, sorted, in which no key of two
// records is the same and two are a slip of the hand apart.
func NearFamilies(a, b []string) []string {
	var near []string
	for _, x := range a {
		for _, y := range b {
			if family := KeyFamily(x); family == KeyFamily(y) && editDistance(x, y) == 1 {
				near = append(near, family)
			}
		}
	}
	near = slices.DeleteFunc(near, func(family string) bool {
		return slices.ContainsFunc(a, func(key string) bool { return KeyFamily(key) == family && slices.Contains(b, key) })
	})
	slices.Sort(near)
	return slices.Compact(near)
}

// KeyFamily returns the family of a blocking key, as docs/matching.md lists them.
func KeyFamily(key string) string {
	family, _, _ := strings.Cut(key, ":")
	return family
}
