package matcher

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/cespare/xxhash/v2"

	"aloi"
)

// someone returns a record of a small invented world, in which values meet often and
// each may be missing, slipped or in the wrong place.
func someone(rng *rand.Rand) *aloi.Record {
	pick := func(list ...string) string {
		if rng.IntN(4) == 0 {
			return ""
		}
		s := list[rng.IntN(len(list))]
		if rng.IntN(5) == 0 {
			s = slipped(rng, s)
		}
		return s
	}
	given := func() string {
		return pick("Marie", "Jean-Pierre", "Jean", "J", "Mario", "Julien", "Julienne", "Catherine", "Cathy", "MOREL")
	}
	family := func() string {
		return pick("Morel", "Dubois Morel", "Le Goff", "LEGOFF", "Dubois", "D", "Jean", "de la Tour")
	}
	r := &aloi.Record{Ref: aloi.RecordRef{Source: "s", ID: fmt.Sprint(rng.Uint64())}}
	for range 1 + rng.IntN(2) {
		n := aloi.Name{Given: given(), Middle: given(), Family: family(), Birth: family()}
		if rng.IntN(3) == 0 {
			n = aloi.Name{Full: given() + " " + family()}
		}
		n.Civility = pick("M.", "Mme")
		r.Names = append(r.Names, n)
		r.Emails = append(r.Emails, pick("marie.morel", "jp", "legoff29", "contact")+"@"+pick("orange.fr", "gmail.com"))
		r.Phones = append(r.Phones, pick("0612345678", "06 12 34 56 78", "0612345687", "0145678901"))
		r.Addresses = append(r.Addresses, aloi.Address{Line: pick("12 rue de la Gare", "12 bis r. de la Gare", "rue de la Gare", "3 place Foch"), PostalCode: pick("75015", "75016", "29000"), City: pick("Paris", "Quimper", "Quimpre")})
		r.Identifiers = append(r.Identifiers, aloi.Identifier{Type: []string{"loyalty_card", "badge", "social_handle"}[rng.IntN(3)], Value: pick("123456", "123457", "morel.marie")})
	}
	r.BirthDate, r.Gender = pick("12/03/1984", "03/12/1984", "1984", "1984-01-01", "12/03/1985"), pick("M", "F")
	return r
}

func TestCompareLaws(t *testing.T) {
	m, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(7, 7))
	for i := range 20_000 {
		a, b := m.Prepare(someone(rng)), m.Prepare(someone(rng))
		common := someCommon(t, uint64(i), a, b)
		c, back := m.Compare(a, b, common), m.Compare(b, a, common)
		if c.Link != back.Link || !reflect.DeepEqual(levelsOf(c), levelsOf(back)) {
			t.Fatalf("not symmetric:\n%+v\n%+v\nof %+v and %+v", c, back, a, b)
		}
		if w := m.Weigh(a, b, common); w != c.Link {
			t.Fatalf("Weigh %+v, Compare %+v", w, c.Link)
		}
		if free := m.Weigh(a, b, nil); free.Veto != c.Veto || c.Deterministic && !free.Deterministic {
			t.Fatalf("without a Common %+v, with one %+v", free, c.Link)
		}
		sum := c.Prior
		for _, e := range c.Evidence {
			sum += e.Weight
		}
		if sum != c.Weight {
			t.Fatalf("prior and evidence give %v, weight %v", sum, c.Weight)
		}
		if c.Veto != (c.VetoReason != Reason{}) || c.Veto && c.Deterministic {
			t.Fatalf("veto %v for %q, deterministic %v", c.Veto, c.VetoReason, c.Deterministic)
		}
		if n, least := c.Weight, min(m.Compare(a, a, nil).Weight, 0); n < least-200*Bit {
			t.Fatalf("weight %v out of any range", n)
		}
	}
}

// someCommon makes half of the keys too common, none where seed is even, and fails when
// it is asked for a key that not both records have.
func someCommon(t *testing.T, seed uint64, a, b *Prepared) Common {
	if seed%2 == 0 {
		return nil
	}
	return func(key string) bool {
		if !slices.Contains(ContactKeys(a), key) || !slices.Contains(ContactKeys(b), key) {
			t.Fatalf("asked for %q of %+v and %+v", key, a, b)
		}
		d := xxhash.NewWithSeed(seed)
		d.WriteString(key)
		return d.Sum64()%2 == 0
	}
}

// levelsOf lists what each comparison says, without the values.
func levelsOf(c Comparison) []string {
	var out []string
	for _, e := range c.Evidence {
		out = append(out, fmt.Sprintf("%s %s %d %d", e.Comparison, e.Level, e.Weight, e.TermWeight))
	}
	return out
}

func TestWeighAllocatesNothing(t *testing.T) {
	m, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	a, b := m.Prepare(couple[0]), m.Prepare(couple[1])
	if n := testing.AllocsPerRun(100, func() { m.Weigh(a, b, nil) }); n != 0 {
		t.Errorf("%v allocations for a pair", n)
	}
}

func TestKeysLaws(t *testing.T) {
	m, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(9, 9))
	for range 5_000 {
		r := someone(rng)
		keys := m.Keys(m.Prepare(r))
		if len(keys) > MaxKeys || !slices.IsSorted(keys) || len(slices.Compact(slices.Clone(keys))) != len(keys) {
			t.Fatalf("%d keys, not sorted and distinct: %q", len(keys), keys)
		}
		for _, k := range keys {
			if len(k) > maxKeyBytes {
				t.Fatalf("key of %d bytes", len(k))
			}
		}
	}
}

func TestKeysOfNoLatinName(t *testing.T) {
	m, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	if keys := m.Keys(&Prepared{Names: []PreparedName{{}}}); len(keys) != 0 {
		t.Errorf("keys of an empty name: %q", keys)
	}
}

func BenchmarkWeigh(b *testing.B) {
	m, err := New(Default())
	if err != nil {
		b.Fatal(err)
	}
	x, y := m.Prepare(couple[0]), m.Prepare(couple[1])
	b.ReportAllocs()
	for b.Loop() {
		m.Weigh(x, y, nil)
	}
}

func BenchmarkKeys(b *testing.B) {
	m, err := New(Default())
	if err != nil {
		b.Fatal(err)
	}
	x := m.Prepare(couple[0])
	b.ReportAllocs()
	for b.Loop() {
		m.Keys(x)
	}
}
