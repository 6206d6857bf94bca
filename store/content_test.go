package store

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"aloi"
)

// contentPlain is appendContent by the library.
func contentPlain(r *aloi.Record) []byte {
	c := *r
	c.Ref, c.Version, c.UpdatedAt, c.Consents, c.Interactions = aloi.RecordRef{}, 0, time.Time{}, nil, nil
	return must(encMode.Marshal(&c))
}

func checkContent(t interface {
	Helper()
	Errorf(string, ...any)
}, r *aloi.Record) {
	t.Helper()
	if got, want := appendContent(nil, r), contentPlain(r); !bytes.Equal(got, want) {
		t.Errorf("the content is %x, want %x", got, want)
	}
}

func TestContentPlain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkContent(t, &drawRecord(t).Record) })
	full := fullRecord()
	checkContent(t, &full)
	for _, n := range []int{0, 1, 23, 24, 255, 256, 1<<16 - 1, 1 << 16} { // where heads grow
		long := strings.Repeat("é", n)[:n] // also with half a letter at its end
		checkContent(t, &aloi.Record{
			Names: make([]aloi.Name, n), Emails: make([]string, n), Phones: []string{long}, Note: long, Gender: long,
			Identifiers: []aloi.Identifier{{}, {Scope: long}}, Attributes: []aloi.FreeAttribute{{Name: long}, {Value: "\xff"}},
		})
	}
}

// TestContentFields fails when a field of a record is no part of what is written by hand.
func TestContentFields(t *testing.T) {
	for _, of := range []reflect.Type{
		reflect.TypeFor[aloi.Record](), reflect.TypeFor[aloi.Name](), reflect.TypeFor[aloi.Address](),
		reflect.TypeFor[aloi.Identifier](), reflect.TypeFor[aloi.FreeAttribute](),
	} {
		for i := range of.NumField() {
			var r aloi.Record
			v := reflect.ValueOf(&r).Elem()
			for j := 0; j < v.NumField() && of != v.Type(); j++ {
				if list := v.Field(j); list.Type() == reflect.SliceOf(of) {
					list.Set(reflect.MakeSlice(list.Type(), 1, 1))
					v = list.Index(0)
					break
				}
			}
			switch field := v.Field(i); field.Kind() {
			case reflect.String:
				field.SetString("x")
			case reflect.Slice:
				field.Set(reflect.MakeSlice(field.Type(), 1, 1))
			}
			checkContent(t, &r)
		}
	}
}

func FuzzContentPlain(f *testing.F) {
	f.Add("Ana\xff", "", "12 rue Haute", uint8(3))
	f.Fuzz(func(t *testing.T, a, b, c string, n uint8) {
		r := aloi.Record{Names: []aloi.Name{{Given: a, Family: b, Full: c}}, Note: b, BirthDate: c, Emails: []string{a, c}}
		for range n {
			r.Identifiers = append(r.Identifiers, aloi.Identifier{Type: a, Scope: b, Value: c})
			r.Addresses = append(r.Addresses, aloi.Address{Line: c, City: a, Country: b})
			r.Attributes = append(r.Attributes, aloi.FreeAttribute{Name: b, Value: a})
		}
		checkContent(t, &r)
	})
}
