package synth

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode"

	"aloi"
	"aloi/internal/mapping"
	"aloi/internal/tabular"
)

// all returns a whole set.
func all(seed uint64, n int) (records []*aloi.Record, people []string) {
	for g := New(seed, n); ; {
		r, p, ok := g.Next()
		if !ok {
			return records, people
		}
		records, people = append(records, r), append(people, p)
	}
}

// TestSameBytes pins what a seed gives. Whoever changes the generator on purpose changes
// the digests, and says so: published figures rest on them.
func TestSameBytes(t *testing.T) {
	for _, c := range []struct {
		name string
		form func(io.Writer) Writer
		want string
	}{
		{"csv", NewCSV, "f28e118af70d3e11"},
		{"jsonl", NewJSON, "95f1bd14a05f5478"},
	} {
		h := sha256.New()
		w := c.form(h)
		records, people := all(7, 2000)
		for i, r := range records {
			w.Write(r)
			io.WriteString(h, people[i])
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("%.8x", h.Sum(nil)); got != c.want {
			t.Errorf("%s: the digest is %s, it was %s", c.name, got, c.want)
		}
	}
}

func TestRecords(t *testing.T) {
	for _, n := range []int{0, 1, 2, 31, 500} {
		if records, _ := all(3, n); len(records) != n {
			t.Errorf("%d records where %d were asked for", len(records), n)
		}
	}
	records, people := all(3, 20_000)
	seen := map[aloi.RecordRef]bool{}
	sources := map[string]int{}
	of := map[string]int{}
	for i, r := range records {
		if v := r.Validate(); len(v) > 0 {
			t.Fatalf("record %d: %v", i, v)
		}
		if seen[r.Ref] {
			t.Fatal("two records have one id")
		}
		if i > 0 && r.UpdatedAt.Before(records[i-1].UpdatedAt) {
			t.Fatal("not in order of time")
		}
		seen[r.Ref] = true
		sources[r.Ref.Source]++
		of[people[i]]++
	}
	for _, c := range channels {
		if share := sources[c.name] * 1000 / len(records); share < c.weight-20 || share > c.weight+20 {
			t.Errorf("%d of a thousand records are from %s, not about %d", share, c.name, c.weight)
		}
	}
	sizes := map[int]int{}
	for _, n := range of {
		sizes[n]++
	}
	if per := 100 * len(records) / len(of); per < 230 || per > 260 {
		t.Errorf("%d records for a hundred people: %v", per, sizes)
	}
	for n := 1; n <= maxRecords; n++ {
		if sizes[n] == 0 {
			t.Errorf("nobody has %d records", n)
		}
	}
}

// TestHousehold: what a matcher must not be fooled by, and must not lose, is there.
func TestHousehold(t *testing.T) {
	records, people := all(5, 30_000)
	byPerson := map[string][]*aloi.Record{}
	for i, r := range records {
		byPerson[people[i]] = append(byPerson[people[i]], r)
	}
	const shared, moved, renamed = "e-mail address shared by two people", "two postal codes of one person", "two family names of one person"
	count := map[string]int{}
	emailOf := map[string]string{}
	for i, r := range records {
		for _, e := range r.Emails {
			e = strings.ToLower(e)
			if of, ok := emailOf[e]; ok && of != people[i] {
				count[shared]++
			}
			emailOf[e] = people[i]
		}
	}
	for _, list := range byPerson {
		codes, families := map[string]bool{}, map[string]bool{}
		for _, r := range list {
			for _, a := range r.Addresses {
				codes[a.PostalCode] = a.PostalCode != ""
			}
			families[letters(r.Names[0].Family)] = true
		}
		if len(codes) > 1 {
			count[moved]++
		}
		if len(families) > 1 {
			count[renamed]++
		}
	}
	for _, r := range records {
		for _, e := range r.Consents {
			count[string(e.Kind)]++
		}
		for _, x := range r.Interactions {
			count[x.Kind]++
		}
		for _, p := range r.Phones {
			if strings.NewReplacer(" ", "", ".", "", "-", "").Replace(p) == shopPhone {
				count[shopPhone]++
			}
		}
		if strings.Contains(r.BirthDate, "1900") {
			count["1900"]++
		}
	}
	for _, what := range []string{shared, moved, renamed, shopPhone, "1900", "GIVEN", "REFUSED", "WITHDRAWN", "NOT_GIVEN", "purchase", "page_view", "sav_ticket"} {
		if count[what] < 20 {
			t.Errorf("%s: %d times in %d records", what, count[what], len(records))
		}
	}
}

// TestFormsRoundTrip: what is written is read again as it was, as far as the form goes.
func TestFormsRoundTrip(t *testing.T) {
	records, _ := all(11, 3000)
	m, err := mapping.Load(strings.NewReader(Mapping))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		form func(io.Writer) Writer
		m    *mapping.Mapping
		full bool
	}{{"csv", NewCSV, m, false}, {"csv without its mapping", NewCSV, nil, false}, {"jsonl", NewJSON, nil, true}} {
		var b bytes.Buffer
		w := c.form(&b)
		for _, r := range records {
			w.Write(r)
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		r, err := tabular.NewReader(&b, "x", -1, tabular.Options{Mapping: c.m})
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range records {
			got, _, err := r.Next()
			if err != nil {
				t.Fatal(err)
			}
			if x, y := written(got, c.full), written(want, c.full); x != y {
				t.Fatalf("%s: got\n%s\nwant\n%s", c.name, x, y)
			}
			if answers := answered(want); c.m != nil && answered(got) != answers {
				t.Fatalf("%s: consents %s, want %s", c.name, answered(got), answers)
			}
		}
	}
}

// written writes out what both forms hold of a record; full adds the rest.
func written(r *aloi.Record, full bool) string {
	c := *r
	if !full {
		c.Consents, c.Interactions = nil, nil
	}
	return fmt.Sprintf("%+v", c)
}

// answered writes the consents that the CSV form holds.
func answered(r *aloi.Record) string {
	var list []string
	for _, e := range r.Consents {
		if answers[e.Kind] != "" {
			list = append(list, fmt.Sprint(e.Kind, e.Channels, e.Controllers, e.Time.Format("2006-01-02 15:04:05")))
		}
	}
	return strings.Join(list, ";")
}

// TestSpread: no two people get one number by chance.
func TestSpread(t *testing.T) {
	const modulus = 10_000
	seen := map[uint64]bool{}
	for i := range uint64(modulus) {
		seen[spread(i, modulus)] = true
	}
	if len(seen) != modulus || spread(modulus, modulus) != spread(0, modulus) {
		t.Errorf("%d of %d numbers", len(seen), modulus)
	}
}

// TestWindows: people come back soon and late, never all in a row, and a tenth of a set
// has about as much of it new as the next.
func TestWindows(t *testing.T) {
	const n, part = 40_000, 4_000
	_, people := all(13, n)
	last, gaps := map[string]int{}, map[string]int{}
	var joins [n / part]int
	for i, p := range people {
		if before, ok := last[p]; ok {
			joins[i/part]++
			switch gap := i - before; {
			case gap < n/100:
				gaps["soon"]++
			case gap < n/4:
				gaps["later"]++
			default:
				gaps["late"]++
			}
		}
		last[p] = i
	}
	for _, when := range []string{"soon", "later", "late"} {
		if gaps[when] < n/25 {
			t.Errorf("people come back %s %d times in %d records", when, gaps[when], n)
		}
	}
	for i, j := range joins {
		if j < part/5 || j > part*9/10 {
			t.Errorf("%d of %d records of part %d are of somebody seen before", j, part, i)
		}
	}
	if g := New(13, n); g.People() != len(last) {
		t.Errorf("%d people, but %d are announced", len(last), g.People())
	}
}

// TestGrows: a larger set has more names, places and addresses, as the country has them.
func TestGrows(t *testing.T) {
	distinct := func(n int) (families, cities, lines int) {
		f, c, l := map[string]bool{}, map[string]bool{}, map[string]bool{}
		records, _ := all(17, n)
		for _, r := range records {
			f[letters(r.Names[0].Family)] = true
			for _, a := range r.Addresses {
				c[letters(a.City)], l[letters(a.Line)] = true, true
			}
		}
		return len(f), len(c), len(l)
	}
	f1, c1, l1 := distinct(3_000)
	f2, c2, l2 := distinct(30_000)
	if f2 < 4*f1 || c2 < 3*c1 || l2 < 8*l1 {
		t.Errorf("ten times the records: family names %d to %d, cities %d to %d, address lines %d to %d", f1, f2, c1, c2, l1, l2)
	}
}

func TestZones(t *testing.T) {
	for _, p := range loaded().places {
		for _, code := range p.codes {
			if zones[code[:2]] == 0 {
				t.Fatalf("the département %s has no telephone zone", code[:2])
			}
		}
	}
}

func TestPlain(t *testing.T) {
	lists := [][]string{loaded().family.values, loaded().streets.values, loaded().hamlets, loaded().pseudonyms}
	for i := range decades {
		lists = append(lists, loaded().given['M'][i].values, loaded().given['F'][i].values)
	}
	for _, p := range loaded().places {
		lists = append(lists, []string{p.name})
	}
	for _, list := range lists {
		for _, s := range list {
			if strings.ContainsFunc(plain(s), func(r rune) bool { return r > unicode.MaxASCII }) {
				t.Fatalf("%q is not plain", plain(s))
			}
		}
	}
}

func TestProper(t *testing.T) {
	for name, want := range map[string]string{"JEAN-FRANÇOIS": "Jean-François", "DE LA TOUR": "de La Tour", "L'HOSTIS": "L'Hostis", "D'ANGELO": "d'Angelo", "LE FLOC'H": "Le Floc'h", "PRUD'HOMME": "Prud'homme", "DU": "Du", "ÉLODIE": "Élodie"} {
		if got := proper(name); got != want {
			t.Errorf("proper(%q) = %q, want %q", name, got, want)
		}
	}
}

func BenchmarkNext(b *testing.B) {
	g := New(1, max(b.N, 1))
	b.ReportAllocs()
	for range b.N {
		g.Next()
	}
}
