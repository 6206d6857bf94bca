package engine

import (
	"cmp"
	"math/rand/v2"
	"slices"

	"aloi"
)

// A script is what happens to a store, without an order: lanes that are independent
// of one another, each a row of segments that follow one another. The operations of
// a segment may come in any order.
type script struct{ lanes [][]segment }

type segment []Operation

// generate draws a script of about n records. shared is how many of them hold the
// shop's phone.
func generate(rng *rand.Rand, n, shared int) *script {
	w := newWorld(rng, max(1, n/3))
	s := &script{}
	for i := range n {
		s.lanes = append(s.lanes, w.recordLane(i < shared))
	}
	for range rng.IntN(1 + n/5) {
		s.lanes = append(s.lanes, w.judgementLane())
	}
	return s
}

// recordLane is the life of a record: versions in any order, some sent twice; it
// may be deleted, and may come back.
func (w *world) recordLane(shared bool) []segment {
	ref, p := w.ref(), pick(w.rng, w.people)
	lane := []segment{w.versions(ref, p, shared)}
	for w.rng.IntN(5) == 0 {
		lane = append(lane, segment{{Delete: &ref}})
		if w.rng.IntN(2) == 0 {
			lane = append(lane, w.versions(ref, p, shared))
		}
	}
	return lane
}

func (w *world) versions(ref aloi.RecordRef, p resident, shared bool) segment {
	var s segment
	for ok := true; ok; ok = w.rng.IntN(4) == 0 {
		if w.rng.IntN(8) == 0 {
			p = pick(w.rng, w.people) // a rectification that changes person
		}
		r := w.record(ref, p)
		if shared {
			r.Phones = append(r.Phones, shopPhone)
			r.Emails = nil
		}
		s = append(s, Operation{Put: r})
		if w.rng.IntN(6) == 0 {
			s = append(s, Operation{Put: r}) // sent twice
		}
	}
	return s
}

// judgementLane is what a steward, or two, held of a pair over time.
func (w *world) judgementLane() []segment {
	pair := [2]aloi.RecordRef{pick(w.rng, w.refs), pick(w.rng, w.refs)}
	if pair[0] == pair[1] {
		return nil
	}
	var lane []segment
	for ok := true; ok; ok = w.rng.IntN(2) == 0 {
		if w.rng.IntN(3) == 0 {
			lane = append(lane, segment{{Withdraw: &pair}})
			continue
		}
		verdict := pick(w.rng, []aloi.Verdict{aloi.VerdictSame, aloi.VerdictDifferent})
		lane = append(lane, segment{{Judge: &aloi.Judgement{A: pair[0], B: pair[1], Verdict: verdict, Steward: "claire"}}})
	}
	return lane
}

// order draws one order of the script for each caller: a lane goes to one caller,
// as a source sends the versions of a record through one stream.
func (s *script) order(rng *rand.Rand, callers int) [][]Operation {
	queues := make([][][]Operation, callers)
	for _, lane := range s.lanes {
		var ops []Operation
		for _, seg := range lane {
			seg = slices.Clone(seg)
			rng.Shuffle(len(seg), func(i, j int) { seg[i], seg[j] = seg[j], seg[i] })
			ops = append(ops, seg...)
		}
		c := rng.IntN(callers)
		queues[c] = append(queues[c], ops)
	}
	out := make([][]Operation, callers)
	for c, lanes := range queues {
		out[c] = interleave(rng, lanes)
	}
	return out
}

// interleave merges lanes at random, keeping the order inside each.
func interleave(rng *rand.Rand, lanes [][]Operation) []Operation {
	type slot struct {
		at   uint64
		lane int
		op   int
	}
	var slots []slot
	for l, ops := range lanes {
		times := make([]uint64, len(ops))
		for i := range times {
			times[i] = rng.Uint64()
		}
		slices.Sort(times)
		for i, t := range times {
			slots = append(slots, slot{t, l, i})
		}
	}
	slices.SortFunc(slots, func(a, b slot) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.lane, b.lane), cmp.Compare(a.op, b.op))
	})
	var out []Operation
	for _, x := range slots {
		out = append(out, lanes[x.lane][x.op])
	}
	return out
}
