package datadir

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aloi"
	"aloi/engine"
	"aloi/store/kv"
)

// The scrubber passes over a whole store, and counts what it read.
func TestScrub(t *testing.T) {
	o := usual()
	o.ScrubBytesPerSecond = 1 << 30
	d := opened(t, fresh(t), o)
	for s := d.scrubStatus(); s.Passes == 0; s = d.scrubStatus() {
		time.Sleep(time.Millisecond)
	}
	put(t, d.Engine, 0, 100)
	if err := d.scrub(t.Context(), func(bytes int) error { d.scrubber.read(bytes); return nil }); err != nil {
		t.Fatal(err)
	}
	s, err := d.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if s.Scrub.Passes != 2 || s.Scrub.Keys < s.Keys.Values || s.Scrub.Bytes == 0 || s.Scrub.LastPass.IsZero() || len(s.Scrub.Faults) > 0 {
		t.Errorf("%+v of %d values", s.Scrub, s.Keys.Values)
	}
	select {
	case <-d.Failed():
		t.Errorf("failed: %v", d.Err())
	default:
	}
}

// Damage that comes while the store is open is found, and ends it.
func TestScrubFindsDamage(t *testing.T) {
	dir := fresh(t)
	d := opened(t, dir, usual())
	put(t, d.Engine, 0, 500)
	shut(t, d) // now it is in tables
	o := usual()
	o.ScrubBytesPerSecond = 1 << 30
	d = opened(t, dir, o)
	for s := d.scrubStatus(); s.Passes == 0; s = d.scrubStatus() {
		time.Sleep(time.Millisecond)
	}
	damage(t, dir)
	d.scrubOn(t.Context()) // ends by itself
	<-d.Failed()
	if !errors.Is(d.Err(), ErrDamaged) || len(d.scrubStatus().Faults) == 0 || strings.Count(d.Err().Error(), "damaged") != 1 {
		t.Errorf("failed with %v, %v", d.Err(), d.scrubStatus().Faults)
	}
	_ = d.Close() // which may say so too
	refused(t, dir, usual(), ErrDamaged)
}

// damage flips a bit in the middle of each table on disk, in its place.
func damage(t *testing.T, dir string) {
	t.Helper()
	tables, err := filepath.Glob(filepath.Join(dir, StoreFolder, "*.sst"))
	if err != nil || len(tables) == 0 {
		t.Fatalf("no tables: %v", err)
	}
	for _, path := range tables {
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil {
			t.Fatal(err)
		}
		b, at := []byte{0}, info.Size()/3
		if _, err := f.ReadAt(b, at); err != nil {
			t.Fatal(err)
		}
		b[0] ^= 0x10
		if _, err := f.WriteAt(b, at); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A commit that fails is the end of the store, and no damage.
func TestFailedCommit(t *testing.T) {
	d, err := Open(t.Context(), fresh(t), usual())
	if err != nil {
		t.Fatal(err)
	}
	if err := d.DB.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = d.Engine.Apply(t.Context(), []engine.Operation{{Put: &aloi.Record{Ref: ref(0), Emails: []string{"a@example.org"}}}})
	if aloi.CodeOf(err) != aloi.CodeUnavailable {
		t.Errorf("a closed store: %v", err)
	}
	<-d.Failed()
	if d.Err() == nil || errors.Is(d.Err(), ErrDamaged) {
		t.Errorf("failed with %v", d.Err())
	}
	if err := d.Close(); !errors.Is(err, kv.ErrClosed) {
		t.Errorf("close: %v", err)
	}
}
