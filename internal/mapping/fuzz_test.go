package mapping

import (
	"slices"
	"strings"
	"testing"
	"time"

	"aloi"
)

// FuzzParseTime reads any text as a time: one that is read is read as the same from its
// own text, and however the text is spaced.
func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"2024-01-31T10:20:30.5+02:00", "31/01/2024 10:20", "31.1.2024", "20240131", "1706696430", "1706696430123", "20240131102030",
		"2024/01/31", "1-1-2024 1:2:3", "29/02/2023", "0000000000", "-000000001", "9999-12-31T23:59:59Z", "٣١/٠١/٢٠٢٤"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := ParseTime(text)
		if !ok {
			return
		}
		if got.Location() != time.UTC {
			t.Fatalf("%q is read in zone %s", text, got.Location())
		}
		if year := got.Year(); year < 1 || year > 9999 {
			return // no record takes it
		}
		if again, ok := ParseTime(got.Format(time.RFC3339Nano)); !ok || !again.Equal(got) {
			t.Fatalf("%q is %s, which is read as %s, %t", text, got, again, ok)
		}
		if spaced, ok := ParseTime(" " + text + "\n"); !ok || !spaced.Equal(got) {
			t.Fatalf("%q with space around it is %s, %t, want %s", text, spaced, ok, got)
		}
	})
}

// FuzzLayout reads any text as the pattern of a date: one that is taken reads the day that
// it writes.
func FuzzLayout(f *testing.F) {
	for _, s := range []string{"dd/mm/yyyy", "JJ/MM/AAAA hh:mm:ss", "tt.mm.jjjj", "yyyymmdd", "02/01/2006", " dd-mm-yyyy\n", "yy", "", "t", "mmhhmm", "é", "021012006"} {
		f.Add(s)
	}
	day := time.Date(2024, 3, 17, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, format string) {
		l, err := layout(format)
		if err != nil {
			return
		}
		if strings.ContainsAny(format, "0123456789") && l != strings.TrimSpace(format) {
			t.Fatalf("the layout %q became %q", format, l)
		}
		// One with year, month and day, and no digit that says something else, says which day it is.
		rest := l
		for _, part := range []string{"2006", "01", "02"} {
			if strings.Count(l, part) != 1 || len(l) > 12 {
				return
			}
			rest = strings.Replace(rest, part, " ", 1)
		}
		if strings.ContainsAny(rest, "0123456789_JMSPZ.,-+") {
			return
		}
		if got, ok := parseTime(day.Format(l), l); !ok || !got.Equal(day) {
			t.Fatalf("by %q, %s is written %q and read as %s, %t", l, day, day.Format(l), got, ok)
		}
	})
}

// FuzzSourceName makes the name of a source of any text: it is one that a record may have,
// and stays as it is.
func FuzzSourceName(f *testing.F) {
	for _, s := range []string{"clients boutique (été).csv", "../../etc/passwd", "李", "", "-._", strings.Repeat("é", 100), "a\x00b", " web "} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		name := SourceName(text)
		if v := aloi.ValidateRef("ref", aloi.RecordRef{Source: name, ID: "1"}); len(v) > 0 {
			t.Fatalf("%q becomes %q: %v", text, name, v)
		}
		if again := SourceName(name); again != name {
			t.Fatalf("%q becomes %q, then %q", text, name, again)
		}
	})
}

// FuzzPath reads any text as the path of an attribute: it is the one that a rejected record
// would name, and a value that is put there comes into the record once.
func FuzzPath(f *testing.F) {
	for _, s := range []string{"name.given", "identifier.loyalty_card", "attribute.x", "address.line", "note", "identifier.", "name", "attribute." + strings.Repeat("a", 65), "email\n"} {
		f.Add(s, "valeur")
	}
	f.Fuzz(func(t *testing.T, path, value string) {
		k, name := parsePath(path)
		if (k == kindNone) != !slices.Contains(validPaths(name), path) {
			t.Fatalf("%q is a path: %t", path, k != kindNone)
		}
		if value = strings.ToValidUTF8(strings.TrimSpace(value), "?"); k == kindNone || value == "" {
			return
		}
		m := &Mapping{RecordID: "id", Columns: []Column{{Name: "c", To: path}}}
		plan, err := m.Bind([]string{"id", "c"}, "web", false)
		if err != nil {
			t.Fatal(err)
		}
		var r aloi.Record
		if wrong := plan.Build(&r, []string{"1", value}, 1, 2); len(wrong) > 0 {
			for _, v := range wrong {
				if len(value) > 12 && strings.Contains(v.Field+v.Reason, value) {
					t.Fatal("a value is told")
				}
			}
			return
		}
		if v := r.Validate(); len(v) > 0 {
			t.Fatalf("%q in %s makes a record that is not valid: %v", value, path, v)
		}
	})
}

// validPaths are all paths, with those of a name of its own.
func validPaths(name string) []string {
	list := []string{}
	for p := range paths {
		list = append(list, p)
	}
	if typeName.MatchString(name) {
		list = append(list, "identifier."+name, "attribute."+name)
	}
	return list
}
