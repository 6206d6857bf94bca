package engine_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"aloi"
	"aloi/engine"
	"aloi/matcher"
	"aloi/store"
	"aloi/store/kv"
)

// The scene of the damage: Anne in three records, Marc, two strangers who a steward
// brought together, one more, and a crowd with one phone.
var (
	joinedA, joinedB = ref("web", "s1"), ref("web", "s2")
	alone            = ref("web", "s3")
)

const crowdPhone = "0142681153"

// scene is such a store.
type scene struct {
	*fixture
	t *testing.T
}

func newScene(t *testing.T) *scene {
	f := on(t, engine.NewMemory(t))
	r := marc()
	asked := grant("r1", marcsMail)
	asked.Kind, asked.Token = aloi.ConsentRequested, marcsToken
	r.Consents = []aloi.ConsentEvent{{Kind: aloi.ConsentGiven, Time: testNow, Purposes: []string{"newsletter"}}, withdrawn("w1", marcsMail), asked}
	r.Interactions = []aloi.Interaction{{Kind: aloi.InteractionPurchase, Time: testNow}}
	f.store(t, anneStore(), anneWeb(), anneSAV(), r, stranger(1), stranger(2), stranger(3))
	list := ops(same(joinedA, joinedB), act(ofRecord("web", "waited for"), withdrawn("w2", "")),
		engine.Operation{Suppress: &aloi.Suppression{Point: suppressedMail, Reason: "OBJECTED"}})
	for i := range matcher.WideCap + 1 {
		c := stranger(100 + i)
		c.Phones = []string{crowdPhone}
		list = append(list, put(c))
	}
	if err := second(f.Apply(t.Context(), list)); err != nil {
		t.Fatal(err)
	}
	f.clean(t)
	return &scene{f, t}
}

// record and those below read a part of the scene as it is stored.
func (s *scene) record(ref aloi.RecordRef) *store.Record {
	return read(s, func(r *store.Reader) (*store.Record, error) { return r.Record(s.number(ref)) })
}

func (s *scene) number(ref aloi.RecordRef) uint64 {
	return read(s, func(r *store.Reader) (uint64, error) { return r.Number(s.st.RefHash(ref)) })
}

func (s *scene) home(ref aloi.RecordRef) uint64 {
	return read(s, func(r *store.Reader) (uint64, error) { return r.EntityOf(s.number(ref)) })
}

func (s *scene) entity(ref aloi.RecordRef) *store.Entity {
	return read(s, func(r *store.Reader) (*store.Entity, error) { return r.Entity(s.home(ref)) })
}

func (s *scene) features(ref aloi.RecordRef) *store.Features {
	return read(s, func(r *store.Reader) (*store.Features, error) { return r.Features(s.number(ref)) })
}

func (s *scene) links(ref aloi.RecordRef) []store.Link {
	return read(s, func(r *store.Reader) ([]store.Link, error) { return r.Links(s.number(ref)) })
}

func (s *scene) counters() store.Counters {
	return read(s, func(r *store.Reader) (store.Counters, error) { return r.Counters() })
}

// lost returns an entity that is no more.
func (s *scene) lost() uint64 {
	return read(s, func(r *store.Reader) (lost uint64, err error) {
		err = r.EachRedirect(func(from, _ uint64) error {
			lost = from
			return nil
		})
		return lost, err
	})
}

