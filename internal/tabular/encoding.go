package tabular

import (
	"bytes"
	"errors"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// encoding is how the text of a file is written.
type encoding int

const (
	ascii       encoding = iota // nothing but ASCII so far: either of the others
	unicode                     // UTF-8
	windows1252                 // Windows-1252, of which Latin-1 is a part
)

var (
	bomUTF8    = []byte{0xef, 0xbb, 0xbf}
	bomUTF16LE = []byte{0xff, 0xfe}
	bomUTF16BE = []byte{0xfe, 0xff}
)

// errUTF16 refuses the only other encoding that office programs write.
var errUTF16 = errors.New("the text is in UTF-16: save it as UTF-8")

// detectEncoding finds the encoding from the first lines of a file: more lines that
// are not UTF-8 than lines that are and not ASCII mean Windows-1252. One broken line
// in a UTF-8 file stays one broken line.
func detectEncoding(sample []byte) encoding {
	valid, invalid := 0, 0
	for line := range bytes.Lines(sample) {
		if len(line) > 0 && line[len(line)-1] != '\n' {
			break // the sample may end inside a character
		}
		switch {
		case !utf8.Valid(line):
			invalid++
		case !isASCII(line):
			valid++
		}
	}
	switch {
	case invalid > valid:
		return windows1252
	case valid > 0:
		return unicode
	}
	return ascii
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decode returns the text of a row as UTF-8. ok is false when it is in no encoding
// that fits the rows before it. The result is b itself where nothing is to be done.
func (e *encoding) decode(b []byte) (text []byte, ok bool) {
	if isASCII(b) {
		return b, true
	}
	valid := utf8.Valid(b)
	if *e == ascii {
		*e = windows1252
		if valid {
			*e = unicode
		}
	}
	if *e == unicode {
		return b, valid
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(b)
	return text, err == nil
}
