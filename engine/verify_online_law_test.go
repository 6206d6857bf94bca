package engine

import (
	"context"
	"slices"
	"sync"
	"testing"

	"aloi"
	"aloi/store"
	"aloi/store/kv"
)

// verifyRounds is how often a store is verified while it changes, verifyAfter how many
// batches it has by then, so that one takes a while.
const (
	verifyRounds = 10
	verifyAfter  = 30
)

// TestVerifyWhileIngesting holds that a verification is of one moment: whatever comes, goes
// and is ruled on meanwhile, nothing differs.
func TestVerifyWhileIngesting(t *testing.T) {
	for name, open := range map[string]func(testing.TB) kv.DB{"memory": newMemory, "badger": newBadger} {
		t.Run(name, func(t *testing.T) {
			s := openSubject(t, open(t))
			defer s.close(t)
			stop := ingesting(t, s, 1)
			if err := s.engine.Wait(context.Background(), verifyAfter); err != nil {
				t.Fatal(err)
			}
			moved := 0
			for range verifyRounds {
				before := s.engine.Sequence()
				report, err := s.engine.Verify(context.Background(), nil)
				if err != nil || report.Differences > 0 {
					t.Errorf("%v, findings %v", err, report.Findings)
				}
				if s.engine.Sequence() > before {
					moved++
				}
			}
			stop()
			if moved < verifyRounds/2 {
				t.Errorf("the store changed during %d of %d verifications only", moved, verifyRounds)
			}
			s.verify(t, 1)
		})
	}
}

// ingesting sends people, with what they say and what stewards say of them, until the
// caller stops it.
func ingesting(t *testing.T, s *subject, seed uint64) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var sent sync.WaitGroup
	sent.Go(func() {
		for rng := lawRand(seed, 31); ctx.Err() == nil; {
			script := generate(rng, 40)
			consenting(rng, script)
			for batch := range slices.Chunk(script.order(rng, 1)[0], 5) {
				if ctx.Err() == nil {
					s.apply(t, [][]Operation{batch}, len(batch))
				}
			}
		}
	})
	return func() {
		cancel()
		sent.Wait()
	}
}

// TestVerifyUnderTheModelOfItsState holds that a state of the store is verified under the
// model that it was resolved under, though another has come into force since, and not at all
// in the middle of an adoption.
func TestVerifyUnderTheModelOfItsState(t *testing.T) {
	s, _, _, _ := settled(t, 2, 32)
	defer s.close(t)
	before := s.engine.inForce.Load()
	for _, model := range lawModels() {
		must(s.engine.Adopt(context.Background(), model, nil))
		after := s.engine.inForce.Load()
		s.engine.inForce.Store(before)
		s.verify(t, 2)
		s.engine.inForce.Store(after)
	}
	if err := s.store.Update(context.Background(), func(w *store.Writer) error { return w.SetMeta(metaAdopting, []byte(before.text)) }); err != nil {
		t.Fatal(err)
	}
	if _, err := s.engine.Verify(context.Background(), nil); aloi.CodeOf(err) != aloi.CodeUnavailable {
		t.Errorf("in the middle of an adoption: %v", err)
	}
}
