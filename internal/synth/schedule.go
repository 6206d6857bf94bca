package synth

import (
	"cmp"
	"slices"
)

// A set is cut into windows of time, and each window has a cohort: the households whose
// life with us is counted from it. That life has steps, and a record falls into one of
// them; how many windows lie between two steps is the household's stride. What falls
// past the last window comes round to the first ones, so that all windows hold about as
// many records, and of people as old and as new.
//
// So the records of a window are found from a few cohorts, whose households are made
// again for it, and nothing is held from one window to the next.
const (
	// steps is how many steps the life of a household has.
	steps = 8
	// cohortMax is the most households of a cohort; it bounds the memory of a window.
	cohortMax = 800
	// windowsMin is how many windows a set has that is large enough.
	windowsMin = 96
)

// pace is how often a kind of household comes back.
type pace struct {
	weight int
	part   int // of all windows that lie between two steps, one in this many; 0 for none
}

// paces are those who stay for years, and come at any time of the whole set; those who
// stay for a third and for a tenth of it; and those who come for some days only.
var paces = []pace{{300, steps}, {250, 3 * steps}, {250, 10 * steps}, {200, 0}}

// paceWeights are the weights of the paces.
var paceWeights = func() []int {
	list := make([]int, len(paces))
	for i, p := range paces {
		list[i] = p.weight
	}
	return list
}()

// schedule orders the records of a set.
type schedule struct {
	seed       uint64
	households uint64 // of the set
	lastTotal  int    // records of the last household, so that the sum is right
	people     int
	cohort     uint64 // households of a cohort
	windows    uint64

	window uint64  // the next to be laid out
	visits []visit // of the window before
	given  int     // of visits
}

// visit is one record to come.
type visit struct {
	household uint64
	slot      int
	at        uint64 // orders the visits of a window
}

// newSchedule counts the households that n records need.
func newSchedule(seed uint64, n int) *schedule {
	s := &schedule{seed: seed}
	for total := 0; total < n; s.households++ {
		shape := shapeOf(seed, s.households)
		s.lastTotal = min(shape.total, n-total)
		shape.cut(s.lastTotal)
		s.people += shape.people
		total += shape.total
	}
	s.cohort = min(max(s.households/windowsMin, 1), cohortMax)
	s.windows = (s.households + s.cohort - 1) / s.cohort
	return s
}

// shape is the shape of a household of the set.
func (s *schedule) shape(household uint64) shape {
	shape := shapeOf(s.seed, household)
	if household == s.households-1 {
		shape.cut(s.lastTotal)
	}
	return shape
}

// next returns the next visit; ok is false after the last.
func (s *schedule) next() (v visit, ok bool) {
	for s.given == len(s.visits) {
		if s.window == s.windows {
			return visit{}, false
		}
		s.lay()
	}
	s.given++
	return s.visits[s.given-1], true
}

// lay finds the visits of the next window and puts them into order.
func (s *schedule) lay() {
	s.visits, s.given = s.visits[:0], 0
	for i, p := range paces {
		stride := uint64(0)
		if p.part > 0 {
			stride = s.windows / uint64(p.part)
		}
		if stride == 0 {
			s.visit(s.window, i, 0, steps-1)
			continue
		}
		for step := range steps {
			cohort := (s.window + s.windows - uint64(step)*stride%s.windows) % s.windows
			s.visit(cohort, i, step, step)
		}
	}
	slices.SortFunc(s.visits, func(a, b visit) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.household, b.household), cmp.Compare(a.slot, b.slot))
	})
	s.window++
}

// visit adds the visits that the households of a cohort with this pace make from one
// step to another.
func (s *schedule) visit(cohort uint64, pace, from, to int) {
	first := cohort * s.cohort
	for household := first; household < min(first+s.cohort, s.households); household++ {
		shape := s.shape(household)
		if shape.pace != pace {
			continue
		}
		for slot := range shape.total {
			if step := int(shape.steps[slot]); from <= step && step <= to {
				r := newRNG(s.seed, streamOrder, household*slots+uint64(slot))
				s.visits = append(s.visits, visit{household, slot, r.next()})
			}
		}
	}
}
