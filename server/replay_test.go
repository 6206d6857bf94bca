package server_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"aloi"
	"aloi/consent"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server/servertest"
)

// orders is in how many random orders each vector is played.
const orders = 3

// unplayable are the vectors that no source can send, and why.
var unplayable = map[string]string{
	"S21": "an uncertainty of zero cannot be told from one that is not stated",
	"S25": "an uncertainty of zero cannot be told from one that is not stated",
	"I26": "to ask Decide about a record that is not stored is an error",
	"R37": "a suppression without a date is dated by the server",
}

// TestReplay plays the vectors of package consent through a server: records of four
// sources over a stream with their acts, judgements, suppressions and clicks, in the order
// in which they were recorded and otherwise in a random one; then asks what the vector asks.
func TestReplay(t *testing.T) {
	for _, vectors := range worlds(t) {
		for order := range uint64(orders) {
			t.Run(fmt.Sprintf("%s/%d", vectors[0].ID, order+1), func(t *testing.T) {
				w := newWorld(t, vectors[0].Policy)
				var actors []*actor
				for i := range vectors {
					actors = append(actors, play(&vectors[i], i, rand.New(rand.NewPCG(order, uint64(i)))))
				}
				w.play(actors, rand.New(rand.NewPCG(order, 1)))
				for _, a := range actors {
					w.checkIdentity(a)
					w.checkAnswer(a)
				}
			})
		}
	}
}

// worlds returns the vectors that are played, those of one policy in one store.
func worlds(t *testing.T) [][]consent.Vector {
	byPolicy := map[string][]consent.Vector{}
	left := len(unplayable)
	for _, file := range []string{"vectors.json", "own.json"} {
		for _, v := range vectorsOf(t, file) {
			if unplayable[v.ID] != "" {
				left--
				continue
			}
			policy := string(v.Policy.Text())
			byPolicy[policy] = append(byPolicy[policy], v)
		}
	}
	if left != 0 {
		t.Error("a vector that cannot be played is none of the vectors")
	}
	var all [][]consent.Vector
	for _, policy := range slices.Sorted(maps.Keys(byPolicy)) {
		vectors := byPolicy[policy]
		// Those of several people come first: names differ most between neighbours.
		slices.SortStableFunc(vectors, func(x, y consent.Vector) int { return len(y.Case.Records) - len(x.Case.Records) })
		all = append(all, vectors)
	}
	return all
}

