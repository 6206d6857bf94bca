package tabular

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"aloi"
)

// everyRow reads a text to its end: its records, its bad rows and what ended it.
func everyRow(in io.Reader) (records []*aloi.Record, bad []string, end error) {
	r, err := NewReader(in, "x", -1, Options{})
	if err != nil {
		return nil, nil, err
	}
	defer r.Close()
	for {
		record, _, err := r.Next()
		var wrong *RowError
		switch {
		case errors.As(err, &wrong):
			bad = append(bad, wrong.Error())
		case err != nil:
			return records, bad, err
		default:
			records = append(records, record)
		}
	}
}

// FuzzPieces reads a text as it comes, one byte at a time, with its end beside its last
// bytes, and compressed: the records and the bad rows are the same.
func FuzzPieces(f *testing.F) {
	f.Add("id;prenom;note\n1;Anne;\"a\n\"\"b\"\n2;Zo\xe9;\n", false)
	f.Add("\ufeffemail\tphone\r\na@b.fr\t\"x\r\n", true)
	f.Add("{\"id\":1,\"email\":\"a@b.fr\"}\n{}\n[", true)
	f.Add("id,nom\n1,"+strings.Repeat("e\u0301", 3000)+"\n2,\x00\n\n\r3,A", false)
	f.Fuzz(func(t *testing.T, text string, zstandard bool) {
		if len(text) > 8<<10 || strings.HasPrefix(text, string(gzipMagic)) || strings.HasPrefix(text, string(zstdMagic)) {
			return
		}
		packed := gzipped
		if zstandard {
			packed = zstded
		}
		records, bad, end := everyRow(strings.NewReader(text))
		for what, in := range map[string]io.Reader{
			"byte by byte":   iotest.OneByteReader(strings.NewReader(text)),
			"with its end":   iotest.DataErrReader(strings.NewReader(text)),
			"compressed":     strings.NewReader(packed(text)),
			"packed in bits": iotest.HalfReader(strings.NewReader(packed(text))),
		} {
			r, b, e := everyRow(in)
			if !reflect.DeepEqual(r, records) || !reflect.DeepEqual(b, bad) || (e == io.EOF) != (end == io.EOF) {
				t.Fatalf("%s: %d records, %d bad rows, %v; want %d, %d, %v", what, len(r), len(b), e, len(records), len(bad), end)
			}
		}
	})
}

// FuzzCompressed reads any bytes behind the mark of a compressed file, and a whole file
// that was changed or cut: the records are the first ones of the file, and its end is
// missed.
func FuzzCompressed(f *testing.F) {
	const text = "id,nom\n1,Anne\n2,Zoé\n3,Marie\n"
	f.Add([]byte(gzipped(text)), uint16(0), byte(0), uint16(0))
	f.Add([]byte(zstded(text)), uint16(30), byte(1), uint16(0))
	f.Add([]byte(zstded(text)), uint16(0), byte(0), uint16(4))
	f.Add([]byte(gzipped(text)), uint16(12), byte(4), uint16(8))
	f.Add([]byte("\x28\xb5\x2f\xfd\xa4\xff\xff\xff\xff\xff\xff\xff\xff"), uint16(0), byte(0), uint16(0))
	want, _, _ := everyRow(strings.NewReader(text))
	f.Fuzz(func(t *testing.T, b []byte, at uint16, flip byte, cut uint16) {
		drain(t, string(b))
		for _, whole := range []string{gzipped(text), zstded(text)} {
			data := []byte(whole)
			if place := int(at) % len(data); place >= 10 { // the head of gzip holds what is no content
				data[place] ^= flip
			}
			data = data[:max(0, len(data)-int(cut))]
			records, _, end := everyRow(bytes.NewReader(data))
			if end == io.EOF && !reflect.DeepEqual(records, want) {
				t.Fatalf("byte %d with %#x flipped, %d cut: %d other records, and a proper end", int(at)%len(whole), flip, cut, len(records))
			}
		}
	})
}

// FuzzEncoding decodes lines one after the other: what is decoded is UTF-8, ASCII stays as
// it is, and no line changes the encoding of a file once it is known.
func FuzzEncoding(f *testing.F) {
	f.Add([]byte("Zo\xe9\nabc\nZo\xc3\xa9"))
	f.Add([]byte("Zo\xc3\xa9\nZo\xe9\n\x81\x8d"))
	f.Add([]byte("\xf0\x9f\x98\x80\n\xed\xa0\x80"))
	f.Fuzz(func(t *testing.T, sample []byte) {
		enc := detectEncoding(sample)
		for line := range bytes.Lines(sample) {
			before := enc
			text, ok := enc.decode(line)
			if before != ascii && enc != before {
				t.Fatalf("encoding %d became %d", before, enc)
			}
			if ok && !utf8.Valid(text) || isASCII(line) && (!ok || !bytes.Equal(text, line)) {
				t.Fatalf("% x is decoded as % x, %t", line, text, ok)
			}
			if enc == windows1252 && !ok {
				t.Fatalf("% x has no text in Windows-1252", line)
			}
			if again, ok := enc.decode(text); enc == unicode && ok && !bytes.Equal(again, text) {
				t.Fatalf("% x is decoded as % x", text, again)
			}
		}
	})
}

// FuzzRejects reads any rows with a value that must not be told: no bad row names it, and
// the file of bad rows is read back as it was written.
func FuzzRejects(f *testing.F) {
	f.Add("id,email,birth_date\n", "1,", ",31/02/1984")
	f.Add("", `{"id":"`, `","emails":[{"a":1}]}`)
	f.Add("id;nom\n", "\"x\n", "\"y;z;")
	f.Add("id,nom\n1,", "\xff\x00", "\n,")
	f.Fuzz(func(t *testing.T, head, before, after string) {
		const canary = "lefevre.canary.1984"
		if len(head)+len(before)+len(after) > 4<<10 || strings.Contains(head, canary[:4]) {
			return
		}
		// In the second row, so that it is no name of a column.
		_, bad, _ := everyRow(strings.NewReader(head + "\n" + before + canary + after + "\n"))
		var out bytes.Buffer
		w := NewRejects(&out, true)
		for i, reason := range bad {
			if strings.Contains(reason, canary) && !strings.Contains(before, `{`) {
				t.Fatalf("bad row %d tells a value: %s", i, reason)
			}
			w.Add("x.csv", &RowError{Line: i + 1, Field: head, Reason: strings.ReplaceAll(reason, "\r\n", "\n")})
		}
		if err := w.Flush(); err != nil {
			t.Fatal(err)
		}
		rows, err := csv.NewReader(&out).ReadAll()
		if err != nil || len(rows) != len(bad)+1 || w.Count() != len(bad) {
			t.Fatalf("%d rows of %d are read back, %v", len(rows), len(bad)+1, err)
		}
	})
}
