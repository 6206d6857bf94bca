package matcher

import (
	"fmt"
	"strconv"
	"strings"
)

// householdEvidence names the last evidence of a comparison: what is taken back
// because two people of one household would agree as well. It has one level.
const (
	householdEvidence = "household"
	householdLevel    = "possible"
)

// commonLevel is the level of values that agree and that too many records have: its
// weight is 0.
const commonLevel = "common"

// Compare compares two records and says why, in no language: Evidence.Sentence tells
// it in one.
func (m *Matcher) Compare(a, b *Prepared, common Common) Comparison {
	var o outcomes
	c := Comparison{Link: m.weigh(a, b, common, &o), Prior: m.model.Prior}
	sum := c.Prior
	for i := range o.list[:o.n] {
		e := m.explain(&o.list[i], a, b)
		sum += e.Weight
		c.Evidence = append(c.Evidence, e)
	}
	if rest := c.Weight - sum; rest != 0 {
		c.Evidence = append(c.Evidence, Evidence{Comparison: householdEvidence, Level: householdLevel, Weight: rest})
	}
	for i := range m.vetoes {
		if m.met(&m.vetoes[i], &o) {
			c.VetoReason = m.vetoes[i].reason
			break
		}
	}
	return c
}

// explain turns an outcome into evidence.
func (m *Matcher) explain(x *outcome, a, b *Prepared) Evidence {
	e := Evidence{Comparison: x.of.name, Level: commonLevel, A: m.shown(x, a, x.a), B: m.shown(x, b, x.b)}
	if !x.common {
		e.Level, e.Weight, e.TermWeight = x.of.levels[x.level], x.of.grades[x.level].stranger+x.term, x.term
	}
	return e
}

// shown returns the value of one side of an outcome.
func (m *Matcher) shown(x *outcome, p *Prepared, at int16) string {
	i := int(at)
	switch x.of {
	case m.known[compareGiven], m.known[compareFamily], m.known[compareOrder]:
		return shownName(x.of == m.known[compareGiven], x.of == m.known[compareFamily], p, i)
	case m.known[compareBirth]:
		if p.Birth.IsZero() {
			return p.BirthTyped.String()
		}
		return p.Birth.String()
	case m.known[compareGender]:
		return string(rune(p.Gender))
	case m.known[compareGeneration]:
		return shownGeneration(p)
	case m.known[compareEmail]:
		return p.Emails[i].Local + "@" + p.Emails[i].Domain
	case m.known[comparePhone]:
		return p.Phones[i]
	case m.known[compareAddress]:
		d := &p.Addresses[i]
		return strings.Join(strings.Fields(strings.Join([]string{d.Number, d.Street, d.PostalCode, d.City, d.Region, d.Country}, " ")), " ")
	}
	if strings.HasPrefix(x.of.name, attributePrefix) {
		return p.Attributes[i].Value
	}
	return p.Identifiers[i].Value
}

func shownName(given, family bool, p *Prepared, i int) string {
	var buf [maxReadings]reading
	list := readingsOf(p, &buf)
	if i >= len(list) {
		return ""
	}
	r := list[i]
	last := strings.Join(r.family, " ")
	if len(r.birth) > 0 {
		last = strings.TrimSpace(last + " (" + bornAs(p.Gender) + " " + strings.Join(r.birth, " ") + ")")
	}
	first := strings.TrimSpace(strings.Join(append([]string{r.given}, r.middle...), " "))
	switch {
	case given:
		return first
	case family:
		return last
	}
	return first + " / " + last
}

// bornAs introduces a name at birth; English borrowed the word.
func bornAs(gender byte) string {
	if gender == 'M' {
		return "né"
	}
	return "née"
}

func shownGeneration(p *Prepared) string {
	for i := range p.Names {
		if g := p.Names[i].Generation; g != "" {
			return g
		}
	}
	return ""
}

// String writes the date as far as it is known: 1984-03-12, 1984-03, 1984.
func (d Date) String() string {
	s := strconv.Itoa(int(d.Year))
	if d.Month != 0 {
		s += fmt.Sprintf("-%02d", d.Month)
	}
	if d.Day != 0 {
		s += fmt.Sprintf("-%02d", d.Day)
	}
	return s
}
