package engine

import (
	"strings"
	"time"

	"aloi/matcher"
)

// measure fills in what some rules need of all the values of a path together.
func (s *survival) measure(f *field, values []value) {
	for _, rule := range f.rules {
		switch rule {
		case RuleMostTypical:
			for i := range values {
				for j := range values {
					values[i].typical += values[j].members * likeness(values[i].key, values[j].key)
				}
			}
		case RuleCurrent:
			for i := range values {
				values[i].current = current(f.path, values, i)
			}
		case RuleInUse:
			for i := range values {
				values[i].inUse = s.inUse(values[i].key)
			}
		case RuleKnown:
			for i := range values {
				values[i].known = known(f.path, values[i].key)
			}
		case RuleVouched:
			for i := range values {
				values[i].vouched = s.vouched(f.path, values[i].key)
			}
		case RuleWellFormed:
			for i := range values {
				values[i].formed = wellFormed(f.path, values[i].key)
			}
		case RuleDistinct:
			for i := range values {
				values[i].distinct = distinct(values, i)
			}
		}
	}
}

// alike is the likeness from which two texts count as spellings of one, in percent.
const alike = 70

// current returns when a value was said last, in any spelling like it; the zero time
// when one record only says so, but for an identifier: a new card is one at once.
func current(path string, values []value, i int) (last time.Time) {
	least, members := alike, 0
	isNumber := strings.HasPrefix(path, pathIdentifier+".")
	if isNumber {
		least = slip
	}
	for _, v := range values {
		if likeness(v.key, values[i].key) < least {
			continue
		}
		members += v.members
		if v.latest.After(last) {
			last = v.latest
		}
	}
	if members < 2 && !isNumber {
		return time.Time{}
	}
	return last
}

// inUse is 0 for a name that is given as the name at birth, else 1.
func (s *survival) inUse(key string) int {
	for _, birth := range s.birthNames {
		if likeness(birth, key) >= alike {
			return 0
		}
	}
	return 1
}

// known is 1 for a name that the list of its kind has.
func known(path, key string) int {
	rarity := matcher.FamilyNameRarity
	if path == pathGiven || path == pathMiddle {
		rarity = matcher.GivenNameRarity
	}
	if _, ok := rarity(key); ok {
		return 1
	}
	return 0
}

// minVouchedBytes is the length from which a name found in an e-mail address or a
// handle is no accident.
const minVouchedBytes = 3

// vouched counts the e-mail addresses and handles that spell a name out and, of an
// e-mail address, the surviving names that it spells out.
func (s *survival) vouched(path, key string) (n int) {
	if path == pathEmail {
		local, _, _ := strings.Cut(key, "@")
		for _, a := range s.golden {
			if name := keyOf(a.Value); len(name) >= minVouchedBytes && a.Path != pathCivility && strings.Contains(keyOf(local), name) {
				n++
			}
		}
		return n
	}
	if len(key) < minVouchedBytes {
		return 0
	}
	if s.vouchers == nil {
		s.gatherVouchers()
	}
	for _, v := range s.vouchers {
		if strings.Contains(v, key) {
			n++
		}
	}
	return n
}

func (s *survival) gatherVouchers() {
	seen := map[string]bool{}
	s.vouchers = []string{}
	add := func(text string) {
		if key := keyOf(text); key != "" && !seen[key] {
			seen[key] = true
			s.vouchers = append(s.vouchers, key)
		}
	}
	for _, m := range s.members {
		for _, e := range m.Record.Emails {
			local, _, _ := strings.Cut(e, "@")
			add(local)
		}
		for _, id := range m.Record.Identifiers {
			if id.Type == "social_handle" {
				add(id.Value)
			}
		}
	}
}

// maxLikenessBytes bounds the work of one likeness; longer texts are alike or not.
const maxLikenessBytes = 64

// likeness is how alike two keys are, 0 to 100: the share of the longer that needs
// no insertion, deletion, substitution or swap of neighbours (optimal string
// alignment; Boytsov, 2011, section 2.1).
func likeness(a, b string) int {
	if a == b {
		return 100
	}
	n := max(len(a), len(b))
	if n > maxLikenessBytes {
		return 0
	}
	var rows [3][maxLikenessBytes + 1]uint8
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		above[j] = uint8(j)
	}
	for i := 1; i <= len(a); i++ {
		row[0] = uint8(i)
		for j := 1; j <= len(b); j++ {
			cost := uint8(1)
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return 100 * (n - int(above[len(b)])) / n
}
