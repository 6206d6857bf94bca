package matcher

import (
	"testing"

	"aloi"
)

func TestReadIdentifier(t *testing.T) {
	for _, c := range []struct {
		in     aloi.Identifier
		want   PreparedIdentifier
		reason string
	}{
		{aloi.Identifier{Type: "loyalty_card", Value: "2 983589 471851"}, PreparedIdentifier{"loyalty_card", "", "2983589471851"}, ""},
		{aloi.Identifier{Type: "loyalty_card", Value: "fr-00.12a"}, PreparedIdentifier{"loyalty_card", "", "FR0012A"}, ""},
		{aloi.Identifier{Type: "customer_number", Value: "000000"}, PreparedIdentifier{"customer_number", "", ""}, FlagPlaceholder},
		{aloi.Identifier{Type: "customer_number", Value: "123456789"}, PreparedIdentifier{"customer_number", "", ""}, FlagPlaceholder},
		{aloi.Identifier{Type: "customer_number", Value: "9876543210"}, PreparedIdentifier{"customer_number", "", ""}, FlagPlaceholder},
		{aloi.Identifier{Type: "customer_number", Value: "N/A"}, PreparedIdentifier{"customer_number", "", ""}, FlagPlaceholder},
		{aloi.Identifier{Type: "customer_number", Value: "--"}, PreparedIdentifier{"customer_number", "", ""}, FlagInvalid},
		{aloi.Identifier{Type: "loyalty_card", Value: "N° 2981234567895"}, PreparedIdentifier{"loyalty_card", "", "2981234567895"}, ""},
		{aloi.Identifier{Type: "loyalty_card", Value: "2981234567895 (perdue)"}, PreparedIdentifier{"loyalty_card", "", "2981234567895"}, ""},
		{aloi.Identifier{Type: "loyalty_card", Value: "=\"2981234567895\""}, PreparedIdentifier{"loyalty_card", "", "2981234567895"}, ""},
		{aloi.Identifier{Type: "loyalty_card", Value: "2981234567895.0"}, PreparedIdentifier{"loyalty_card", "", "2981234567895"}, ""},
		{aloi.Identifier{Type: "loyalty_card", Value: "2,98123E+12"}, PreparedIdentifier{"loyalty_card", "", ""}, FlagInvalid},
		{aloi.Identifier{Type: "loyalty_card", Value: "0098765432"}, PreparedIdentifier{"loyalty_card", "", ""}, FlagPlaceholder},
		{aloi.Identifier{Type: "loyalty_card", Value: "0098765172"}, PreparedIdentifier{"loyalty_card", "", "98765172"}, ""},
		{aloi.Identifier{Type: "loyalty_card", Value: "000123"}, PreparedIdentifier{"loyalty_card", "", "000123"}, ""},
		{aloi.Identifier{Type: "loyalty_card", Value: "carte perdue"}, PreparedIdentifier{"loyalty_card", "", ""}, FlagPlaceholder},
		{aloi.Identifier{Type: "social_handle", Scope: "x", Value: "perdue"}, PreparedIdentifier{"social_handle", "twitter", "perdue"}, ""},
		{aloi.Identifier{Type: "social_handle", Scope: "Twitter", Value: "@JeanDupont"}, PreparedIdentifier{"social_handle", "twitter", "jeandupont"}, ""},
		{aloi.Identifier{Type: "social_handle", Scope: "X", Value: "https://x.com/Jean_Dupont?lang=fr"}, PreparedIdentifier{"social_handle", "twitter", "jean_dupont"}, ""},
		{aloi.Identifier{Type: "social_handle", Value: "https://www.facebook.com/jean.dupont/"}, PreparedIdentifier{"social_handle", "facebook", "jean.dupont"}, ""},
		{aloi.Identifier{Type: "social_handle", Value: "linkedin.com/in/jean-dupont"}, PreparedIdentifier{"social_handle", "linkedin", "jean-dupont"}, ""},
		{aloi.Identifier{Type: "ip", Value: " 2001:0DB8::0001 "}, PreparedIdentifier{"ip", "", "2001:DB8::1"}, ""},
		{aloi.Identifier{Type: "ip", Value: "::ffff:192.0.2.1"}, PreparedIdentifier{"ip", "", "192.0.2.1"}, ""},
		{aloi.Identifier{Type: "ip", Value: "999.1.1.1"}, PreparedIdentifier{"ip", "", ""}, FlagInvalid},
	} {
		if got, reason := readIdentifier(c.in); got != c.want || reason != c.reason {
			t.Errorf("readIdentifier(%q) = %+v %q, want %+v %q", c.in.Value, got, reason, c.want, c.reason)
		}
	}
}

func TestSeveralIdentifiersInOneField(t *testing.T) {
	for value, want := range map[string]int{"2981234567895;2987654321017": 2, "2981234567895 / 2987654321017": 2, "2981234567895": 1, "FR-2981,7": 1, "nc": 0} {
		if got, _ := readIdentifiers(nil, aloi.Identifier{Type: "loyalty_card", Value: value}); len(got) != want {
			t.Errorf("%q: %+v, want %d", value, got, want)
		}
	}
}

func TestGenderOfText(t *testing.T) {
	for in, want := range map[string]byte{
		"M": 'M', "H": 'M', "Homme": 'M', "male": 'M', "1": 'M', "M.": 'M', "Monsieur": 'M', "Mr": 'M', "F": 'F', "female": 'F',
		"2": 'F', "Mme": 'F', "Mlle": 'F', "Mrs": 'F', "Madame la Docteure": 'F', "Dr": 0, "": 0, "M. et Mme": 0, "autre": 0, "Féminin": 'F',
	} {
		if got := genderOfText(Fold(in)); got != want {
			t.Errorf("genderOfText(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestCountryOf(t *testing.T) {
	for in, want := range map[string]string{
		"FR": "FR", "France": "FR", "FRA": "FR", "Royaume-Uni": "GB", "UK": "GB", "United States": "US", "U.S.A.": "US", "usa": "US",
		"Azerbejdżan": "AZ", "Côte d'Ivoire": "CI", "La Réunion": "FR", "Belgique": "BE", "Deutschland": "DE", "": "", "Atlantide": "",
	} {
		if got := countryOf(Fold(in)); got != want {
			t.Errorf("countryOf(%q) = %q, want %q", in, got, want)
		}
	}
}

func FuzzReadIdentifier(f *testing.F) {
	f.Add("social_handle", "X", "https://x.com/a/b?c")
	f.Add("ip", "", "fe80::1%eth0")
	f.Add("loyalty_card", "carte", "0123456789")
	for _, s := range hostile {
		f.Add("social_handle", s, s)
		f.Add("badge", s, s)
	}
	f.Fuzz(func(t *testing.T, kind, scope, value string) {
		got, reason := readIdentifier(aloi.Identifier{Type: kind, Scope: scope, Value: value})
		if (got.Value == "") != (reason != "") || len(got.Value) > maxIdentifierBytes {
			t.Fatalf("readIdentifier(%q, %q, %q) = %+v, %q", kind, scope, value, got, reason)
		}
	})
}
