package slab

import (
	"math"
	"runtime"
	"sync"

	"aloi/store/internal/offheap"
)

// Numbers keeps a number under each of dense numbers, in 4 bytes for each up to the largest.
// It is safe for concurrent use.
type Numbers struct {
	mu sync.RWMutex
	of *offheap.Slice[uint32] // number → 1 + what it has, 0 for nothing
}

// NewNumbers returns an empty one.
func NewNumbers() *Numbers {
	x := &Numbers{of: &offheap.Slice[uint32]{}}
	runtime.AddCleanup(x, func(of *offheap.Slice[uint32]) { of.Free() }, x.of)
	return x
}

// Get returns what a number has, and whether that is known.
func (x *Numbers) Get(number uint32) (value uint64, known bool) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	if int(number) >= len(x.of.Of) || x.of.Of[number] == 0 {
		return 0, false
	}
	return uint64(x.of.Of[number] - 1), true
}

// Set keeps what a number has. What is too large to be kept is not known from then on.
func (x *Numbers) Set(number uint32, value uint64) {
	if value >= math.MaxUint32 {
		x.Delete(number)
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.reach(number)
	x.of.Of[number] = uint32(value) + 1
}

// Delete forgets a number.
func (x *Numbers) Delete(number uint32) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if int(number) < len(x.of.Of) {
		x.of.Of[number] = 0
	}
}

// reach makes the table long enough for a number.
func (x *Numbers) reach(number uint32) {
	n := len(x.of.Of)
	if int(number) < n {
		return
	}
	longer := offheap.Make[uint32](max(int(number)+1, n+n/4, 1024))
	copy(longer.Of, x.of.Of)
	x.of.Free()
	*x.of = longer
}
