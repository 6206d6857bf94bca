package matcher_test

import (
	"maps"
	"slices"
	"testing"

	"aloi/internal/synth"
	"aloi/matcher"
)

// sharing returns pairs of n records that share a blocking key, as a batch compares
// them: about most of them at most, in the order of their blocks.
func sharing(m *matcher.Matcher, seed uint64, n, most int) (records []*matcher.Prepared, pairs [][2]int32) {
	g, blocks := synth.New(seed, n), map[uint64][]int32{}
	for {
		r, _, ok := g.Next()
		if !ok {
			break
		}
		p := m.Prepare(r)
		for _, k := range m.AppendKeyHashes(nil, p) {
			blocks[k] = append(blocks[k], int32(len(records)))
		}
		records = append(records, p)
	}
	seen := map[[2]int32]bool{}
	for _, k := range slices.Sorted(maps.Keys(blocks)) {
		b := blocks[k]
		if len(b) > matcher.CapOfHash(k) {
			continue
		}
		for i, x := range b {
			for _, y := range b[i+1:] {
				if pair := [2]int32{x, y}; x != y && !seen[pair] {
					seen[pair] = true
					pairs = append(pairs, pair)
				}
			}
		}
	}
	step := max(len(pairs)/most, 1)
	for i := range len(pairs) / step {
		pairs[i] = pairs[i*step]
	}
	return records, pairs[:len(pairs)/step]
}

// TestLinkedOfRecords holds Linked to Weigh for pairs as a batch compares them, under the
// shipped model and one that is learned from the records, and again once they are decoded.
func TestLinkedOfRecords(t *testing.T) {
	m, err := matcher.New(matcher.Default())
	if err != nil {
		t.Fatal(err)
	}
	records, pairs := sharing(m, 4, 6_000, 60_000)
	model, _, err := matcher.Train(t.Context(), matcher.Default(), records, matcher.TrainOptions{Seed: 1, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	learned, err := matcher.New(model)
	if err != nil {
		t.Fatal(err)
	}
	decoded := make([]*matcher.Prepared, len(records))
	for i, p := range records {
		if decoded[i], err = matcher.DecodePrepared(matcher.AppendPrepared(nil, p)); err != nil {
			t.Fatal(err)
		}
	}
	common := matcher.Common(func(key string) bool { return matcher.HashKey(key)>>1%2 == 0 })
	for _, m := range []*matcher.Matcher{m, learned} {
		for i, p := range pairs {
			c := common
			if i%2 == 0 {
				c = nil
			}
			want := m.Weigh(records[p[0]], records[p[1]], c)
			for _, list := range [][]*matcher.Prepared{records, decoded} {
				got, ok := m.Linked(list[p[0]], list[p[1]], c)
				if ok != (want.Weight >= m.Model().Review) || ok && got != want {
					t.Fatalf("%s: Linked gives %+v, %t; Weigh gives %+v", m.Model().Version, got, ok, want)
				}
			}
		}
	}
}

// BenchmarkLinked is one pair that shares a key, as a batch asks of it and as Weigh
// answers.
func BenchmarkLinked(b *testing.B) {
	m, err := matcher.New(matcher.Default())
	if err != nil {
		b.Fatal(err)
	}
	records, pairs := sharing(m, 3, 20_000, 200_000)
	for _, way := range []struct {
		name   string
		linked func(x, y *matcher.Prepared) bool
	}{
		{"Linked", func(x, y *matcher.Prepared) bool { _, ok := m.Linked(x, y, nil); return ok }},
		{"Weigh", func(x, y *matcher.Prepared) bool { return m.Weigh(x, y, nil).Weight >= m.Model().Review }},
	} {
		b.Run(way.name, func(b *testing.B) {
			b.ReportAllocs()
			links, i := 0, 0
			for b.Loop() {
				p := pairs[i%len(pairs)]
				if way.linked(records[p[0]], records[p[1]]) {
					links++
				}
				i++
			}
			b.ReportMetric(100*float64(links)/float64(i), "%links")
		})
	}
}