func read[T any](s *scene, fn func(*store.Reader) (T, error)) (v T) {
	s.t.Helper()
	err := s.st.View(s.t.Context(), func(r *store.Reader) (err error) {
		v, err = fn(r)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return v
}

// TestVerifyNamesDamage plants one thing at a time that is wrong and sealed as if it
// were right: the report names it by the check that is there for it.
func TestVerifyNamesDamage(t *testing.T) {
	broken := map[string]bool{}
	for group, list := range map[string][]damage{
		"records": recordDamage, "blocks": blockDamage, "links": linkDamage, "entities": entityDamage, "ledger": ledgerDamage,
		"counts": countDamage(), "journal": journalDamage, "keys": keyDamage,
	} {
		for _, d := range list {
			id, _, _ := strings.Cut(d.check, " ")
			broken[id] = true
			t.Run(group+"/"+d.name, func(t *testing.T) {
				s := newScene(t)
				s.plant(d)
				report, err := s.Verify(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.ContainsFunc(report.Findings, func(f engine.Finding) bool {
					return f.Invariant+" "+f.Check == d.check && f.Where != "" && f.Detail != ""
				}) {
					t.Errorf("findings %v, want one of check %q", report.Findings, d.check)
				}
				if report.Differences != len(report.Findings) {
					t.Errorf("%d differences, %d findings", report.Differences, len(report.Findings))
				}
				countByInvariant(t, report)
			})
		}
	}
	report, err := open(t).Verify(t.Context(), nil)
	if err != nil || len(report.Invariants) != 16 {
		t.Fatalf("%d invariants, %v", len(report.Invariants), err)
	}
	for _, i := range report.Invariants {
		if i.Checked != broken[i.ID] || i.Sentence == "" {
			t.Errorf("%s: checked %v, broken here %v", i.ID, i.Checked, broken[i.ID])
		}
	}
}

// countByInvariant holds that each difference is counted for the invariant that it breaks,
// and that only such are broken as were looked at.
func countByInvariant(t *testing.T, report *engine.Report) {
	t.Helper()
	counts := map[string]int{}
	for _, f := range report.Findings {
		counts[f.Invariant]++
	}
	for _, i := range report.Invariants {
		if i.Differences != counts[i.ID] || i.Differences > 0 && !i.Checked {
			t.Errorf("%s: %d differences, %d findings, checked %v", i.ID, i.Differences, counts[i.ID], i.Checked)
		}
	}
}

// TestVerifyNamesStrayKeys holds that a key which belongs to nothing is found.
func TestVerifyNamesStrayKeys(t *testing.T) {
	for _, key := range [][]byte{{'z'}, {'Z', 1, 2}, {'r'}, {'r', 1}, append(numbered('r', 1), 0), {'M'}, hashed('v', store.RefHash{}), append(hashed('p', store.RefHash{}), 1)} {
		t.Run(fmt.Sprintf("%x", key), func(t *testing.T) {
			s := open(t)
			if err := s.db.Update(t.Context(), func(tx kv.Txn) error { return tx.Set(key, []byte("x")) }); err != nil {
				t.Fatal(err)
			}
			report, err := s.Verify(t.Context(), nil)
			if err != nil || len(report.Findings) != 1 || report.Findings[0].Invariant != "I14" || report.Findings[0].Where != fmt.Sprintf("key %x", key) {
				t.Errorf("%v, findings %v", err, report.Findings)
			}
		})
	}
}

func (s *scene) plant(d damage) {
	s.t.Helper()
	before := s.digest(s.t)
	var err error
	if d.write != nil {
		err = s.st.Update(s.t.Context(), func(w *store.Writer) error { return d.write(s, w) })
	} else {
		err = s.db.Update(s.t.Context(), func(tx kv.Txn) error { return tx.Delete(d.erase(s)) })
	}
	if err != nil {
		s.t.Fatal(err)
	}
	if s.digest(s.t) == before {
		s.t.Fatal("no damage was done")
	}
}

// TestVerifyStopsAtABrokenValue holds that a value that fails its checksum is an error
// and no finding: what cannot be read cannot be compared. The marks (family M) are read
// on opening.
func TestVerifyStopsAtABrokenValue(t *testing.T) {
	for _, family := range []byte("nrflmexjgvicwptd") {
		t.Run(fmt.Sprintf("family %c", family), func(t *testing.T) {
			s := newScene(t)
			err := s.db.Update(t.Context(), func(tx kv.Txn) error {
				var key, value []byte
				err := tx.Scan(kv.Prefix([]byte{family}), func(k, v []byte) error {
					key, value = slices.Clone(k), slices.Clone(v)
					return nil
				})
				value[len(value)-1] ^= 4
				return errors.Join(err, tx.Set(key, value))
			})
			if err != nil {
				t.Fatal(err)
			}
			if report, err := s.Verify(t.Context(), nil); aloi.CodeOf(err) != aloi.CodeCorrupt {
				t.Errorf("%v, findings %v", err, report.Findings)
			}
		})
	}
}

// TestVerifyBoundsItsFindings holds that a store of which nothing is right is reported
// in a list that can be read, and counted whole.
func TestVerifyBoundsItsFindings(t *testing.T) {
	f := open(t)
	err := f.st.Update(t.Context(), func(w *store.Writer) error {
		for n := range uint64(engine.MaxFindings + 200) {
			if err := w.SetEntityOf(noNumber+n, 1); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	report, err := f.Verify(t.Context(), nil)
	if err != nil || len(report.Findings) != engine.MaxFindings || report.Differences != engine.MaxFindings+200 {
		t.Errorf("%d findings of %d, %v", len(report.Findings), report.Differences, err)
	}
}

// TestVerifyOfAnOldState holds that a verification of which the store has moved on too far to
// know the blocks says that it did not look at them, and still finds what else is wrong.
func TestVerifyOfAnOldState(t *testing.T) {
	for _, broken := range []bool{false, true} {
		s := newScene(t)
		if broken {
			s.plant(damage{"features", "", func(s *scene, w *store.Writer) error {
				f := s.features(ofMarc)
				return w.SetFeatures(s.number(ofMarc), f, &store.Features{Ref: f.Ref, Blocks: f.Blocks, Prepared: []byte("others")})
			}, nil})
		}
		var once sync.Once
		report, err := s.Verify(t.Context(), func(string, int, int) { once.Do(s.moveOn) })
		if err != nil || report.Differences > 0 != broken {
			t.Fatalf("%v, findings %v", err, report.Findings)
		}
		for _, i := range report.Invariants {
			switch {
			case i.ID == "I4" && i.Checked != broken:
				t.Errorf("I4 was looked at: %t, and is known to be broken: %t", i.Checked, broken)
			case (i.ID == "I5" || i.ID == "I14") && !i.Checked:
				t.Errorf("%s was not looked at", i.ID)
			}
		}
	}
}

// moveOn moves a record that nobody asks for between so many blocks that no state of before
// is known.
func (s *scene) moveOn() {
	const blocks, enough = 60_000, 3 << 20 // features of half a MiB
	f, none := &store.Features{}, &store.Features{}
	for i := range uint64(blocks) {
		f.Blocks = append(f.Blocks, store.BlockID(i<<40))
	}
	for moved := 0; moved < enough; moved += 2 * blocks {
		for _, m := range [][2]*store.Features{{none, f}, {f, none}} {
			if err := s.st.Update(context.Background(), func(w *store.Writer) error { return w.SetFeatures(noNumber, m[0], m[1]) }); err != nil {
				s.t.Error(err)
			}
		}
	}
}

func TestVerifyTellsAndEnds(t *testing.T) {
	s := newScene(t)
	seen := map[string]int{}
	report, err := s.Verify(t.Context(), func(step string, done, total int) {
		if done < 1 || done > total {
			t.Errorf("%s: %d of %d", step, done, total)
		}
		seen[step] = max(seen[step], done)
		if _, err := s.Verify(t.Context(), nil); aloi.CodeOf(err) != aloi.CodeUnavailable {
			t.Errorf("two verifications at once: %v", err)
		}
	})
	if err != nil || seen["records"] != int(s.counters().Records) || seen["blocks"] == 0 {
		t.Errorf("progress %v, %v", seen, err)
	}
	if report.Records != s.counters().Records || report.Entities != s.counters().Entities || report.Judgements != 1 || report.Links < 3 || report.Blocks == 0 {
		t.Errorf("report %+v", report)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Verify(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
