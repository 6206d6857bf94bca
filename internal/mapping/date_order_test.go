package mapping

import (
	"slices"
	"testing"

	"aloi"
)

// readDates reads the values of a column of birth dates, whose order is found from them.
func readDates(t *testing.T, m *Mapping, header []string, values ...string) []string {
	t.Helper()
	m.ReadDateOrder(header, func(yield func([]string) bool) {
		for _, v := range values {
			if !yield([]string{v}) {
				return
			}
		}
	})
	p, err := m.Bind(header, "web", false)
	if err != nil {
		t.Fatal(err)
	}
	var dates []string
	for i, v := range values {
		r := &aloi.Record{}
		if wrong := p.Build(r, []string{v}, i+1, i+2); len(wrong) > 0 {
			t.Fatal(wrong)
		}
		dates = append(dates, r.BirthDate)
	}
	return dates
}

// TestReadDateOrder: one date that can only have the month first tells the order of the
// whole column, unless others can only have the day first.
func TestReadDateOrder(t *testing.T) {
	for _, c := range []struct {
		name, header string
		values, want []string
	}{
		{"month first", "dob", []string{"01/08/1990", "04/14/1968", "1/8/1990", "3-4-1955", "1990-01-08", "1/8/90", "04/14/68", "01081990", "01/08/1990 00:00", "x", "13/45/1990"},
			[]string{"1990-01-08", "1968-04-14", "1990-01-08", "1955-03-04", "1990-01-08", "8/1/90", "14/04/68", "08011990", "1990-01-08", "x", "13/45/1990"}},
		{"digits", "dob", []string{"04141968", "01081990", "19900108"}, []string{"14041968", "08011990", "19900108"}},
		{"day first", "dob", []string{"01/08/1990", "14/04/1968"}, []string{"01/08/1990", "14/04/1968"}},
		{"no telling", "dob", []string{"01/08/1990", "1968-04-14", "78-03-14"}, []string{"01/08/1990", "1968-04-14", "78-03-14"}},
		{"a slip among days first", "dob", []string{"01/08/1990", "04/14/1968", "14/04/1968"}, []string{"01/08/1990", "04/14/1968", "14/04/1968"}},
		{"a slip among months first", "dob", append(slices.Repeat([]string{"04/14/1968"}, 21), "14/04/1968", "01/08/1990"),
			append(slices.Repeat([]string{"1968-04-14"}, 21), "14/04/1968", "1990-01-08")},
		{"said by the name, not in two digits", "dob (mm/dd/yyyy)", []string{"1/8/1990", "01/08/1990"}, []string{"1990-01-08", "1990-01-08"}},
		{"another order said by the name", "dob (dd/mm/yyyy)", []string{"04/14/1968", "01/08/1990"}, []string{"04/14/1968", "1990-08-01"}},
	} {
		header := []string{c.header}
		m, err := Detect(header)
		if err != nil {
			t.Fatal(err)
		}
		if got := readDates(t, m, header, c.values...); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	given := &Mapping{Columns: []Column{{Name: "d", To: "birth_date", Format: "dd/mm/yyyy"}}}
	if got := readDates(t, given, []string{"d"}, "04/14/1968", "01/08/1990"); got[1] != "1990-08-01" {
		t.Errorf("the format of a mapping does not win: %q", got)
	}
}
