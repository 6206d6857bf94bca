package engine

import (
	"slices"
	"strings"

	"aloi"
)

// addresses lets every distinct address survive as a whole: its parts share a rank
// and never come from two records.
func (s *survival) addresses() {
	f := s.field(pathAddress)
	at := map[string]aloi.Address{} // by the text of its saying
	for i, m := range s.members {
		for k := range m.Record.Addresses {
			a := m.Record.Addresses[k]
			key := addressKey(&a)
			if key == "" {
				continue
			}
			text := strings.Join([]string{a.Line, a.PostalCode, a.City, a.Region, a.Country}, "\n")
			at[text] = a
			f.say(saying{member: i, key: key, text: text, complete: addressCompleteness(&a)})
		}
	}
	values := s.values(f)
	contributed := contributors(values)
	values = slices.DeleteFunc(slices.Clone(values), func(v value) bool {
		return slices.ContainsFunc(values, func(w value) bool { return within(at[v.best.text], at[w.best.text]) })
	})
	for i := range values {
		v, rule := &values[i], s.decided(f.rules, values, i)
		a := at[v.best.text]
		for _, part := range []struct{ name, text string }{
			{".city", a.City}, {".country", a.Country}, {".line", a.Line}, {".postal_code", a.PostalCode}, {".region", a.Region},
		} {
			if text := strings.TrimSpace(part.text); text != "" {
				s.golden = append(s.golden, s.attribute(pathAddress+part.name, i, text, v, rule, contributed))
			}
		}
	}
}

// within reports whether an address says less than another, and nothing else: a city
// beside a street in it.
func within(a, b aloi.Address) bool {
	less := false
	for _, p := range [][2]string{{a.Line, b.Line}, {a.PostalCode, b.PostalCode}, {a.City, b.City}} {
		x, y := keyOf(p[0]), keyOf(p[1])
		if x != "" && x != y {
			return false
		}
		less = less || x != y
	}
	return less
}

func addressKey(a *aloi.Address) string {
	return strings.Trim(keyOf(a.Line)+"|"+keyOf(a.PostalCode)+"|"+keyOf(a.City), "|")
}

func addressCompleteness(a *aloi.Address) (n int) {
	for _, part := range []string{a.Line, a.PostalCode, a.City} {
		if strings.TrimSpace(part) != "" {
			n++
		}
	}
	return n
}
