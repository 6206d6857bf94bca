package engine_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"aloi"
	"aloi/consent"
	"aloi/engine"
	"aloi/internal/audit"
	"aloi/store"
	"aloi/store/kv"
)

const (
	scenesNotice = "J'accepte de recevoir la lettre de la maison."
	scenesToken  = "jeton-7f3a91"
	manyEvents   = 140 // so that the tree has more than one tile, and stored inner hashes
)

var gone = ref("sav", "T9") // a record that was removed

// personal are values that no report may hold.
var personal = []string{
	"lefèvre", "lefevre", "dubreuil", "anne", "marc", "@example", "1984", "0639", "+336", "claire", "téléphone", "192.0.2", scenesToken, "recevoir", "T7", "T9",
}

// logScene is a store with everything that the log proves: events of records, with a
// notice, a token, said to an entity and assigned; on contact points and waiting; erased
// ones; suppressions, judgements, a campaign.
type logScene struct {
	*scene
	kept []string // checkpoints kept elsewhere
	now  time.Time

	wantsMore int // findings besides the first
}

func newLogScene(t *testing.T, db kv.DB) *logScene {
	f := on(t, db)
	s := &logScene{scene: &scene{f, t}}
	hash := sha256.Sum256([]byte(scenesNotice))
	g := grant("g1", annesMail)
	g.Evidence = append(g.Evidence, aloi.FreeAttribute{Name: "notice_hash", Value: strings.ToUpper(hex.EncodeToString(hash[:]))})
	asked := grant("r1", annesMail)
	asked.Kind, asked.Token, asked.Time = aloi.ConsentRequested, scenesToken, testNow.Add(-10*time.Minute)
	many := marc()
	for i := range manyEvents {
		e := withdrawn(fmt.Sprint("m", i), "")
		e.Time = testNow.Add(-time.Duration(i) * time.Hour)
		many.Consents = append(many.Consents, e)
	}
	old := saying(person("sav", "T9", "Luc", "Moreau", "", "luc.moreau@example.org", ""), grant("l1", "email:luc.moreau@example.org"), withdrawn("l2", ""))
	s.apply(
		engine.Operation{Notice: &aloi.Notice{Name: "v3", Language: "fr", Text: scenesNotice}},
		put(saying(anneWeb(), g, asked, withdrawn("w1", annesMail))), put(anneSAV()), put(many), put(old), put(stranger(1)), put(stranger(2)), put(stranger(3)),
		engine.Operation{Confirm: &engine.Confirmation{Token: scenesToken, Evidence: []aloi.FreeAttribute{{Name: "ip", Value: "192.0.2.7"}}}},
		engine.Operation{Suppress: &aloi.Suppression{Point: "email:A.L1984@example.org", Reason: "OBJECTED", Controllers: []string{"C2", "C1"}}},
		engine.Operation{Suppress: &aloi.Suppression{Point: "email:A.L1984@example.org", Reason: "ERASED", Until: testNow.AddDate(3, 0, 0)}},
	)
	s.apply(
		act(ofEntity(s.personOf(t, inWeb)), objected("said")),
		act(onMail("email:inconnu@example.org"), withdrawn("p1", "")),
		act(ofRecord("web", "nobody"), withdrawn("n1", "")),
		remove(gone), same(joinedA, joinedB), different(inWeb, alone), same(joinedA, alone), withdraw(joinedA, alone),
	)
	s.apply(
		different(inWeb, inSAV),
		engine.Operation{Disclose: &engine.DecisionBatch{Question: news(""), Root: sha256.Sum256([]byte("liste")), Salt: bytes.Repeat([]byte{7}, 32), Permits: 2, Denies: 1}},
	)
	s.apply(engine.Operation{Assign: &engine.Assignment{EventID: s.saidTo(inWeb).ID, Record: inWeb, Steward: "claire", Reason: "au téléphone"}})
	s.kept = []string{s.checkpoint()}
	f.clean(t)
	return s
}

