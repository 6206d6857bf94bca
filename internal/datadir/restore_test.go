package datadir

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aloi"
	"aloi/consent"
	"aloi/engine"
	"aloi/internal/backup"
	"aloi/store/kv"
)

// archiving are the options of a directory that keeps what commits wrote.
func archiving() Options {
	o := usual()
	o.ArchiveBytes = 1 << 30
	return o
}

// keeper makes backups that it can open.
type keeper struct {
	t         *testing.T
	ids       backup.Identities
	recipient string
	dir       string
	n         int
}

func newKeeper(t *testing.T) *keeper {
	t.Helper()
	ids, recipient, err := backup.Ephemeral(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &keeper{t: t, ids: ids, recipient: recipient, dir: t.TempDir()}
}

// backup writes a backup and its manifest, and returns the path.
func (k *keeper) backup(d *Data, after uint64) (string, *backup.Manifest) {
	k.t.Helper()
	var out bytes.Buffer
	text, err := d.Backup(k.t.Context(), &out, BackupRequest{Recipients: []string{k.recipient}, After: after}, nil)
	if err != nil {
		k.t.Fatal(err)
	}
	k.n++
	path := filepath.Join(k.dir, fmt.Sprintf("%d.aloi", k.n))
	write(k.t, path, out.String(), 0o600)
	write(k.t, path+backup.Suffix, text, 0o600)
	m, err := backup.ParseManifest(text)
	if err != nil {
		k.t.Fatal(err)
	}
	if m.Size != uint64(out.Len()) || m.SHA256 != sha256.Sum256(out.Bytes()) {
		k.t.Error("the manifest is of another file")
	}
	return path, m
}

// request asks for files as far as they go, and for no erasures.
func (k *keeper) request(files ...string) RestoreRequest {
	return RestoreRequest{Files: files, Identities: k.ids, WithoutErasures: true, Now: time.Now}
}

// restore restores into a new directory, and opens that.
func (k *keeper) restore(r RestoreRequest) (*Data, *Restored) {
	k.t.Helper()
	dir := fresh(k.t)
	done, err := Restore(k.t.Context(), dir, r)
	if err != nil {
		k.t.Fatal(err)
	}
	return opened(k.t, dir, archiving()), done
}

// refused expects an error of a kind, and nothing left behind.
func (k *keeper) refused(r RestoreRequest, kind error, says ...string) {
	k.t.Helper()
	dir := fresh(k.t)
	_, err := Restore(k.t.Context(), dir, r)
	wrong(k.t, err, kind, says...)
	for _, path := range []string{dir, dir + partSuffix} {
		if there, _ := is(path); there {
			k.t.Errorf("%s is left", path)
		}
	}
}

// digest is a hash of everything that a store holds.
func digest(t *testing.T, d *Data) string {
	t.Helper()
	h := sha256.New()
	err := d.DB.View(t.Context(), func(r kv.Reader) error {
		return r.Scan(kv.Range{}, func(key, value []byte) error {
			fmt.Fprintf(h, "%x %x\n", key, value)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}

func commitOf(t *testing.T, d *Data) (commit uint64, at time.Time) {
	t.Helper()
	s, err := d.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s.Commit, s.Head
}

// apply applies operations and expects none to be rejected.
func apply(t *testing.T, e *engine.Engine, ops ...engine.Operation) {
	t.Helper()
	acks, err := e.Apply(t.Context(), ops)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range acks {
		if a.Outcome == aloi.OutcomeRejected || a.Outcome == aloi.OutcomeNotFound {
			t.Fatalf("%s: %s", a.Outcome, a.Reason)
		}
	}
}

func remove(n int) engine.Operation {
	r := ref(n)
	return engine.Operation{Delete: &r}
}

// withdraw is a withdrawal by a record.
func withdraw(n int) engine.Operation {
	r := ref(n)
	return engine.Operation{Consent: &engine.ConsentOperation{
		Subject: engine.Subject{Record: &r},
		Event:   aloi.ConsentEvent{Kind: aloi.ConsentWithdrawn, Purposes: []string{"newsletter"}, Time: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), SourceEventID: fmt.Sprint("w", n)},
	}}
}

// A backup that is made while records stream in holds one state, and comes back as it was.
func TestBackupUnderLoad(t *testing.T) {
	k := newKeeper(t)
	d := opened(t, fresh(t), archiving())
	put(t, d.Engine, 0, 200)
	ctx, stop := context.WithCancel(t.Context())
	var writers sync.WaitGroup
	writers.Go(func() {
		for n := 1000; ctx.Err() == nil; n += 20 {
			put(t, d.Engine, n, 20)
		}
	})
	first, m := k.backup(d, 0)
	second, m2 := k.backup(d, m.Commit)
	third, m3 := k.backup(d, m2.Commit)
	stop()
	writers.Wait()
	fourth, _ := k.backup(d, m3.Commit)
	restored, done := k.restore(k.request(first, second, third, fourth))
	if digest(t, restored) != digest(t, d) {
		t.Error("what was restored is another state")
	}
	if commit, _ := commitOf(t, d); done.Commit != commit || done.Store == d.Keyring.Store || restored.Keyring.Store != done.Store {
		t.Errorf("restored %+v", done)
	}
	if bytes.Equal(restored.Keyring.Data[1], d.Keyring.Data[1]) || restored.Keyring.Audit != d.Keyring.Audit {
		t.Error("data keys are new in a restored store, and the audit key is not")
	}
	put(t, restored.Engine, 5000, 3) // it goes on
	again, m4 := k.backup(restored, 0)
	if m4.Commit <= done.Commit {
		t.Error("its commits do not go on")
	}
	k.refused(k.request(again, fourth), backup.ErrOther, "another store")
}

// Any commit of which there are increments, or an archive, can be restored: it is the state
// that the store had.
func TestRestoreToAnyCommit(t *testing.T) {
	k := newKeeper(t)
	dir := fresh(t)
	d := opened(t, dir, archiving())
	states, times := map[uint64]string{}, map[uint64]time.Time{}
	journals := map[uint64]uint64{}
	note := func() {
		commit, at := commitOf(t, d)
		c, err := d.Engine.Counts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		states[commit], times[commit], journals[commit] = digest(t, d), at, c.Sequence
	}
	step := func(i int) {
		put(t, d.Engine, i*3, 3)
		note()
	}
	step(20)
	step(0)
	full, m := k.backup(d, 0)
	base := m.Commit
	for i := 1; i < 6; i++ {
		step(i)
	}
	one, m1 := k.backup(d, base)
	for i := 6; i < 12; i++ {
		step(i)
	}
	two, m2 := k.backup(d, m1.Commit)
	for i := 12; i < 15; i++ {
		step(i)
	}
	last, _ := commitOf(t, d)
	shut(t, d)
	rng := rand.New(rand.NewPCG(5, 5))
	for range 6 {
		commit := base + rng.Uint64N(last-base+1)
		for states[commit] == "" {
			commit++
		}
		r := k.request(full, one, two)
		r.Archive = dir
		if commit <= m2.Commit && rng.IntN(2) == 0 {
			r.Archive = ""
		} else if rng.IntN(2) == 0 {
			r.Files = r.Files[:1]
		}
		switch rng.IntN(3) {
		case 0:
			r.Until.Commit = commit
		case 1:
			r.Until.Time = times[commit]
		case 2:
			r.Until.Journal = journals[commit]
		}
		restored, done := k.restore(r)
		if digest(t, restored) != states[commit] || done.Commit != commit {
			t.Errorf("commit %d by %+v with %d files and archive %v: another state, of commit %d", commit, r.Until, len(r.Files), r.Archive != "", done.Commit)
		}
		shut(t, restored)
	}
	past := k.request(full, one)
	past.Until.Commit = m1.Commit + 1
	k.refused(past, backup.ErrOther, "before the moment")
	past.Until = Moment{Time: times[last]}
	k.refused(past, backup.ErrOther, "before the moment")
	past.Until = Moment{Commit: base - 1}
	k.refused(past, backup.ErrOther, "take an earlier one")
	past.Until = Moment{Journal: m.Journal - 1}
	k.refused(past, backup.ErrOther, "take an earlier one")
}

// Files that do not belong together, or are not whole, are refused, and nothing is left.
func TestRestoreRefuses(t *testing.T) {
	k := newKeeper(t)
	d := opened(t, fresh(t), archiving())
	put(t, d.Engine, 0, 30)
	full, m := k.backup(d, 0)
	put(t, d.Engine, 30, 30)
	one, m1 := k.backup(d, m.Commit)
	apply(t, d.Engine, remove(3))
	two, _ := k.backup(d, m1.Commit)
	other := opened(t, fresh(t), archiving())
	put(t, other.Engine, 0, 3)
	foreign, _ := k.backup(other, 1)
	_, head := commitOf(t, d)

	k.refused(k.request(full, two), backup.ErrOther, "begins after")
	k.refused(k.request(full, one, one), backup.ErrOther)
	k.refused(k.request(full, foreign), backup.ErrOther, "another store")
	k.refused(k.request(one), backup.ErrOther, "full backup comes first")
	k.refused(k.request(full, full), backup.ErrOther)
	k.refused(k.request(), nil)
	k.refused(k.request(full, filepath.Join(k.dir, "none")), os.ErrNotExist)

	asking := k.request(full)
	asking.WithoutErasures = false
	k.refused(asking, ErrNoErasures)
	asking.Erasures = fresh(t)
	k.refused(asking, ErrNoErasures, MasterFile)
	asking.Erasures = other.dir
	k.refused(asking, backup.ErrOther, "another store")

	two0 := k.request(full)
	two0.Until = Moment{Commit: 1, Time: head}
	k.refused(two0, nil, "more than one way")

	stranger := k.request(full)
	stranger.Identities, _, _ = backup.Ephemeral(nil)
	k.refused(stranger, backup.ErrIdentity)
	signed := k.request(full)
	signed.Key = "aloi/none+00000000+AA"
	k.refused(signed, backup.ErrOther, "another key")

	swapped := read(t, one+backup.Suffix)
	write(t, one+backup.Suffix, read(t, two+backup.Suffix), 0o600)
	k.refused(k.request(full, one), backup.ErrOther, "manifest")
	write(t, one+backup.Suffix, strings.Replace(swapped, "records", "recordz", 1), 0o600)
	k.refused(k.request(full, one), backup.ErrDamaged)
	write(t, one+backup.Suffix, swapped, 0o600)

	content := []byte(read(t, one))
	for _, damage := range []func([]byte) []byte{
		func(b []byte) []byte { return b[:len(b)-1] },
		func(b []byte) []byte { return append(b, 0) },
		func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
	} {
		write(t, one, string(damage(slices.Clone(content))), 0o600)
		k.refused(k.request(full, one), backup.ErrDamaged)
	}
	write(t, one, string(content), 0o600)
	if _, done := k.restore(k.request(full, one, two)); done.Records != 59 {
		t.Errorf("%+v", done)
	}

	taken := fresh(t)
	if err := os.MkdirAll(filepath.Join(taken, "mine"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), taken, k.request(full)); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("into a directory that holds something: %v", err)
	}
	way := fresh(t)
	if err := os.MkdirAll(way+partSuffix, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Restore(t.Context(), way, k.request(full)); err == nil || !strings.Contains(err.Error(), "in the way") {
		t.Errorf("with something in the way: %v", err)
	}
	write(t, filepath.Join(way+partSuffix, partMark), "", 0o600) // of a restore that broke off
	if _, err := Restore(t.Context(), way, k.request(full)); err != nil {
		t.Error(err)
	}
}

// Who was erased after the moment that is restored stays erased, and who refused has
// refused, by the increments that come after it or by the archive of the old directory.
func TestErasedStayErased(t *testing.T) {
	k := newKeeper(t)
	dir := fresh(t)
	d := opened(t, dir, archiving())
	put(t, d.Engine, 0, 40)
	full, m := k.backup(d, 0)
	apply(t, d.Engine, remove(7))
	apply(t, d.Engine, withdraw(8))
	one, _ := k.backup(d, m.Commit)
	apply(t, d.Engine, remove(9))
	apply(t, d.Engine, engine.Operation{Suppress: &aloi.Suppression{Point: "email:gone@example.org", Reason: "ERASED"}})
	shut(t, d)

	check := func(r RestoreRequest, want engine.Redone, gone []int, refused int, complete bool) {
		t.Helper()
		restored, done := k.restore(r)
		if done.Redone != want || done.ErasuresComplete != complete {
			t.Errorf("%+v, want %+v and %v", done, want, complete)
		}
		for _, n := range gone {
			if _, err := restored.Engine.Record(t.Context(), ref(n)); aloi.CodeOf(err) != aloi.CodeNotFound {
				t.Errorf("record %d is back: %v", n, err)
			}
		}
		history, err := restored.Engine.History(t.Context(), engine.Subject{Record: &aloi.RecordRef{Source: "web", ID: "8"}})
		if err != nil || len(history) != refused {
			t.Errorf("%d events of record 8, %v; want %d", len(history), err, refused)
		}
		shut(t, restored)
	}
	r := k.request(full)
	check(r, engine.Redone{}, nil, 0, false)
	r.Files = []string{full, one}
	r.Until.Commit = m.Commit
	check(r, engine.Redone{Removed: 1, Stops: 1}, []int{7}, 1, false)
	r.Files, r.Erasures, r.Until = []string{full}, dir, Moment{}
	check(r, engine.Redone{Removed: 2, Stops: 1, Suppressions: 1}, []int{7, 9}, 1, true)
	r.Files, r.WithoutErasures = []string{full, one}, false
	check(r, engine.Redone{Removed: 1, Suppressions: 1}, []int{7, 9}, 1, true)
	r.Until.Commit = m.Commit
	check(r, engine.Redone{Removed: 2, Stops: 1, Suppressions: 1}, []int{7, 9}, 1, true)
	r.Until, r.Archive, r.Erasures = Moment{}, dir, ""
	check(r, engine.Redone{}, []int{7, 9}, 1, true)

	// The store itself may be gone: its log of commits is enough. Without that, the answer is
	// no, unless it is said that it should go on all the same.
	if err := os.RemoveAll(filepath.Join(dir, StoreFolder)); err != nil {
		t.Fatal(err)
	}
	r.Erasures, r.Archive, r.Files = dir, "", []string{full}
	check(r, engine.Redone{Removed: 2, Stops: 1, Suppressions: 1}, []int{7, 9}, 1, true)
	segments, err := filepath.Glob(filepath.Join(dir, WitnessFolder, "*.log"))
	if err != nil || len(segments) == 0 {
		t.Fatal(segments, err)
	}
	for _, s := range segments {
		write(t, s, "nonsense", 0o600)
	}
	k.refused(r, ErrNoErasures)
	r.WithoutErasures = true
	restored, done := k.restore(r)
	if done.ErasuresComplete || done.Unread == "" {
		t.Errorf("%+v", done)
	}
	shut(t, restored)
}

// A backup is checked by restoring it, and nothing of that is left.
func TestCheckBackup(t *testing.T) {
	k := newKeeper(t)
	d := opened(t, fresh(t), archiving())
	put(t, d.Engine, 0, 30)
	full, m := k.backup(d, 0)
	put(t, d.Engine, 30, 30)
	one, m1 := k.backup(d, m.Commit)
	scratch := t.TempDir()
	r := RestoreRequest{Identities: k.ids, Now: time.Now}
	check := func(file string, manifest, before *backup.Manifest, want error) {
		t.Helper()
		if err := CheckBackup(t.Context(), file, manifest, before, scratch, r); !errors.Is(err, want) {
			t.Errorf("%v, want %v", err, want)
		}
		if left, _ := os.ReadDir(scratch); len(left) > 0 {
			t.Errorf("%s is left", left[0])
		}
	}
	check(full, m, nil, nil)
	check(one, m1, m, nil)
	check(one, m1, m1, backup.ErrOther)
	other := *m
	other.Records++
	check(full, &other, nil, backup.ErrOther)
	other = *m1
	other.Records++
	check(one, &other, m, backup.ErrDamaged)
}

// An increment is refused where its commits are not kept, or never were.
func TestIncrementRefused(t *testing.T) {
	k := newKeeper(t)
	d := opened(t, fresh(t), usual()) // keeps nothing
	put(t, d.Engine, 0, 3)
	put(t, d.Engine, 3, 3)
	var out bytes.Buffer
	_, err := d.Backup(t.Context(), &out, BackupRequest{Recipients: []string{k.recipient}, After: 1}, nil)
	var refused *aloi.Error
	if !errors.As(err, &refused) || refused.Code != aloi.CodeRefused || refused.Reason != reasonNoArchive {
		t.Errorf("%v", err)
	}
	for _, r := range []BackupRequest{{Recipients: []string{k.recipient}, After: 1 << 40}, {}, {Recipients: []string{"age1x"}}} {
		if _, err := d.Backup(t.Context(), &out, r, nil); aloi.CodeOf(err) != aloi.CodeInvalid {
			t.Errorf("%+v: %v", r, err)
		}
	}
}

// A backup holds the rules and the policy that its store works by, and what was committed
// before keys were rotated is in no increment any more.
func TestBackupOfTermsAndRotation(t *testing.T) {
	k := newKeeper(t)
	o := archiving()
	o.Policy = consent.DefaultPolicy()
	o.Policy.Version, o.Policy.Passive = "ours", append(o.Policy.Passive, "ours")
	text := strings.Replace(string(engine.DefaultRules().YAML()), "most_recent", "most_frequent", 1)
	var err error
	if o.Rules, err = engine.ParseRules([]byte(text)); err != nil {
		t.Fatal(err)
	}
	d := opened(t, fresh(t), o)
	put(t, d.Engine, 0, 10)
	full, m := k.backup(d, 0)
	dir := fresh(t)
	r := k.request(full)
	r.Master.Text = strings.Repeat("ab", 32)
	if _, err := Restore(t.Context(), dir, r); err != nil {
		t.Fatal(err)
	}
	if there, _ := is(filepath.Join(dir, MasterFile)); there {
		t.Error("the master key that is kept elsewhere is in the directory")
	}
	o.Master = r.Master
	restored := opened(t, dir, o)
	if digest(t, restored) != digest(t, d) {
		t.Error("what was restored is another state")
	}
	if _, err := d.Rotate(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	put(t, d.Engine, 10, 10)
	_, err = d.Backup(t.Context(), io.Discard, BackupRequest{Recipients: []string{k.recipient}, After: m.Commit}, nil)
	if aloi.CodeOf(err) != aloi.CodeRefused {
		t.Errorf("after a rotation: %v", err)
	}
}
