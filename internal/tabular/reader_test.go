package tabular

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/charmap"

	"aloi"
	"aloi/internal/mapping"
)

// readAll reads a text to its end: what each row became, as `line id: …`.
func readAll(t testing.TB, text string, o Options) (rows []string, r *Reader) {
	t.Helper()
	r, err := NewReader(strings.NewReader(text), "clients.csv", int64(len(text)), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	for {
		record, at, err := r.Next()
		var bad *RowError
		switch {
		case err == io.EOF:
			return rows, r
		case errors.As(err, &bad):
			if bad.Line != at.Line {
				t.Errorf("the error is on line %d and the row on line %d", bad.Line, at.Line)
			}
			rows = append(rows, fmt.Sprintf("%d %s: rejected: %s %s", at.Line, at.ID, bad.Field, bad.Reason))
		case err != nil:
			t.Fatal(err)
		default:
			rows = append(rows, fmt.Sprintf("%d %s: %s", at.Line, at.ID, short(record)))
		}
	}
}

// short writes a record in one line.
func short(r *aloi.Record) string {
	var parts []string
	add := func(list ...string) {
		for _, v := range list {
			if v != "" {
				parts = append(parts, v)
			}
		}
	}
	for _, n := range r.Names {
		add(n.Civility, n.Given, n.Middle, n.Family, n.Birth, n.Full)
	}
	add(r.BirthDate)
	for _, a := range r.Addresses {
		add(a.Line, a.PostalCode, a.City)
	}
	add(r.Emails...)
	add(r.Phones...)
	for _, i := range r.Identifiers {
		add(i.Type + "=" + i.Value)
	}
	for _, a := range r.Attributes {
		add(a.Name + "=" + a.Value)
	}
	add(r.Note)
	return strings.Join(parts, "|")
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestCSV(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"commas", "id,prenom\n1,Anne\n2,Paul\n", []string{"2 1: Anne", "3 2: Paul"}},
		{"semicolons, commas in a value", "id;prenom;adresse\n1;Anne;12, rue Basse\n", []string{"2 1: Anne|12, rue Basse"}},
		{"tabs, line ends of Windows, no line end at the end", "id\tprenom\r\n1\tAnne\r\n2\tPaul", []string{"2 1: Anne", "3 2: Paul"}},
		{"byte order mark", "\ufeffid,prenom\n1,Zoé\n", []string{"2 1: Zoé"}},
		{"quotes", "id,\"prenom\",adresse\n1,\"An\"\"ne\",\"12, rue\nBasse\"\n2,Paul,\"\"\r\n", []string{"2 1: An\"ne|12, rue\nBasse", "4 2: Paul"}},
		{"a quote inside a value", "id,prenom,adresse\n1,Anne,12 rue \"Basse\"\n", []string{"2 1: Anne|12 rue \"Basse\""}},
		{"empty lines", "id,prenom\n\n1,Anne\n\r\n2,Paul\n\n", []string{"3 1: Anne", "5 2: Paul"}},
		{"a bar between columns", "id|prenom\n1|Anne\n", []string{"2 1: Anne"}},
		{"the separator is declared", "sep=;\r\nid;prenom\n1;Anne\n", []string{"3 1: Anne"}},
		{"a separator after each row", "id;prenom\n1;Anne;\n2;\"Paul\";;\n", []string{"2 1: Anne", "3 2: Paul"}},
		{"wrong number of columns", "id,prenom\n1\n2,Paul,x\n3,Zoé\n4,,,x,,,\n",
			[]string{"2 1: rejected:  1 columns where the header has 2", "3 2: rejected:  more columns where the header has 2", "4 3: Zoé", "5 4: rejected:  more columns where the header has 2"}},
		{"a quote that is not closed costs one row", "id,prenom\n1,\"Anne\n2,Paul\n3,Zoé\n", []string{"2 1: rejected:  a quote is not closed", "3 2: Paul", "4 3: Zoé"}},
		{"text after a quote costs one row", "id,prenom\n1,\"An\"ne\n2,Paul\n", []string{"2 1: rejected:  text after a closing quote", "3 2: Paul"}},
		{"no id column", "prenom\nAnne\nPaul\n", []string{"2 1: Anne", "3 2: Paul"}},
		{"no id in a row", "id,prenom\n,Anne\n2,Paul\n", []string{"2 : rejected: record_id is empty", "3 2: Paul"}},
		{"one broken line in UTF-8", "id,prenom\n1,Zoé\n2,Zo\xe9\n3,Élodie\n", []string{"2 1: Zoé", "3 2: rejected:  not valid UTF-8", "4 3: Élodie"}},
		{"NUL", "id,prenom\n1,An\x00ne\n", []string{"2 1: rejected: names[0].given holds a NUL byte"}},
		{"header only", "id,prenom\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := readAll(t, c.text, Options{})
			expect(t, got, c.want...)
		})
	}
}

