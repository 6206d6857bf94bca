package store

import (
	"slices"
	"sort"

	"aloi/store/internal/postings"
)

// recentEdits is how many edits are kept for readers of earlier states: those of some
// 100,000 new records, of 16 bytes each.
const recentEdits = 2 << 20

// recentMoves are the last edits of the block index. They are kept in runs of commits that
// follow one another, none much smaller than the next: so that there are few, and what was
// done to a block is soon found.
type recentMoves struct {
	runs  []run // by version; the last one is of one commit
	edits int   // in all
	keep  int   // edits from which on the oldest run goes
}

// run is the edits of some commits: by block, and those of one block by version.
type run struct {
	first, last uint64 // versions
	moves       []move
}

// move is an edit of a block.
type move struct {
	block  BlockID
	record uint32
	when   uint32 // the version less the first of the run, doubled, and 1 where the record left
}

// A run that has more than a longestRun of what is kept, or of more than longestSpan commits,
// is merged no more.
const (
	longestRun  = 16
	longestSpan = 1 << 30
)

// newRun is the edits of one commit, which ascend by block.
func newRun(version uint64, edits []postings.Edit) run {
	x := run{version, version, make([]move, len(edits))}
	for i, e := range edits {
		x.moves[i] = move{block: BlockID(e.Key), record: e.Number}
		if e.Remove {
			x.moves[i].when = 1
		}
	}
	return x
}

// merged returns the runs as they should be before another is added: all are of commits that
// were made. It changes none.
func (r *recentMoves) merged() []run {
	runs := r.runs
	for n := len(runs); n >= 2; n-- {
		a, b := runs[n-2], runs[n-1]
		if len(a.moves) > 2*len(b.moves) || len(a.moves) > r.keep/longestRun || b.last-a.first > longestSpan {
			break
		}
		runs = append(runs[:n-2:n-2], merge(a, b))
	}
	return runs
}

// merge makes one run of two that follow one another.
func merge(a, b run) run {
	out := run{a.first, b.last, make([]move, 0, len(a.moves)+len(b.moves))}
	later := uint32(b.first-a.first) << 1
	x, y := a.moves, b.moves
	for len(x) > 0 && len(y) > 0 {
		if x[0].block <= y[0].block {
			out.moves, x = append(out.moves, x[0]), x[1:]
			continue
		}
		out.moves, y = append(out.moves, y[0].plus(later)), y[1:]
	}
	out.moves = append(out.moves, x...)
	for _, m := range y {
		out.moves = append(out.moves, m.plus(later))
	}
	return out
}

func (m move) plus(later uint32) move {
	m.when += later
	return m
}

// add puts a run behind merged ones, and drops the oldest of too many.
func (r *recentMoves) add(merged []run, x run) {
	r.runs, r.edits = append(merged, x), r.edits+len(x.moves)
	for r.edits > r.keep && len(r.runs) > 1 {
		r.edits -= len(r.runs[0].moves)
		r.runs[0].moves = nil
		r.runs = r.runs[1:]
	}
}

// drop takes the last run off, and returns its inverse.
func (r *recentMoves) drop() []postings.Edit {
	n := len(r.runs) - 1
	inverse := make([]postings.Edit, len(r.runs[n].moves))
	for i, m := range r.runs[n].moves {
		inverse[i] = postings.Edit{Key: uint64(m.block), Number: m.record, Remove: m.when&1 == 0}
	}
	r.runs, r.edits = r.runs[:n], r.edits-len(inverse)
	return inverse
}

// since reports whether all edits since a version are here.
func (r *recentMoves) since(version uint64) bool {
	return len(r.runs) > 0 && r.runs[0].first <= version+1
}

// undo takes from the members of a block at one version what was done to it since another.
func (r *recentMoves) undo(members []uint32, id BlockID, at, since uint64) []uint32 {
	for _, x := range slices.Backward(r.runs) {
		if x.last <= since {
			break
		}
		end := sort.Search(len(x.moves), func(i int) bool { return x.moves[i].block > id })
		for i := end - 1; i >= 0 && x.moves[i].block == id; i-- {
			if version := x.first + uint64(x.moves[i].when>>1); version > since && version <= at {
				members = x.moves[i].undo(members)
			}
		}
	}
	return members
}

// undo takes a move back from an ascending list.
func (m move) undo(members []uint32) []uint32 {
	i, found := slices.BinarySearch(members, m.record)
	left := m.when&1 == 1
	switch {
	case found && !left:
		return slices.Delete(members, i, i+1)
	case !found && left:
		return slices.Insert(members, i, m.record)
	}
	return members
}
