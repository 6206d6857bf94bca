package tabular

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// drain reads any text to its end and checks what holds of every file.
func drain(t *testing.T, text string) {
	r, err := NewReader(strings.NewReader(text), "x", -1, Options{})
	if err != nil {
		return
	}
	defer r.Close()
	for line, number := 0, 0; ; {
		record, at, err := r.Next()
		var bad *RowError
		if err != nil && !errors.As(err, &bad) {
			break // the end, or a cut file
		}
		number++
		if at.Number != number || at.Line <= line {
			t.Fatalf("row %d on line %d after line %d", at.Number, at.Line, line)
		}
		line = at.Line
		if bad == nil && len(record.Validate()) > 0 {
			t.Fatalf("line %d: a record that is not valid", line)
		}
	}
	r.Mapping().Describe()
	r.Notices()
}

func FuzzCSV(f *testing.F) {
	f.Add("id;prenom;note\n1;Anne;\"a\n\"\"b\"\n2;Zo\xe9;\n")
	f.Add("\ufeffemail\tphone\r\n\"\t\"\t\"x\r\n")
	f.Add(gzipped("id,nom\n1,A\n"))
	f.Add("\xff\xfei\x00d\x00,\x00n\x00o\x00m\x00\n\x001\x00,\x00\x00\xd8\n\x00") // half a surrogate
	f.Add("id,nom\n" + strings.Repeat("\"", 3000) + "\n1,A\n")
	f.Add("id,nom\n1," + strings.Repeat("e\u0301", 3000) + "\n2,\x00\n3," + strings.Repeat("\ufdfa", 1366) + "\n4,A\n")
	f.Add("id;nom\n" + strings.Repeat(";", 5000) + "\n\r\r\n1;A")
	f.Fuzz(drain)
}

func FuzzJSON(f *testing.F) {
	f.Add(`{"id":1,"name":{"given":"A"},"emails":["a","b"],"consents":[{"kind":"GIVEN","time":"2024-01-01"}]}` + "\n{}\nnull")
	f.Add(`{"ref":{"source":"s","record_id":"1"},"names":[{"full":"x"}],"evidence":[[[]]],"a":{"a":{"a":[{"a":1}]}}}`)
	f.Add(strings.Repeat(`{"a":`, 5000) + strings.Repeat("}", 5000))
	f.Add(`{"id":"\ud800","name":{"given":"\u0000"},"phones":[` + strings.Repeat("1,", 3000) + `1],"emails":[[[[]]]]}`)
	f.Add(`{"id":1e999,"birth_date":` + strings.Repeat("9", 5000) + `,"id":2,"ID":3}`)
	f.Fuzz(func(t *testing.T, text string) { drain(t, "{"+strings.TrimPrefix(text, "{")) })
}

// FuzzCSVAgainstStandard compares rows to those of encoding/csv where both take them.
func FuzzCSVAgainstStandard(f *testing.F) {
	f.Add("a,b\n1,\"x\"\"y\"\n")
	f.Add("a,b\n\"1\n2\",\n\n3,4\n")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.ContainsAny(text, ";\t|\r") || !isASCII([]byte(text)) {
			return
		}
		standard := csv.NewReader(strings.NewReader(text))
		want, err := standard.ReadAll()
		if err != nil || len(want) == 0 || len(text) > 10_000 {
			return
		}
		enc := ascii
		c, err := newCSV(newWindow(strings.NewReader(text)), &enc)
		if strings.HasPrefix(text, "\n") {
			return // empty lines before the header are not looked for
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range want[1:] {
			r, err := c.next()
			if err != nil || !slices.Equal(r.cells, w) {
				t.Fatalf("got %q, %v, want %q", r.cells, err, w)
			}
		}
		if _, err := c.next(); err != io.EOF {
			t.Fatalf("rows that the standard library does not see: %v", err)
		}
	})
}

// BenchmarkCSV reads rows of a typical customer file; it prints rows per second.
func BenchmarkCSV(b *testing.B) {
	var text bytes.Buffer
	text.WriteString("record_id,source,created_at,civility,given_name,surname,birth_date,email,mobile,landline,address_line1,address_line2,postal_code,city,country,loyalty_card\n")
	const rows = 20_000
	for i := range rows {
		fmt.Fprintf(&text, "R%08d,store,2020-11-20,Mme,Élodie,Gauthier,23/08/1994,elodie.gauthier%d@example.com,06 39 98 %02d %02d,,33 cours Gambetta,Bâtiment B,33000,Bordeaux,FR,298000%07d\n", i, i, i/100%100, i%100, i)
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		r, err := NewReader(bytes.NewReader(text.Bytes()), "a.csv", -1, Options{})
		if err != nil {
			b.Fatal(err)
		}
		for {
			if _, _, err := r.Next(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(rows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
