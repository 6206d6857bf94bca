package postings

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// The map holds what a plain one does, whatever is put in and taken out.
func TestAgainstPlainMap(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	m, plain := New(), map[uint64][]uint32{}
	keys := make([]uint64, 3000)
	for i := range keys {
		keys[i] = rng.Uint64()
		if i%3 == 0 { // many at one place of one table
			keys[i] = 7<<56 | uint64(i)
		}
	}
	keys[1] = 0
	check := func(key uint64) {
		t.Helper()
		want := plain[key]
		for _, most := range []int{0, 2, 1 << 30} {
			got, n, _ := m.Get(nil, key, most)
			if n != len(want) || n <= most && !slices.Equal(got, want) || n > most && got != nil {
				t.Fatalf("key %x, at most %d: %d numbers %v, want %v", key, most, n, got, want)
			}
		}
	}
	for step := range 400_000 {
		key := keys[int(float64(len(keys))*rng.Float64()*rng.Float64())]
		number := uint32(rng.IntN(200))
		if rng.IntN(4) == 0 {
			number = uint32(step)
		}
		i, found := slices.BinarySearch(plain[key], number)
		add := rng.IntN(100) < 52
		if step > 300_000 {
			add = rng.IntN(100) < 30
		}
		if add {
			m.Add(key, number)
			if !found {
				plain[key] = slices.Insert(plain[key], i, number)
			}
		} else {
			m.Edit([]Edit{{Key: key, Number: number, Remove: true}}, uint64(step))
			if found {
				plain[key] = slices.Delete(plain[key], i, i+1)
			}
		}
		check(key)
	}
	for _, key := range keys {
		check(key)
		for _, number := range slices.Clone(plain[key]) {
			m.Edit([]Edit{{Key: key, Number: number, Remove: true}}, 1)
			plain[key] = plain[key][1:]
		}
		check(key)
	}
	for i, p := range m.parts {
		if p.used != 0 {
			t.Errorf("part %d has %d keys, and none is left", i, p.used)
		}
	}
}

// Edits of many parts give each the version.
func TestEdit(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	m := New()
	var edits []Edit
	for n := range uint32(5000) {
		edits = append(edits, Edit{Key: rng.Uint64(), Number: n})
	}
	slices.SortFunc(edits, func(a, b Edit) int { return cmp.Compare(a.Key, b.Key) })
	m.Edit(edits, 9)
	for _, e := range edits {
		if got, n, version := m.Get(nil, e.Key, 1); n != 1 || got[0] != e.Number || version != 9 {
			t.Fatalf("key %x has %v of version %d, want %d", e.Key, got, version, e.Number)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 2))
	m, keys := New(), make([]uint64, 1<<20)
	for i := range keys {
		keys[i] = rng.Uint64()
	}
	n := uint32(0)
	b.ReportAllocs()
	for b.Loop() {
		n++
		m.Add(keys[int(float64(len(keys))*rng.Float64()*rng.Float64())], n)
	}
}
