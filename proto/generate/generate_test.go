package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The committed code is what the .proto files say: no file differs, none is missing
// and none is left over from a .proto file that is gone.
func TestGeneratedCodeIsUpToDate(t *testing.T) {
	const root = ".."
	files, err := generate(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, f.name)
		committed, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(f.name)))
		if err != nil || !bytes.Equal(committed, f.content) {
			t.Errorf("%s is not what its .proto file says: run go generate ./proto/...", f.name)
		}
	}
	there, err := find(root, ".pb.go")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(names, there) {
		t.Errorf("generated files are %v, want %v", there, names)
	}
}

// A mistake in a .proto file is an error that names its place.
func TestGenerateReportsMistakes(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "bad.proto"), []byte("edition = \"2023\";\nmessage A { B b = 1; }\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := generate(t.Context(), root)
	if err == nil || !bytes.Contains([]byte(err.Error()), []byte("bad.proto:2")) {
		t.Errorf("err = %v, want one that names bad.proto:2", err)
	}
}
