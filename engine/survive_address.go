package engine

import (
	"cmp"
	"slices"
	"strings"

	"aloi"
	"aloi/matcher"
)

// addressSaid is an address that a member gives.
type addressSaid struct {
	saying
	shown  aloi.Address            // what would survive
	parsed matcher.PreparedAddress // what is compared
}

// addresses lets every distinct address survive as a whole: its parts share a rank
// and never come from two records.
//
// Descriptions of one address agree where one says less than another, or says it
// with a slip: they are one value, shown by the best of them.
func (s *survival) addresses() {
	said := s.addressed[:0]
	for i := range s.members {
		said = appendAddresses(said, i, &s.members[i])
	}
	s.addressed = said
	f := s.field(pathAddress)
	at := make(map[string]*addressSaid, len(said))
	for _, group := range s.describe(said) {
		best := s.bestDescription(group)
		for k := range group {
			x := &group[k]
			x.key = best.key
			f.say(x.saying)
		}
		at[best.key] = best
	}
	values := s.values(f)
	contributed := s.contributors(values)
	for i := range values {
		v, rule := &values[i], s.decided(f.rules, values, i)
		x := at[v.key]
		v.best = x.saying
		for _, part := range []struct{ name, text string }{
			{".city", x.shown.City}, {".country", x.shown.Country}, {".line", x.shown.Line},
			{".postal_code", x.shown.PostalCode}, {".region", x.shown.Region},
		} {
			if part.text != "" {
				s.golden = append(s.golden, s.attribute(pathAddress+part.name, i, part.text, v, rule, contributed))
			}
		}
	}
}

// appendAddresses appends the addresses of a member, without the parts that were
// placeholders, and none of which nothing was understood.
func appendAddresses(list []addressSaid, member int, m *Contribution) []addressSaid {
	for k, a := range m.Record.Addresses {
		x := addressSaid{shown: aloi.Address{
			Line: strings.TrimSpace(a.Line), PostalCode: strings.TrimSpace(a.PostalCode), City: strings.TrimSpace(a.City),
			Region: strings.TrimSpace(a.Region), Country: strings.TrimSpace(a.Country),
		}}
		switch {
		case m.Prepared == nil:
			x.parsed = matcher.PreparedAddress{Street: matcher.Fold(a.Line), PostalCode: keyOf(a.PostalCode), City: matcher.Fold(a.City)}
		case len(m.Prepared.Addresses) == len(m.Record.Addresses):
			x.parsed = m.Prepared.Addresses[k]
			x.dropPlaceholders(m)
		default: // some were left out, or are the same
			if saysNothing(&a, m.Prepared.Addresses) {
				continue
			}
			x.parsed = closestAddress(m.Prepared.Addresses, &a)
			x.dropPlaceholders(m)
		}
		p := &x.parsed
		if p.Street == "" && p.PostalCode == "" && p.City == "" {
			continue
		}
		x.saying = saying{member: member, key: strings.Join([]string{p.Number, p.Street, p.PostalCode, p.City}, "|"), complete: addressParts(p)}
		x.text = x.key
		list = append(list, x)
	}
	return list
}

// dropPlaceholders takes out the parts that preparation did, and gives the postal
// code in its full form: 03100 for 3100.
func (x *addressSaid) dropPlaceholders(m *Contribution) {
	p := &x.parsed
	if isPlaceholder(x.shown.Line) {
		x.shown.Line = ""
	}
	if p.City == "" && m.flagged(pathAddress+".city") || isPlaceholder(x.shown.City) {
		x.shown.City = ""
	}
	if p.Region == "" && m.flagged(pathAddress+".region") || isPlaceholder(x.shown.Region) {
		x.shown.Region = ""
	}
	if p.Country == "" && m.flagged(pathAddress+".country") {
		x.shown.Country = ""
	}
	x.shown.PostalCode = p.PostalCode
}

func isPlaceholder(text string) bool { return matcher.Placeholder(matcher.Fold(text)) }

// saysNothing reports whether preparation left out an address: it has neither line nor
// town, and a postal code, if any, that is in none of list.
func saysNothing(a *aloi.Address, list []matcher.PreparedAddress) bool {
	for _, part := range []string{a.Line, a.City} {
		if matcher.Fold(part) != "" && !isPlaceholder(part) {
			return false
		}
	}
	code := keyOf(a.PostalCode)
	return code == "" || !slices.ContainsFunc(list, func(p matcher.PreparedAddress) bool { return strings.HasSuffix(p.PostalCode, code) })
}

// closestAddress returns the prepared address that is most like one of a record.
func closestAddress(list []matcher.PreparedAddress, a *aloi.Address) matcher.PreparedAddress {
	line, code, city := matcher.Fold(a.Line), keyOf(a.PostalCode), matcher.Fold(a.City)
	best, most := matcher.PreparedAddress{}, -1
	for _, p := range list {
		if n := likeness(line, strings.TrimSpace(p.Number+" "+p.Street)) + likeness(code, p.PostalCode) + likeness(city, p.City); n > most {
			best, most = p, n
		}
	}
	return best
}

