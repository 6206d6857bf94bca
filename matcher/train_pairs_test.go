package matcher

import (
	"fmt"
	"testing"

	"aloi"
)

// TestCompareBlockSamples looks at what is kept of the pairs where there are too many.
func TestCompareBlockSamples(t *testing.T) {
	probe, err := probeOf(Default())
	if err != nil {
		t.Fatal(err)
	}
	tr := &trainer{ctx: t.Context(), probe: probe, workers: 1, progress: func(int) {}}
	for i := range WideCap {
		r := &aloi.Record{Ref: aloi.RecordRef{Source: "web", ID: fmt.Sprint(i)}, Phones: []string{"01 43 27 61 58"}}
		tr.records = append(tr.records, probe.Prepare(r))
	}
	keys, blocks, err := tr.block()
	if err != nil || len(blocks) == 0 {
		t.Fatalf("%d blocks, %v", len(blocks), err)
	}
	count := func(kept float64) (n int) {
		var o observations
		for _, b := range blocks {
			tr.compareBlock(&o, b, keys, kept)
		}
		return o.pairs()
	}
	all, half := count(1), count(.5)
	if want := WideCap * (WideCap - 1) / 2; all != want {
		t.Errorf("%d pairs, want each once: %d", all, want)
	}
	if half < all*2/5 || half > all*3/5 {
		t.Errorf("half of %d pairs is %d", all, half)
	}
	tr.seed = 1
	if again := count(.5); again == half {
		t.Errorf("another seed chose as many pairs: %d", again)
	}
}

// TestTooCommonTeachesNothing holds that a number that too many records have does not
// count as agreement of those that meet by another key.
func TestTooCommonTeachesNothing(t *testing.T) {
	probe, err := probeOf(Default())
	if err != nil {
		t.Fatal(err)
	}
	phones := func(records int) (seen int) {
		tr := &trainer{ctx: t.Context(), probe: probe, workers: 1, progress: func(int) {}}
		for i := range records {
			r := &aloi.Record{Ref: aloi.RecordRef{Source: "web", ID: fmt.Sprint(i)}, Phones: []string{"01 42 68 11 53"}}
			if i < 2 {
				r.BirthDate = "1984-03-12"
			}
			tr.records = append(tr.records, probe.Prepare(r))
		}
		if err := tr.gather(); err != nil {
			t.Fatal(err)
		}
		if tr.blocked.pairs() == 0 {
			t.Fatal("no pair shares a key")
		}
		for _, x := range tr.blocked.list {
			if probe.order[x.comparison] == probe.known[comparePhone] {
				seen++
			}
		}
		return seen
	}
	if n := phones(WideCap + 1); n != 0 {
		t.Errorf("%d agreements in a number that too many have", n)
	}
	if n := phones(WideCap); n != WideCap*(WideCap-1)/2 {
		t.Errorf("%d agreements in a number that few enough have", n)
	}
}
