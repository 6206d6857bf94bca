package matcher

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"aloi"
	"aloi/internal/synth"
)

// trainerOf returns a trainer that has records, and no more.
func trainerOf(t testing.TB, workers int, records []*Prepared) *trainer {
	t.Helper()
	probe, err := probeOf(Default())
	if err != nil {
		t.Fatal(err)
	}
	tr := &trainer{ctx: t.Context(), base: Default(), probe: probe, workers: workers, progress: func(int) {}}
	tr.arrange(records)
	return tr
}

// synthetic returns prepared records of invented people, in a random order.
func synthetic(t testing.TB, seed uint64, n int) (records []*Prepared) {
	t.Helper()
	m, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	g := synth.New(seed, n)
	for r, _, ok := g.Next(); ok; r, _, ok = g.Next() {
		records = append(records, m.Prepare(r))
	}
	rand.New(rand.NewPCG(seed, 2)).Shuffle(n, func(i, j int) { records[i], records[j] = records[j], records[i] })
	return records
}

// TestSampleIsThePlainOne compares the pairs that are chosen, and their order, with those
// of the plain definition.
func TestSampleIsThePlainOne(t *testing.T) {
	records := synthetic(t, 5, 4000)
	for _, r := range records[1000 : 2000+WideCap] { // some have a number of their own besides
		r.Phones = append(r.Phones, "33142681153")
	}
	for _, c := range []struct {
		records, workers int
		kept             float64
	}{{100, 1, 1}, {900, 2, .3}, {4000, 4, 1}} {
		tr := trainerOf(t, c.workers, records[:c.records])
		tr.seed = uint64(c.workers)
		wantBlocked, wantRandom, wantHot := tr.plainSample(c.kept)
		keys, err := tr.hashKeys()
		if err != nil {
			t.Fatal(err)
		}
		ranges, hot, err := tr.block(keys)
		if err != nil {
			t.Fatal(err)
		}
		got, err := tr.choose(ranges, keys, hot, c.kept)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got, wantBlocked) || len(got) == 0 {
			t.Errorf("%+v: %d pairs of blocks, want these %d", c, len(got), len(wantBlocked))
		}
		if len(hot) != len(wantHot) || c.records > 1001 && len(hot) == 0 {
			t.Errorf("%+v: %d keys are too common, want %d", c, len(hot), len(wantHot))
		}
		for key := range hot {
			if !wantHot[key] {
				t.Errorf("%+v: %x is not too common", c, key)
			}
		}
		if _, random, err := tr.sample(); err != nil || !slices.Equal(random, wantRandom) {
			t.Errorf("%+v: %d other pairs, want these %d; %v", c, len(random), len(wantRandom), err)
		}
	}
}

// TestSampleOfMany holds that the share of the pairs that is kept is the plain one where
// blocks have more than blockedPairs.
func TestSampleOfMany(t *testing.T) {
	records := make([]*Prepared, 8000)
	for i := range records {
		p := Prepared{Tie: TieOf(aloi.RecordRef{Source: "web", ID: fmt.Sprint(i)})}
		for phone := range 2 { // of each there are 60, with 133 records or 134
			p.Phones = append(p.Phones, fmt.Sprintf("331%08d", phone*1_000_000+i/(1+phone*59)%60))
		}
		records[i] = &p
	}
	tr := trainerOf(t, 2, records)
	want, _, _ := tr.plainSample(0)
	got, _, err := tr.sample()
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%d pairs, want these %d; %v", len(got), len(want), err)
	}
	if tr.blockedFor == 1 {
		t.Error("all pairs were kept")
	}
}

