package engine

import (
	"crypto/sha256"
	"math/bits"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"aloi"
	"aloi/internal/audit"
	"aloi/store"
)

// The store keeps the hashes of every sixth level of the tree, in tiles of 64
// (docs/format.md).
const (
	tileLevels = 6
	tileHashes = 1 << tileLevels
)

// maxOdd is how many stretches of odd entries, and how many wrong hashes, are told apart.
const maxOdd = 1000

// treeSum adds a Merkle tree up, hash by hash.
type treeSum struct {
	stack  []tlog.Hash // roots of the full subtrees so far, largest first
	n      uint64
	broken bool                 // a hash was not there: from then on nothing is known
	roots  map[uint64]tlog.Hash // at the sizes that were asked for
	wrong  []innerHash          // stored inner hashes that are not the sum's
}

// innerHash is the hash of the 2^level entries from n·2^level on.
type innerHash struct {
	level int
	n     uint64
}

// add appends a hash, and calls full with each stored inner hash that it completes.
func (s *treeSum) add(h tlog.Hash, full func(innerHash, tlog.Hash) error) error {
	if s.broken {
		return nil
	}
	for level := range bits.TrailingZeros64(^s.n) {
		last := len(s.stack) - 1
		h = tlog.NodeHash(s.stack[last], h)
		s.stack = s.stack[:last]
		if (level+1)%tileLevels == 0 {
			if err := full(innerHash{level + 1, s.n >> (level + 1)}, h); err != nil {
				return err
			}
		}
	}
	s.stack = append(s.stack, h)
	s.n++
	return nil
}

// sum returns the root of the hashes so far.
func (s *treeSum) sum() tlog.Hash {
	if s.n == 0 {
		return sha256.Sum256(nil)
	}
	sum := s.stack[len(s.stack)-1]
	for _, left := range slices.Backward(s.stack[:len(s.stack)-1]) {
		sum = tlog.NodeHash(left, sum)
	}
	return sum
}

// logTree is the tree of the log, added up twice: from the leaves, and from the hashes of
// leaves that are stored. Where they differ, a signed root says which is right.
type logTree struct {
	r              *store.Reader
	size           uint64
	sizes          []uint64 // of the roots that are asked for, ascending
	leaves, hashes treeSum
	leavesRight    bool // the signed root is that of the leaves: stored hashes are wrong
	odd            []oddRun

	chunk [tileHashes]tlog.Hash // stored hashes of leaves, read last
	known [tileHashes]bool
	at    uint64 // index of the first, past every index before the first read
}

// oddRun is entries, one after the other, that are not what the stored hashes say. The
// sequences that they state count on from the first.
type oddRun struct {
	at, length uint64
	kind       oddKind
	seq        uint64
}

type oddKind uint8

const (
	oddAbsent   oddKind = iota // there is none
	oddForged                  // the tree does not have it
	oddMoved                   // the tree has it elsewhere, where it says that it is
	oddNumbered                // the tree has it here, and it says that it is elsewhere
)

func newLogTree(r *store.Reader, size uint64, sizes []uint64) *logTree {
	t := &logTree{r: r, size: size, sizes: sizes, at: 1<<64 - 1}
	t.leaves.roots, t.hashes.roots = map[uint64]tlog.Hash{}, map[uint64]tlog.Hash{}
	t.keep(0)
	return t
}

// read reads every entry; each is told the number of those read.
func (t *logTree) read(each func(done uint64) error) error {
	next := uint64(0)
	skip := func(to uint64) error {
		for ; next < min(to, t.size); next++ {
			if err := t.absent(next); err != nil {
				return err
			}
		}
		return nil
	}
	err := t.r.EachLogEntry(0, func(index uint64, e *store.LogEntry) error {
		if err := skip(index); err != nil {
			return err
		}
		if err := t.entry(index, e.Leaf); err != nil {
			return err
		}
		next = index + 1
		return each(next)
	})
	if err != nil {
		return err
	}
	return skip(t.size)
}

// keep notes the roots at a size that is asked for.
func (t *logTree) keep(size uint64) {
	if _, asked := slices.BinarySearch(t.sizes, size); !asked {
		return
	}
	for _, s := range []*treeSum{&t.leaves, &t.hashes} {
		if !s.broken {
			s.roots[size] = s.sum()
		}
	}
}

func (t *logTree) absent(index uint64) error {
	t.leaves.broken = true
	t.note(oddRun{index, 1, oddAbsent, index})
	return t.addStored(index)
}

// addStored adds the stored hash of a leaf to its sum.
func (t *logTree) addStored(index uint64) error {
	h, known, err := t.leafHash(index)
	if err != nil {
		return err
	}
	t.hashes.broken = t.hashes.broken || !known
	err = t.hashes.add(h, t.compareWith(&t.hashes))
	t.keep(index + 1)
	return err
}

