package datadir

import (
	"bytes"
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"aloi/internal/backup"
)

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
