package aloi

import "testing"

func TestLanguage(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{English.Quote("Anne"), `"Anne"`},
		{French.Quote("Anne"), "«\u00a0Anne\u00a0»"},
		{English.Decimal(-5.25), "-5.3"},
		{French.Decimal(5.2), "5,2"},
		{French.Decimal(-0.01), "0,0"},
		{English.Signed(-0.01), "+0.0"},
		{French.Signed(-12), "-12,0"},
		{English.Whole(5400), "5,400"},
		{French.Whole(1234567), "1\u00a0234\u00a0567"},
		{English.Whole(12), "12"},
		{English.List([]string{"a", "b", "c"}), "a, b and c"},
		{French.List([]string{"a", "b"}), "a et b"},
		{French.List(nil), ""},
		{French.Colon(), "\u00a0: "},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	for _, l := range append([]Language{""}, Languages...) {
		if err := l.Validate(); err != nil {
			t.Error(l, err)
		}
	}
	if err := Language("de").Validate(); CodeOf(err) != CodeInvalid || err.(*Error).Violations[0].Field != "language" {
		t.Error(err)
	}
}
