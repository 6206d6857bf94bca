package quality

import "slices"

// fractions adds up numerators by denominator, exactly.
type fractions struct{ numerators map[int]int }

func (f *fractions) add(numerator, denominator int) {
	if f.numerators == nil {
		f.numerators = map[int]int{}
	}
	f.numerators[denominator] += numerator
}

// sum returns the total, added in order of the denominators.
func (f *fractions) sum() float64 {
	denominators := make([]int, 0, len(f.numerators))
	for d := range f.numerators {
		denominators = append(denominators, d)
	}
	slices.Sort(denominators)
	total := 0.0
	for _, d := range denominators {
		total += float64(f.numerators[d]) / float64(d)
	}
	return total
}
