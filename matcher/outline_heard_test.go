package matcher

import (
	"fmt"
	"strings"
	"testing"
)

// What is remembered of a name is what is heard of it, whatever names were heard before.
func TestHeardGivens(t *testing.T) {
	var names []string
	for full := range givenGroups() {
		names = append(names, full)
	}
	for i := range 2 * heardSlots { // one after another in the place of one
		names = append(names, fmt.Sprintf("ANNE X%d", i))
	}
	for _, n := range []int{0, 1, heardBytes - 1, heardBytes, heardBytes + 1, maxCodeLetters} {
		names = append(names, strings.Repeat("A", n), strings.Repeat("A", max(n-1, 0))+"\x00")
	}
	known := new(heardGivens)
	for range 2 {
		for _, name := range names {
			got, want := known.of(name), hearGiven(name)
			if got.sound != want.sound || got.marks != want.marks || got.groups != want.groups {
				t.Errorf("%q is remembered as %+v, want %+v", name, got, want)
			}
			if known.of(name) != got {
				t.Errorf("%q is not remembered", name)
			}
		}
	}
}
