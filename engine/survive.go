package engine

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"aloi"
	"aloi/matcher"
)

// Contribution is a member of an entity, as survivorship sees it.
type Contribution struct {
	Ref    aloi.RecordRef
	Record *aloi.Record
	// Prepared says which values were understood, and how. Without it (nil) every
	// value counts as understood and is compared by its folded form.
	Prepared *matcher.Prepared
}

// Survive returns the golden record of an entity: the values that survive, sorted
// by path, then rank. It is a pure function of the rules and the members, in any
// order; of two members with one Ref the result is not defined.
//
// Values are compared by their normalised form and survive as they were best
// written, with these exceptions: a birth date that was understood is given as
// 2006-01-02 (or 2006-01, or 2006), a phone in E.164, an e-mail address in lower
// case, a gender as M or F. The rule of an attribute is the one that set it apart
// from the next value (for the last rank, from the one before), `only_value` where
// there is no other, or `tie` where every rule ties.
//
// A value that was not understood, or is a placeholder, does not survive; of a free
// attribute only the model can tell, for the attributes that it compares: NON and 0 may
// well be answers. A name on one line survives only where no part of it is known.
// Notes stay on their records.
func (r *Rules) Survive(members []Contribution) []aloi.Attribute {
	s := survivals.Get().(*survival)
	defer s.end()
	s.rules, s.members = r, append(s.members, members...)
	slices.SortFunc(s.members, func(a, b Contribution) int { return a.Ref.Compare(b.Ref) })
	for _, m := range s.members {
		if m.Prepared != nil {
			s.ties = append(s.ties, m.Prepared.Tie)
		} else {
			s.ties = append(s.ties, matcher.TieOf(m.Ref))
		}
	}
	s.names()
	s.birthDate()
	s.gender()
	s.emails()
	s.phones()
	s.addresses()
	s.identifiers()
	s.free()
	slices.SortStableFunc(s.golden, func(a, b aloi.Attribute) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), cmp.Compare(a.Rank, b.Rank))
	})
	return append(make([]aloi.Attribute, 0, len(s.golden)), s.golden...)
}

// survival is the state of one call of Survive. Its room is used again by the next.
type survival struct {
	rules   *Rules
	members []Contribution
	ties    []matcher.Tie
	golden  []aloi.Attribute
	// vouchers are the folded e-mail locals and handles of the members, once gathered.
	vouchers []string
	// birthNames are the keys of the names at birth that the members give.
	birthNames []string

	// Room that is used again and again: of sayings that have a place of their own, of the
	// sayings of the field at hand, of its values, of the members that count, and of what is
	// said of addresses.
	room      []saying
	sayings   []saying
	grouped   []value
	counted   []bool
	addressed []addressSaid
}

var survivals = sync.Pool{New: func() any { return new(survival) }}

// end leaves the room for another call, and nothing of the members in it.
func (s *survival) end() {
	clear(s.members)
	clear(s.golden)
	clear(s.room)
	clear(s.sayings[:cap(s.sayings)])
	clear(s.grouped[:cap(s.grouped)])
	clear(s.addressed[:cap(s.addressed)])
	*s = survival{
		members: s.members[:0], ties: s.ties[:0], golden: s.golden[:0],
		room: s.room[:0], sayings: s.sayings[:0], grouped: s.grouped[:0], counted: s.counted[:0], addressed: s.addressed[:0],
	}
	survivals.Put(s)
}

// field begins a field that is kept before the next one begins.
func (s *survival) field(path string) *field {
	return &field{path: path, rules: s.rules.Of(path), sayings: s.sayings[:0]}
}

// apart begins a field that is gathered beside others.
func (s *survival) apart(path string) *field { return &field{path: path, rules: s.rules.Of(path)} }

// place gives a saying a place of its own.
func (s *survival) place(x saying) *saying {
	const some = 64
	if len(s.room) == cap(s.room) {
		s.room = make([]saying, 0, some)
	}
	s.room = append(s.room, x)
	return &s.room[len(s.room)-1]
}

// keepOne lets the best value of a field survive.
func (s *survival) keepOne(f *field) bool {
	values := s.values(f)
	if len(values) == 0 {
		return false
	}
	s.keep(f, values[:1], values)
	return true
}

// keepAll lets every value of a field survive, ranked.
func (s *survival) keepAll(f *field) {
	values := s.values(f)
	s.keep(f, values, values)
}

func (s *survival) keep(f *field, kept, all []value) {
	contributed := s.contributors(all)
	for i := range kept {
		s.golden = append(s.golden, s.attribute(f.path, i, kept[i].best.text, &kept[i], s.decided(f.rules, all, i), contributed))
	}
}

// decided names the rule that set value i apart from its neighbour in rank.
func (s *survival) decided(rules []Rule, all []value, i int) Rule {
	switch {
	case len(all) == 1:
		return ruleOnlyValue
	case i+1 < len(all):
		_, rule := s.compare(rules, &all[i], &all[i+1])
		return rule
	default:
		_, rule := s.compare(rules, &all[i-1], &all[i])
		return rule
	}
}

// contributors counts the members that say anything.
func (s *survival) contributors(values []value) (n int) {
	if len(values) == 1 {
		return values[0].members
	}
	s.counted = slices.Grow(s.counted[:0], len(s.members))[:len(s.members)]
	clear(s.counted)
	for i := range values {
		for k := range values[i].sayings {
			if at := values[i].sayings[k].member; !s.counted[at] {
				s.counted[at], n = true, n+1
			}
		}
	}
	return n
}

// flagged reports whether preparation left out a value of that path, for a reason
// other than its script: such a value does not survive.
func (c *Contribution) flagged(path string) bool {
	if c.Prepared == nil {
		return false
	}
	for _, f := range c.Prepared.Flags {
		if f.Field == path && (f.Reason == matcher.FlagPlaceholder || f.Reason == matcher.FlagInvalid) {
			return true
		}
	}
	return false
}

// keyOf is the form in which two texts are compared: folded, without spaces. A text
// without a Latin letter or digit is its own key.
func keyOf(text string) string {
	if key := strings.ReplaceAll(matcher.Fold(text), " ", ""); key != "" {
		return key
	}
	return strings.TrimSpace(text)
}

// isoDate renders a date as far as it is known.
func isoDate(d matcher.Date) string {
	full := time.Date(int(d.Year), time.Month(max(d.Month, 1)), int(max(d.Day, 1)), 0, 0, 0, 0, time.UTC)
	switch {
	case d.Month == 0:
		return full.Format("2006")
	case d.Day == 0:
		return full.Format("2006-01")
	default:
		return full.Format(time.DateOnly)
	}
}
