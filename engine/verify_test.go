package engine_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
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
	r.Consents = []aloi.ConsentEvent{{Kind: aloi.ConsentGiven, Time: testNow, Purposes: []string{"newsletter"}}}
	r.Interactions = []aloi.Interaction{{Kind: aloi.InteractionPurchase, Time: testNow}}
	f.store(t, anneStore(), anneWeb(), anneSAV(), r, stranger(1), stranger(2), stranger(3))
	list := ops(same(joinedA, joinedB))
	for i := range matcher.BlockCap + 1 {
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

// block returns a block of Anne's that both records with her e-mail address are in.
func (s *scene) block() (store.BlockID, *store.Block) {
	theirs := s.features(inSAV).Blocks
	for _, id := range s.features(inWeb).Blocks {
		if slices.Contains(theirs, id) {
			return id, read(s, func(r *store.Reader) (*store.Block, error) { return r.Block(id) })
		}
	}
	s.t.Fatal("no common block")
	return 0, nil
}

// common returns the block of the crowd.
func (s *scene) common() store.BlockID {
	for _, id := range s.features(ref("web", "s100")).Blocks {
		if read(s, func(r *store.Reader) (*store.Block, error) { return r.Block(id) }).TooCommon {
			return id
		}
	}
	s.t.Fatal("no block is too common")
	return 0
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

// The keys that the damage erases (docs/format.md).
func numbered(family byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{family}, n)
}

func hashed(family byte, hashes ...store.RefHash) []byte {
	key := []byte{family}
	for _, h := range hashes {
		key = append(key, h[:]...)
	}
	return key
}

// damage is one thing that is wrong, sealed with the right checksum, and the check
// that must name it. It is written, or erased.
type damage struct {
	name, check string
	write       func(s *scene, w *store.Writer) error
	erase       func(s *scene) []byte
}

var nobody = ref("web", "nobody")

const noNumber = 9999 // of no record and no entity

var recordDamage = []damage{
	{"index entry erased", "record index", nil, func(s *scene) []byte { return hashed('n', s.st.RefHash(ofMarc)) }},
	{"index entry of another record", "record index", func(s *scene, w *store.Writer) error {
		return w.SetNumber(s.st.RefHash(ofMarc), s.number(inWeb))
	}, nil},
	{"index entry without a record", "orphan", func(s *scene, w *store.Writer) error {
		return w.SetNumber(s.st.RefHash(nobody), noNumber)
	}, nil},
	{"value altered", "record content", func(s *scene, w *store.Writer) error {
		r := s.record(ofMarc)
		r.Record.Note = "une note d'ailleurs"
		return w.SetRecord(r)
	}, nil},
	{"record erased", "orphan", nil, func(s *scene) []byte { return numbered('r', s.number(ofMarc)) }},
	{"features erased", "features", nil, func(s *scene) []byte { return numbered('f', s.number(ofMarc)) }},
	{"features of another record", "features", func(s *scene, w *store.Writer) error {
		return w.SetFeatures(s.number(ofMarc), s.features(inWeb))
	}, nil},
	{"features of no record", "orphan", func(s *scene, w *store.Writer) error {
		return w.SetFeatures(noNumber, s.features(inWeb))
	}, nil},
	{"consent event of another record", "events", func(s *scene, w *store.Writer) error {
		return w.AddConsent(s.number(inWeb), store.ContentHash{1}, aloi.ConsentEvent{Kind: aloi.ConsentGiven})
	}, nil},
	{"consent event not counted", "events", func(s *scene, w *store.Writer) error {
		r := s.record(ofMarc)
		r.Consents--
		return w.SetRecord(r)
	}, nil},
	{"interaction of no record", "orphan", func(s *scene, w *store.Writer) error {
		return w.AddInteraction(noNumber, store.ContentHash{1}, aloi.Interaction{Kind: aloi.InteractionPurchase})
	}, nil},
}

var blockDamage = []damage{
	{"member taken out", "block", func(s *scene, w *store.Writer) error {
		id, b := s.block()
		b.Members, b.Size = b.Members[1:], b.Size-1
		return w.SetBlock(id, b)
	}, nil},
	{"member replaced", "block", func(s *scene, w *store.Writer) error {
		id, b := s.block()
		b.Members[len(b.Members)-1] = s.number(alone)
		return w.SetBlock(id, b)
	}, nil},
	{"block erased", "block", nil, func(s *scene) []byte {
		id, _ := s.block()
		return numbered('b', uint64(id))
	}},
	{"block of no record", "block", func(s *scene, w *store.Writer) error {
		return w.SetBlock(1, &store.Block{Size: 1, Members: []uint64{1}})
	}, nil},
	{"block too common before its time", "block", func(s *scene, w *store.Writer) error {
		id, b := s.block()
		return w.SetBlock(id, &store.Block{Size: b.Size, TooCommon: true})
	}, nil},
	{"spilled members of a block that is not too common", "block", func(s *scene, w *store.Writer) error {
		id, _ := s.block()
		return w.AddSpill(id, s.number(inWeb))
	}, nil},
	{"member of the crowd taken out", "block", func(s *scene, w *store.Writer) error {
		return w.RemoveSpill(s.common(), s.number(ref("web", "s100")))
	}, nil},
	{"nobody in the crowd", "orphan", func(s *scene, w *store.Writer) error { return w.AddSpill(s.common(), noNumber) }, nil},
}

var linkDamage = []damage{
	{"link on one side", "links", func(s *scene, w *store.Writer) error { return w.SetLinks(s.number(inWeb), nil) }, nil},
	{"link on no side", "links", func(s *scene, w *store.Writer) error {
		without := func(x, y aloi.RecordRef) error {
			return w.SetLinks(s.number(x), slices.DeleteFunc(s.links(x), func(l store.Link) bool { return l.Other == s.number(y) }))
		}
		return errors.Join(without(inWeb, inSAV), without(inSAV, inWeb))
	}, nil},
	{"weight altered", "links", func(s *scene, w *store.Writer) error {
		links := s.links(inSAV)
		links[0].Weight++
		return w.SetLinks(s.number(inSAV), links)
	}, nil},
	{"links of no record", "orphan", func(s *scene, w *store.Writer) error { return w.SetLinks(noNumber, s.links(inSAV)) }, nil},
	{"judgement erased", "judgement index", nil, func(s *scene) []byte { return hashed('j', s.st.RefHash(joinedA), s.st.RefHash(joinedB)) }},
	{"judgement index erased", "judgement index", nil, func(s *scene) []byte { return hashed('g', s.st.RefHash(joinedB)) }},
	{"judgement altered", "partition", func(s *scene, w *store.Writer) error {
		return w.SetJudgement(aloi.Judgement{A: joinedA, B: joinedB, Verdict: aloi.VerdictDifferent})
	}, nil},
	{"judgement not counted", "count", func(s *scene, w *store.Writer) error {
		return w.SetJudgement(aloi.Judgement{A: alone, B: nobody, Verdict: aloi.VerdictDifferent})
	}, nil},
}

var entityDamage = []damage{
	{"record in another entity", "partition", func(s *scene, w *store.Writer) error {
		return w.SetEntityOf(s.number(alone), s.home(ofMarc))
	}, nil},
	{"record in no entity", "entity of record", nil, func(s *scene) []byte { return numbered('m', s.number(alone)) }},
	{"place of no record", "orphan", func(s *scene, w *store.Writer) error { return w.SetEntityOf(noNumber, s.home(ofMarc)) }, nil},
	{"two people in one entity", "partition", func(s *scene, w *store.Writer) error {
		e := s.entity(ofMarc)
		e.Members = append(e.Members, s.number(alone))
		return errors.Join(w.SetEntityOf(s.number(alone), e.Number), w.SetEntity(e))
	}, nil},
	{"member taken out", "entity", func(s *scene, w *store.Writer) error {
		e := s.entity(inWeb)
		e.Members = e.Members[1:]
		return w.SetEntity(e)
	}, nil},
	{"entity without records", "entity", func(s *scene, w *store.Writer) error {
		return w.SetEntity(&store.Entity{Number: noNumber})
	}, nil},
	{"entity erased", "entity", nil, func(s *scene) []byte { return numbered('e', s.home(inWeb)) }},
	{"golden value altered", "golden record", func(s *scene, w *store.Writer) error {
		e := s.entity(inWeb)
		e.Golden[0].Value += "x"
		return w.SetEntity(e)
	}, nil},
	{"provenance altered", "golden record", func(s *scene, w *store.Writer) error {
		e := s.entity(inWeb)
		e.Golden[0].Record = ofMarc
		return w.SetEntity(e)
	}, nil},
	{"golden value taken out", "golden record", func(s *scene, w *store.Writer) error {
		e := s.entity(inWeb)
		e.Golden = e.Golden[1:]
		return w.SetEntity(e)
	}, nil},
	{"live entity redirected", "entity", func(s *scene, w *store.Writer) error {
		e := s.entity(alone)
		return errors.Join(w.RedirectEntity(e.Number, s.home(ofMarc)), w.SetEntity(e))
	}, nil},
	{"redirect erased", "redirect", nil, func(s *scene) []byte { return numbered('x', s.lost()) }},
	{"redirect to itself", "redirect", func(s *scene, w *store.Writer) error { return w.RedirectEntity(s.lost(), s.lost()) }, nil},
	{"redirect to a younger entity", "redirect", func(s *scene, w *store.Writer) error {
		return w.RedirectEntity(s.lost(), s.home(ref("web", "s150")))
	}, nil},
	{"redirect to nothing known", "redirect", func(s *scene, w *store.Writer) error {
		return w.RedirectEntity(noNumber, noNumber-1)
	}, nil},
}

// countDamage changes each counter by one.
func countDamage() (list []damage) {
	for name, edit := range map[string]func(c *store.Counters){
		"records":         func(c *store.Counters) { c.Records++ },
		"entities":        func(c *store.Counters) { c.Entities-- },
		"judgements":      func(c *store.Counters) { c.Judgements++ },
		"next record":     func(c *store.Counters) { c.NextRecord-- },
		"next entity":     func(c *store.Counters) { c.NextEntity-- },
		"journal's place": func(c *store.Counters) { c.Sequence-- },
	} {
		list = append(list, damage{name, "count", func(s *scene, w *store.Writer) error {
			c := s.counters()
			edit(&c)
			return w.SetCounters(c)
		}, nil})
	}
	return list
}

// TestVerifyNamesDamage plants one thing at a time that is wrong and sealed as if it
// were right: the report names it by the check that is there for it.
func TestVerifyNamesDamage(t *testing.T) {
	for group, list := range map[string][]damage{
		"records": recordDamage, "blocks": blockDamage, "links": linkDamage, "entities": entityDamage, "counts": countDamage(),
	} {
		for _, d := range list {
			t.Run(group+"/"+d.name, func(t *testing.T) {
				s := newScene(t)
				s.plant(d)
				report, err := s.Verify(t.Context(), nil)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.ContainsFunc(report.Findings, func(f engine.Finding) bool { return f.Check == d.check && f.Where != "" && f.Detail != "" }) {
					t.Errorf("findings %v, want one of check %q", report.Findings, d.check)
				}
				if report.Differences != len(report.Findings) {
					t.Errorf("%d differences, %d findings", report.Differences, len(report.Findings))
				}
			})
		}
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
// and no finding, in every family of keys (the marks of M are read on opening): what cannot be read cannot be compared.
func TestVerifyStopsAtABrokenValue(t *testing.T) {
	for _, family := range []byte("nrfbslmexjgvic") {
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
			if err := w.AddSpill(7, noNumber+n); err != nil {
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

func TestVerifyTellsAndEnds(t *testing.T) {
	s := newScene(t)
	seen := map[string]int{}
	report, err := s.Verify(t.Context(), func(step string, done, total int) {
		if done < 1 || done > total {
			t.Errorf("%s: %d of %d", step, done, total)
		}
		seen[step] = max(seen[step], done)
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
