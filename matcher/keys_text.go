package matcher

import (
	"strconv"
	"strings"

	"github.com/cespare/xxhash/v2"
)

// keyText is a key in the making: the mark of its family, then its parts with bars
// between, cut to the longest key.
type keyText struct {
	family keyFamily
	barred bool // whether the next part has one before it
	n      int
	bytes  [maxKeyBytes]byte
}

func (t *keyText) begin(family keyFamily) {
	t.family, t.barred = family, false
	t.n = copy(t.bytes[:], keyFamilies[family].mark)
}

// String returns the key.
func (t *keyText) String() string { return string(t.bytes[:t.n]) }

// hash is the HashKey of the key.
func (t *keyText) hash() uint64 {
	return classed(xxhash.Sum64(t.bytes[:t.n]), keyFamilies[t.family].class)
}

// part begins a part with s.
func (t *keyText) part(s string) *keyText {
	if t.barred {
		t.put('|')
	}
	t.barred = true
	return t.more(s)
}

// more goes on with s.
func (t *keyText) more(s string) *keyText {
	t.n += copy(t.bytes[t.n:], s)
	return t
}

func (t *keyText) put(c byte) {
	if t.n < len(t.bytes) {
		t.bytes[t.n] = c
		t.n++
	}
}

// number is a part in digits.
func (t *keyText) number(x int) *keyText {
	t.part("")
	var digits [20]byte
	t.n += copy(t.bytes[t.n:], strconv.AppendInt(digits[:0], int64(x), 10))
	return t
}

// sound is a part by sound.
func (t *keyText) sound(s *sound) *keyText {
	t.part("")
	t.n += copy(t.bytes[t.n:], s.letters())
	return t
}

// letters goes on with the letters of s, in upper case.
func (t *keyText) letters(s string) *keyText {
	for i := range len(s) {
		if isLetter(s[i]) {
			t.put(upper(s[i]))
		}
	}
	return t
}

// lettersIn counts the ASCII letters of s.
func lettersIn(s string) int {
	n := 0
	for i := range len(s) {
		if isLetter(s[i]) {
			n++
		}
	}
	return n
}

// unmarked goes on with s less its dots, dashes and underscores, and returns how many
// bytes that is, cut or not.
func (t *keyText) unmarked(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] >= 128 {
			return t.unmarkedText(s, i, n)
		}
		if !isMark(s[i]) {
			t.put(s[i])
			n++
		}
	}
	return n
}

// unmarkedText is unmarked from byte i on, n bytes having been taken, where not all is
// ASCII: what is no valid text becomes U+FFFD.
func (t *keyText) unmarkedText(s string, i, n int) int {
	rest := strings.Map(func(r rune) rune {
		if r < 128 && isMark(byte(r)) {
			return -1
		}
		return r
	}, s[i:])
	t.more(rest)
	return n + len(rest)
}

// few holds the first distinct values of a kind, as many as give keys.
type few[T comparable] struct {
	values [maxEach]T
	n      int
}

func (f *few[T]) list() []T { return f.values[:f.n] }

// include adds a value that is new.
func (f *few[T]) include(v T) {
	for i := range f.n {
		if f.values[i] == v {
			return
		}
	}
	if f.n < maxEach {
		f.values[f.n] = v
		f.n++
	}
}
