package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aloi/matcher"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/store"
)

// miserFile is a model under which nothing makes one person of two records.
func miserFile(t *testing.T, dir string) string {
	t.Helper()
	m := matcher.Default()
	m.Version, m.Same, m.Strong = "miser", 200*matcher.Bit, 200*matcher.Bit
	var text strings.Builder
	if err := m.Save(&text); err != nil {
		t.Fatal(err)
	}
	return put(t, dir, "miser.yaml", text.String())
}

// TestAdopt follows a server through a model and back; a model stays with its store.
func TestAdopt(t *testing.T) {
	s, dir := withPeople(t), t.TempDir()
	miser := miserFile(t, dir)
	contains(t, s.ask(t, "adopt", miser), "miser is in force in place of "+matcher.Default().Version+": 4 records, 4 entities.",
		"2 entities gained or lost records", "'aloi changes' has them from")
	contains(t, s.ask(t, "changes"), "SPLIT")
	text, err := os.ReadFile(miser)
	if err != nil {
		t.Fatal(err)
	}
	if got := s.ask(t, "model"); got != string(text) {
		t.Errorf("the model in force: %s", got)
	}
	if got := s.ask(t, "model", "--json"); got != `{"version":"miser"}`+"\n" {
		t.Errorf("its version: %s", got)
	}
	contains(t, s.ask(t, "adopt", miser), "No entity changed.")
	s.stop()
	if code, stdout, stderr := aloiRun(t, "", "verify", "--data", s.data); code != exitOK {
		t.Errorf("verify: exit code %d: %s%s", code, stdout, stderr)
	}
	s = serve(t, s.data, "127.0.0.1:0")
	a := askJSON(t, s, &aloiv1.Adoption{}, "adopt", "--shipped")
	if a.Version != matcher.Default().Version || a.Replaced != "miser" || a.Entities != 3 || a.Changed != 1 {
		t.Errorf("%v", a)
	}
	for name, c := range map[string]struct {
		code int
		says string
		args []string
	}{
		"nothing to adopt": {exitUsage, "--shipped", []string{"adopt"}},
		"two at once":      {exitUsage, "--shipped", []string{"adopt", miser, "--shipped"}},
		"no such file":     {exitUnavailable, "none.yaml", []string{"adopt", filepath.Join(dir, "none.yaml")}},
		"an empty file":    {exitUsage, "is empty", []string{"adopt", put(t, dir, "empty.yaml", "\n")}},
		"no model":         {exitUsage, "model.comparisons", []string{"adopt", put(t, dir, "bad.yaml", "version: v1\n")}},
		"no server":        {exitUnavailable, "no server answers", []string{"model", "--addr", "127.0.0.1:1"}},
	} {
		t.Run(name, func(t *testing.T) { expect(t, c.code, c.says, c.args...) })
	}
}

// TestTrainFromServer learns from what a server holds, and adopts it.
func TestTrainFromServer(t *testing.T) {
	s, dir := start(t), t.TempDir()
	var rows strings.Builder
	rows.WriteString("id,prenom,nom,courriel\n")
	for i := range 2 * matcher.MinTrainRecords {
		fmt.Fprintf(&rows, "%d,Anne,Lefèvre%c%c,a%d@example.org\n", i, 'a'+i%26, 'a'+i/26, i/2)
	}
	s.ingest(t, exitOK, rows.String(), "-", "--source", "web")
	out, report := filepath.Join(dir, "model.yaml"), filepath.Join(dir, "report.json")
	contains(t, s.ask(t, "train", "--out", out, "--report", report, "--name", "nôtre"), "nôtre: from 200 records")
	var r matcher.TrainReport
	if text, err := os.ReadFile(report); err != nil || json.Unmarshal(text, &r) != nil || r.Records != 200 {
		t.Errorf("report: %v, of %d records", err, r.Records)
	}
	contains(t, s.ask(t, "adopt", out), "nôtre is in force")
	expect(t, exitUsage, "go with --in", "train", "--out", out, "--source", "web", "--addr", s.addr)
}

// TestVerifyLeavesAnOldStore holds that verify changes nothing of a store that has to be
// resolved anew: a server does that when it starts, and says so.
func TestVerifyLeavesAnOldStore(t *testing.T) {
	s := withPeople(t)
	s.stop()
	change(t, s.data, func(w *store.Writer) error { return w.DeleteMeta("revision") })
	expect(t, exitUnavailable, "start a server on it once", "verify", "--data", s.data)
	s = serve(t, s.data, "127.0.0.1:0")
	contains(t, s.log.String(), "resolving the store anew")
	s.stop()
	if code, stdout, stderr := aloiRun(t, "", "verify", "--data", s.data); code != exitOK {
		t.Errorf("verify: exit code %d: %s%s", code, stdout, stderr)
	}
}
