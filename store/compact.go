package store

import (
	"encoding/binary"
	"time"
	"unicode/utf8"
)

// The compact forms of entities and records are made of uvarints and of texts, which are a
// length in bytes and the bytes. Their first byte begins no CBOR map, which begins with 0xa0
// to 0xbf: values of earlier builds are CBOR, are read by that, and take the compact form when
// they are next written, so that the number of the store's format stays what it was.

// otherText is the code of a text that has none of its own.
const otherText = 0

// codesOf gives each text its code: 1 for the first.
func codesOf(texts []string) map[string]uint64 {
	codes := make(map[string]uint64, len(texts))
	for i, text := range texts {
		codes[text] = uint64(i) + 1
	}
	return codes
}

// compactWriter writes a compact form, in the same room each time.
type compactWriter struct{ b []byte }

func (w *compactWriter) number(n uint64) { w.b = binary.AppendUvarint(w.b, n) }

func (w *compactWriter) text(s string) {
	w.number(uint64(len(s)))
	w.b = append(w.b, s...)
}

// time writes 0 for the zero time, otherwise the nanoseconds past the second plus 1, then the
// seconds since 1970 as a signed varint.
func (w *compactWriter) time(t time.Time) {
	if t.IsZero() {
		w.number(0)
		return
	}
	w.number(uint64(t.Nanosecond()) + 1)
	w.b = binary.AppendVarint(w.b, t.Unix())
}

// compactReader reads a compact form. After a fault it reads zeros, and is bad.
type compactReader struct {
	b    []byte
	at   int    // in b
	text string // b as it is shared by the texts that are read from it
	bad  bool
}

func (r *compactReader) fail() { r.bad, r.at = true, len(r.b) }

// isWhole reports whether all was read, without a fault.
func (r *compactReader) isWhole() bool { return !r.bad && r.at == len(r.b) }

func (r *compactReader) number() uint64 {
	if r.at < len(r.b) && r.b[r.at] < 0x80 { // most are small
		r.at++
		return uint64(r.b[r.at-1])
	}
	n, size := binary.Uvarint(r.b[r.at:])
	if size <= 0 {
		r.fail()
		return 0
	}
	r.at += size
	return n
}

// signed reads a signed varint.
func (r *compactReader) signed() int64 {
	n, size := binary.Varint(r.b[r.at:])
	if size <= 0 {
		r.fail()
		return 0
	}
	r.at += size
	return n
}

// count reads how many elements follow, each of which takes some bytes at least.
func (r *compactReader) count(bytes int) int {
	n := r.number()
	if n > uint64((len(r.b)-r.at)/bytes) {
		r.fail()
		return 0
	}
	return int(n)
}

// share copies b, once for all texts that are read from it. It comes before the first of them.
func (r *compactReader) share() { r.text = string(r.b) }

func (r *compactReader) string() string {
	n := r.count(1)
	if n == 0 {
		return ""
	}
	s := r.text[r.at : r.at+n]
	if !utf8.ValidString(s) {
		r.fail()
		return ""
	}
	r.at += n
	return s
}

// coded reads a text by its code, or the text itself where that is otherText.
func (r *compactReader) coded(code uint64, texts []string) string {
	switch {
	case code == otherText:
		return r.string()
	case code > uint64(len(texts)):
		r.fail()
		return ""
	}
	return texts[code-1]
}

// time reads a time, in UTC.
func (r *compactReader) time() time.Time {
	n := r.number()
	if n == 0 {
		return time.Time{}
	}
	if n > uint64(time.Second) {
		r.fail()
		return time.Time{}
	}
	return time.Unix(r.signed(), int64(n-1)).UTC()
}