// entry compares an entry with the stored hashes, and adds it up.
func (t *logTree) entry(index uint64, encoded []byte) error {
	h := tlog.RecordHash(encoded)
	stored, known, err := t.leafHash(index)
	if err != nil {
		return err
	}
	leaf, err := audit.ParseLeaf(encoded)
	seq := index
	if err == nil {
		seq = leaf.Sequence
	}
	there := known && stored == h
	switch {
	case there && seq == index:
	case there:
		t.note(oddRun{index, 1, oddNumbered, seq})
	default:
		kind := oddForged
		if seq != index {
			if stored, known, err = t.leafHash(seq); err != nil {
				return err
			} else if known && stored == h {
				kind = oddMoved
			}
		}
		t.note(oddRun{index, 1, kind, seq})
	}
	if index >= t.size {
		return nil
	}
	if err := t.leaves.add(h, t.compareWith(&t.leaves)); err != nil {
		return err
	}
	return t.addStored(index)
}

// compareWith returns what compares the inner hashes of a sum with those that are stored.
func (t *logTree) compareWith(s *treeSum) func(innerHash, tlog.Hash) error {
	return func(at innerHash, h tlog.Hash) error {
		stored, known, err := t.stored(at)
		if err == nil && (!known || stored != h) && len(s.wrong) < maxOdd {
			s.wrong = append(s.wrong, at)
		}
		return err
	}
}

// note adds an odd entry to the runs, of which there are no more than can be told.
func (t *logTree) note(o oddRun) {
	if n := len(t.odd); n > 0 {
		last := &t.odd[n-1]
		if last.kind == o.kind && last.at+last.length == o.at && last.seq+last.length == o.seq {
			last.length++
			return
		}
	}
	if len(t.odd) < maxOdd {
		t.odd = append(t.odd, o)
	}
}

// leafHash returns the stored hash of a leaf; known is false where there is none.
func (t *logTree) leafHash(index uint64) (h tlog.Hash, known bool, err error) {
	if index >= t.size {
		return h, false, nil
	}
	if first := index - index%tileHashes; first != t.at {
		t.at = first
		for i := range t.chunk {
			t.known[i] = false
		}
		n := min(tileHashes, t.size-first)
		indexes := make([]int64, n)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, int64(first)+int64(i))
		}
		hashes, err := t.r.LogHashes().ReadHashes(indexes)
		switch {
		case err == nil:
			copy(t.chunk[:], hashes)
			for i := range n {
				t.known[i] = true
			}
		case aloi.CodeOf(err) != aloi.CodeCorrupt:
			return h, false, err
		default: // some may be there
			for i := range n {
				if t.chunk[i], t.known[i], err = t.stored(innerHash{0, first + i}); err != nil {
					return h, false, err
				}
			}
		}
	}
	return t.chunk[index%tileHashes], t.known[index%tileHashes], nil
}

// stored returns a stored hash; known is false where there is none, or a broken one.
func (t *logTree) stored(at innerHash) (h tlog.Hash, known bool, err error) {
	hashes, err := t.r.LogHashes().ReadHashes([]int64{tlog.StoredHashIndex(at.level, int64(at.n))})
	if aloi.CodeOf(err) == aloi.CodeCorrupt {
		return h, false, nil
	}
	if err != nil {
		return h, false, err
	}
	return hashes[0], true, nil
}

// entriesWrong reports whether an entry is not what was logged, or not at its place.
func (t *logTree) entriesWrong() bool {
	return slices.ContainsFunc(t.odd, func(o oddRun) bool { return !t.leavesRight || o.kind == oddNumbered || o.at >= t.size })
}

// placeOf returns the place in the tree of the entry that is stored at an index; ok is
// false for an entry that the tree does not have.
func (t *logTree) placeOf(index uint64) (place uint64, ok bool) {
	if !t.leavesRight {
		if o := t.oddAt(index); o != nil {
			switch o.kind {
			case oddMoved:
				return o.seq + index - o.at, true
			case oddForged:
				return 0, false
			}
		}
	}
	return index, index < t.size
}

// oddAt returns the run that an index is in, nil for none.
func (t *logTree) oddAt(index uint64) *oddRun {
	i, _ := slices.BinarySearchFunc(t.odd, index, func(o oddRun, index uint64) int {
		switch {
		case o.at+o.length <= index:
			return -1
		case o.at > index:
			return 1
		}
		return 0
	})
	if i < len(t.odd) && t.odd[i].at <= index {
		return &t.odd[i]
	}
	return nil
}
