package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestBugsApply keeps the table in step with the sources: a bug that can no longer
// be planted shows nothing.
func TestBugsApply(t *testing.T) {
	for _, b := range slices.Concat(engineBugs, ledgerBugs, consentBugs) {
		source, err := os.ReadFile(filepath.Join("..", "..", b.file))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.in(string(source)); err != nil {
			t.Errorf("%s: %v", b.name, err)
		}
	}
}
