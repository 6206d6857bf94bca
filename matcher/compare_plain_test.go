package matcher

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// The plain definitions of what package matcher finds faster. They share no code with it
// but the tables.

func plainLikeness(a, b string) likeness {
	longest, shortest := max(len(a), len(b)), min(len(a), len(b))
	if a == b {
		return likeSame
	}
	if shortest < 2 || (longest-shortest)*2 > longest {
		return unlike
	}
	d := alignment(a, b)
	switch {
	case d == 1 && longest >= 3, d*closeBytes <= longest:
		return alike
	case d*3 <= longest:
		return similar
	case d*2 <= longest && longest > 3:
		return vague
	}
	return unlike
}

func plainFrench(name string) string {
	t := transcriber{name: heard(singled(lettersInto(nil, name)))}
	for i := 0; i < len(t.name); {
		table := consonants[t.name[i]]
		if isVowel(t.name[i]) {
			table = vowels[t.name[i]]
		}
		sounds, n := letterNames[t.name[i]-'A'], 1
		for _, s := range table {
			if t.has(i, s.text) && t.stands(s.where, i, i+len(s.text)) {
				sounds, n = s.sounds, len(s.text)
				break
			}
		}
		t.emit(sounds)
		i += n
	}
	return string(t.out[:t.sounds])
}

func plainStreetName(s string) string {
	word, rest, ok := strings.Cut(s, " ")
	for n := 0; ok && n < maxStreetTypes && (isWordOf(streetTypes, word) || isWordOf(littleWords, word)); n++ {
		s = rest
		word, rest, ok = strings.Cut(s, " ")
	}
	if i := strings.LastIndexByte(s, ' '); i > 0 && isWordOf(streetTypes, s[i+1:]) {
		s = s[:i]
	}
	return s
}

func plainTelling(name string) (words []string) {
	for _, w := range strings.Split(name, " ") {
		if w != "" && !isWordOf(littleWords, w) && !isWordOf(titles, w) && len(words) < maxStreetWords {
			words = append(words, w)
		}
	}
	return words
}

func plainSameStreet(a, b string) bool {
	if plainLikeness(a, b) >= alike {
		return true
	}
	p, q := plainStreetName(a), plainStreetName(b)
	if len(p) < minStreet || len(q) < minStreet {
		return false
	}
	if plainLikeness(p, q) >= alike || len(p) >= 2*minStreet && endsWithWord(q, p) || len(q) >= 2*minStreet && endsWithWord(p, q) {
		return true
	}
	x, y := plainTelling(p), plainTelling(q)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) == 0 || len(x) < len(y) && len(x[len(x)-1]) < 2*minStreet {
		return false
	}
	for i := 1; i <= len(x); i++ {
		v, w := x[len(x)-i], y[len(y)-i]
		initial := i > 1 && (len(v) == 1 || len(w) == 1) && v[0] == w[0]
		if v != w && !initial && (min(len(v), len(w)) <= minStreet || hasDigit(v) || hasDigit(w) || plainLikeness(v, w) < alike) {
			return false
		}
	}
	return true
}

func plainSameGiven(a, b string) bool {
	clipped := func(short, name string) bool {
		if len(short) < minClipped || len(name) < minClipped+minCut || givenNames.find(short) != nil {
			return false
		}
		if half := len(short) / 2; len(short)%2 == 0 && half >= 2 && short[:half] == short[half:] {
			return strings.Contains(name, short[:half])
		}
		if len(name) >= len(short)+minCut && strings.HasPrefix(name, short) {
			return true
		}
		return slices.ContainsFunc([]string{"OU", "IE", "O", "Y", "I"}, func(ending string) bool {
			stem, ok := strings.CutSuffix(short, ending)
			return ok && len(stem) >= minClipped && len(name) >= len(stem)+minCut && strings.HasPrefix(name, stem)
		})
	}
	if a == b {
		return a != ""
	}
	return slices.ContainsFunc(givenGroups()[a], func(n uint16) bool { return slices.Contains(givenGroups()[b], n) }) || clipped(a, b) || clipped(b, a)
}

