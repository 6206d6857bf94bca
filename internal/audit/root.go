package audit

import (
	"math/bits"
	"slices"

	"golang.org/x/mod/sumdb/tlog"
)

// Root adds up a Merkle root over rows, of which it keeps none. The zero value is empty;
// Salt must be set before the first row. It is not for use by several goroutines.
type Root struct {
	Salt  []byte
	stack []tlog.Hash // roots of the full subtrees so far, largest first: one for each bit of n
	n     uint64
	buf   []byte
}

// Add appends a row: its leaf is SHA-256(0x00 ‖ salt ‖ row). It does not keep row.
func (r *Root) Add(row []byte) {
	r.buf = append(append(r.buf[:0], r.Salt...), row...)
	h := tlog.RecordHash(r.buf)
	for range bits.TrailingZeros64(^r.n) { // as many subtrees are full now
		last := len(r.stack) - 1
		h = tlog.NodeHash(r.stack[last], h)
		r.stack = r.stack[:last]
	}
	r.stack = append(r.stack, h)
	r.n++
}

// Sum returns the root of the rows so far, the one of RFC 6962 for no rows.
func (r *Root) Sum() tlog.Hash {
	if r.n == 0 {
		return emptyRoot
	}
	sum := r.stack[len(r.stack)-1]
	for _, left := range slices.Backward(r.stack[:len(r.stack)-1]) {
		sum = tlog.NodeHash(left, sum)
	}
	return sum
}
