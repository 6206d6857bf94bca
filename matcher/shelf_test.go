package matcher

import (
	"fmt"
	"reflect"
	"testing"

	"aloi"
	"aloi/internal/synth"
)

// shelfRecord is a record with n of each thing.
func shelfRecord(n int) *aloi.Record {
	r := &aloi.Record{Ref: aloi.RecordRef{Source: "s", ID: fmt.Sprint(n)}, BirthDate: "1985-03-12", Phones: []string{"NC"}}
	for i := range n {
		r.Names = append(r.Names, aloi.Name{Given: fmt.Sprintf("Anne%c Marie", 'a'+rune(i)), Family: "Le Fevre", Birth: fmt.Sprintf("Girard%c", 'a'+rune(i))})
		r.Emails = append(r.Emails, fmt.Sprintf("person.%d@example.fr", i))
		r.Phones = append(r.Phones, fmt.Sprintf("06 12 34 56 %02d", i))
		r.Addresses = append(r.Addresses, aloi.Address{Line: fmt.Sprintf("%d rue de la Paix", i+1), PostalCode: "75002", City: "Paris"})
		r.Identifiers = append(r.Identifiers, aloi.Identifier{Type: "loyalty_card", Value: fmt.Sprintf("C%07d", i)})
		r.Attributes = append(r.Attributes, aloi.FreeAttribute{Name: "occupation", Value: fmt.Sprintf("trade %d", i)})
	}
	return r
}

// TestShelf holds a shelf to DecodePrepared, once all records lie on it: one that came later
// has changed none.
func TestShelf(t *testing.T) {
	var encoded [][]byte
	add := func(r *aloi.Record) {
		encoded = append(encoded, AppendPrepared(nil, prepare(r, []string{"occupation"})))
	}
	for n := range maxValues {
		add(shelfRecord(n))
	}
	g := synth.New(5, 2000)
	for r, _, ok := g.Next(); ok; r, _, ok = g.Next() {
		add(r)
	}
	var shelf Shelf
	list := make([]*Prepared, len(encoded))
	for i, b := range encoded {
		p, err := shelf.Decode(b)
		if err != nil {
			t.Fatal(err)
		}
		list[i] = p
	}
	for i, b := range encoded {
		want, err := DecodePrepared(b)
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(list[i], want) {
			t.Fatalf("record %d: %+v, want %+v", i, list[i], want)
		}
		clear(b)
		if !reflect.DeepEqual(list[i], want) {
			t.Fatalf("record %d shares memory with what it was decoded from", i)
		}
	}
	for _, b := range [][]byte{nil, {preparedVersion}, encoded[0]} {
		if p, err := shelf.Decode(b); err == nil {
			t.Errorf("%x: decoded %v", b, p)
		}
	}
}

func BenchmarkShelf(b *testing.B) {
	encoded := AppendPrepared(nil, prepare(typicalRecord(), nil))
	b.ReportAllocs()
	var shelf Shelf
	for b.Loop() {
		if _, err := shelf.Decode(encoded); err != nil {
			b.Fatal(err)
		}
	}
}
