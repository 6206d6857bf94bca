package main

import (
	"slices"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"aloi/engine"
	"aloi/matcher"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server/servertest"
)

// histories is how many histories a test of a change plays.
const histories = 4

// Every answer of a server that several clients call at once is one that it could have
// given if they had come one after another.
func TestHistories(t *testing.T) {
	s := servertest.Start(t)
	for seed := range uint64(histories) {
		h := newHistory(seed, time.Now())
		if err := h.play(t.Context(), s.Conn); err != nil {
			t.Fatal(err)
		}
		if err := h.check(); err != nil {
			t.Error(err)
		}
	}
}

// The same with a kill in the middle, on the real program.
func TestKilledHistory(t *testing.T) {
	j := &job{name: "histories", out: t.Output(), seed: 3, count: 1, dir: t.TempDir(), built: &programs{dir: t.TempDir()}}
	if err := runHistories(t.Context(), j); err != nil || len(j.tally.failures) > 0 {
		t.Fatal(err, j.tally.failures)
	}
	if want := "1 kills, 1 histories, 300 calls, "; j.tally.counted()[:len(want)] != want {
		t.Errorf("did %s", j.tally.counted())
	}
}

// legal reports whether the model explains a history.
func legal(ops []porcupine.Operation) bool { return porcupine.CheckOperations(islands.ToModel(), ops) }

// alone plays what one client calls.
func alone(t *testing.T) []porcupine.Operation {
	t.Helper()
	h := newHistory(7, time.Now())
	h.clients = h.clients[:1]
	h.islands = h.islands[:1]
	if err := h.play(t.Context(), servertest.Start(t).Conn); err != nil {
		t.Fatal(err)
	}
	if !legal(h.calls()) {
		t.Fatal("the history of one client is not legal")
	}
	return h.calls()
}

// The check sees what it is for: each answer of one client counts, and what was
// acknowledged and did not happen is missed.
func TestHistoriesThatAreWrong(t *testing.T) {
	ops := alone(t)
	for i, op := range ops {
		c, right := op.Input.(call), op.Output.(answer)
		for _, wrong := range wrongAnswers(c, right) {
			broken := slices.Clone(ops)
			broken[i].Output = wrong
			if legal(broken) {
				t.Errorf("call %d, %v: %v passes for %v", i, c, wrong, right)
			}
		}
	}
	lost := 0
	for i, op := range ops {
		if c := op.Input.(call); c.verb.reads() || op.Output.(answer).outcome == aloiv1.Outcome_OUTCOME_NOT_FOUND {
			continue
		}
		if !legal(slices.Delete(slices.Clone(ops), i, i+1)) { // as if the client had not called
			lost++
		}
	}
	if lost < 10 {
		t.Errorf("of the writes only %d are seen by what follows", lost)
	}
}

// wrongAnswers are answers that a call must not have if another one was right.
func wrongAnswers(c call, right answer) (wrong []answer) {
	change := func(f func(*answer)) {
		a := right
		f(&a)
		wrong = append(wrong, a)
	}
	switch {
	case c.verb == deleteRecord && right.outcome == aloiv1.Outcome_OUTCOME_DELETED:
		change(func(a *answer) { a.outcome = aloiv1.Outcome_OUTCOME_NOT_FOUND })
	case c.verb == putRecord && right.outcome != aloiv1.Outcome_OUTCOME_STALE:
		change(func(a *answer) { a.outcome = aloiv1.Outcome_OUTCOME_STALE })
	case c.verb == listJudgements:
		change(func(a *answer) { a.rulings[pair(c.a, c.b)] ^= 1 })
	case c.verb.reads() && right.missing:
		return []answer{{version: 1, group: 1 << c.a, permit: true}}
	case c.verb == getRecord:
		change(func(a *answer) { a.version = a.version%versions + 1 })
		change(func(a *answer) { a.acts ^= 1 })
	case c.verb == getEntity:
		change(func(a *answer) { a.group ^= 1 << c.b })
	case c.verb == decideRecord:
		change(func(a *answer) { a.permit = !a.permit })
	}
	return wrong
}

// A call that was cut off may have happened or not, until the server was dead.
func TestUnknownOutcome(t *testing.T) {
	in := newIsland(chance(1, 1), "i", time.Now())
	put := porcupine.Operation{Input: call{island: in, verb: putRecord, version: 1, act: noAct}, Output: answer{unknown: true}, Call: 1, Return: 4}
	read := func(at int64, out answer) porcupine.Operation {
		return porcupine.Operation{ClientId: 1, Input: call{island: in, verb: getRecord, act: noAct}, Output: out, Call: at, Return: at}
	}
	there, gone := answer{version: 1}, answer{missing: true}
	for _, c := range []struct {
		name string
		ops  []porcupine.Operation
		want bool
	}{
		{"happened", []porcupine.Operation{put, read(5, there)}, true},
		{"did not happen", []porcupine.Operation{put, read(5, gone)}, true},
		{"happened between", []porcupine.Operation{put, read(2, gone), read(3, there)}, true},
		{"happened late", []porcupine.Operation{put, read(5, gone), read(6, there)}, false},
		{"went again", []porcupine.Operation{put, read(5, there), read(6, gone)}, false},
	} {
		if got := legal(c.ops); got != c.want {
			t.Errorf("%s: legal %v, want %v", c.name, got, c.want)
		}
	}
}

// Islands are islands: whatever versions are stored, no two of them have a record in one
// entity, and records of one person of an island are together.
func TestIslands(t *testing.T) {
	h := newHistory(1, time.Now())
	var records []*matcher.Prepared
	var of []identity
	for _, in := range h.islands {
		for r := range int8(members) {
			for v := int8(1); v <= versions; v++ {
				records = append(records, shipped().Prepare(in.record(r, v)))
				of = append(of, in.people[in.person[r][v]])
			}
		}
	}
	p, err := engine.Partition(t.Context(), shipped(), records, nil, 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range of {
		for k := range of[:i] {
			if (of[i] == of[k]) != (p.Labels[i] == p.Labels[k]) {
				t.Fatalf("records of one person %v, in one entity %v", of[i] == of[k], p.Labels[i] == p.Labels[k])
			}
		}
	}
}