// apply carries operations out, each of which must do something.
func (s *logScene) apply(list ...engine.Operation) {
	s.t.Helper()
	acks, err := s.Apply(s.t.Context(), list)
	if err != nil {
		s.t.Fatal(err)
	}
	for i, a := range acks {
		switch a.Outcome {
		case aloi.OutcomeRejected, aloi.OutcomeNotFound, aloi.OutcomeUnchanged:
			s.t.Fatalf("operation %d: %s, %v", i, a.Outcome, a.Violations)
		}
	}
}

func (s *logScene) checkpoint() string {
	s.t.Helper()
	text, err := s.Checkpoint(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return text
}

// saidTo is the event of a record that was said to its entity.
func (s *logScene) saidTo(r aloi.RecordRef) consent.DossierEvent {
	s.t.Helper()
	for _, e := range s.dossier(s.t, r.Source, r.ID).Events {
		if len(e.Said) > 0 {
			return e
		}
	}
	s.t.Fatal("nothing was said to her")
	panic("not reached")
}

// verify returns what VerifyLog finds.
func (s *logScene) verify() *engine.Report {
	s.t.Helper()
	report, err := s.VerifyLog(s.t.Context(), engine.AuditOptions{Checkpoints: s.kept, Now: s.now}, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return report
}

// event returns an event of a record by the source's id, and its content hash.
func (s *logScene) event(r aloi.RecordRef, id string) (*store.Entry, store.ContentHash) {
	s.t.Helper()
	for _, e := range s.entries(s.t, r.Source, r.ID) {
		if e.SourceEventID == id {
			return &e, s.content(e.ConsentEvent)
		}
	}
	s.t.Fatal("no such event")
	return nil, store.ContentHash{}
}

func (s *logScene) content(e aloi.ConsentEvent) store.ContentHash {
	s.t.Helper()
	h, err := store.ConsentContent(e)
	if err != nil {
		s.t.Fatal(err)
	}
	return h
}

// first is the index of the first entry of a kind.
func (s *logScene) first(kind audit.Kind) uint64 {
	s.t.Helper()
	i := slices.Index(s.kinds(s.t), kind)
	if i < 0 {
		s.t.Fatal("no such entry")
	}
	return uint64(i)
}

func (s *logScene) size() uint64 { return s.counters().Log }

// update writes through the store.
func (s *logScene) update(fn func(w *store.Writer) error) {
	s.t.Helper()
	if err := s.st.Update(s.t.Context(), fn); err != nil {
		s.t.Fatal(err)
	}
}

// under writes under the store.
func (s *logScene) under(fn func(tx kv.Txn) error) {
	s.t.Helper()
	if err := s.db.Update(s.t.Context(), fn); err != nil {
		s.t.Fatal(err)
	}
}

// payload is what is stored under a key, without its frame.
func (s *logScene) payload(key []byte) (payload []byte) {
	s.t.Helper()
	err := s.db.View(s.t.Context(), func(r kv.Reader) error {
		value, err := r.Get(key)
		if err == nil {
			payload = value[1 : len(value)-8]
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return payload
}

// seal stores a payload under a key, with the checksum that fits.
func (s *logScene) seal(key, payload []byte) {
	s.t.Helper()
	value := append([]byte{1}, payload...)
	d := xxhash.New()
	d.Write(key)
	d.Write(value)
	s.under(func(tx kv.Txn) error { return tx.Set(key, binary.BigEndian.AppendUint64(value, d.Sum64())) })
}

func (s *logScene) erase(key []byte) {
	s.t.Helper()
	s.under(func(tx kv.Txn) error { return tx.Delete(key) })
}

// edit replaces bytes of a value by as many others.
func (s *logScene) edit(key []byte, old, with string) {
	s.t.Helper()
	p := s.payload(key)
	if len(old) != len(with) || !bytes.Contains(p, []byte(old)) {
		s.t.Fatalf("%q is not there", old)
	}
	s.seal(key, bytes.Replace(p, []byte(old), []byte(with), 1))
}

// flip changes a bit of a value.
func (s *logScene) flip(key []byte, at int) {
	s.t.Helper()
	p := slices.Clone(s.payload(key))
	p[at] ^= 4
	s.seal(key, p)
}

func entryKey(index uint64) []byte { return numbered('a', index) }

func tileKey(level byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64([]byte{'h', level}, n)
}

// shift moves the entries from one on by one: up over it, or down behind it.
func (s *logScene) shift(from uint64, down bool) {
	s.t.Helper()
	n := s.size()
	if down {
		for i := n; i > from; i-- {
			s.seal(entryKey(i), s.payload(entryKey(i-1)))
		}
		return
	}
	for i := from; i+1 < n; i++ {
		s.seal(entryKey(i), s.payload(entryKey(i+1)))
	}
	s.erase(entryKey(n - 1))
}

// logLine is an entry of the log that is about to be written anew.
type logLine struct {
	store.LogEntry
	leaf *audit.Leaf
}

// commit makes the leaf commit to another payload.
func (l *logLine) commit(payload string) {
	l.Payload = []byte(payload)
	l.leaf.Commit = audit.Commit(l.Salt, l.Payload)
}

// rewrite writes the whole log anew, as who has the store can, and signs it, as who has
// the key can.
func (s *logScene) rewrite(sign bool, edit func(lines []logLine) []logLine) {
	s.t.Helper()
	var lines []logLine
	s.read(s.t, func(r *store.Reader) error {
		return r.EachLogEntry(0, func(_ uint64, e *store.LogEntry) error {
			leaf, err := audit.ParseLeaf(e.Leaf)
			lines = append(lines, logLine{*e, leaf})
			return err
		})
	})
	lines = edit(lines)
	for _, family := range []byte("ah") {
		s.under(func(tx kv.Txn) error {
			var keys [][]byte
			err := tx.Scan(kv.Prefix([]byte{family}), func(key, _ []byte) error {
				keys = append(keys, slices.Clone(key))
				return nil
			})
			for _, key := range keys {
				err = errors.Join(err, tx.Delete(key))
			}
			return err
		})
	}
	s.update(func(w *store.Writer) error {
		entries := make([]store.LogEntry, len(lines))
		for i, l := range lines {
			entries[i] = l.LogEntry
			if l.leaf != nil {
				entries[i].Leaf = l.leaf.Encode()
			}
		}
		c, err := w.Counters()
		c.Log = uint64(len(entries))
		return errors.Join(err, w.AppendLog(0, entries), w.SetCounters(c))
	})
	if sign {
		s.sign(testKey)
		s.kept = nil
	}
}

// sign signs the log as it is.
func (s *logScene) sign(key string) {
	s.t.Helper()
	s.update(func(w *store.Writer) error {
		signer, err := note.NewSigner(key)
		if err != nil {
			return err
		}
		c, err := w.Counters()
		if err != nil {
			return err
		}
		root, err := tlog.TreeHash(int64(c.Log), w.LogHashes())
		if err != nil {
			return err
		}
		text, err := audit.Checkpoint{Origin: signer.Name(), Size: c.Log, Root: root}.Sign(signer)
		return errors.Join(err, w.SetMeta("checkpoint", []byte(text)))
	})
}

// dump and restore are a backup of the files.
func (s *logScene) dump() (list [][2][]byte) {
	s.t.Helper()
	err := s.db.View(s.t.Context(), func(r kv.Reader) error {
		return r.Scan(kv.Range{}, func(key, value []byte) error {
			list = append(list, [2][]byte{slices.Clone(key), slices.Clone(value)})
			return nil
		})
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

func (s *logScene) restore(list [][2][]byte) {
	s.t.Helper()
	now := s.dump()
	s.under(func(tx kv.Txn) error {
		var err error
		for _, x := range now {
			err = errors.Join(err, tx.Delete(x[0]))
		}
		for _, x := range list {
			err = errors.Join(err, tx.Set(x[0], x[1]))
		}
		return err
	})
}

// TestVerifyLogOfASoundStore holds that nothing is found where nothing is wrong, however
// the log came to be.
func TestVerifyLogOfASoundStore(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.Close()
		s := newLogScene(t, f.db)
		last := map[string]uint64{}
		report, err := s.VerifyLog(t.Context(), engine.AuditOptions{Checkpoints: s.kept, Now: testNow}, func(step string, done, total uint64) {
			if done < 1 || done > total {
				t.Errorf("%s: %d of %d", step, done, total)
			}
			last[step] = done
		})
		if err != nil || report.Differences != 0 {
			t.Fatalf("%v, findings %v", err, report.Findings)
		}
		if report.Entries != s.size() || report.Erased != 2 || last["entries"] != s.size() || last["records"] != s.counters().Records {
			t.Errorf("%d entries, %d erased, progress %v", report.Entries, report.Erased, last)
		}
		for i := range 70 { // in batches of their own
			s.apply(put(saying(stranger(1), withdrawn(fmt.Sprint("s", i), ""))))
			s.kept = append(s.kept, s.checkpoint())
		}
		if report := s.verify(); report.Differences != 0 {
			t.Errorf("findings %v", report.Findings)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.VerifyLog(ctx, engine.AuditOptions{}, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
	})
}

// TestVerifyLogNamesDamage plants one fault at a time: the report names it by its check,
// says where it begins, and tells nothing else.
func TestVerifyLogNamesDamage(t *testing.T) {
	base := newLogScene(t, engine.NewMemory(t))
	sound := base.dump()
	for _, d := range logDamage {
		t.Run(d.name, func(t *testing.T) {
			s := &logScene{scene: &scene{base.fixture, t}, kept: base.kept, now: testNow}
			s.restore(sound)
			where := d.plant(s)
			report := s.verify()
			if len(report.Findings) != 1+s.wantsMore || where != "" && report.Findings[0].Where != where {
				t.Errorf("findings %v, want %d of check %q from %q on", report.Findings, 1+s.wantsMore, d.check, where)
			}
			for _, f := range report.Findings {
				if f.Check != d.check || !slices.Contains(invariantsOf(d.check), f.Invariant) {
					t.Errorf("found %v, want check %q of %v", f, d.check, invariantsOf(d.check))
				}
				text := strings.ToLower(fmt.Sprint(f))
				for _, value := range personal {
					if strings.Contains(text, strings.ToLower(value)) {
						t.Errorf("the report holds %q: %s", value, text)
					}
				}
			}
		})
	}
}

// invariantsOf are those that a difference which a check of the log finds may break.
func invariantsOf(check string) []string {
	switch check {
	case "payload changed":
		return []string{"I8", "I9"} // of an event, or in the log
	case "stop lost":
		return []string{"I8", "I11"} // of an event, or a suppression
	case "payload missing", "state without event", "event without log entry", "log entry without event", "notice missing":
		return []string{"I8"}
	case "erasure without case", "erased and still there":
		return []string{"I11"}
	}
	return []string{"I9"}
}

// TestVerifyReadsTheLog holds that Verify finds what VerifyLog does, one fault of each kind.
func TestVerifyReadsTheLog(t *testing.T) {
	base := newLogScene(t, engine.NewMemory(t))
	sound := base.dump()
	base.clean(t)
	tried := map[string]bool{}
	for _, d := range logDamage {
		if d.check == "checkpoints inconsistent" || d.check == "log truncated" || tried[d.check] { // it takes kept checkpoints
			continue
		}
		tried[d.check] = true
		t.Run(d.name, func(t *testing.T) {
			s := &logScene{scene: &scene{base.fixture, t}, now: testNow}
			s.restore(sound)
			d.plant(s)
			want := d.check
			if d.name == "dossier of another" { // which Verify looks at with the records
				want = "dossier"
			}
			report, err := s.Verify(t.Context(), nil)
			if err != nil || !slices.ContainsFunc(report.Findings, func(f engine.Finding) bool { return f.Check == want }) {
				t.Errorf("%v, findings %v, want check %q", err, report.Findings, want)
			}
			countByInvariant(t, report)
		})
	}
}

// Of two checkpoints past the end of the log both are told: that the log is shorter, and
// that it was written twice.
func TestVerifyLogBehindTwoLogs(t *testing.T) {
	s := newLogScene(t, engine.NewMemory(t))
	backup := s.dump()
	for range 2 {
		s.apply(act(onMail("email:autre@example.org"), withdrawn("late", "")))
		s.kept = append(s.kept, s.checkpoint())
		s.restore(backup)
	}
	var checks []string
	for _, f := range s.verify().Findings {
		checks = append(checks, f.Check)
	}
	slices.Sort(checks)
	if want := []string{"checkpoints inconsistent", "log truncated"}; !slices.Equal(checks, want) {
		t.Errorf("found %v, want %v", checks, want)
	}
}
