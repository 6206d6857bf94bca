package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestSynth(t *testing.T) {
	dir := t.TempDir()
	folder := func(name, seed, format string, more ...string) string {
		out := filepath.Join(dir, name)
		args := append([]string{"synth", "--records", "300", "--seed", seed, "--out", out, "--format", format}, more...)
		if code, _, stderr := aloiRun(t, "", args...); code != exitOK {
			t.Fatalf("%v: exit code %d: %s", args, code, stderr)
		}
		return out
	}
	read := func(out, file string) []byte {
		b, err := os.ReadFile(filepath.Join(out, file))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	a, b, other, lines := folder("a", "1", "csv"), folder("b", "1", "csv"), folder("c", "2", "csv"), folder("d", "1", "jsonl")
	for _, file := range []string{"records.csv", "truth.csv", "mapping.yaml", "README.md"} {
		if !bytes.Equal(read(a, file), read(b, file)) {
			t.Errorf("one seed gave two different %s", file)
		}
	}
	if bytes.Equal(read(a, "records.csv"), read(other, "records.csv")) {
		t.Error("two seeds gave the same records")
	}
	if !bytes.Equal(read(a, "truth.csv"), read(lines, "truth.csv")) {
		t.Error("the truth depends on the format")
	}
	if n := bytes.Count(read(lines, "records.jsonl"), []byte("\n")); n != 300 {
		t.Errorf("%d lines", n)
	}

	clusters := filepath.Join(dir, "clusters.csv")
	code, _, stderr := aloiRun(t, "", "dedupe", "--in", filepath.Join(a, "records.csv"), "--mapping", filepath.Join(a, "mapping.yaml"), "--clusters", clusters)
	if code != exitOK || strings.Contains(stderr, "not used") {
		t.Errorf("dedupe of what synth wrote: exit code %d: %s", code, stderr)
	}
	if code, _, stderr := aloiRun(t, "", "evaluate", "--truth", filepath.Join(a, "truth.csv"), "--clusters", clusters); code != exitOK || stderr != "" {
		t.Errorf("evaluate of what synth wrote: exit code %d: %s", code, stderr)
	}

	if code, _, stderr := aloiRun(t, "", "synth", "--records", "1", "--seed", "1", "--out", a); code != exitUsage || !strings.Contains(stderr, "--force") {
		t.Errorf("a folder that is not empty: exit code %d: %s", code, stderr)
	}
	if code, _, _ := aloiRun(t, "", "synth", "--records", "0", "--seed", "1", "--out", filepath.Join(dir, "e")); code != exitUsage {
		t.Errorf("no records: exit code %d", code)
	}
	folder("a", "1", "csv", "--force")
}
