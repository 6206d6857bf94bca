package main

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"
)

// Every command takes the flags, and what they write is what go tool pprof reads: a gzipped
// profile that names functions.
func TestProfiles(t *testing.T) {
	dir := t.TempDir()
	cpu, mem := filepath.Join(dir, "cpu"), filepath.Join(dir, "mem")
	code, _, stderr := aloiRun(t, "", "dedupe", "--in", sample("store.csv"), "--clusters", filepath.Join(dir, "c.csv"), "--cpuprofile", cpu, "--memprofile", mem)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	// The names are in the table of texts of the format. A short command may end before the
	// first sample of its time, but not without an allocation.
	if b := unzipped(t, cpu); !bytes.Contains(b, []byte("cpu")) || !bytes.Contains(b, []byte("nanoseconds")) {
		t.Error("the profile of the processor says nothing of its time")
	}
	if b := unzipped(t, mem); !bytes.Contains(b, []byte("alloc_space")) || !bytes.Contains(b, []byte("inuse_space")) {
		t.Error("the profile of memory says nothing of what was allocated, or is held")
	}
}

func unzipped(t *testing.T, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The profile is written though the command fails, and a file that cannot be is a fault of
// the command line.
func TestProfilesOfAFailure(t *testing.T) {
	dir := t.TempDir()
	mem := filepath.Join(dir, "mem")
	expect(t, exitUnavailable, "no.csv", "dedupe", "--in", filepath.Join(dir, "no.csv"), "--clusters", filepath.Join(dir, "c.csv"), "--memprofile", mem)
	unzipped(t, mem)
	for _, flag := range []string{"--cpuprofile", "--memprofile"} {
		expect(t, exitUsage, "no such", "dedupe", "--in", sample("store.csv"), "--clusters", filepath.Join(dir, "c.csv"), flag, filepath.Join(dir, "no", "file"))
	}
}