func TestLimits(t *testing.T) {
	long := strings.Repeat("x", MaxLineBytes+10)
	got, _ := readAll(t, "id,prenom,note\n1,Anne,"+long+"\n2,Paul,\n3,\""+long+"\",\n4,Zoé,\n5,Éric,\""+strings.Repeat("y\n", MaxLineBytes/2+5)+"\"\n", Options{})
	if len(got) < 5 {
		t.Fatalf("%d rows", len(got))
	}
	expect(t, got[:5], "2 1: rejected:  longer than 1048576 bytes", "3 2: Paul", "4 3: rejected:  longer than 1048576 bytes", "5 4: Zoé",
		"6 5: rejected:  longer than 1048576 bytes")
	field := strings.Repeat("x", MaxFieldBytes+1)
	got, _ = readAll(t, "id,prenom,note\n1,Anne,"+field+"\n2,\"Paul\","+field[1:]+"\n", Options{})
	expect(t, got[:1], "2 1: rejected: note longer than 65536 bytes")
	if len(got) != 2 || !strings.HasPrefix(got[1], "3 2: Paul|xxx") {
		t.Errorf("a field of the very limit: %.80q", got[1])
	}
}

func TestWindows1252(t *testing.T) {
	text, err := charmap.Windows1252.NewEncoder().String("id;prénom;note\n1;Zoé;\"œuvre; 10 €\"\n2;Anne;\n3;Élodie;été\n")
	if err != nil {
		t.Fatal(err)
	}
	got, r := readAll(t, text, Options{})
	expect(t, got, "2 1: Zoé|œuvre; 10 €", "3 2: Anne", "4 3: Élodie|été")
	if n := r.Notices(); len(n) != 1 || n[0].Field != "encoding" {
		t.Errorf("notices: %+v", n)
	}
	// The first text that is not ASCII may come long after the beginning.
	late := "id;prenom\n" + strings.Repeat("1;Anne\n", sampleBytes/7+10) + "2;Zo\xe9\n"
	if got, _ := readAll(t, late, Options{}); !strings.HasSuffix(got[len(got)-1], " 2: Zoé") {
		t.Errorf("late: %s", got[len(got)-1])
	}
}

func TestRefusedFiles(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "empty"}, {"blank", " \n\n", "empty"}, {"UTF-16", "\xff\xfei\x00d\x00", "UTF-16"},
		{"JSON array", "[{\"id\":1}]", "one JSON object a line"}, {"no header", "1,Anne\n2,Paul\n", "header line"},
		{"too many columns", "email" + strings.Repeat(",x", mapping.MaxColumns) + "\n", "columns"},
		{"header too long", strings.Repeat("x", MaxLineBytes+2), "header line"},
		{"cut gzip", "\x1f\x8b\x08", "gzip"},
	} {
		_, err := NewReader(strings.NewReader(c.text), "a.csv", -1, Options{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.name, err, c.want)
		}
	}
}

func gzipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, text)
	z.Close()
	return b.String()
}

func zstded(text string) string {
	var b bytes.Buffer
	z, _ := zstd.NewWriter(&b)
	io.WriteString(z, text)
	z.Close()
	return b.String()
}

