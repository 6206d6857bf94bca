package engine

import (
	"reflect"
	"regexp"
	"slices"
	"testing"

	"aloi"
	"aloi/matcher"
)

var verb = regexp.MustCompile(`%(\[\d+\])?[a-z]`)

// TestWords holds that every sentence is there in both languages, with the same verbs
// in the same order.
func TestWords(t *testing.T) {
	en, fr := reflect.ValueOf(english), reflect.ValueOf(french)
	for i := range en.NumField() {
		name := en.Type().Field(i).Name
		switch en.Field(i).Kind() {
		case reflect.String:
			same(t, name, en.Field(i).String(), fr.Field(i).String())
		case reflect.Map:
			if en.Field(i).Len() != fr.Field(i).Len() {
				t.Errorf("%s has %d and %d words", name, en.Field(i).Len(), fr.Field(i).Len())
			}
			for _, key := range en.Field(i).MapKeys() {
				if !fr.Field(i).MapIndex(key).IsValid() {
					t.Fatalf("%s %s is not in French", name, key)
				}
				same(t, name+" "+key.String(), en.Field(i).MapIndex(key).String(), fr.Field(i).MapIndex(key).String())
			}
		}
	}
}

func same(t *testing.T, name, en, fr string) {
	t.Helper()
	if en == "" || fr == "" || en == fr && name != "families i" {
		t.Errorf("%s: %q and %q", name, en, fr)
	}
	if x, y := verb.FindAllString(en, -1), verb.FindAllString(fr, -1); !slices.Equal(x, y) {
		t.Errorf("%s has the verbs %v in English, %v in French", name, x, y)
	}
}

// TestFamilyWords holds that every family of blocking keys has a name.
func TestFamilyWords(t *testing.T) {
	m, err := matcher.New(matcher.Default())
	if err != nil {
		t.Fatal(err)
	}
	r := &aloi.Record{
		Names: []aloi.Name{{Given: "Sylvie", Family: "Kerbrat"}}, BirthDate: "1984-03-12",
		Emails: []string{"sylvie.kerbrat@orange.fr"}, Phones: []string{"0647281953"},
		Addresses:   []aloi.Address{{Line: "12 rue de la Gare", PostalCode: "44120", City: "Vertou"}},
		Identifiers: []aloi.Identifier{{Type: "loyalty_card", Value: "2981234567890"}},
	}
	seen := map[string]bool{}
	for _, key := range m.Keys(m.Prepare(r)) {
		family := matcher.KeyFamily(key)
		seen[family] = true
		if english.families[family] == "" {
			t.Errorf("the keys %s have no name", family)
		}
	}
	for family := range english.families {
		if !seen[family] {
			t.Errorf("%s names no keys", family)
		}
	}
}