// addressParts counts the parts that tell where an address is.
func addressParts(p *matcher.PreparedAddress) (n int) {
	for _, part := range []string{p.Number, p.Street, p.PostalCode, p.City} {
		if part != "" {
			n++
		}
	}
	return n
}

// describe groups the descriptions of one address. The fullest come first, and each
// joins the first group whose fullest it does not contradict.
func (s *survival) describe(said []addressSaid) [][]addressSaid {
	if len(said) == 1 {
		return [][]addressSaid{said}
	}
	count := map[string]int{}
	for _, x := range said {
		count[x.key]++
	}
	slices.SortStableFunc(said, func(a, b addressSaid) int {
		return cmp.Or(cmp.Compare(b.complete, a.complete), cmp.Compare(count[b.key], count[a.key]), cmp.Compare(a.key, b.key))
	})
	var groups [][]addressSaid
next:
	for _, x := range said {
		for g := range groups {
			if first := &groups[g][0]; first.key == x.key || sameAddress(&first.parsed, &x.parsed) {
				groups[g] = append(groups[g], x)
				continue next
			}
		}
		groups = append(groups, []addressSaid{x})
	}
	return groups
}

// The likeness from which two spellings are of one street or town, in percent.
const (
	sameStreet = 70
	sameTown   = 75
	samePostal = 80 // one digit, or two that changed places
)

// sameAddress reports whether y, which says no more than x, can be x: every part
// that both have agrees, and they agree in the town at least.
func sameAddress(x, y *matcher.PreparedAddress) bool {
	agree := func(a, b string, least int) (both, same bool) {
		both = a != "" && b != ""
		return both, both && likeness(a, b) >= least
	}
	bothNumbers, sameNumber := agree(x.Number, y.Number, 100)
	bothStreets := x.Street != "" && y.Street != ""
	oneStreet := bothStreets && sameStreetName(x.Street, y.Street)
	bothCodes, oneCode := agree(x.PostalCode, y.PostalCode, samePostal)
	bothTowns, oneTown := agree(x.City, y.City, sameTown)
	if bothTowns && !oneTown && bothCodes && x.PostalCode == y.PostalCode {
		oneTown = !isTown(x.City) || !isTown(y.City) // of one code, it is the town, mistyped
	}
	switch {
	case bothNumbers && !sameNumber, bothStreets && !oneStreet:
		return false
	case oneStreet: // of a street and number, one wrong postal code or town is a slip
		return oneCode || oneTown
	}
	return (oneCode || oneTown) && (!bothCodes || oneCode) && (!bothTowns || oneTown)
}

// bestDescription returns the description of an address to show: the fullest, in a
// town that there is and that its postal code is of, the most typical, with the street spelled out, well written,
// and recent.
func (s *survival) bestDescription(group []addressSaid) *addressSaid {
	typical := func(x *addressSaid) (n int) {
		for i := range group {
			y := &group[i]
			n += likeness(x.parsed.Street, y.parsed.Street) + likeness(x.parsed.PostalCode, y.parsed.PostalCode) + likeness(x.parsed.City, y.parsed.City)
		}
		return n
	}
	best := &group[0]
	for i := range group[1:] {
		x := &group[i+1]
		m, o := &s.members[x.member], &s.members[best.member]
		if cmp.Or(
			cmp.Compare(x.complete, best.complete),
			cmp.Compare(knownTown(x), knownTown(best)),
			cmp.Compare(disagrees(o), disagrees(m)),
			cmp.Compare(typical(x), typical(best)),
			cmp.Compare(len(x.parsed.Street), len(best.parsed.Street)),
			cmp.Compare(written(x.shown.Line+" "+x.shown.City), written(best.shown.Line+" "+best.shown.City)),
			m.Record.UpdatedAt.Compare(o.Record.UpdatedAt),
			slices.Compare(s.ties[best.member][:], s.ties[x.member][:]),
		) > 0 {
			best = x
		}
	}
	return best
}

// knownTown is 1 for a town that the list of communes has.
func knownTown(x *addressSaid) int {
	if isTown(x.parsed.City) {
		return 1
	}
	return 0
}

// disagrees is 1 for a member whose only address has the postal code of another town.
func disagrees(m *Contribution) int {
	if m.Prepared != nil && len(m.Prepared.Addresses) == 1 && slices.ContainsFunc(m.Prepared.Flags, func(f matcher.Flag) bool {
		return f.Reason == matcher.FlagDisagrees
	}) {
		return 1
	}
	return 0
}

func isTown(city string) bool {
	_, ok := matcher.PlaceRarity(city)
	return ok
}
