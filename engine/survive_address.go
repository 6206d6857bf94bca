package engine

import (
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
