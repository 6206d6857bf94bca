package main

import (
	"os/exec"
	"slices"
	"testing"
)

// A few rounds of what is quick, on every change; the rest is the work of the command.
func TestTorture(t *testing.T) {
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("needs the go command to build the program")
	}
	if err := run(t.Context(), t.Output(), options{only: "kill", seed: 1, count: 5}); err != nil {
		t.Fatal(err)
	}
}

// The check sees a loss: what it is for.
func TestPossible(t *testing.T) {
	for _, c := range []struct {
		name  string
		ops   []operation
		acked int
		seen  state
		want  []state
	}{
		{"acknowledged", []operation{{0, 1}, {0, 2}}, 2, state{}, []state{{2, "BC"}}},
		{"in flight", []operation{{0, 1}, {0, 2}}, 1, state{}, []state{{1, "B"}, {2, "BC"}}},
		{"stale", []operation{{0, 2}, {0, 1}}, 2, state{}, []state{{2, "BC"}}},
		{"deleted", []operation{{0, 2}, {0, 0}}, 2, state{}, []state{{}}},
		{"deletion in flight", []operation{{0, 2}, {0, 0}}, 1, state{}, []state{{2, "C"}, {}}},
		{"sent again after deletion", []operation{{0, 2}, {0, 0}, {0, 2}}, 3, state{}, []state{{2, "C"}}},
		{"same version twice", []operation{{0, 1}, {0, 1}}, 2, state{}, []state{{1, "B"}}},
		{"nothing acknowledged", []operation{{0, 1}}, 0, state{}, []state{{}, {1, "B"}}},
		{"carried out before the kill", []operation{{0, 1}, {0, 2}}, 1, state{2, "C"}, []state{{2, "BC"}, {2, "BC"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLedger(newSource(1, 0))
			l.ops, l.acked = c.ops, c.acked
			l.seen[0] = c.seen
			for i := range c.ops {
				l.send(i)
			}
			if got := l.possible(0); !slices.Equal(got, c.want) {
				t.Errorf("possible states %v, want %v", got, c.want)
			}
		})
	}
}
