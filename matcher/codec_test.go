package matcher

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"aloi"
	"aloi/internal/synth"
)

// typicalRecord is what a shop sends of a person.
func typicalRecord() *aloi.Record {
	return &aloi.Record{
		Ref:       aloi.RecordRef{Source: "magasin", ID: "MAG-2012-0000002"},
		Names:     []aloi.Name{{Civility: "Mme", Given: "Marie-Hélène", Family: "LEFÈVRE", Birth: "Dupont"}},
		BirthDate: "19/08/1959",
		Addresses: []aloi.Address{{Line: "12 bis, av. du Général-Leclerc\nBât B appt 12", PostalCode: "69003", City: "LYON 03", Country: "France"}},
		Emails:    []string{"marie-helene.lefevre@orange.fr"}, Phones: []string{"06 12 43 65 78", "04.72.35.18.26"},
		Identifiers: []aloi.Identifier{{Type: aloi.IdentifierLoyaltyCard, Value: "2 983589 471851"}},
		Attributes:  []aloi.FreeAttribute{{Name: "occupation", Value: "Infirmière"}},
	}
}

func TestPrepareTypicalRecord(t *testing.T) {
	want := &Prepared{
		Tie:         TieOf(aloi.RecordRef{Source: "magasin", ID: "MAG-2012-0000002"}),
		Names:       []PreparedName{{Given: []string{"MARIE HELENE"}, Family: []string{"LEFEVRE"}, FamilyWhole: "LEFEVRE", Birth: []string{"DUPONT"}, BirthWhole: "DUPONT"}},
		Gender:      'F',
		Birth:       Date{1959, 8, 19},
		Emails:      []PreparedEmail{{Local: "marie-helene.lefevre", Domain: "orange.fr"}},
		Phones:      []string{"33612436578", "33472351826"},
		Addresses:   []PreparedAddress{{Number: "12B", Street: "AVENUE DU GENERAL LECLERC", Complement: "BATIMENT B APPARTEMENT 12", PostalCode: "69003", City: "LYON", Country: "FR"}},
		Identifiers: []PreparedIdentifier{{Type: "loyalty_card", Value: "2983589471851"}},
		Attributes:  []PreparedAttribute{{"occupation", "INFIRMIERE"}},
	}
	if got := prepare(typicalRecord(), []string{"occupation"}); !reflect.DeepEqual(got, withOutline(want)) {
		t.Errorf("prepared %+v\nwant     %+v", got, want)
	}
}

func TestPrepareFlagsAreSortedAndDistinct(t *testing.T) {
	p := prepare(&aloi.Record{Phones: []string{"NC", "0000000000", "12"}, Emails: []string{"contact@martin.fr"}, Gender: "autre", BirthDate: "hier"}, nil)
	want := []Flag{{"birth_date", FlagInvalid}, {"email", FlagRole}, {"gender", FlagInvalid}, {"phone", FlagInvalid}, {"phone", FlagPlaceholder}}
	if !reflect.DeepEqual(p.Flags, want) {
		t.Errorf("flags %v, want %v", p.Flags, want)
	}
	if len(p.Emails) != 1 || !p.Emails[0].Role {
		t.Errorf("e-mails %v", p.Emails)
	}
}

func TestPrepareEmptyAndRepeatedValues(t *testing.T) {
	p := prepare(&aloi.Record{Names: []aloi.Name{{}, {Given: " "}}, Phones: []string{"", " "}, Emails: []string{""}, Addresses: []aloi.Address{{}}}, []string{"x"})
	if !reflect.DeepEqual(p, withOutline(&Prepared{Tie: p.Tie})) {
		t.Errorf("nothing was said, prepared %+v", p)
	}
	p = prepare(&aloi.Record{Phones: []string{"06 12 43 65 78", "+33612436578"}, Emails: []string{"Anne@free.fr", "anne@FREE.fr"}, Names: []aloi.Name{{Given: "Jean"}, {Given: "JEAN"}}}, nil)
	if len(p.Phones) != 1 || len(p.Emails) != 1 || len(p.Names) != 1 {
		t.Errorf("one of each was said, prepared %+v", p)
	}
}

func TestPreparedRoundTrip(t *testing.T) {
	full := prepare(typicalRecord(), []string{"occupation"})
	full.BirthTyped = Date{2972, 12, 33}
	full.Names[0].Middle, full.Names[0].Loose, full.Names[0].Generation = []string{"A", "B"}, []string{"C"}, "JR"
	full.Emails[0].Role = true
	full.Flags = []Flag{{"phone", FlagPlaceholder}}
	for _, p := range []*Prepared{{}, withOutline(full), prepare(typicalRecord(), nil)} {
		b := AppendPrepared([]byte("before"), p)
		if !strings.HasPrefix(string(b), "before") {
			t.Fatal("AppendPrepared overwrote what was there")
		}
		got, err := DecodePrepared(b[len("before"):])
		if err != nil || !reflect.DeepEqual(got, withOutline(p)) {
			t.Errorf("decoded %+v, %v\nwant    %+v", got, err, p)
		}
	}
}

