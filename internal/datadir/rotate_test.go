package datadir

import (
	"context"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"aloi"
	"aloi/store/kv"
	"aloi/store/seal"
)

// opensWith tells whether a keyring file opens every value of a directory that is closed.
func opensWith(t *testing.T, d *Data, keyring string) bool {
	t.Helper()
	dir := clone(t, d.dir)
	write(t, filepath.Join(dir, KeyringFile), keyring, privateFile)
	c, err := Open(t.Context(), dir, Options{Now: time.Now})
	if err != nil {
		return false
	}
	defer shut(t, c)
	scrubbed, err := c.DB.Scrub(t.Context(), nil)
	return err == nil && len(scrubbed.Faults) == 0
}

// After a rotation one key is left, it opens everything, and the former one nothing; what
// is written meanwhile is no exception.
func TestRotate(t *testing.T) {
	dir := fresh(t)
	d := opened(t, dir, usual())
	const records = 300
	put(t, d.Engine, 0, records)
	former := read(t, filepath.Join(dir, KeyringFile))
	var told uint64
	var wg sync.WaitGroup
	wg.Go(func() {
		for n := range 20 {
			put(t, d.Engine, records+n, 1)
		}
	})
	active, err := d.Rotate(t.Context(), func(done, total uint64) {
		if done > total {
			t.Errorf("%d of %d", done, total)
		}
		told = done
	})
	wg.Wait()
	if err != nil || active != 2 || told == 0 {
		t.Fatalf("key %d, %d told, %v", active, told, err)
	}
	s, err := d.Status(t.Context())
	if err != nil || s.Keys.Active != 2 || s.Keys.Keys != 1 || s.Keys.Rotating || s.Keys.Values == 0 {
		t.Errorf("%+v, %v", s.Keys, err)
	}
	put(t, d.Engine, records+20, 1)
	shut(t, d)
	if opensWith(t, d, former) {
		t.Error("the former keyring opens it")
	}
	if !opensWith(t, d, read(t, filepath.Join(dir, KeyringFile))) {
		t.Error("its own keyring does not open it")
	}
	again := opened(t, dir, usual())
	holds(t, again, records+21)
	if active, err := again.Rotate(t.Context(), nil); active != 3 || err != nil {
		t.Errorf("key %d, %v", active, err)
	}
}

// A rotation that breaks off leaves everything readable, and is gone on with.
func TestRotationBrokeOff(t *testing.T) {
	dir := fresh(t)
	d := opened(t, dir, usual())
	const records = 300
	put(t, d.Engine, 0, records)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := d.Rotate(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Fatalf("a rotation that was cancelled: %v", err)
	}
	s, err := d.Status(t.Context())
	if err != nil || s.Keys.Active != 2 || s.Keys.Keys != 2 || !s.Keys.Rotating {
		t.Errorf("%+v, %v", s.Keys, err)
	}
	put(t, d.Engine, records, 1) // with the new key
	shut(t, d)
	d = opened(t, dir, usual())
	holds(t, d, records+1)
	if active, err := d.Rotate(t.Context(), nil); active != 2 || err != nil {
		t.Errorf("key %d, %v", active, err)
	}
	if s, _ = d.Status(t.Context()); s.Keys.Keys != 1 {
		t.Errorf("%+v", s.Keys)
	}
	if err := d.Err(); err != nil {
		t.Errorf("failed: %v", err)
	}
}

func TestOneRotationAtATime(t *testing.T) {
	d := opened(t, fresh(t), usual())
	put(t, d.Engine, 0, 50)
	var second error
	_, err := d.Rotate(t.Context(), func(uint64, uint64) { _, second = d.Rotate(t.Context(), nil) })
	if err != nil || aloi.CodeOf(second) != aloi.CodeRefused {
		t.Errorf("%v, the second %v", err, second)
	}
}

// What breaks a rotation off and is no accident is the end of the store.
func TestRotationFailed(t *testing.T) {
	for _, c := range []struct {
		err  error
		ends bool
		code aloi.Code
	}{
		{context.Canceled, false, aloi.CodeInternal},
		{kv.ErrUnknown, true, aloi.CodeUnavailable},
		{kv.ErrCorrupt, true, aloi.CodeCorrupt},
		{kv.ErrFull, false, aloi.CodeFull},
	} {
		d := &Data{failure: failure{failed: make(chan struct{})}}
		if err := d.rotationFailed(c.err); !errors.Is(err, c.err) || aloi.CodeOf(err) != c.code || (d.Err() != nil) != c.ends {
			t.Errorf("%v became %v, and the store failed with %v", c.err, err, d.Err())
		}
	}
}

// The keyring under another master key opens with that one alone.
func TestRewrap(t *testing.T) {
	dir, keys := fresh(t), t.TempDir()
	d := opened(t, dir, usual())
	put(t, d.Engine, 0, 3)
	next := MasterSource{File: filepath.Join(keys, "next")}
	write(t, next.File, seal.NewMaster().String(), privateFile)
	wrong(t, Rewrap(t.Context(), dir, MasterSource{}, next), ErrInUse)
	shut(t, d)
	wrong(t, Rewrap(t.Context(), dir, next, next), ErrKey, "is not the one")
	wrong(t, Rewrap(t.Context(), dir, MasterSource{}, MasterSource{File: next.File + "x"}), ErrKey, "no such file")
	wrong(t, Rewrap(t.Context(), t.TempDir(), MasterSource{}, next), ErrNoData)
	wrong(t, Rewrap(t.Context(), fresh(t), MasterSource{}, next), ErrNoData)
	if err := Rewrap(t.Context(), dir, MasterSource{}, next); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, usual(), ErrKey, "is not the one")
	o := usual()
	o.Master = next
	again := opened(t, dir, o)
	holds(t, again, 3)
	if again.Keyring.Store != d.Keyring.Store {
		t.Error("the keyring is another one")
	}
	if _, err := again.Rotate(t.Context(), nil); err != nil {
		t.Error(err)
	}
	shut(t, again)
	shut(t, opened(t, dir, o)) // the rotation saved it under the new key
}
