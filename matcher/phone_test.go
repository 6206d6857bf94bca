package matcher

import (
	"strings"
	"testing"
)

func TestReadPhones(t *testing.T) {
	for _, c := range []struct{ in, region, want, reason string }{
		{"0612436578", "", "33612436578", ""}, {"06 12 43 65 78", "", "33612436578", ""}, {"06.12.43.65.78", "FR", "33612436578", ""},
		{"06/12/43/65/78", "", "33612436578", ""}, {"+33 6 12 43 65 78", "", "33612436578", ""}, {"+33 (0)6 12 43 65 78", "", "33612436578", ""},
		{"0033 6 12 43 65 78", "", "33612436578", ""}, {"0033(0)612436578", "", "33612436578", ""}, {"33612436578", "", "33612436578", ""},
		{"612436578", "", "33612436578", ""}, {"Tél. : 01 42 68 53 00", "", "33142685300", ""}, {"O6 I2 43 65 78", "", "33612436578", ""},
		{"+33 06 12 43 65 78", "", "33612436578", ""}, {"01 42 68 53 00 poste 12", "", "33142685300", ""}, {"0142685300 x 4", "", "33142685300", ""},
		{"01 42 68 53 00 / 06 12 43 65 78", "", "33142685300 33612436578", ""}, {"0142685300;0612436578", "", "33142685300 33612436578", ""},
		{"0142685300 0612436578", "", "33142685300 33612436578", ""}, {"0142685300 ou 0612436578", "", "33142685300 33612436578", ""},
		{"06 39 98 12 34", "", "33639981234", ""}, {"0639 01 24 35", "", "262639012435", ""},
		{"0692 12 43 65", "", "262692124365", ""}, {"+262 692 12 43 65", "", "262692124365", ""}, {"00262692124365", "", "262692124365", ""},
		{"08 2210 0298", "", "33822100298", ""}, {"08 2210 0298", "AU", "61822100298", ""}, {"702-919-1300", "US", "17029191300", ""},
		{"702-919-1300", "", "7029191300", ""}, {"+1 702 919 1300", "", "17029191300", ""}, {"+32 475 12 34 65", "", "32475123465", ""},
		{"020 7946 0958", "GB", "442079460958", ""}, {"+44 20 7946 0958", "", "442079460958", ""}, {"+61 (0)2 9374 4000", "", "61293744000", ""},
		{"0000000000", "", "", FlagPlaceholder}, {"0600000000", "", "", FlagPlaceholder}, {"06.99.99.99.99", "", "", FlagPlaceholder},
		{"0123456789", "", "", FlagPlaceholder}, {"+33 1 23 45 67 89", "", "", FlagPlaceholder}, {"0102030405", "", "", FlagPlaceholder},
		{"06 06 06 06 06", "", "", FlagPlaceholder}, {"0612345678", "", "", FlagPlaceholder}, {"+33000000000", "", "", FlagPlaceholder},
		{"0033 6 11 11 11 11", "", "", FlagPlaceholder}, {"NC", "", "", FlagPlaceholder}, {"0", "", "", FlagPlaceholder}, {"9876543210", "", "", FlagPlaceholder},
		{"3630", "", "", FlagInvalid}, {"appeler le soir", "", "", FlagInvalid}, {"12345678901234567890", "", "", FlagInvalid},
		{"1-800-FLOWERS", "US", "", FlagInvalid}, {"+", "", "", FlagInvalid}, {"06+12", "", "", FlagInvalid},
	} {
		got, reason := readPhones(c.in, c.region)
		if s := strings.Join(got, " "); s != c.want || reason != c.reason {
			t.Errorf("readPhones(%q, %q) = %q %q, want %q %q", c.in, c.region, s, reason, c.want, c.reason)
		}
	}
}

func FuzzReadPhones(f *testing.F) {
	for _, s := range []string{"+33 (0)6 12 43 65 78", "0033", "06OI", "1 ou 2", "+(0)", "00(0)1234567", "33", "0142685300 x", "++33", "0082029882029821 029"} {
		f.Add(s, "FR")
	}
	f.Add("08 2210 0298", "AU")
	f.Fuzz(func(t *testing.T, s, region string) {
		got, reason := readPhones(s, region)
		if (len(got) == 0) == (reason == "") {
			t.Fatalf("readPhones(%q) = %q, %q", s, got, reason)
		}
		for _, number := range got {
			if len(number) < minPhoneDigits || len(number) > maxPhoneDigits || digitsOf(number) != number {
				t.Fatalf("readPhones(%q) gave the number %q", s, number)
			}
		}
	})
}

func BenchmarkReadPhones(b *testing.B) {
	for _, s := range []string{"06 12 43 65 78", "+33 (0)6 12 43 65 78", "+32 475 12 34 65"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				readPhones(s, "")
			}
		})
	}
}
