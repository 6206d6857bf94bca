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
	for _, b := range slices.Concat(engineBugs, ledgerBugs, consentBugs, reliabilityBugs) {
		source, err := os.ReadFile(filepath.Join("..", "..", b.file))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.in(string(source)); err != nil {
			t.Errorf("%s: %v", b.name, err)
		}
	}
}

// TestFilesHaveTests holds that each bug of reliability has a test that is to see it.
func TestFilesHaveTests(t *testing.T) {
	for _, b := range reliabilityBugs {
		if len(reliabilityTests[b.file]) == 0 {
			t.Errorf("%s: no tests for %s", b.name, b.file)
		}
	}
}
