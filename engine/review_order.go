package engine

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"aloi/store"
)

// reviewPool is how many pairs are put in order with regard to what was asked before
// them: those that tell most by themselves.
const reviewPool = 4096

// add counts a question, and keeps it if it is among the most telling.
func (s *survey) add(q question) {
	s.waiting++
	s.pool = append(s.pool, q)
	if len(s.pool) == 2*reviewPool {
		s.trim()
	}
}

// trim keeps the most telling questions, in order.
func (s *survey) trim() {
	slices.SortFunc(s.pool, compareTold)
	s.pool = s.pool[:min(len(s.pool), reviewPool)]
}

// choose returns the first questions, once those of one pattern are spread out.
func (s *survey) choose(limit int) ([]question, error) {
	s.trim()
	asked := map[string]int{}
	for i := range s.pool {
		pattern, err := s.pattern(s.pool[i])
		if err != nil {
			return nil, err
		}
		asked[pattern]++
		s.pool[i].told /= float64(asked[pattern])
	}
	slices.SortFunc(s.pool, compareTold)
	return s.pool[:min(len(s.pool), limit)], nil
}

// pattern is the level that each comparison of a pair reached.
func (s *survey) pattern(q question) (string, error) {
	var records [2]*features
	for i, number := range q.records {
		var err error
		if records[i], err = readFeatures(s.r, number); err != nil {
			return "", err
		}
	}
	compared, err := s.b.compare(records[0], records[1])
	if err != nil {
		return "", err
	}
	levels := make([]string, len(compared.Evidence))
	for i, e := range compared.Evidence {
		levels[i] = e.Comparison + "=" + e.Level
	}
	slices.Sort(levels) // some depend on which record is the first
	return strings.Join(levels, " "), nil
}

// compareTold orders questions, the most telling first.
func compareTold(x, y question) int {
	return cmp.Or(cmp.Compare(y.told, x.told), cmp.Compare(y.weight, x.weight), compareTies(x, y))
}

func compareTies(x, y question) int {
	return cmp.Or(compareHashes(x.ties[0], y.ties[0]), compareHashes(x.ties[1], y.ties[1]))
}

func compareHashes(x, y store.RefHash) int { return bytes.Compare(x[:], y[:]) }
