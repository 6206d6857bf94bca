package engine

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"aloi"
	"aloi/consent"
	"aloi/store"
)

// TestVerifyLogFindsNothing holds that whatever people, sources and stewards do, in any
// batches, the log proves all of it: also to who kept the checkpoint of each step.
func TestVerifyLogFindsNothing(t *testing.T) {
	forSeeds(t, smallSets, func(t *testing.T, seed uint64) {
		rng := lawRand(seed, 23)
		script := generate(rng, 4+rng.IntN(20))
		consenting(rng, script)
		_, open := lawStore(seed)
		s, f := open(t), newConsentFacts()
		defer s.close(t)
		var kept []string
		for batch := range slices.Chunk(script.order(rng, 1)[0], 1+rng.IntN(8)) {
			for _, op := range batch {
				f.apply(op)
			}
			for range rng.IntN(4) {
				if op, ok := anyAct(t, rng, s, f); ok {
					batch = append(batch, op)
				}
			}
			s.apply(t, [][]Operation{batch}, len(batch))
			text, err := s.engine.Checkpoint(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			kept = append(kept, text)
		}
		report, err := s.engine.VerifyLog(context.Background(), AuditOptions{Checkpoints: kept, Now: lawClock}, nil)
		if err != nil || report.Differences > 0 {
			t.Errorf("%v, findings %v", err, report.Findings)
		}
		s.verify(t, seed)
	})
}

// anyAct draws what comes beside records: said to a person, ruled on, suppressed.
func anyAct(t *testing.T, rng *rand.Rand, s *subject, f *consentFacts) (op Operation, ok bool) {
	refs := slices.SortedFunc(maps.Keys(f.records), aloi.RecordRef.Compare)
	if len(refs) < 2 {
		return op, false
	}
	w := &world{rng: rng}
	a, b := pick(rng, refs), pick(rng, refs)
	e := w.consentEvent(nil, []string{"email:personne@example.org"})
	switch rng.IntN(7) {
	case 0: // to the person, so that each record has a copy; some records have the event already
		entity, err := s.engine.EntityOf(context.Background(), a)
		if err != nil {
			return op, false // it comes in this batch, or leaves
		}
		e.Kind, e.ContactPoint = aloi.ConsentObjected, ""
		op.Consent = &ConsentOperation{Subject: Subject{Entity: entity.ID}, Event: e}
	case 1, 2:
		op.Judge = &aloi.Judgement{A: a, B: b, Verdict: pick(rng, []aloi.Verdict{aloi.VerdictSame, aloi.VerdictSame, aloi.VerdictDifferent}), Steward: "claire", Reason: fmt.Sprint(rng.IntN(3))}
		return op, a != b
	case 3:
		op.Withdraw = &[2]aloi.RecordRef{a, b}
		return op, a != b
	case 4:
		op.Suppress = &aloi.Suppression{Point: fmt.Sprintf("email:personne%d@example.org", rng.IntN(3)), Reason: pick(rng, []string{"ERASED", "OBJECTED"})}
	case 5:
		return Operation{Delete: &a}, rng.IntN(4) == 0
	default:
		op.Assign = &Assignment{EventID: saidEvent(t, s, rng, a), Record: a, Steward: "claire"}
		return op, op.Assign.EventID != ""
	}
	return op, true
}

// saidEvent returns an event of a record that was said to its entity, empty for none.
func saidEvent(t *testing.T, s *subject, rng *rand.Rand, ref aloi.RecordRef) (id string) {
	t.Helper()
	err := s.store.View(context.Background(), func(r *store.Reader) error {
		n, err := r.Number(s.store.RefHash(ref))
		if err != nil || n == 0 {
			return err
		}
		text, err := r.Dossier(n)
		if err != nil {
			return err
		}
		d, err := consent.ReadDossier(slices.Clone(text))
		if err != nil {
			return err
		}
		var said []string
		for _, e := range d.Events {
			if len(e.Said) > 0 {
				said = append(said, e.ID)
			}
		}
		if len(said) > 0 {
			id = pick(rng, said)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}
