package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"aloi/internal/datadir"
	"aloi/store"
)

func TestVerify(t *testing.T) {
	s := withPeople(t)
	expect(t, exitUnavailable, "is in use", "verify", "--data", s.data)
	s.stop()
	code, stdout, stderr := aloiRun(t, "", "verify", "--data", s.data)
	if code != exitOK {
		t.Fatalf("exit code %d: %s%s", code, stdout, stderr)
	}
	contains(t, stdout, "4 records, 3 entities", "Nothing differs", "I13  holds", "I1   not looked at")

	unlink(t, s.data)
	code, stdout, _ = aloiRun(t, "", "verify", "--data", s.data)
	if code != exitFinding {
		t.Errorf("exit code %d", code)
	}
	contains(t, stdout, "2 differences", "links", "record 1")
	var report struct {
		Records, Differences int
		Findings             []struct{ Check, Where, Detail string }
	}
	code, stdout, _ = aloiRun(t, "", "verify", "--data", s.data, "--json")
	if err := json.Unmarshal([]byte(stdout), &report); err != nil || code != exitFinding || len(report.Findings) != 2 || report.Records != 4 {
		t.Errorf("exit code %d, %v: %s", code, err, stdout)
	}

	damage(t, s.data)
	code, _, stderr = aloiRun(t, "", "verify", "--data", s.data)
	if code != exitCorrupt {
		t.Errorf("a flipped bit: exit code %d: %s", code, stderr)
	}
}

// A server verifies its own store, and goes on; the report is that of the store at rest.
func TestVerifyServer(t *testing.T) {
	s := withPeople(t)
	contains(t, s.ask(t, "verify"), "4 records, 3 entities", "Nothing differs", "I13  holds")
	expect(t, exitUsage, "go with --data", "verify", "--key-file", "key", "--addr", s.addr)
	running := s.ask(t, "verify", "--json")
	s.stop()
	if _, atRest, _ := aloiRun(t, "", "verify", "--data", s.data, "--json"); atRest != running {
		t.Errorf("of the server: %s\nof its store: %s", running, atRest)
	}
	unlink(t, s.data)
	anew := serve(t, s.data, "127.0.0.1:0")
	code, stdout, stderr := aloiRun(t, "", "verify", "--addr", anew.addr)
	if code != exitFinding {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	contains(t, stdout, "2 differences", "I5", "links", "record 1")
	anew.ingest(t, exitOK, people, "-")
	anew.stop()
	expect(t, exitUnavailable, "no server answers", "verify", "--addr", anew.addr)
}

// The report as JSON is for programs: its names are those of docs/invariants.md, and so are
// the invariants.
func TestVerifyReportIsDocumented(t *testing.T) {
	s := withPeople(t)
	s.stop()
	_, stdout, _ := aloiRun(t, "", "verify", "--data", s.data, "--json")
	var report map[string]any
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../../docs/invariants.md")
	if err != nil {
		t.Fatal(err)
	}
	for name := range report {
		contains(t, string(page), "`"+name+"`")
	}
	for _, name := range []string{"records", "entities", "values", "log_entries", "differences"} {
		if n, ok := report[name].(float64); !ok || n == 0 && name != "differences" {
			t.Errorf("%s: %v", name, report[name])
		}
	}
	unchecked := ""
	for _, x := range report["invariants"].([]any) {
		i := x.(map[string]any)
		contains(t, string(page), fmt.Sprintf("| %s | %s |", i["id"], i["sentence"]))
		if i["checked"] == false {
			unchecked += fmt.Sprint(i["id"], " ")
			contains(t, string(page), fmt.Sprintf("**%s**", i["id"]))
		}
	}
	if unchecked != "I1 I10 I15 " {
		t.Errorf("not looked at: %s", unchecked)
	}
}

func TestVerifyNeedsAStore(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	expect(t, exitUnavailable, "holds no data", "verify", "--data", dir)
	if _, err := os.Stat(dir); err == nil {
		t.Error("verify made a directory")
	}
	// A server that stopped before its store was made leaves keys only.
	s := start(t)
	s.stop()
	for _, part := range []string{datadir.StoreFolder, datadir.WitnessFolder, datadir.PublicFile} {
		if err := os.RemoveAll(filepath.Join(s.data, part)); err != nil {
			t.Fatal(err)
		}
	}
	expect(t, exitUnavailable, "holds no data", "verify", "--data", s.data)
	if _, err := os.Stat(filepath.Join(s.data, datadir.StoreFolder)); err == nil {
		t.Error("verify made a store")
	}
}

// unlink takes the link between the first two records out of the store.
func unlink(t *testing.T, dir string) {
	t.Helper()
	change(t, dir, func(w *store.Writer) error {
		for record := range uint64(2) {
			if err := w.SetLinks(record+1, nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// change writes to a store below the engine.
func change(t *testing.T, dir string, write func(*store.Writer) error) {
	t.Helper()
	d, err := datadir.Open(t.Context(), dir, datadir.Options{Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Store.Update(t.Context(), write); err != nil {
		t.Error(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
}

// damage flips a bit in the middle of each table on disk.
func damage(t *testing.T, dir string) {
	t.Helper()
	tables, err := filepath.Glob(filepath.Join(dir, datadir.StoreFolder, "*.sst"))
	if err != nil || len(tables) == 0 {
		t.Fatalf("no tables: %v", err)
	}
	for _, path := range tables {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		data[len(data)/3] ^= 0x10
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