// TestKeysShared compares what two lists of keys are said to share with the plain way.
func TestKeysShared(t *testing.T) {
	const last = 1<<64 - 1
	rng := rand.New(rand.NewPCG(3, 4))
	some := func() (list []uint64) {
		for _, key := range []uint64{0, 1, 2, 3, 4, 5, last - 1, last} {
			if rng.IntN(3) == 0 {
				list = append(list, key)
			}
		}
		return list
	}
	for range 20_000 {
		a, b, hot := some(), some(), hotKeys{}
		for _, key := range some() {
			hot[key] = struct{}{}
		}
		cool := func(list []uint64) []uint64 { return slices.DeleteFunc(slices.Clone(list), hot.has) }
		least, shared := plainShared(cool(a), cool(b))
		if got := hot.share(a, b); got != shared {
			t.Fatalf("%x and %x share, without %x: %v", a, b, hot, got)
		}
		for _, bound := range some() {
			if got := hot.shareBefore(a, b, bound); got != (shared && least < bound) {
				t.Fatalf("%x and %x share before %x, without %x: %v", a, b, bound, hot, got)
			}
		}
	}
}

// TestCountValuesIsThePlainOne compares how values are counted with the plain definition.
func TestCountValuesIsThePlainOne(t *testing.T) {
	records := synthetic(t, 6, 5000)
	for i, r := range records[:1000] { // values that are of both kinds
		r.Addresses = []PreparedAddress{{PostalCode: []string{"", "29253", "LYON"}[i%3], City: []string{"LYON", "29253", "L YON", ""}[i%4]}}
	}
	byHash := func(x, y valueCount) int { return cmp.Compare(x.hash, y.hash) }
	for _, workers := range []int{1, 5} {
		tr := trainerOf(t, workers, records)
		counts, err := tr.countValues()
		if err != nil {
			t.Fatal(err)
		}
		for i, k := range tr.probe.order {
			if counts[i] == nil {
				continue
			}
			want := tr.plainCounts(k)
			slices.SortFunc(counts[i].of, byHash)
			slices.SortFunc(want.of, byHash)
			if !slices.Equal(counts[i].of, want.of) || counts[i].all != want.all || len(want.of) == 0 {
				t.Errorf("%d workers: %s is not counted as it should be", workers, k.name)
			}
		}
	}
}

// TestChooseSamples looks at what is kept of the pairs where there are too many.
func TestChooseSamples(t *testing.T) {
	var records []*Prepared
	for i := range WideCap {
		records = append(records, prepare(&aloi.Record{
			Ref: aloi.RecordRef{Source: "web", ID: fmt.Sprint(i)}, Phones: []string{"01 43 27 61 58"},
		}, nil))
	}
	tr := trainerOf(t, 1, records)
	count := func(kept float64) int {
		keys, err := tr.hashKeys()
		if err != nil {
			t.Fatal(err)
		}
		ranges, hot, err := tr.block(keys)
		if err != nil {
			t.Fatal(err)
		}
		chosen, err := tr.choose(ranges, keys, hot, kept)
		if err != nil {
			t.Fatal(err)
		}
		return len(chosen)
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
	phones := func(n int) (seen int) {
		var records []*Prepared
		for i := range n {
			r := &aloi.Record{Ref: aloi.RecordRef{Source: "web", ID: fmt.Sprint(i)}, Phones: []string{"01 42 68 11 53"}}
			if i < 2 {
				r.BirthDate = "1984-03-12"
			}
			records = append(records, prepare(r, nil))
		}
		tr := trainerOf(t, 1, records)
		if err := tr.gather(); err != nil {
			t.Fatal(err)
		}
		if tr.blocked.pairs() == 0 {
			t.Fatal("no pair shares a key")
		}
		for i := range tr.blocked.pairs() {
			list, _ := tr.blocked.pair(i)
			for _, x := range list {
				if tr.probe.order[x.comparison] == tr.probe.known[comparePhone] {
					seen++
				}
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

func BenchmarkTrain(b *testing.B) {
	records := synthetic(b, 5, 20_000)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Train(b.Context(), Default(), records, TrainOptions{Seed: 1, Workers: 2}); err != nil {
			b.Fatal(err)
		}
	}
}