func TestDecodePreparedRefusesOtherBytes(t *testing.T) {
	good := AppendPrepared(nil, prepare(typicalRecord(), nil))
	for n := range len(good) {
		if _, err := DecodePrepared(good[:n]); err == nil {
			t.Errorf("the first %d of %d bytes were decoded", n, len(good))
		}
	}
	_, err := DecodePrepared(append(good, 0))
	var e *aloi.Error
	if !errors.As(err, &e) || e.Code != aloi.CodeCorrupt {
		t.Errorf("a byte too many: %v", err)
	}
	other := append([]byte{preparedVersion + 1}, good[1:]...)
	if _, err := DecodePrepared(other); err == nil {
		t.Error("another version was decoded")
	}
}

func FuzzDecodePrepared(f *testing.F) {
	f.Add(AppendPrepared(nil, prepare(typicalRecord(), []string{"occupation"})))
	f.Add(append(AppendPrepared(nil, &Prepared{})[:17], 0xff, 0xff, 0xff, 0xff, 0x7f))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := DecodePrepared(b)
		if err != nil {
			return
		}
		again, err := DecodePrepared(AppendPrepared(nil, p))
		if err != nil || !reflect.DeepEqual(again, p) {
			t.Fatalf("decoded %+v, then %+v, %v", p, again, err)
		}
	})
}

func BenchmarkPrepare(b *testing.B) {
	records := invented(benchmarked)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		prepare(records[i%benchmarked], nil)
	}
}

func BenchmarkDecodePrepared(b *testing.B) {
	var encoded [][]byte
	for _, r := range invented(benchmarked) {
		encoded = append(encoded, AppendPrepared(nil, prepare(r, nil)))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := DecodePrepared(encoded[i%benchmarked]); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppendPrepared(b *testing.B) {
	var prepared []*Prepared
	for _, r := range invented(benchmarked) {
		prepared = append(prepared, prepare(r, nil))
	}
	var buf []byte
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		buf = AppendPrepared(buf[:0], prepared[i%benchmarked])
	}
}

// benchmarked is how many invented records the benchmarks go through.
const benchmarked = 4096

// TestAppendRecord holds AppendRecord to what it stands for.
func TestAppendRecord(t *testing.T) {
	m, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range invented(500) {
		p := m.Prepare(r)
		got, tie, near := m.AppendRecord(nil, r)
		if want := AppendPrepared(nil, p); !bytes.Equal(got, want) {
			t.Fatalf("%+v: appended %q, want %q", r, got, want)
		}
		if tie != p.Tie || near != Near(p) {
			t.Fatalf("%+v: tie %x and near %x, want %x and %x", r, tie, near, p.Tie, Near(p))
		}
	}
}

// TestPrepareMemory holds the memory that a record takes, on the way and for good, to what it
// took when it was last worked on.
func TestPrepareMemory(t *testing.T) {
	records := invented(1000)
	var prepared []*Prepared
	var encoded [][]byte
	size := 0
	for _, r := range records {
		p := prepare(r, nil)
		prepared, encoded = append(prepared, p), append(encoded, AppendPrepared(nil, p))
		size += len(encoded[len(encoded)-1])
	}
	mean := func(f func(i int)) float64 {
		return testing.AllocsPerRun(5, func() {
			for i := range records {
				f(i)
			}
		}) / float64(len(records))
	}
	var buf []byte
	for _, c := range []struct {
		what      string
		got, most float64
	}{
		{"pieces of memory to prepare a record", mean(func(i int) { prepare(records[i], nil) }), 15.5},
		{"pieces of memory to decode one", mean(func(i int) { DecodePrepared(encoded[i]) }), 2.15},
		{"pieces of memory to encode one", mean(func(i int) { buf = AppendPrepared(buf[:0], prepared[i]) }), 0},
		{"bytes of an encoded one", float64(size) / float64(len(records)), 92},
	} {
		t.Logf("%s: %.2f", c.what, c.got)
		if c.got > c.most {
			t.Errorf("%s: %.2f, at most %.2f", c.what, c.got, c.most)
		}
	}
}

// invented returns n records of invented people.
func invented(n int) (records []*aloi.Record) {
	g := synth.New(5, n)
	for r, _, ok := g.Next(); ok; r, _, ok = g.Next() {
		records = append(records, r)
	}
	return records
}
