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
