package engine

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"aloi"
	"aloi/matcher"
	"aloi/store/badger"
)

// smallSets is how many data sets the laws below are tried on.
const smallSets = 40

// settled returns a store that a script was sent to, in some order, and what it holds.
func settled(t *testing.T, seed, stream uint64) (*subject, *script, *facts, *rand.Rand) {
	rng := lawRand(seed, stream)
	script := scriptOf(rng, seed)
	_, open := lawStore(seed)
	s := open(t)
	s.apply(t, script.order(rng, 1+rng.IntN(4)), 1+rng.IntN(100))
	return s, script, script.of(), rng
}

// same fails unless the store holds what the facts say.
func (w *subject) same(t *testing.T, seed uint64, f *facts, when string) {
	t.Helper()
	if d := w.read(t, f).differences(f.state(w.store)); d != "" {
		t.Errorf("seed %d, %s:\n%s", seed, when, d)
	}
}

// TestTwice is law 3: what is sent again changes nothing, and the answer says so.
func TestTwice(t *testing.T) {
	forSeeds(t, smallSets, func(t *testing.T, seed uint64) {
		s, script, facts, rng := settled(t, seed, 3)
		defer s.close(t)
		before := must(s.engine.Changes(context.Background(), 0, 1<<30))
		var again []Operation
		for _, lane := range script.lanes {
			if len(lane) > 0 {
				again = append(again, lane[len(lane)-1]...)
			}
		}
		rng.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		for _, ack := range must(s.engine.Apply(context.Background(), again)) {
			switch ack.Outcome {
			case aloi.OutcomeUnchanged, aloi.OutcomeStale, aloi.OutcomeNotFound:
			default:
				t.Errorf("seed %d: what was sent again is %s", seed, ack.Outcome)
			}
		}
		s.same(t, seed, facts, "after sending again")
		after := must(s.engine.Changes(context.Background(), 0, 1<<30))
		if string(must(json.Marshal(after))) != string(must(json.Marshal(before))) {
			t.Errorf("seed %d: the journal grew from %d to %d changes", seed, len(before), len(after))
		}
	})
}

// TestUndo is law 4: a judgement that is withdrawn, and a record that is deleted
// and sent again, leave everything as it was.
func TestUndo(t *testing.T) {
	forSeeds(t, smallSets, func(t *testing.T, seed uint64) {
		s, script, facts, rng := settled(t, seed, 4)
		defer s.close(t)
		want := facts.state(s.store)
		refs := slices.SortedFunc(mapsKeys(facts.records), aloi.RecordRef.Compare)
		for range 20 {
			a, b := pick(rng, refs), pick(rng, refs)
			j := aloi.Judgement{A: a, B: b, Verdict: pick(rng, []aloi.Verdict{aloi.VerdictSame, aloi.VerdictDifferent})}.Ordered()
			if _, judged := facts.judged[[2]aloi.RecordRef{j.A, j.B}]; judged || a == b {
				continue
			}
			s.apply(t, [][]Operation{{{Judge: &j}, {Withdraw: &[2]aloi.RecordRef{b, a}}}}, 1+rng.IntN(2))
		}
		if d := s.read(t, facts).differences(want); d != "" {
			t.Errorf("seed %d, judged and withdrawn:\n%s", seed, d)
		}
		for range 20 {
			lane := pick(rng, script.lanes)
			if len(lane) == 0 || lane[0][0].Put == nil || facts.records[lane[0][0].Put.Ref] == nil {
				continue
			}
			last := slices.Clone(lane[len(lane)-1])
			rng.Shuffle(len(last), func(i, j int) { last[i], last[j] = last[j], last[i] })
			s.apply(t, [][]Operation{append([]Operation{{Delete: &lane[0][0].Put.Ref}}, last...)}, 1+rng.IntN(3))
		}
		if d := s.read(t, facts).differences(want); d != "" {
			t.Errorf("seed %d, deleted and sent again:\n%s", seed, d)
		}
		s.verify(t, seed)
	})
}

func mapsKeys[K comparable, V any](m map[K]V) func(func(K) bool) {
	return func(yield func(K) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// verify fails unless the engine finds its own store in order (law 5).
func (w *subject) verify(t testing.TB, seed uint64) {
	t.Helper()
	report, err := w.engine.Verify(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		t.Errorf("seed %d: verify: %s: %s: %s", seed, f.Check, f.Where, f.Detail)
	}
}

// TestReopen is the end of law 4: a store that is closed and opened again is as it was.
func TestReopen(t *testing.T) {
	for seed := uint64(1); seed <= 3; seed++ {
		rng := lawRand(seed, 5)
		script := generate(rng, 30)
		dir := filepath.Join(t.TempDir(), "db")
		now, ops := newFacts(), script.order(rng, 1)[0]
		for start := 0; start < len(ops); start += 15 {
			db, err := badger.Open(dir, badger.Options{})
			if err != nil {
				t.Fatal(err)
			}
			s := openSubject(t, db)
			s.same(t, seed, now, "opened again")
			chunk := ops[start:min(start+15, len(ops))]
			s.apply(t, [][]Operation{chunk}, 4)
			for _, op := range chunk {
				now.apply(op)
			}
			s.verify(t, seed)
			s.close(t)
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestStores is law 8: one order gives the same answers, ids and all, on every store.
func TestStores(t *testing.T) {
	forSeeds(t, smallSets/4, func(t *testing.T, seed uint64) {
		rng := lawRand(seed, 6)
		ops := scriptOf(rng, seed).order(rng, 1)[0]
		batch := 1 + rng.IntN(30)
		var acks [2]string
		for i, db := range []*subject{openSubject(t, newMemory(t)), openSubject(t, newBadger(t))} {
			for chunk := range slices.Chunk(ops, batch) {
				acks[i] += string(must(json.Marshal(must(db.engine.Apply(context.Background(), chunk)))))
			}
			db.verify(t, seed)
			acks[i] += string(must(json.Marshal(must(db.engine.Changes(context.Background(), 0, 1<<30)))))
			db.close(t)
		}
		if acks[0] != acks[1] {
			t.Errorf("seed %d: the answers of memory and Badger differ", seed)
		}
	})
}

// TestCompare is law 6: a comparison is symmetric, and its weight is the sum of its parts.
func TestCompare(t *testing.T) {
	forSeeds(t, smallSets, func(t *testing.T, seed uint64) {
		w := newWorld(lawRand(seed, 7), 12)
		var records []*matcher.Prepared
		for range 40 {
			records = append(records, lawMatcher.Prepare(w.record(w.ref(), pick(w.rng, w.people))))
		}
		for i, a := range records {
			for _, b := range records[i:] {
				ab, ba := lawMatcher.Compare(a, b, nil), lawMatcher.Compare(b, a, nil)
				if ab.Link != ba.Link || ab.Link != lawMatcher.Weigh(a, b, nil) {
					t.Errorf("seed %d: %v, turned round %v, weighed %v", seed, ab.Link, ba.Link, lawMatcher.Weigh(a, b, nil))
				}
				sum := ab.Prior
				for _, e := range ab.Evidence {
					sum += e.Weight
				}
				if sum != ab.Weight {
					t.Errorf("seed %d: weight %d, prior and evidence %d", seed, ab.Weight, sum)
				}
			}
		}
	})
}
