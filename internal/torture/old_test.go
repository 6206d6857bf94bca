package main

import (
	"strings"
	"testing"
)

// Each store that earlier versions left when they were killed opens, is renewed, and
// answers what it answered. Those that were stopped are the scenario's.
func TestOldStores(t *testing.T) {
	stores, err := oldStores()
	if err != nil {
		t.Fatal(err)
	}
	built := &programs{dir: t.TempDir()}
	for _, s := range stores {
		if !s.Killed {
			continue
		}
		t.Run(strings.TrimSuffix(s.name, "-killed"), func(t *testing.T) {
			j := &job{name: "old", out: t.Output(), seed: 1, dir: t.TempDir(), built: built}
			program, err := j.program(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := s.renewed(t.Context(), j, program); err != nil {
				t.Fatal(err)
			}
		})
	}
}
