package matcher

import (
	"bytes"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"aloi"
)

// hostileMatcher compares all that a model can: attributes too.
func hostileMatcher(t testing.TB) *Matcher {
	model := Default()
	model.Comparisons = append(model.Comparisons, ModelComparison{Name: "attribute.occupation", Levels: []Level{
		{Name: "exact", M: .7, U: .02, H: .05}, {Name: "close", M: .1, U: .01, H: .02}, {Name: "different", M: .2, U: .97, H: .93},
	}})
	m, err := New(model)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// checkPair prepares two records and fails where one of the promises about any two does
// not hold.
func checkPair(t *testing.T, m *Matcher, ra, rb *aloi.Record) {
	t.Helper()
	a, b := m.Prepare(ra), m.Prepare(rb)
	for i, p := range []*Prepared{a, b} {
		checkBounds(t, p)
		if r := [...]*aloi.Record{ra, rb}[i]; !reflect.DeepEqual(m.Prepare(r), p) {
			t.Fatalf("prepared twice, two records: %+v", p)
		}
		if back, err := DecodePrepared(AppendPrepared(nil, p)); err != nil || !reflect.DeepEqual(back, p) {
			t.Fatalf("%+v\nis read back as %+v, %v", p, back, err)
		}
		keys := m.Keys(p)
		if len(keys) > MaxKeys || slices.ContainsFunc(keys, func(k string) bool { return len(k) > maxKeyBytes }) {
			t.Fatalf("%d keys: %q", len(keys), keys)
		}
		if self := m.Weigh(p, p, nil); self.Veto {
			t.Fatalf("%+v contradicts itself", p)
		}
	}
	common := someCommon(t, uint64(len(a.Emails)+len(b.Phones)), a, b)
	c, back := m.Compare(a, b, common), m.Compare(b, a, common)
	if c.Link != back.Link || c.Link != m.Weigh(a, b, common) || !slices.Equal(levelsOf(c), levelsOf(back)) {
		t.Fatalf("not symmetric:\n%+v\n%+v\nof %+v and %+v", c, back, a, b)
	}
	if math.Abs(c.Weight.Bits()) > maxPairBits {
		t.Fatalf("weight of %v bits", c.Weight.Bits())
	}
}

// maxPairBits is above the weight of all pairs under a sensible model, in bits.
const maxPairBits = 400

// TestHostile weighs every hostile text against the one after it.
func TestHostile(t *testing.T) {
	m := hostileMatcher(t)
	for i, s := range hostile {
		next := hostile[(i+1)%len(hostile)]
		t.Run(fmt.Sprint(i), func(t *testing.T) { checkPair(t, m, everywhere("1", s, next), everywhere("2", next, s)) })
	}
}

// fragments are what the parsers look for, and what may stand between.
var fragments = append(strings.Fields("née M. Mme Dr et ou dit Jean Pierre Marie J P jp Dupont DUPONT Le de la d' D'Or van ben Abd el Kader MC Mac ST Ste "+
	"( ) / , ; - ' . @ gmail.com gmial orange ,fr .fr . at (at) dot +33 00 06 12 43 65 78 0 1 9 12 bis ter B rue av. place r. 75002 75 002 F Paris Lyon "+
	"3e XI CEDEX BP Res les Lilas c/o N° s/n km 19 84 1984 mars 1er XX 31 02 E+ 1.5 x12 poste # ? ?? É ç Ã© Ã § \ufdfa 李 о а ё null NC xxx aaa III "+
	"jr fils alias NOM d'usage jeune fille veuve ép. épouse Famille Client http:// x.com fb ß ł \u200d \u202e \u0301 \ufffe 한 \u0308"),
	" ", " ", " ", "\n", "\x00", "\xff", "\ufffd", "\u00a0", "\u3000")

const fragmentRounds = 500

// TestFragments weighs records whose values are put together from fragments.
func TestFragments(t *testing.T) {
	m := hostileMatcher(t)
	rng := rand.New(rand.NewPCG(11, 11))
	text := func() string {
		var b strings.Builder
		for range rng.IntN(9) {
			b.WriteString(fragments[rng.IntN(len(fragments))])
			b.WriteString([]string{"", " "}[rng.IntN(2)])
		}
		return b.String()
	}
	for range fragmentRounds {
		a, b := text(), text()
		if rng.IntN(3) == 0 {
			b = slipped(rng, a)
		}
		checkPair(t, m, everywhere("1", a, b), everywhere("2", b, text()))
	}
}

// FuzzPair shows that no text, wherever it stands, breaks what is promised of any two
// records.
func FuzzPair(f *testing.F) {
	for _, s := range hostile {
		f.Add(s[:min(len(s), 100)], "Marie Dubois")
	}
	f.Add("jean.dupont@orange.fr", "Dupont née Martin")
	f.Add("12/03/1984", "1 ou 2")
	f.Add("", "§ place' aaa \ufffd d'")
	m := hostileMatcher(f)
	f.Fuzz(func(t *testing.T, s, other string) {
		if len(s)+len(other) > aloi.MaxValueBytes {
			t.Skip()
		}
		checkPair(t, m, everywhere("1", s, other), everywhere("2", other, s))
		checkPair(t, m, everywhere("1", s, s), everywhere("2", other, other))
	})
}

// FuzzSounds shows that phonetic codes and the groups of given names take any text, and
// that likeness is symmetric.
func FuzzSounds(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, "LEFEBVRE")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if likenessOf(a, b) != likenessOf(b, a) || SameGivenName(a, b) != SameGivenName(b, a) || isOneEdit(a, b) != isOneEdit(b, a) {
			t.Fatalf("%q and %q: not symmetric", a, b)
		}
		if n := editDistance(a, b); n > max(len(a), len(b)) || (n == 0) != (a == b) {
			t.Fatalf("editDistance(%q, %q) = %d", a, b, n)
		}
		for _, s := range []string{a, Fold(a)} {
			if code := FrenchCode(s); !isFolded(code) || len(code) > maxCodeLetters {
				t.Fatalf("FrenchCode(%q) = %q", s, code)
			}
			if code := Soundex(s); len(code) != 0 && len(code) != soundexLetters {
				t.Fatalf("Soundex(%q) = %q", s, code)
			}
		}
	})
}

// FuzzModel shows that a file which is accepted as a model gives a finite weight, equal
// both ways.
func FuzzModel(f *testing.F) {
	f.Add(string(defaultModel))
	f.Add("version: x\nprior: -1000\ncomparisons: [{name: phone, levels: [{name: exact, m: 1e-308, u: .9, h: .9}]}]\n")
	f.Add("prior: .nan\nsame: 1e999\n")
	f.Add("a: &a [*a, *a]\n<<: *a\n")
	f.Add("comparisons: !0 a\n")
	f.Add(strings.Repeat("[", 5000))
	f.Fuzz(func(t *testing.T, text string) {
		model, err := Load(strings.NewReader(text))
		if err != nil {
			return
		}
		m, err := New(model)
		if err != nil {
			return
		}
		a, b := m.Prepare(couple[0]), m.Prepare(couple[1])
		if x, y := m.Compare(a, b, nil), m.Compare(b, a, nil); x.Link != y.Link || math.Abs(x.Weight.Bits()) > 2*maxComparisons*2*maxBits {
			t.Fatalf("%+v, the other way %+v", x, y)
		}
		var saved bytes.Buffer
		if err := model.Save(&saved); err != nil {
			t.Fatal(err)
		}
		if again, err := Load(&saved); err != nil || !reflect.DeepEqual(again.Comparisons, model.Comparisons) {
			t.Fatalf("saved and loaded: %v", err)
		}
	})
}
