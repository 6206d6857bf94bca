package engine

import (
	"bytes"
	"cmp"
	"slices"
	"time"
	"unicode"
	"unicode/utf8"

	"aloi"
	"aloi/matcher"
)

// saying is one value that one member contributes.
type saying struct {
	member   int
	key      string // normalised: sayings with one key agree
	text     string // as it would survive
	scope    string // of an identifier
	complete int    // how much of the value there is; higher is more
	low      bool   // understood, but only good for want of better
}

// value is what the members with one key say together.
type value struct {
	key      string
	sayings  []saying // in order of their member
	members  int      // distinct members
	latest   time.Time
	trust    int
	complete int
	low      bool
	best     saying // the spelling that survives
	typical  int
	vouched  int
	known    int
	current  time.Time
	inUse    int
	formed   int
	distinct int
	tie      matcher.Tie
}

// field gathers the values of one attribute path.
type field struct {
	path    string
	rules   []Rule
	sayings []saying
}

func (f *field) say(s saying) { f.sayings = append(f.sayings, s) }

// values groups the sayings by key and sorts them by the rules, best first. They last until
// those of the next field.
func (s *survival) values(f *field) []value {
	if len(f.sayings) > 1 {
		slices.SortStableFunc(f.sayings, func(a, b saying) int {
			return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.member, b.member))
		})
	}
	values := s.grouped[:0]
	for start := 0; start < len(f.sayings); {
		end := start + 1
		for end < len(f.sayings) && f.sayings[end].key == f.sayings[start].key {
			end++
		}
		values = append(values, s.value(f.sayings[start:end]))
		start = end
	}
	s.sayings, s.grouped = longer(s.sayings, f.sayings), values
	if len(values) > 1 {
		s.measure(f, values)
		slices.SortFunc(values, func(a, b value) int {
			d, _ := s.compare(f.rules, &a, &b)
			return d
		})
	}
	return values
}

// longer returns the one of two slices that has more room.
func longer[T any](a, b []T) []T {
	if cap(a) < cap(b) {
		return b
	}
	return a
}

// value sums up sayings that agree.
func (s *survival) value(sayings []saying) value {
	v := value{key: sayings[0].key, sayings: sayings, low: true, trust: len(s.rules.trusted), tie: s.ties[sayings[0].member]}
	last := -1
	for _, x := range sayings {
		if x.member != last {
			v.members, last = v.members+1, x.member
		}
		m := &s.members[x.member]
		if m.Record.UpdatedAt.After(v.latest) {
			v.latest = m.Record.UpdatedAt
		}
		if rank, ok := s.rules.rank[m.Ref.Source]; ok {
			v.trust = min(v.trust, rank)
		}
		if t := s.ties[x.member]; bytes.Compare(t[:], v.tie[:]) < 0 {
			v.tie = t
		}
		v.complete = max(v.complete, x.complete)
		v.low = v.low && x.low
	}
	v.best = s.bestWritten(sayings)
	return v
}

// compare orders two values of one path, best first, and names the rule that told
// them apart.
func (s *survival) compare(rules []Rule, a, b *value) (int, Rule) {
	if a.low != b.low {
		if b.low {
			return -1, RuleMostComplete
		}
		return 1, RuleMostComplete
	}
	for _, rule := range rules {
		if d := rule.compare(a, b); d != 0 {
			return d, rule
		}
	}
	return cmp.Or(bytes.Compare(a.tie[:], b.tie[:]), cmp.Compare(a.key, b.key)), ruleTie
}

func (rule Rule) compare(a, b *value) int {
	switch rule {
	case RuleMostTrusted:
		return cmp.Compare(a.trust, b.trust)
	case RuleMostFrequent:
		return cmp.Compare(b.members, a.members)
	case RuleMostTypical:
		return cmp.Compare(b.typical, a.typical)
	case RuleMostRecent:
		return b.latest.Compare(a.latest)
	case RuleMostComplete:
		return cmp.Compare(b.complete, a.complete)
	case RuleLongest:
		return cmp.Compare(utf8.RuneCountInString(b.best.text), utf8.RuneCountInString(a.best.text))
	case RuleCurrent:
		return b.current.Compare(a.current)
	case RuleInUse:
		return cmp.Compare(b.inUse, a.inUse)
	case RuleKnown:
		return cmp.Compare(b.known, a.known)
	case RuleVouched:
		return cmp.Compare(b.vouched, a.vouched)
	case RuleWellFormed:
		return cmp.Compare(b.formed, a.formed)
	case RuleDistinct:
		return cmp.Compare(b.distinct, a.distinct)
	}
	return 0
}

// bestWritten picks among sayings that agree the one to show: with capitals and
// small letters, with accents, the most frequent spelling, the most recent.
func (s *survival) bestWritten(sayings []saying) saying {
	if len(sayings) == 1 {
		return sayings[0]
	}
	count := func(text string) (n int) {
		for _, x := range sayings {
			if x.text == text {
				n++
			}
		}
		return n
	}
	return slices.MinFunc(sayings, func(a, b saying) int {
		if a.text != b.text {
			if d := cmp.Or(
				cmp.Compare(b.complete, a.complete),
				cmp.Compare(written(b.text), written(a.text)),
				cmp.Compare(count(b.text), count(a.text)),
			); d != 0 {
				return d
			}
		}
		x, y := s.ties[a.member], s.ties[b.member]
		return cmp.Or(
			s.members[b.member].Record.UpdatedAt.Compare(s.members[a.member].Record.UpdatedAt),
			bytes.Compare(x[:], y[:]),
			cmp.Compare(a.text, b.text),
		)
	})
}

// written grades how a text is written, 0 to 5: in words that begin with a capital
// and go on in small letters, and with accents, French is at its most readable.
func written(text string) int {
	upper, lower, accents, odd := false, false, false, false
	start := true
	for _, r := range text {
		switch {
		case unicode.IsUpper(r):
			odd = odd || !start && lower // aB
			upper = true
		case unicode.IsLower(r):
			lower = true
		}
		if start = !unicode.IsLetter(r); start && r != '\'' {
			continue
		}
		accents = accents || r > unicode.MaxASCII
	}
	grade := 0
	switch {
	case upper && lower && !odd:
		grade = 4
	case upper && lower:
		grade = 2
	}
	if accents {
		grade++
	}
	return grade
}

// attribute turns a value into the surviving attribute; rule is what set it apart.
func (s *survival) attribute(path string, rank int, text string, v *value, rule Rule, contributed int) aloi.Attribute {
	m := &s.members[v.best.member]
	return aloi.Attribute{
		Path: path, Rank: rank, Value: text, Record: m.Ref, UpdatedAt: m.Record.UpdatedAt,
		Rule: string(rule), Agreeing: v.members, Contributed: contributed, Scope: v.best.scope,
	}
}
