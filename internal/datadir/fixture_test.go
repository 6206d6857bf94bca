package datadir

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aloi"
	"aloi/engine"
)

// canary is in every record of a test, and must be nowhere on disk.
const canary = "zyxwvut"

// usual are the options that most tests open a directory with.
func usual() Options { return Options{Create: true, Now: time.Now} }

// fresh is the path of a directory that is not there yet.
func fresh(t *testing.T) string { return filepath.Join(t.TempDir(), "data") }

// opened opens a directory; it is closed when the test ends, if it was not before.
func opened(t *testing.T, dir string, o Options) *Data {
	t.Helper()
	d, err := Open(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if d.lock.Fd() != ^uintptr(0) {
			shut(t, d)
		}
	})
	return d
}

func shut(t *testing.T, d *Data) {
	t.Helper()
	if err := d.Close(); err != nil {
		t.Error(err)
	}
}

// refused opens a directory and expects an error of a kind, if any, that says something.
func refused(t *testing.T, dir string, o Options, kind error, says ...string) {
	t.Helper()
	d, err := Open(t.Context(), dir, o)
	if err == nil {
		t.Errorf("it was opened, want %v %q", kind, says)
		shut(t, d)
		return
	}
	wrong(t, err, kind, says...)
}

// wrong looks at an error.
func wrong(t *testing.T, err, kind error, says ...string) {
	t.Helper()
	if !isKind(err, kind) {
		t.Errorf("%v: want one of kind %v", err, kind)
	}
	for _, s := range says {
		if err == nil || !strings.Contains(err.Error(), s) {
			t.Errorf("%v: want %q", err, s)
		}
	}
}

// put stores records with numbers from first on.
func put(t testing.TB, e *engine.Engine, first, records int) {
	t.Helper()
	for at := first; at < first+records; {
		var ops []engine.Operation
		for ; at < first+records && len(ops) < engine.MaxBatchOperations; at++ {
			ops = append(ops, engine.Operation{Put: &aloi.Record{
				Ref: ref(at), Version: 1,
				Names:  []aloi.Name{{Given: canary, Family: fmt.Sprintf("%s%d", canary, at)}},
				Emails: []string{fmt.Sprintf("%s%d@example.org", canary, at)},
			}})
		}
		acks, err := e.Apply(context.Background(), ops)
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range acks {
			if a.Outcome == aloi.OutcomeRejected {
				t.Fatalf("%s: %s", a.Outcome, a.Reason)
			}
		}
	}
}

func ref(n int) aloi.RecordRef { return aloi.RecordRef{Source: "web", ID: fmt.Sprint(n)} }

// holds expects that records with numbers from 0 are there, and no more.
func holds(t *testing.T, d *Data, records int) {
	t.Helper()
	c, err := d.Engine.Counts(t.Context())
	if err != nil || c.Records != uint64(records) {
		t.Fatalf("%d records, %v; want %d", c.Records, err, records)
	}
	for n := range records {
		if _, err := d.Engine.EntityOf(t.Context(), ref(n)); err != nil {
			t.Fatalf("record %d: %v", n, err)
		}
	}
}

// find returns the files of a directory that hold a text.
func find(t *testing.T, dir, text string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if strings.Contains(string(content), text) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func write(t *testing.T, path, text string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// away takes a part of a directory away; what it returns puts it back, in the place of
// what is there by then.
func away(t *testing.T, path string) (back func()) {
	t.Helper()
	kept := filepath.Join(t.TempDir(), "kept")
	if err := os.Rename(path, kept); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(kept, path); err != nil {
			t.Fatal(err)
		}
	}
}

// clone copies a directory that is not open.
func clone(t *testing.T, dir string) string {
	t.Helper()
	to := fresh(t)
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{MasterFile, KeyringFile, secretFile, auditFile} {
		if there, _ := is(filepath.Join(to, name)); there {
			if err := os.Chmod(filepath.Join(to, name), privateFile); err != nil {
				t.Fatal(err)
			}
		}
	}
	return to
}
