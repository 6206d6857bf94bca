package matcher

import (
	"reflect"
	"strings"
	"testing"
)

// withOutline gives a record that a test has made by hand its outline, and returns it.
func withOutline(p *Prepared) *Prepared {
	p.outline = outlineOf(p)
	return p
}

// checkOutline holds the outline of a record, as it is and once it is read back, to the plain
// one, and one that is read from the layouts that have none.
func checkOutline(t *testing.T, p *Prepared) {
	t.Helper()
	want := plainOutline(p)
	if p.outline != want {
		t.Fatalf("outlined %+v\nwant     %+v\nof %+v", p.outline, want, p)
	}
	bare := *p
	bare.outline = outline{}
	for what, b := range map[string][]byte{
		"encoded":                     AppendPrepared(nil, p),
		"encoded without its outline": AppendPrepared(nil, &bare),
		"in the second layout":        appendSecond(nil, p),
		"in the first layout":         appendFirst(nil, p),
	} {
		back, err := DecodePrepared(b)
		if err != nil || back.outline != want || !reflect.DeepEqual(back, p) {
			t.Fatalf("%s: %v; read %+v\nwant %+v", what, err, back, p)
		}
	}
}

// appendSecond appends the encoding of p in the layout of secondVersion.
func appendSecond(dst []byte, p *Prepared) []byte {
	bare, at := *p, len(dst)
	bare.outline = outline{}
	dst = AppendPrepared(dst, &bare)
	dst[at] = secondVersion
	return dst
}

// TestOutline outlines invented people, and hostile texts.
func TestOutline(t *testing.T) {
	heard := 0
	for _, r := range invented(5000) {
		p := prepare(r, []string{"occupation"})
		checkOutline(t, p)
		if hears(p) {
			heard++
		}
	}
	if heard < 4500 {
		t.Errorf("of %d records, what is heard is encoded", heard)
	}
	for i, s := range hostile {
		checkOutline(t, prepare(everywhere("1", s, hostile[(i+1)%len(hostile)]), nil))
	}
}

// FuzzOutline outlines names that need not be folded: the words of each text are a list.
func FuzzOutline(f *testing.F) {
	f.Add("MARIE HELENE", "ANNE", "LEFEVRE", "DUPONT", "")
	f.Add("JEAN", "", "TOUR", "", "DELATOUR")
	f.Add("M", "P", "A", "", "")
	f.Add("BOB", "", "", "LE BRETON", "LEBRETON")
	f.Add("Éric", "", "d'Or", "ø", strings.Repeat("A", maxCodeLetters+1))
	f.Fuzz(func(t *testing.T, given, middle, family, birth, whole string) {
		n := PreparedName{Middle: words(middle), Family: words(family), Birth: words(birth), FamilyWhole: whole}
		if given != "" {
			n.Given = []string{given}
		}
		checkOutline(t, withOutline(&Prepared{Names: []PreparedName{n}}))
		n.FamilyWhole, n.BirthWhole = strings.Join(n.Family, ""), strings.Join(n.Birth, "")
		checkOutline(t, withOutline(&Prepared{Names: []PreparedName{n}}))
	})
}

// TestLetterSet holds that a set of letters is one of texts in any case.
func TestLetterSet(t *testing.T) {
	for c := range 256 {
		if x := string([]byte{byte(c)}); letterSetOf(x) != letterSetOf(string([]byte{upper(byte(c))})) {
			t.Errorf("%q", x)
		}
	}
}

// words cuts a text at its spaces, nil for none.
func words(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, " ")
}

func BenchmarkOutline(b *testing.B) {
	p := prepare(typicalRecord(), nil)
	b.ReportAllocs()
	for b.Loop() {
		outlineOf(p)
	}
}
