package engine

import "strings"

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
				for j := range values {
					if values[j].latest.After(values[i].current) && likeness(values[i].key, values[j].key) >= alike {
						values[i].current = values[j].latest
					}
				}
			}
		case RuleVouched:
			for i := range values {
				values[i].vouched = s.vouched(values[i].key)
			}
		}
	}
}

// alike is the likeness from which two texts count as spellings of one, in percent.
const alike = 70

// minVouchedBytes is the length from which a name found in an e-mail address or a
// handle is no accident.
const minVouchedBytes = 3

// vouched counts the e-mail addresses and handles that spell a name out.
func (s *survival) vouched(name string) (n int) {
	if len(name) < minVouchedBytes {
		return 0
	}
	if s.vouchers == nil {
		s.gatherVouchers()
	}
	for _, v := range s.vouchers {
		if strings.Contains(v, name) {
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
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range above {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
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
	return 100 * (n - above[len(b)]) / n
}
