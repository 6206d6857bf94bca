package store

import (
	"cmp"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"aloi/store/internal/postings"
)

// randomEdits are those of a commit on a plain index, which follows.
func randomEdits(rng *rand.Rand, index map[BlockID][]uint32, blocks int) (edits []postings.Edit) {
	for range rng.IntN(9) {
		id, number := BlockID(rng.IntN(blocks)), rng.Uint32N(20)
		i, found := slices.BinarySearch(index[id], number)
		if slices.ContainsFunc(edits, func(e postings.Edit) bool { return e.Key == uint64(id) && e.Number == number }) {
			continue
		}
		edits = append(edits, postings.Edit{Key: uint64(id), Number: number, Remove: found})
		if found {
			index[id] = slices.Delete(slices.Clone(index[id]), i, i+1)
		} else {
			index[id] = slices.Insert(slices.Clone(index[id]), i, number)
		}
	}
	slices.SortFunc(edits, func(a, b postings.Edit) int { return cmp.Compare(a.Key, b.Key) })
	return edits
}

// TestRecentMoves holds that the moves which are kept lead from a block at any version to the
// one at any earlier version that they reach back to, though they are merged, dropped and
// taken off again; and that there are few runs.
func TestRecentMoves(t *testing.T) {
	const blocks, commits = 5, 400
	for _, keep := range []int{1 << 20, 600, 3} {
		rng := rand.New(rand.NewPCG(uint64(keep), 5))
		index, moves := map[BlockID][]uint32{}, &recentMoves{keep: keep}
		var states []map[BlockID][]uint32 // by version
		note := func() {
			state := map[BlockID][]uint32{}
			for id, members := range index {
				state[id] = members
			}
			states = append(states, state)
		}
		note()
		for len(states) <= commits {
			version := uint64(len(states))
			edits := randomEdits(rng, index, blocks)
			moves.add(moves.merged(), newRun(version, edits))
			if rng.IntN(3) == 0 {
				inverse := moves.drop()
				for i, e := range inverse {
					if e != (postings.Edit{Key: edits[i].Key, Number: edits[i].Number, Remove: !edits[i].Remove}) {
						t.Fatalf("the inverse of %v is %v", edits, inverse)
					}
				}
				clear(index)
				for id, members := range states[version-1] {
					index[id] = members
				}
				continue
			}
			note()
			compareUndone(t, moves, states, rng)
		}
		few := 2 * (longestRun + bits.Len(uint(commits)*9))
		if len(moves.runs) > few {
			t.Errorf("%d runs of %d commits, keeping %d", len(moves.runs), commits, keep)
		}
		if moves.since(0) != (keep == 1<<20) {
			t.Errorf("keeping %d edits, all commits are there: %t", keep, moves.since(0))
		}
		kept := 0
		for _, x := range moves.runs {
			kept += len(x.moves)
		}
		if kept != moves.edits || kept > keep && len(moves.runs) > 1 {
			t.Errorf("%d edits are there, %d counted, %d to be kept", kept, moves.edits, keep)
		}
	}
}

// compareUndone takes a block back from one version to another, both at random.
func compareUndone(t *testing.T, moves *recentMoves, states []map[BlockID][]uint32, rng *rand.Rand) {
	t.Helper()
	for range 20 {
		at := rng.IntN(len(states))
		since := rng.IntN(at + 1)
		if !moves.since(uint64(since)) {
			continue
		}
		for id := range BlockID(6) {
			got := moves.undo(slices.Clone(states[at][id]), id, uint64(at), uint64(since))
			if !slices.Equal(got, states[since][id]) {
				t.Fatalf("block %d, back from version %d to %d of %d: %v, want %v", id, at, since, len(states)-1, got, states[since][id])
			}
		}
	}
}

// Edits of a transaction on one record in one block come to one at most.
func TestSettle(t *testing.T) {
	in, out := false, true
	edit := func(key uint64, number uint32, remove bool) postings.Edit {
		return postings.Edit{Key: key, Number: number, Remove: remove}
	}
	for _, c := range []struct{ edits, want []postings.Edit }{
		{nil, nil},
		{[]postings.Edit{edit(2, 1, in), edit(1, 9, in)}, []postings.Edit{edit(1, 9, in), edit(2, 1, in)}},
		{[]postings.Edit{edit(1, 1, in), edit(1, 1, out)}, nil},
		{[]postings.Edit{edit(1, 1, out), edit(1, 2, in), edit(1, 1, in)}, []postings.Edit{edit(1, 2, in)}},
		{[]postings.Edit{edit(1, 1, out), edit(1, 1, in), edit(1, 1, out)}, []postings.Edit{edit(1, 1, out)}},
		{[]postings.Edit{edit(1, 1, in), edit(1, 1, out), edit(2, 1, in), edit(1, 1, in)}, []postings.Edit{edit(1, 1, in), edit(2, 1, in)}},
	} {
		if got := settle(slices.Clone(c.edits)); !slices.Equal(got, c.want) {
			t.Errorf("%v come to %v, want %v", c.edits, got, c.want)
		}
	}
}

// BenchmarkApply applies commits of 256 new records with 17 blocks each.
func BenchmarkApply(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	x := newBlockIndex()
	number := uint32(0)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		edits := make([]postings.Edit, 0, 256*17)
		for range 256 {
			number++
			for range 17 {
				edits = append(edits, postings.Edit{Key: rng.Uint64(), Number: number})
			}
		}
		b.StartTimer()
		x.apply(edits)
	}
}

// BenchmarkOldBlock reads blocks of a state that 400 commits have passed.
func BenchmarkOldBlock(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	x := newBlockIndex()
	var edits []postings.Edit
	for n := range uint32(400 * 256) {
		edits = append(edits, postings.Edit{Key: rng.Uint64(), Number: n})
		if len(edits) == 256 {
			x.apply(edits)
			edits = nil
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := x.before(BlockID(rng.Uint64()), 0); err != nil {
			b.Fatal(err)
		}
	}
}
