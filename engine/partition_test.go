package engine

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"aloi"
	"aloi/internal/synth"
	"aloi/matcher"
)

// synthPrepared returns n prepared records of a made-up set. Every one in crowd has the
// telephone number of a switchboard too, for 0 none.
func synthPrepared(seed uint64, n, crowd int) []*matcher.Prepared {
	g, list := synth.New(seed, n), make([]*matcher.Prepared, 0, n)
	for r, _, ok := g.Next(); ok; r, _, ok = g.Next() {
		if crowd > 0 && len(list)%crowd == 0 {
			r.Phones = append(r.Phones, "01 42 68 53 00")
		}
		list = append(list, lawMatcher.Prepare(r))
	}
	return list
}

// someJudged returns judgements at random between records, most of them between linked ones.
func someJudged(rng *rand.Rand, records int, links []Link, n int) []JudgedPair {
	var judged []JudgedPair
	seen := map[[2]int32]bool{}
	for range n {
		a, b := int32(rng.IntN(records)), int32(rng.IntN(records))
		if len(links) > 0 && rng.IntN(4) > 0 {
			l := links[rng.IntN(len(links))]
			a, b = l.B, l.A
		}
		if pair := [2]int32{min(a, b), max(a, b)}; a != b && !seen[pair] {
			seen[pair] = true
			judged = append(judged, JudgedPair{A: a, B: b, Same: rng.IntN(2) == 0})
		}
	}
	return judged
}

// TestPartitionIsPlain holds Partition, on any number of workers, to the plain one.
func TestPartitionIsPlain(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	for _, c := range []struct{ n, crowd, judged int }{{0, 0, 0}, {1, 0, 0}, {2, 1, 1}, {300, 2, 0}, {1000, 3, 60}, {recordsPerChunk + 2000, 5, 500}} {
		t.Run(fmt.Sprint(c.n), func(t *testing.T) {
			records := synthPrepared(uint64(c.n), c.n, c.crowd)
			rng.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
			want := plainPartition(lawMatcher, records, nil)
			judged := someJudged(rng, c.n, want.Links, c.judged)
			if len(judged) > 0 {
				want.Labels = plainResolveAll(lawMatcher, records, want.Links, judged)
			}
			if crowded := c.n/max(c.crowd, 1) > matcher.WideCap; crowded && want.TooCommon == 0 {
				t.Error("no key of the set is too common")
			}
			for _, workers := range []int{0, 1, 2, 8} {
				got := must(Partition(t.Context(), lawMatcher, records, judged, workers, nil))
				if !slices.Equal(got.Labels, want.Labels) || !slices.Equal(got.Links, want.Links) {
					t.Errorf("%d workers: other labels or links", workers)
				}
				if got.Compared != want.Compared || got.Blocks != want.Blocks || got.TooCommon != want.TooCommon {
					t.Errorf("%d workers: compared %d, blocks %d, too common %d; want %d, %d, %d", workers,
						got.Compared, got.Blocks, got.TooCommon, want.Compared, want.Blocks, want.TooCommon)
				}
			}
		})
	}
}

// TestPartitionIsPlainInPairs is about components of two, which are not clustered as others
// are: records that share a lot and, every other pair of them, contradict one another.
func TestPartitionIsPlainInPairs(t *testing.T) {
	families := strings.Fields("Lefèvre Girard Perrin Benali Moreau Dupont Schmitt Oliveira")
	var records []*matcher.Prepared
	add := func(i int, generation string) {
		records = append(records, lawMatcher.Prepare(&aloi.Record{
			Ref: aloi.RecordRef{Source: "s", ID: fmt.Sprint(len(records))}, BirthDate: fmt.Sprintf("%d-03-%02d", 1950+i, 1+i),
			Names:  []aloi.Name{{Given: "Jean", Family: families[i] + " " + generation}},
			Emails: []string{families[i] + "@example.fr"}, Phones: []string{fmt.Sprintf("06 12 34 %02d 78", 11*i)},
		}))
	}
	for i := range families {
		add(i, "Jr")
		add(i, []string{"Jr", "Sr"}[i%2])
	}
	want := plainPartition(lawMatcher, records, nil)
	if !slices.ContainsFunc(want.Links, func(l Link) bool { return l.Veto && l.Weight >= lawMatcher.Model().Same }) {
		t.Error("no link of the set is vetoed")
	}
	got := must(Partition(t.Context(), lawMatcher, records, nil, 2, nil))
	if !slices.Equal(got.Labels, want.Labels) || !slices.Equal(got.Links, want.Links) {
		t.Error("other labels or links")
	}
}

// TestPartitionStops holds that a batch that nobody waits for any more ends with an error,
// and that progress is told of every block.
func TestPartitionStops(t *testing.T) {
	records := synthPrepared(3, 2000, 0)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var mu sync.Mutex
	most, whole := 0, 0
	tell := func(done, total int) {
		mu.Lock()
		defer mu.Unlock()
		most, whole = max(most, done), total
	}
	p := must(Partition(ctx, lawMatcher, records, nil, 2, tell))
	if most != whole || whole != p.Blocks-p.TooCommon {
		t.Errorf("told of %d blocks of %d; there are %d", most, whole, p.Blocks-p.TooCommon)
	}
	if _, err := Partition(ctx, lawMatcher, records, nil, 2, func(int, int) { stop() }); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped while comparing: %v", err)
	}
	if _, err := Partition(ctx, lawMatcher, records, nil, 2, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped before: %v", err)
	}
}

func BenchmarkPartition(b *testing.B) {
	const n = 20_000
	records := synthPrepared(1, n, 0)
	for name, run := range map[string]func(){
		"plain":     func() { plainPartition(lawMatcher, records, nil) },
		"partition": func() { must(Partition(b.Context(), lawMatcher, records, nil, 1, nil)) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				run()
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e6/float64(b.N)/n, "µs/record")
		})
	}
}
