package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"aloi/benchmarks/truthset"
	"aloi/matcher"
)

// The comparison with the baseline fails when either F1 falls by more than maxFall, in
// the same set and way, and only then.
func TestCompare(t *testing.T) {
	before := []figures{
		{Set: "a", Way: shipped, PairF1: .95, B3F1: .97},
		{Set: "a", Way: trained, PairF1: .96, B3F1: .98},
	}
	dir := t.TempDir()
	if err := write(dir, before); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		now  figures
		want int
	}{
		{"equal", figures{Set: "a", Way: shipped, PairF1: .95, B3F1: .97}, 0},
		{"better", figures{Set: "a", Way: shipped, PairF1: .99, B3F1: .99}, 0},
		{"a little worse", figures{Set: "a", Way: shipped, PairF1: .9485, B3F1: .9685}, 0},
		{"pairs fell", figures{Set: "a", Way: shipped, PairF1: .9475, B3F1: .97}, 1},
		{"B-cubed fell", figures{Set: "a", Way: shipped, PairF1: .95, B3F1: .9675}, 1},
		{"trained fell below its own", figures{Set: "a", Way: trained, PairF1: .955, B3F1: .98}, 1},
		{"a new set", figures{Set: "b", Way: shipped}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			fallen, err := compare(dir, []figures{c.now})
			if err != nil {
				t.Fatal(err)
			}
			if len(fallen) != c.want {
				t.Errorf("fell: %q, want %d", fallen, c.want)
			}
		})
	}
}

// The committed baseline has every set that is measured, in every way.
func TestBaselineIsWhole(t *testing.T) {
	b, err := os.ReadFile(baselineFile)
	if err != nil {
		t.Fatal(err)
	}
	var before []figures
	if err := json.Unmarshal(b, &before); err != nil {
		t.Fatal(err)
	}
	has := map[[2]string]bool{}
	for _, f := range before {
		has[[2]string{f.Set, f.Way}] = f.PairF1 > 0 && f.B3F1 > 0
	}
	for _, w := range sets {
		for _, way := range []string{shipped, trained} {
			if !has[[2]string{w.name, way}] {
				t.Errorf("the baseline lacks %s, %s", w.name, way)
			}
		}
	}
}

// A small set goes through all that the command does, and a matcher that is worse is
// noticed.
func TestMeasure(t *testing.T) {
	s, err := truthset.Load(filepath.Join("..", "data", "febrl1"), "soc_sec_id")
	if err != nil {
		t.Fatal(err)
	}
	const name = "febrl1 less soc_sec_id"
	measured := func(m *matcher.Model) figures {
		t.Helper()
		compiled, err := matcher.New(m)
		if err != nil {
			t.Fatal(err)
		}
		r, err := measure(compiled, s, shipped)
		if err != nil {
			t.Fatal(err)
		}
		return r.figures(name)
	}
	if fallen, err := compare(".", []figures{measured(matcher.Default())}); err != nil || len(fallen) > 0 {
		t.Errorf("the shipped model: %v %v", fallen, err)
	}
	strict := matcher.Default()
	strict.Prior -= 10 * matcher.Bit
	if fallen, err := compare(".", []figures{measured(strict)}); err != nil || len(fallen) == 0 {
		t.Errorf("a model with a prior ten bits too low is not noticed: %v", err)
	}
}
