package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aloi/internal/quality"
	"aloi/matcher"
)

func TestTrain(t *testing.T) {
	dir := t.TempDir()
	in := filepath.Join(dir, "synth")
	if code, _, stderr := aloiRun(t, "", "synth", "--records", "1500", "--seed", "3", "--out", in); code != exitOK {
		t.Fatalf("synth: exit code %d: %s", code, stderr)
	}
	records, mapping := filepath.Join(in, "records.csv"), filepath.Join(in, "mapping.yaml")
	model, report := filepath.Join(dir, "model.yaml"), filepath.Join(dir, "report.txt")
	code, stdout, stderr := aloiRun(t, "", "train", "--in", records, "--mapping", mapping, "--out", model, "--report", report, "--name", "mine-1")
	if code != exitOK || !strings.Contains(stdout, "mine-1: from 1500 records") {
		t.Fatalf("train: exit code %d: %s%s", code, stdout, stderr)
	}
	if text, err := os.ReadFile(report); err != nil || !strings.Contains(string(text), "precision") {
		t.Errorf("report: %v: %.200s", err, text)
	}
	code, stdout, _ = aloiRun(t, "", "train", "--in", records, "--mapping", mapping, "--out", filepath.Join(dir, "again.yaml"), "--name", "mine-1", "--json")
	var r matcher.TrainReport
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || code != exitOK || r.Records != 1500 || len(r.Levels) == 0 {
		t.Errorf("train --json: exit code %d, %v, %d levels", code, err, len(r.Levels))
	}
	first, _ := os.ReadFile(model)
	if again, err := os.ReadFile(filepath.Join(dir, "again.yaml")); err != nil || string(again) != string(first) {
		t.Errorf("trained twice, two models (%v)", err)
	}

	clusters := filepath.Join(dir, "clusters.csv")
	code, stdout, stderr = aloiRun(t, "", "dedupe", "--in", records, "--mapping", mapping, "--model", model, "--clusters", clusters, "--json")
	if code != exitOK || !strings.Contains(stdout, `"model":"mine-1"`) {
		t.Fatalf("dedupe: exit code %d: %s%s", code, stdout, stderr)
	}
	learned := filepath.Join(dir, "learned.csv")
	code, stdout, stderr = aloiRun(t, "", "dedupe", "--in", records, "--mapping", mapping, "--clusters", learned)
	if code != exitOK || !strings.Contains(stdout, "model: "+matcher.Default().Version+"-trained, learned from the records") {
		t.Fatalf("dedupe without --model: exit code %d: %s%s", code, stdout, stderr)
	}
	if !equalRows(readCSV(t, learned), readCSV(t, clusters)) {
		t.Error("dedupe by itself and with the model that train wrote: other clusters")
	}
	_, stdout, _ = aloiRun(t, "", "evaluate", "--truth", filepath.Join(in, "truth.csv"), "--clusters", clusters, "--json")
	var q quality.Result
	if err := json.Unmarshal([]byte(stdout), &q); err != nil || q.PairF1 < .9 {
		t.Errorf("trained on the file itself: pairwise F1 %.3f, %v", q.PairF1, err)
	}
}

// TestDedupeChoosesItsModel has too few records to learn from.
func TestDedupeChoosesItsModel(t *testing.T) {
	dir := t.TempDir()
	in := put(t, dir, "few.csv", "record_id,prenom,nom\n1,Anne,Morel\n")
	for args, want := range map[string]modelOrigin{"": originTooFew, "--model=shipped": originShipped} {
		line := append([]string{"dedupe", "--in", in, "--clusters", filepath.Join(dir, "c.csv"), "--json"}, strings.Fields(args)...)
		code, stdout, stderr := aloiRun(t, "", line...)
		var s dedupeSummary
		if err := json.Unmarshal([]byte(stdout), &s); err != nil || code != exitOK || s.Origin != want || s.Model != matcher.Default().Version {
			t.Errorf("%q: exit code %d, %v: %s%s", args, code, err, stdout, stderr)
		}
	}
}

func TestTrainRefuses(t *testing.T) {
	dir := t.TempDir()
	few := put(t, dir, "few.csv", "record_id,prenom,nom\n1,Anne,Morel\n")
	spoilt := put(t, dir, "spoilt.yaml", "version: v1\npriors: 3\n")
	invalid := put(t, dir, "invalid.yaml", "version: v1\n")
	out := filepath.Join(dir, "model.yaml")
	for _, c := range []struct {
		name string
		args []string
		code int
		says string
	}{
		{"too few records", []string{"train", "--in", few, "--out", out}, exitUsage, "at least 100"},
		{"no such file", []string{"train", "--in", filepath.Join(dir, "none.csv"), "--out", out}, exitUnavailable, "none.csv"},
		{"no such model", []string{"dedupe", "--in", few, "--clusters", out, "--model", filepath.Join(dir, "none.yaml")}, exitUnavailable, "none.yaml"},
		{"a model with an unknown key", []string{"dedupe", "--in", few, "--clusters", out, "--model", spoilt}, exitUsage, "priors"},
		{"a model without comparisons", []string{"train", "--in", few, "--out", out, "--model", invalid}, exitUsage, "model.comparisons"},
	} {
		t.Run(c.name, func(t *testing.T) {
			code, _, stderr := aloiRun(t, "", c.args...)
			if code != c.code || !strings.Contains(stderr, c.says) {
				t.Errorf("exit code %d, want %d; %q does not say %q", code, c.code, stderr, c.says)
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("it wrote its output")
			}
		})
	}
}