func TestCompressed(t *testing.T) {
	plain := "id,prenom\n1,Zoé\n2,Anne\n"
	for name, text := range map[string]string{"gzip": gzipped(plain), "zstd": zstded(plain)} {
		got, r := readAll(t, text, Options{})
		expect(t, got, "2 1: Zoé", "3 2: Anne")
		if r.Offset() != int64(len(text)) || r.Size() != int64(len(text)) {
			t.Errorf("%s: read %d of %d bytes", name, r.Offset(), r.Size())
		}
	}
}

// readToError reads until something other than a bad row ends the reading.
func readToError(text string) (rows int, err error) {
	r, err := NewReader(strings.NewReader(text), "a.csv", -1, Options{})
	if err != nil {
		return 0, err
	}
	defer r.Close()
	for {
		_, _, err := r.Next()
		var bad *RowError
		if err == io.EOF {
			return rows, nil
		}
		if err != nil && !errors.As(err, &bad) {
			return rows, err
		}
		rows++
	}
}

func TestBombs(t *testing.T) {
	bomb := "id,prenom\n" + strings.Repeat("1,Anne\n", 3<<20)
	for name, text := range map[string]string{"gzip": gzipped(bomb), "zstd": zstded(bomb)} {
		if _, err := readToError(text); !errors.Is(err, ErrExpansion) {
			t.Errorf("%s: %d bytes became %d: %v", name, len(text), len(bomb), err)
		}
	}
}

// TestCutFile: what is left of a row in a file that was cut is no row.
func TestCutFile(t *testing.T) {
	var text strings.Builder
	text.WriteString("id,prenom\n")
	for i := range 60_000 {
		fmt.Fprintf(&text, "%d,Anne-%x\n", i, i*7919)
	}
	whole := gzipped(text.String())
	rows, err := readToError(whole[:len(whole)/2])
	if err == nil || rows == 0 || rows >= 60_000 {
		t.Errorf("%d rows, then %v", rows, err)
	}
}

func TestOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "Clients été.csv.gz")
	if err := os.WriteFile(path, []byte(gzipped("prenom\nAnne\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	record, _, err := r.Next()
	if err != nil || record.Ref != (aloi.RecordRef{Source: "Clients-ete", ID: "1"}) {
		t.Errorf("%+v, %v", record, err)
	}
	if _, err := Open(filepath.Join(dir, "none"), Options{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	r, err = Open(Stdin, Options{Stdin: strings.NewReader("prenom\nAnne\n"), Source: "caisse"})
	if err != nil {
		t.Fatal(err)
	}
	if record, _, err := r.Next(); err != nil || record.Ref.Source != "caisse" || r.Size() != -1 {
		t.Errorf("standard input: %+v, %v", record, err)
	}
}

func TestRejects(t *testing.T) {
	var b strings.Builder
	r := NewRejects(&b, true)
	r.Add("a.csv", &RowError{3, "email", "longer than 4096 bytes"})
	if err := r.Flush(); err != nil || r.Count() != 1 || b.String() != "file,line,field,reason\na.csv,3,email,longer than 4096 bytes\n" {
		t.Errorf("%v: %q", err, b.String())
	}
}

// TestMonthFirst: the first rows tell the order of day and month for all rows, in both
// formats, and a bad row among them does no harm.
func TestMonthFirst(t *testing.T) {
	for _, text := range []string{
		"id,dob\na,01/08/1990\nb,1,2,3\nc,04/14/1968\n",
		"{\"id\":\"a\",\"dob\":\"01/08/1990\"}\n{\n{\"id\":\"c\",\"dob\":\"04/14/1968\"}\n",
	} {
		r, err := NewReader(strings.NewReader(text), "a", -1, Options{})
		if err != nil {
			t.Fatal(err)
		}
		first, row, err := r.Next()
		if err != nil || first.BirthDate != "1990-01-08" || row.Line > 2 {
			t.Errorf("%q: %+v at %+v, %v", text, first, row, err)
		}
		if d := fmt.Sprint(r.Mapping().Describe()); !strings.Contains(d, "birth_date (month first)") {
			t.Errorf("%q: not reported: %s", text, d)
		}
		r.Close()
	}
}
