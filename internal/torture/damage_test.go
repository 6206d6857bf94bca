package main

import "testing"

// A few damaged stores on every change.
func TestDamage(t *testing.T) {
	outcomes, err := damageCopies(t.Context(), t.TempDir(), 1, 12)
	if err != nil {
		t.Fatal(err)
	}
	if outcomes["faults named when the store is opened"] == 0 {
		t.Errorf("no fault was named: %v", outcomes)
	}
}
