// Package offheap gives large arrays without pointers memory of their own, outside of what
// the garbage collector counts: it would keep as much again free for garbage that there is
// none of.
package offheap

import "unsafe"

// leastBytes is from which size on an array gets memory of its own; a smaller one is an
// ordinary slice.
const leastBytes = 64 << 10

// Slice is an array whose memory Free gives back. Its elements hold no pointers.
type Slice[T any] struct {
	Of  []T
	own []byte // nil for an ordinary slice
}

// Make returns an array of n zeroes.
func Make[T any](n int) Slice[T] {
	var zero T
	size := n * int(unsafe.Sizeof(zero))
	if size < leastBytes {
		return Slice[T]{Of: make([]T, n)}
	}
	own, err := take(size)
	if err != nil { // the system says no sooner than the program's own memory ends
		return Slice[T]{Of: make([]T, n)}
	}
	return Slice[T]{Of: unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(own))), n), own: own}
}

// Free gives the memory back. The array must not be used again.
func (s *Slice[T]) Free() {
	if s.own != nil {
		give(s.own)
	}
	*s = Slice[T]{}
}
