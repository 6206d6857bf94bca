package engine

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"aloi"
)

// A script is what happens to a store, without an order: lanes that are independent
// of one another, each a row of segments that follow one another. The operations of
// a segment may come in any order.
type script struct{ lanes [][]segment }

type segment []Operation

// generate draws a script of about n records.
func generate(rng *rand.Rand, n int) *script {
	w := newWorld(rng, max(1, n/3))
	s := &script{}
	for range n {
		s.lanes = append(s.lanes, w.recordLane())
	}
	for range rng.IntN(1 + n/5) {
		s.lanes = append(s.lanes, w.judgementLane())
	}
	return s
}

// The crowd is so many records with one blocking key that its block crosses its cap
// as they come and go.
const (
	crowdMoves = 12 // records that come and go
	wideMoves  = 4  // and in a crowd around the wide cap, which costs ten times as much
)

// crowd returns lanes of records that draw gives: somewhat fewer than a cap that stay,
// which are steady, and some that come and go.
func crowd(rng *rand.Rand, around, moves int, draw func(w *world, ref aloi.RecordRef, stays bool) *aloi.Record) (steady, moving [][]segment) {
	w := &world{rng: rng, name: "crowd-"}
	for range around - moves/4 {
		steady = append(steady, []segment{{{Put: draw(w, w.ref(), true)}}})
	}
	for range moves {
		ref := w.ref()
		r := draw(w, ref, false)
		lane := []segment{{{Put: r}}}
		for range w.rng.IntN(3) {
			lane = append(lane, segment{{Delete: &ref}}, segment{{Put: r}})
		}
		if w.rng.IntN(3) == 0 {
			lane = append(lane, segment{{Delete: &ref}})
		}
		moving = append(moving, lane)
	}
	return steady, moving
}

// namesake draws a record of a name that is rare enough to link all who bear it, some
// with the phone of a shop.
func namesake(w *world, ref aloi.RecordRef, _ bool) *aloi.Record {
	if len(w.refs)%2 == 0 || w.rng.IntN(8) == 0 {
		return &aloi.Record{Ref: ref, UpdatedAt: w.time(), Names: []aloi.Name{{Given: "Théo", Family: "de La Tour"}}, BirthDate: pick(w.rng, []string{"", "", "1971-04-05", "1988-10-09"})}
	}
	return &aloi.Record{Ref: ref, UpdatedAt: w.time(), Names: []aloi.Name{{Given: "THEO", Family: "DE LA TOUR"}}, Phones: []string{shopPhone}}
}

// customer draws a record of a few namesakes who left the phone, the e-mail address
// and the card of the shop: what links those of one name until too many have it.
func customer(w *world, ref aloi.RecordRef, stays bool) *aloi.Record {
	r := &aloi.Record{Ref: ref, UpdatedAt: w.time(), Names: []aloi.Name{{Given: pick(w.rng, givenNames[5:9]), Family: pick(w.rng, familyNames[3:7])}}}
	shared := func() bool { return stays || w.rng.IntN(3) > 0 }
	if w.rng.IntN(4) == 0 {
		r.Phones = []string{fmt.Sprintf("06398765%02d", w.rng.IntN(20))}
	}
	if shared() {
		r.Phones = append(r.Phones, shopPhone)
	}
	if shared() {
		r.Emails = append(r.Emails, pick(w.rng, []string{"lesglycines@example.org", "les.glycines@example.org"}))
	} else if w.rng.IntN(2) == 0 {
		r.Emails = append(r.Emails, "lesglycines@example.net") // with which the text before the @ crosses alone
	}
	if shared() {
		r.Identifiers = []aloi.Identifier{{Type: aloi.IdentifierLoyaltyCard, Value: "2980000000017"}}
	}
	if w.rng.IntN(4) == 0 {
		r.BirthDate = pick(w.rng, []string{"1971-04-05", "1988-10-09", "1988-09-10"})
	}
	return r
}

// recordLane is the life of a record: versions in any order, some sent twice; it
// may be deleted, and may come back.
func (w *world) recordLane() []segment {
	ref, p := w.ref(), pick(w.rng, w.people)
	lane := []segment{w.versions(ref, p)}
	for w.rng.IntN(5) == 0 {
		lane = append(lane, segment{{Delete: &ref}})
		if w.rng.IntN(2) == 0 {
			lane = append(lane, w.versions(ref, p))
		}
	}
	return lane
}

func (w *world) versions(ref aloi.RecordRef, p resident) segment {
	var s segment
	var r *aloi.Record
	for ok := true; ok; ok = w.rng.IntN(3) == 0 {
		switch {
		case r != nil && w.rng.IntN(2) == 0:
			r = w.retouch(r)
		case w.rng.IntN(8) == 0: // a rectification that changes person
			r = w.record(ref, pick(w.rng, w.people))
		default:
			r = w.record(ref, p)
		}
		s = append(s, Operation{Put: r})
		if w.rng.IntN(6) == 0 {
			s = append(s, Operation{Put: r}) // sent twice
		}
	}
	return s
}

// retouch returns a version with little that is new, and nothing for matching.
func (w *world) retouch(r *aloi.Record) *aloi.Record {
	c := *r
	switch w.rng.IntN(4) {
	case 0:
		c.Version++
	case 1:
		c.UpdatedAt = w.time()
	case 2:
		c.Attributes = []aloi.FreeAttribute{{Name: "shoe_size", Value: pick(w.rng, []string{"38", "41", "44"})}}
	default:
		c.Consents, c.Interactions = nil, nil
		w.events(&c)
	}
	return &c
}

// judgementLane is what a steward, or two, held of a pair over time.
func (w *world) judgementLane() []segment {
	pair := [2]aloi.RecordRef{pick(w.rng, w.refs), pick(w.rng, w.refs)}
	turned := [2]aloi.RecordRef{pair[1], pair[0]}
	if pair[0] == pair[1] || w.judged[pair] || w.judged[turned] { // a pair has one lane: its judgements have an order
		return nil
	}
	w.judged[pair] = true
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
