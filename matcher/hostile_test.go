package matcher

import (
	"strings"
	"testing"

	"aloi"
)

// hostile are texts that cost normalisers time, memory or sense. Each fits into a value.
var hostile = []string{
	"",
	"e" + strings.Repeat("\u0301", 2000), // one letter under a heap of accents
	strings.Repeat("\ufdfa", 1300),       // a ligature that is 18 letters when taken apart
	strings.Repeat("\u1112\u1161\u11ab", 450),                  // Hangul in parts
	strings.Repeat("李", 1300),                                  // a letter that becomes several
	strings.Repeat("а", 1000) + "a",                            // Cyrillic, with one Latin letter
	strings.Repeat("\U0001F468\u200d\U0001F469\u200d", 250),    // a family joined for ever
	"\u202e" + strings.Repeat("tnopud \u202e", 200) + "\u2066", // right to left, never closed
	"\xed\xa0\x80\xc0\xaf\xf8\x88\x80\x80\x80" + strings.Repeat("\xff\xc3", 900),
	"Anne\x00Dupont\x00@orange.fr\x00",
	strings.Repeat("Ã", 2000),                      // twice encoded, to no end
	strings.Repeat("&#x301;&fjlig;&amp;amp;", 150), // HTML of HTML
	strings.Repeat("9", 4096),
	strings.Repeat("06123456780", 370),
	strings.Repeat("0612345678 ou ", 290),
	strings.Repeat(".", 4090) + "@x.fr",
	strings.Repeat("a@b.fr,", 580),
	strings.Repeat("@", 4096),
	strings.Repeat("\ufdfa", 80) + "@orange.fr", // within the limit of an address until it is folded
	strings.Repeat("Jean-Pierre ", 340),
	strings.Repeat("D'", 2000),
	strings.Repeat("née ", 800),
	strings.Repeat("(", 2000) + strings.Repeat(")", 2000),
	strings.Repeat("M. et Mme ", 400),
	strings.Repeat("?", 2000) + "Ren?" + strings.Repeat("?", 2000),
	strings.Repeat("12 bis, ", 500) + "rue de la Paix 75002 Paris",
	strings.Repeat("rue de la ", 400),
	strings.Repeat("1-", 2000) + "1",
	"99999999999999999999",
	"29-1q-1983" + strings.Repeat("/", 4000),
	"Aug " + strings.Repeat("1 ", 2000),
	"https://" + strings.Repeat("a.", 1000) + "/" + strings.Repeat("x/", 1000),
	"fe80::1%" + strings.Repeat("z", 4000),
}

// everywhere is a record that says two texts wherever it may say one.
func everywhere(id, s, t string) *aloi.Record {
	r := &aloi.Record{
		Ref: aloi.RecordRef{Source: "s", ID: id}, BirthDate: s, Gender: t,
		Names: []aloi.Name{
			{Civility: s, Given: t, Middle: s, Family: s, Birth: t}, {Full: s + " " + t}, {Given: s, Full: t},
		},
		Emails: []string{s, t, s + "@" + t, "a." + t + "@orange.fr"},
		Phones: []string{s, t, "+33" + s},
		Addresses: []aloi.Address{
			{Line: s, PostalCode: t, City: s, Region: t, Country: s}, {Line: "12 rue " + t + " 75002 Paris"}, {Line: "3 " + s, PostalCode: "75015", City: t, Country: "FR"},
		},
		Attributes: []aloi.FreeAttribute{{Name: "occupation", Value: s}, {Name: "occupation", Value: t}},
	}
	for _, kind := range []string{aloi.IdentifierLoyaltyCard, aloi.IdentifierSocialHandle, aloi.IdentifierIP, "badge"} {
		r.Identifiers = append(r.Identifiers, aloi.Identifier{Type: kind, Scope: t, Value: s}, aloi.Identifier{Type: kind, Scope: s, Value: t})
	}
	return r
}

// checkBounds fails where a prepared record is larger than it may be.
func checkBounds(t *testing.T, p *Prepared) {
	t.Helper()
	atMost := func(what string, n, most int) {
		t.Helper()
		if n > most {
			t.Fatalf("%s: %d, at most %d", what, n, most)
		}
	}
	atMost("readings of the name", len(p.Names), maxNameReadings)
	for i := range p.Names {
		n := &p.Names[i]
		atMost("family names", len(n.Family)+len(n.Birth), 2*maxFamilyWords)
		for _, list := range [][]string{n.Given, n.Middle, n.Family, n.Birth, n.Loose, {n.FamilyWhole, n.BirthWhole, n.Generation}} {
			atMost("words of a name", len(list), 2*maxNameWords)
			for _, w := range list {
				atMost("letters of a name", len(w), 2*maxWordLetters+1)
			}
		}
	}
	atMost("e-mail addresses", len(p.Emails), maxValues)
	for _, e := range p.Emails {
		atMost("letters of an e-mail address", len(e.Local)+1+len(e.Domain), maxEmailBytes)
	}
	atMost("telephone numbers", len(p.Phones), maxValues)
	for _, x := range p.Phones {
		atMost("digits", len(x), maxPhoneDigits)
	}
	atMost("addresses", len(p.Addresses), maxValues)
	for _, a := range p.Addresses {
		for _, s := range []string{a.Number, a.Street, a.Complement, a.PostalCode, a.City, a.Region, a.Country} {
			atMost("letters of an address", len(s), maxAddressBytes)
		}
	}
	types := make(map[string]int)
	for _, x := range p.Identifiers {
		types[x.Type]++
		atMost("identifiers of one type", types[x.Type], maxValues)
		atMost("letters of an identifier", max(len(x.Value), len(x.Scope)), maxIdentifierBytes)
	}
	values := make(map[string]int)
	for _, x := range p.Attributes {
		values[x.Name]++
		atMost("values of an attribute", values[x.Name], maxValues)
		atMost("letters of an attribute", len(x.Value), maxAttributeBytes)
	}
}
