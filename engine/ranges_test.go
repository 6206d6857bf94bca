package engine

import (
	"sync/atomic"
	"testing"
)

// TestRanges holds that every number is in one range, whatever the workers.
func TestRanges(t *testing.T) {
	for _, workers := range []int{1, 2, 3, 16} {
		e := &Engine{workers: workers}
		for _, n := range []int{0, 1, 15, 31, 32, 33, 250, 4_099} {
			calls := make([]atomic.Int32, n)
			e.ranges(n, func(from, to int) {
				for i := from; i < to; i++ {
					calls[i].Add(1)
				}
			})
			for i := range calls {
				if got := calls[i].Load(); got != 1 {
					t.Fatalf("%d workers, %d of %d: %d calls", workers, i, n, got)
				}
			}
		}
	}
}
