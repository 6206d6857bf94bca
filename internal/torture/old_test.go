package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aloi/internal/datadir"
	"aloi/store"
)

// Each store that earlier versions left when they were killed opens, is renewed, and
// answers what it answered. Those that were stopped are the scenario's.
func TestOldStores(t *testing.T) {
	stores, err := oldStores()
	if err != nil {
		t.Fatal(err)
	}
	built := &programs{dir: t.TempDir()}
	for _, s := range stores {
		if !s.Killed {
			continue
		}
		t.Run(strings.TrimSuffix(s.name, "-killed"), func(t *testing.T) {
			j := &job{name: "old", out: t.Output(), seed: 1, dir: t.TempDir(), built: built}
			program, err := j.program(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := s.renewed(t.Context(), j, program); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// kept opens the store of a name as it was.
func kept(t *testing.T, name string) (s *oldStore, dir string) {
	t.Helper()
	stores, err := oldStores()
	if err != nil {
		t.Fatal(err)
	}
	for _, s = range stores {
		if s.name == name {
			dir = filepath.Join(t.TempDir(), "data")
			if err := s.unpack(dir); err != nil {
				t.Fatal(err)
			}
			return s, dir
		}
	}
	t.Fatalf("no store %s", name)
	return nil, ""
}

// lastUnsealed is the store of the last version that sealed nothing.
const lastUnsealed = "5-feb36a6"

// What was stored in the clear is gone from the disk when the store is sealed.
func TestSealedOldStore(t *testing.T) {
	program, err := (&job{built: &programs{dir: t.TempDir()}}).program(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{lastUnsealed, lastUnsealed + "-killed"} {
		s, dir := kept(t, name)
		if found := filesWith(t, dir, "kept-5-GIVEN"); len(found) == 0 {
			t.Fatal("the store of before holds nothing to look for")
		}
		if _, err := s.check(t.Context(), program, dir); err != nil {
			t.Fatal(err)
		}
		if found := filesWith(t, dir, "kept-5-GIVEN"); len(found) > 0 {
			t.Errorf("%s: still in the clear: %v", name, found)
		}
	}
}

// filesWith returns the files below dir that hold a text.
func filesWith(t *testing.T, dir, text string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(data, []byte(text)) {
			found = append(found, d.Name())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// A store of a format that this version does not know is refused, in words.
func TestNewerFormat(t *testing.T) {
	program, err := (&job{built: &programs{dir: t.TempDir()}}).program(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "data")
	d, err := datadir.Open(t.Context(), dir, datadir.Options{Create: true, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Store.Update(t.Context(), func(w *store.Writer) error {
		return w.SetMeta("format", binary.BigEndian.AppendUint16(nil, store.Format+1))
	})
	if err := errors.Join(err, d.Close()); err != nil {
		t.Fatal(err)
	}
	p, err := serve(program, dir)
	if err == nil {
		p.kill()
		t.Fatal("the program serves a store of a newer format")
	}
	if want := fmt.Sprintf("the data is of a format that this version (format %d) does not read", store.Format); !strings.Contains(err.Error(), want) {
		t.Error(err)
	}
}
