package matcher

import (
	"slices"
	"testing"

	"aloi"
)

// TestTooCommon compares people who share what too many records have.
func TestTooCommon(t *testing.T) {
	m, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	const shop, marie, luc = "0142681153", "0647281953", "0698174462"
	hot := Common(func(key string) bool {
		return slices.Contains([]string{"p:42681153", "e:lesglycines|orange.fr", "l:lesglycines", "l:mmartin75", "i:loyalty_card|2981234567890"}, key)
	})
	who := func(more ...func(*aloi.Record)) *aloi.Record { return person("Marie", "Martin", "", more...) }
	for _, c := range []struct {
		name          string
		a, b          *aloi.Record
		want          []string // levels of e-mail, phone and card
		same, certain bool
	}{
		{"namesakes at a switchboard", who(phone(shop)), who(phone(shop)), []string{"phone common"}, false, false},
		{"a mobile besides", who(phone(shop), phone(marie)), who(phone(shop), phone(marie)), []string{"phone common", "phone mobile"}, true, false},
		{"two mobiles besides", who(phone(shop), phone(marie)), who(phone(luc), phone(shop)), []string{"phone common", "phone different"}, false, false},
		{"one has a mobile besides", who(phone(shop)), who(phone(shop), phone(marie)), []string{"phone common"}, false, false},
		{"only one has the number", who(phone(shop)), who(phone(marie)), []string{"phone different"}, false, false},
		{"the address of the hotel", who(mail("les.glycines@orange.fr")), who(mail("lesglycines@orange.fr")), []string{"email common"}, false, false},
		{"one address, common elsewhere before the @", who(mail("mmartin75@orange.fr")), who(mail("mmartin75@orange.fr")), []string{"email exact"}, true, false},
		{"common before the @", who(mail("mmartin75@orange.fr")), who(mail("mmartin75@free.fr")), []string{"email common"}, false, false},
		{"common before the @, and an address", who(mail("mmartin75@orange.fr")), who(mail("mmartin75@free.fr"), mail("mmartin75@orange.fr")), []string{"email common", "email exact"}, true, false},
		{"a card at the till", who(card("2981234567890")), who(card("298 1234567890")), []string{"identifier.loyalty_card common"}, false, false},
		{"and one's own", who(card("2981234567890"), card("2987777777771")), who(card("2987777777771"), card("2981234567890")),
			[]string{"identifier.loyalty_card common", "identifier.loyalty_card exact"}, true, true},
		{"a card that few have", who(card("2987777777771")), who(card("2987777777771")), []string{"identifier.loyalty_card exact"}, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			x := m.Compare(m.Prepare(c.a), m.Prepare(c.b), hot)
			var got []string
			for _, e := range x.Evidence {
				if e.Comparison == "email" || e.Comparison == "phone" || e.Comparison == "identifier.loyalty_card" {
					got = append(got, e.Comparison+" "+e.Level)
				}
				if e.Level == commonLevel && (e.Weight != 0 || e.TermWeight != 0) {
					t.Errorf("%s has a weight", e.Sentence(aloi.English))
				}
			}
			if !slices.Equal(got, c.want) || (x.Weight >= m.Model().Same) != c.same || x.Deterministic != c.certain {
				t.Errorf("%v, want %v; %.1f bits, want the same: %v; deterministic %v", got, c.want, x.Weight.Bits(), c.same, x.Deterministic)
			}
		})
	}
}

// TestTooCommonIsTold looks at the sentence.
func TestTooCommonIsTold(t *testing.T) {
	m, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	p := m.Prepare(person("Marie", "Martin", "", phone("0142681153")))
	for _, e := range m.Compare(p, p, func(string) bool { return true }).Evidence {
		if e.Comparison == "phone" {
			if want := `Both have the same phone number "33142681153", but too many records have that: +0.0 bits.`; e.Sentence(aloi.English) != want {
				t.Errorf("%s\nwant %s", e.Sentence(aloi.English), want)
			}
			return
		}
	}
	t.Error("nothing is told")
}
