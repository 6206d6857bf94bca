package main

import (
	"crypto/sha256"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aloi/internal/datadir"
)

// recovered runs `aloi recover` and returns what it found, and what it says to people.
func recovered(t *testing.T, dir string, code int, more ...string) (f finding, text string) {
	t.Helper()
	args := append([]string{"recover", "--data", dir}, more...)
	got, text, errs := aloiRun(t, "", args...)
	if got != code {
		t.Errorf("exit code %d, want %d: %s%s", got, code, text, errs)
	}
	if len(more) > 0 { // a second time may find something else
		return f, text
	}
	got, out, errs := aloiRun(t, "", append(args, "--json")...)
	if err := json.Unmarshal([]byte(out), &f); err != nil || got != code {
		t.Errorf("exit code %d, %v: %s%s", got, err, out, errs)
	}
	return f, text
}

func TestRecoverWhole(t *testing.T) {
	s := withPeople(t)
	f, text := recovered(t, s.data, exitUnavailable)
	if f.State != "in_use" {
		t.Errorf("%+v", f)
	}
	contains(t, text, "is in use", "Ways out", "1. Stop the server")
	s.stop()
	if f, text = recovered(t, s.data, exitOK); f.State != "whole" || f.Records != 4 || f.Have == 0 {
		t.Errorf("%+v", f)
	}
	contains(t, text, "Nothing is wrong", "4 records")
	if f, _ = recovered(t, t.TempDir(), exitUnavailable); f.State != "no_data" {
		t.Errorf("%+v", f)
	}
}

// Whatever is wrong is named with its ways out, and stays as it is.
func TestRecoverFinds(t *testing.T) {
	s := withPeople(t)
	s.stop()
	for _, c := range []struct {
		name  string
		harm  func(dir string) error
		code  int
		state string
		says  []string
	}{
		{"master key", func(dir string) error { return os.Remove(filepath.Join(dir, datadir.MasterFile)) }, exitUsage, "key", []string{"master.key is missing", "--key-file"}},
		{"keyring", func(dir string) error { return os.Remove(filepath.Join(dir, datadir.KeyringFile)) }, exitCorrupt, "damaged", []string{"keyring is missing", "aloi restore"}},
		{"store", func(dir string) error { return os.RemoveAll(filepath.Join(dir, datadir.StoreFolder)) }, exitCorrupt, "damaged", []string{"store is missing", "--archive"}},
		{"list of tables", func(dir string) error { return os.Remove(filepath.Join(dir, datadir.StoreFolder, "MANIFEST")) }, exitCorrupt, "", []string{"list of tables", "aloi restore"}},
		{"witness", func(dir string) error { return os.RemoveAll(filepath.Join(dir, datadir.WitnessFolder)) }, exitCorrupt, "witness", []string{"--accept", "checkpoint"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := copied(t, s.data)
			if err := c.harm(dir); err != nil {
				t.Fatal(err)
			}
			before := sums(t, dir)
			f, text := recovered(t, dir, c.code)
			if f.State != c.state && c.state != "" || f.Problem == "" || len(f.Ways) == 0 {
				t.Errorf("%+v", f)
			}
			for _, says := range c.says {
				if !strings.Contains(strings.Join(strings.Fields(text), " "), says) {
					t.Errorf("%q is missing in:\n%s", says, text)
				}
			}
			if after := sums(t, dir); c.name != "witness" && before != after { // whose empty folder is made
				t.Error("something was changed")
			}
		})
	}
	t.Run("a flipped bit", func(t *testing.T) {
		dir := copied(t, s.data)
		damage(t, dir)
		if f, text := recovered(t, dir, exitCorrupt); f.State != "damaged" || !strings.Contains(text, ".sst") {
			t.Errorf("%+v", f)
		}
	})
}

// An old copy of the store is known for what it is: which commits are lost, and between
// which times.
func TestRecoverBehind(t *testing.T) {
	s := withPeople(t)
	s.stop()
	old := copied(t, s.data)
	first, _ := recovered(t, old, exitOK)
	s = serve(t, s.data, "127.0.0.1:0")
	s.ingest(t, exitOK, "source,id,prenom,nom\nweb,90,Nora,Petit\n", "-")
	s.stop()
	now, _ := recovered(t, s.data, exitOK)
	store := filepath.Join(s.data, datadir.StoreFolder)
	if err := os.RemoveAll(store); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(store, os.DirFS(filepath.Join(old, datadir.StoreFolder))); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{nil, {"--accept"}} { // which does not accept this
		f, text := recovered(t, s.data, exitCorrupt, args...)
		contains(t, text, "lost: what was acknowledged after", "--archive")
		if args == nil && (f.State != "behind" || f.Have != first.Have || f.Want != now.Have || f.Since == nil || !f.Until.After(*f.Since)) {
			t.Errorf("%+v, want commits %d to %d", f, first.Have, now.Have)
		}
	}
	expect(t, exitCorrupt, "aloi recover --data", "serve", "--data", s.data, "--listen", "127.0.0.1:0")
}

// A witness that is gone can be begun anew, knowingly.
func TestRecoverAccept(t *testing.T) {
	s := withPeople(t)
	s.stop()
	if err := os.RemoveAll(filepath.Join(s.data, datadir.WitnessFolder)); err != nil {
		t.Fatal(err)
	}
	expect(t, exitCorrupt, "witness", "serve", "--data", s.data, "--listen", "127.0.0.1:0")
	_, text := recovered(t, s.data, exitOK, "--accept")
	contains(t, text, "was begun anew", "4 records", "checkpoint")
	f, _ := recovered(t, s.data, exitOK)
	if f.State != "whole" {
		t.Errorf("%+v", f)
	}
	serve(t, s.data, "127.0.0.1:0").ask(t, "get", "web/1")
}

// copied copies a data directory that no server has open.
func copied(t *testing.T, dir string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(to, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{datadir.MasterFile, datadir.KeyringFile} {
		if err := os.Chmod(filepath.Join(to, name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return to
}

// sums is a hash of all files of a directory, but for who has it open.
func sums(t *testing.T, dir string) (sum [sha256.Size]byte) {
	t.Helper()
	h := sha256.New()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() || strings.EqualFold(entry.Name(), "lock") || entry.Name() == datadir.BallastFile {
			return err
		}
		content, err := os.ReadFile(path)
		h.Write([]byte(path))
		h.Write(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return [sha256.Size]byte(h.Sum(nil))
}
