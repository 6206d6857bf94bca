package matcher

import "testing"

// TestSlipsInNumbers compares dates and telephone numbers as a hasty hand types them.
func TestSlipsInNumbers(t *testing.T) {
	m, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	born := func(date string) *Prepared { return m.Prepare(person("", "", date)) }
	called := func(number string) *Prepared { return m.Prepare(person("", "", "", phone(number))) }
	for _, c := range []struct {
		a, b *Prepared
		want string
	}{
		{born("12/05/1984"), born("12/05/1984"), "exact"},
		{born("12/05/1984"), born("12/05/19q4"), "close"},
		{born("12/05/19w4"), born("12/05/19q4"), "close"},
		{born("12/05/1984"), born("12/05/19844"), "close"},
		{born("12/05/1984"), born("12/95/1984"), "close"},
		{born("12/05/1984"), born("21/05/1894"), "slips"},
		{born("12/05/1984"), born("13/09/1984"), "slips"},
		{born("12/05/1984"), born("12/96/19q4"), ""},
		{born("12/05/1984"), born("31/10/1975"), "different"},
		{born("12/05/1984"), born("31/10/19q5"), ""},
		{called("06 47 28 19 53"), called("06 47 28 19 53"), "mobile"},
		{called("06 47 28 19 53"), called("06 47 2q 19 53"), "close"},
		{called("06 47 28 19 53"), called("06 47 28 19 5"), "close"},
		{called("06 47 28 19 53"), called("06 47 28 91 53"), "close"},
		{called("06 47 28 19 53"), called("06 47 28q 19 53"), "mobile"},
		{called("06 47 28 19 53"), called("06 48 28 19 63"), "slips"},
		{called("06 47 28 19 53"), called("06 48 27 19 63"), "different"},
	} {
		x, got := m.Compare(c.a, c.b, nil), ""
		for _, e := range x.Evidence {
			if e.Comparison == "birth_date" || e.Comparison == "phone" {
				got = e.Level
			}
		}
		if got != c.want {
			t.Errorf("%v %v %v and %v %v %v: level %q, want %q", c.a.Birth, c.a.BirthTyped, c.a.Phones, c.b.Birth, c.b.BirthTyped, c.b.Phones, got, c.want)
		}
	}
}
