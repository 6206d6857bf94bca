// Package property runs property tests from a fixed seed, so that a test run is the
// same every time. Another seed is given as rapid's own flag, -rapid.seed.
package property

import (
	"flag"
	"testing"

	"pgregory.net/rapid"
)

// seed is what runs start from when no other is given.
const seed = "1"

// Check tests a property on the inputs that the seed gives.
func Check(t *testing.T, property func(*rapid.T)) {
	t.Helper()
	if f := flag.Lookup("rapid.seed"); f.Value.String() == "0" {
		if err := f.Value.Set(seed); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, property)
}
