package datadir

import (
	"os"
	"path/filepath"
	"testing"

	"aloi"
	"aloi/engine"
)

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

	// The archive may be gone, if the store is there.
	whole := clone(t, dir)
	kept := opened(t, whole, usual())
	if _, err := kept.Rotate(t.Context(), nil); err != nil { // which ends with nothing in the archive
		t.Fatal(err)
	}
	r.Erasures, r.Archive, r.Files = whole, "", []string{full}
	k.refused(r, ErrNoErasures, "is in use")
	shut(t, kept)
	check(r, engine.Redone{Removed: 2, Stops: 1, Suppressions: 1}, []int{7, 9}, 1, true)
	r.Files, r.Until.Commit = []string{full, one}, m.Commit
	check(r, engine.Redone{Removed: 2, Stops: 1, Suppressions: 1}, []int{7, 9}, 1, true)
	r.Until = Moment{}
	check(r, engine.Redone{Removed: 1, Suppressions: 1}, []int{7, 9}, 1, true)

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
