package main

import (
	"slices"
	"strings"
	"testing"
)

// leastMarks is how many marks there are to be; the sources have some more.
const leastMarks = 55

// Every mark has a name of its own that can be listed, and every script leads to one.
func TestMarks(t *testing.T) {
	list, err := marks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(list) < leastMarks {
		t.Errorf("%d marks, want %d", len(list), leastMarks)
	}
	for _, s := range scripts {
		if !slices.ContainsFunc(list, func(m mark) bool { return strings.HasPrefix(m.name, s.prefix) }) {
			t.Errorf("no mark starts with %s", s.prefix)
		}
	}
}