func plainGiven(a, b string, middleA, middleB []string) level {
	inUse := func(s string) bool { return len(s) == 1 || givenNames.find(s) != nil || len(givenGroups()[s]) > 0 }
	other := func() level {
		switch {
		case len(a) > 1 && slices.Contains(middleB, a) || len(b) > 1 && slices.Contains(middleA, b):
			return givenSecond
		case inUse(a) && inUse(b):
			return givenDifferent
		}
		return givenUnlike
	}
	switch {
	case a == "" || b == "":
		return none
	case len(a) == 1 || len(b) == 1:
		if a[0] == b[0] {
			return givenInitial
		}
		return other()
	case a == b || sameButMarks(a, b):
		return givenExact
	}
	if _, ok := compoundPart(a, b); ok {
		return givenPart
	}
	if initialsOf(a, b, middleB) || initialsOf(b, a, middleA) {
		return givenInitial
	}
	if x, y := genderOf(a), genderOf(b); x != 0 && y != 0 && x != y {
		if l := other(); l == givenSecond {
			return l
		}
		return givenOpposed
	}
	if plainSameGiven(a, b) {
		return givenDiminutive
	}
	like, listed := plainLikeness(a, b), inUse(a) && inUse(b)
	switch {
	case like == unlike:
		return other()
	case like == alike && !listed:
		return givenClose
	case plainFrench(a) != "" && plainFrench(a) == plainFrench(b):
		return givenPhonetic
	case listed && like == alike:
		return givenNeighbour
	case listed:
		return other()
	case like == vague:
		return givenVague
	}
	return givenSimilar
}

// checkPlain holds what is found of two texts to the plain definitions.
func checkPlain(t *testing.T, a, b string) {
	t.Helper()
	if len(a) > wordBytes || len(b) > wordBytes { // longer texts have no plain distance
		return
	}
	want := plainLikeness(a, b)
	if got := likenessOf(a, b); got != want {
		t.Fatalf("likenessOf(%q, %q) = %d, want %d", a, b, got, want)
	}
	if want < alike {
		want = unlike
	}
	if got := nearly(a, b); got != want {
		t.Fatalf("nearly(%q, %q) = %d, want %d", a, b, got, want)
	}
	if got, want := sameStreet(a, b), plainSameStreet(a, b); got != want {
		t.Fatalf("sameStreet(%q, %q) = %t, want %t", a, b, got, want)
	}
	a, b = Fold(a), Fold(b)
	if got, want := FrenchCode(a), plainFrench(a); got != want {
		t.Fatalf("FrenchCode(%q) = %q, want %q", a, got, want)
	}
	if got, want := soundAlike(a, b), plainFrench(a) != "" && plainFrench(a) == plainFrench(b); got != want {
		t.Fatalf("soundAlike(%q, %q) = %t, want %t", a, b, got, want)
	}
	if got, want := SameGivenName(a, b), plainSameGiven(a, b); got != want {
		t.Fatalf("SameGivenName(%q, %q) = %t, want %t", a, b, got, want)
	}
	middle := strings.Fields(a)
	if got, want := compareGivenNames(a, b, middle, nil).level, plainGiven(a, b, middle, nil); got != want {
		t.Fatalf("given names %q and %q: %d, want %d", a, b, got, want)
	}
}

// TestPlain compares words that are often alike: of given names, of streets and of few
// letters, with slips of the hand.
func TestPlain(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range givenGroups() {
			if !yield(name) {
				return
			}
		}
	})
	streets := strings.Fields(streetTypes + littleWords + titles + " HUGO VICTOR JEAN JAURES GARE EGLISE 8 MAI MOULIN V J GAULLE CHARLES LECLERC")
	draw := func() string {
		switch rng.IntN(4) {
		case 0:
			return names[rng.IntN(len(names))]
		case 1:
			return word(rng, 20)
		}
		var words []string
		for range 1 + rng.IntN(8) {
			words = append(words, streets[rng.IntN(len(streets))])
		}
		return strings.Join(words, " ")
	}
	for range 200_000 {
		a := draw()
		b := slipped(rng, a)
		switch rng.IntN(4) {
		case 0:
			b = draw()
		case 1:
			b = a[strings.IndexByte(a, ' ')+1:]
		}
		checkPlain(t, a, b)
	}
}

// FuzzPlain does the same with any texts.
func FuzzPlain(f *testing.F) {
	f.Add("RUE DU GENERAL LECLERC", "AVENUE LECLERC")
	f.Add("GAULTIER", "GOTIER")
	f.Add("CATHY", "CATHERINE")
	f.Add("\xff\x00É", "É\x00\xff")
	f.Fuzz(func(t *testing.T, a, b string) { checkPlain(t, a, b) })
}