func vectorsOf(t *testing.T, file string) []consent.Vector {
	f, err := os.Open("../consent/testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	vectors, err := consent.ReadVectors(f)
	if err != nil {
		t.Fatal(err)
	}
	return vectors
}

// world is a server whose clock shows what a vector says.
type world struct {
	*servertest.Server
	t   *testing.T
	now *atomic.Int64 // Unix seconds
}

func newWorld(t *testing.T, policy *consent.Policy) *world {
	now := &atomic.Int64{}
	clock := func() time.Time { return time.Unix(now.Load(), 0).UTC() }
	return &world{servertest.OpenWith(t, t.TempDir(), servertest.Options{Now: clock, Policy: policy}), t, now}
}

// play sends the steps of vectors, as time goes by.
func (w *world) play(actors []*actor, rng *rand.Rand) {
	var steps []step
	for _, a := range actors {
		steps = append(steps, a.steps...)
	}
	rng.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
	slices.SortStableFunc(steps, func(x, y step) int {
		if c := x.at.Compare(y.at); c != 0 {
			return c
		}
		return int(x.rank - y.rank)
	})
	for len(steps) > 0 {
		w.now.Store(steps[0].at.Unix())
		if call := steps[0].call; call != nil {
			if err := call(w.t.Context(), w.Server); err != nil {
				w.t.Fatal(err)
			}
			steps = steps[1:]
			continue
		}
		var ops []*aloiv1.Operation
		for at := steps[0].at; len(steps) > 0 && steps[0].put != nil && steps[0].at.Equal(at); steps = steps[1:] {
			ops = append(ops, servertest.Put(steps[0].put))
		}
		for _, ack := range w.Stream(ops...) {
			if ack.Outcome == aloiv1.Outcome_OUTCOME_REJECTED {
				w.t.Fatal(ack.Violations)
			}
		}
	}
}

// checkIdentity holds that the records of a vector are linked as it says, and to no others.
func (w *world) checkIdentity(a *actor) {
	w.t.Helper()
	one := unite(a.Vector, func(s aloi.LinkStrength) bool { return s != aloi.LinkWeak })
	core := unite(a.Vector, func(s aloi.LinkStrength) bool { return s == aloi.LinkAsserted || s == aloi.LinkDeterministic })
	records := a.Case.Records
	for i := range records {
		for k := range i {
			x, y := records[k].ID, records[i].ID
			why, err := w.Entities.Why(w.t.Context(), &aloiv1.WhyRequest{A: a.refs[x], B: a.refs[y]})
			if err != nil {
				w.t.Fatal(err)
			}
			if want := one[x] == one[y]; why.SameEntity != want {
				w.t.Errorf("%s: %s and %s are one person: %v, want %v (%.1f bits)", a.ID, x, y, why.SameEntity, want, why.Weight)
			}
			if got := aloi.LinkStrength(why.Strength); !linkFits(a.Vector, x, y, got, one, core) {
				w.t.Fatalf("%s: the link of %s and %s is %q (%.1f bits) %s %v", a.ID, x, y, got, why.Weight, why.Text, why.SharedKeys)
			}
		}
		home, err := w.Entities.Get(w.t.Context(), &aloiv1.GetRequest{By: &aloiv1.GetRequest_Record{Record: a.refs[records[i].ID]}})
		if err != nil {
			w.t.Fatal(err)
		}
		for _, m := range home.Entity.Members {
			if !slices.ContainsFunc(records, func(r consent.Record) bool { return a.refs[r.ID].RecordId == m.RecordId }) {
				w.t.Errorf("%s: %s is one with %s", a.ID, records[i].ID, m.RecordId)
			}
		}
	}
}

// linkFits reports whether a link is the one that a vector says. Where it says none, two
// records of one person, or of two that another pair links, may have what changes nothing.
func linkFits(v *consent.Vector, x, y string, got aloi.LinkStrength, one, core map[string]int) bool {
	for _, l := range v.Case.Links {
		if l.A == x && l.B == y || l.A == y && l.B == x {
			return got == l.Strength
		}
	}
	switch {
	case core[x] == core[y]:
		return true
	case one[x] == one[y]:
		return got == "" || got == aloi.LinkWeak || got == aloi.LinkStrong
	}
	return got == "" || got == aloi.LinkWeak && slices.ContainsFunc(v.Case.Links, func(l consent.Link) bool {
		return l.Strength == aloi.LinkWeak && (one[l.A] == one[x] && one[l.B] == one[y] || one[l.A] == one[y] && one[l.B] == one[x])
	})
}

// checkAnswer asks what a vector asks.
func (w *world) checkAnswer(a *actor) {
	w.t.Helper()
	resp, err := w.Consent.Decide(w.t.Context(), &aloiv1.DecideRequest{Subject: &aloiv1.Subject{Of: &aloiv1.Subject_Record{Record: a.asked()}}, Question: a.question()})
	if err != nil {
		w.t.Fatal(err)
	}
	if len(resp.Verdicts) != 1 {
		w.t.Fatalf("%s: %d verdicts", a.ID, len(resp.Verdicts))
	}
	got := resp.Verdicts[0]
	want := a.Expect
	scoped := want.Scope != nil && *want.Scope == consent.Scoped
	if got.Permit != (want.Decision == consent.Permit) || got.Reason != string(want.Reason) || want.Scope != nil && got.Scoped != scoped {
		w.t.Errorf("%s %s: permit %v %s scoped %v, want %s %s", a.ID, a.Title, got.Permit, got.Reason, got.Scoped, want.Decision, want.Reason)
	}
}
