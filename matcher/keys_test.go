package matcher

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"aloi"
	"aloi/internal/synth"
)

// checkKeys fails when the keys of a record, or their hashes, are not those of the plain
// definition.
func checkKeys(t *testing.T, m *Matcher, p *Prepared) {
	t.Helper()
	want := plainKeys(p)
	if got := m.Keys(p); !slices.Equal(got, want) {
		t.Fatalf("keys of %+v:\n%q, want\n%q", p, got, want)
	}
	var hashes []uint64
	for _, key := range want {
		hashes = append(hashes, HashKey(key))
	}
	got := m.AppendKeyHashes([]uint64{1, 2}, p)
	if got[0] != 1 || got[1] != 2 {
		t.Fatal("what was there before is gone")
	}
	slices.Sort(got[2:])
	slices.Sort(hashes)
	if !slices.Equal(got[2:], hashes) {
		t.Fatalf("hashes of the keys of %+v:\n%x, want\n%x", p, got[2:], hashes)
	}
}

// eachSynth calls fn with the records of a small generated file.
func eachSynth(tb testing.TB, fn func(*aloi.Record)) {
	g := synth.New(5, 3000)
	for {
		r, _, ok := g.Next()
		if !ok {
			return
		}
		fn(r)
	}
}

func TestKeysArePlain(t *testing.T) {
	m := hostileMatcher(t)
	eachSynth(t, func(r *aloi.Record) { checkKeys(t, m, m.Prepare(r)) })
	rng := rand.New(rand.NewPCG(3, 3))
	for range 20_000 {
		checkKeys(t, m, m.Prepare(someone(rng)))
	}
	for side := range 20 {
		checkKeys(t, m, m.Prepare(crowd(side)))
	}
	checkKeys(t, m, m.Prepare(crammed()))
	for i, s := range hostile {
		checkKeys(t, m, m.Prepare(everywhere("1", s, hostile[(i+1)%len(hostile)])))
	}
}

// FuzzKeys holds the keys of what is read back from any bytes, and of any texts, to the
// plain definition.
func FuzzKeys(f *testing.F) {
	m := hostileMatcher(f)
	for i, s := range hostile {
		f.Add(AppendPrepared(nil, m.Prepare(everywhere("1", s, "Marie Dubois"))), s, hostile[(i+1)%len(hostile)])
	}
	f.Add(AppendPrepared(nil, m.Prepare(crowd(1))), "jean-pierre.dubois@orange.fr", "12/03/1984")
	f.Fuzz(func(t *testing.T, prepared []byte, s, other string) {
		if p, err := DecodePrepared(prepared); err == nil && keyable(p) {
			checkKeys(t, m, p)
		}
		if len(s)+len(other) <= aloi.MaxValueBytes {
			checkKeys(t, m, m.Prepare(everywhere("1", s, other)))
		}
	})
}

// keyable reports whether phone numbers are digits, as those of a Prepared are.
func keyable(p *Prepared) bool {
	return !slices.ContainsFunc(p.Phones, func(x string) bool { return x == "" })
}

func TestKeyHashesAllocateNothing(t *testing.T) {
	m := hostileMatcher(t)
	var prepared []*Prepared
	eachSynth(t, func(r *aloi.Record) { prepared = append(prepared, m.Prepare(r)) })
	dst := make([]uint64, 0, MaxKeys)
	n := testing.AllocsPerRun(1, func() {
		for _, p := range prepared {
			dst = m.AppendKeyHashes(dst[:0], p)
		}
	})
	if n != 0 {
		t.Errorf("%v allocations for the keys of %d records", n, len(prepared))
	}
}

// TestCaps holds that a cap depends on the family of a key alone, and that the class of
// a hash is that of the key.
func TestCaps(t *testing.T) {
	caps := map[int]string{WideCap: "p e l i ny fb h", NameCap: "n fp", BroadCap: "s w id ie is pt ph nf fd fm fy ip b"}
	seen := 0
	for want, families := range caps {
		for _, family := range strings.Fields(families) {
			for _, rest := range []string{"", "X", "MARTIN|75011"} {
				if got := CapOfHash(HashKey(family + ":" + rest)); got != want {
					t.Errorf("%s:%s has cap %d, want %d", family, rest, got, want)
				}
			}
			seen++
		}
	}
	if seen != len(keyFamilies) {
		t.Errorf("%d families of %d", seen, len(keyFamilies))
	}
}

func BenchmarkKeyHashes(b *testing.B) {
	m := hostileMatcher(b)
	var prepared []*Prepared
	eachSynth(b, func(r *aloi.Record) { prepared = append(prepared, m.Prepare(r)) })
	dst := make([]uint64, 0, MaxKeys)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		dst = m.AppendKeyHashes(dst[:0], prepared[i%len(prepared)])
	}
}
