package matcher

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"
)

// maxFoldedBytes is the most that Fold returns, in bytes: transliteration can make
// a text longer, and what compares texts takes time by their length.
const maxFoldedBytes = 4096

// Fold returns s in upper-case ASCII letters, digits and single spaces, at most
// maxFoldedBytes long: accents dropped, ligatures and other scripts written in
// Latin letters, invisible characters removed, double-encoded text repaired,
// Cyrillic and Greek letters inside Latin words read as the Latin letters that
// they look like. Everything else is a space. Fold(Fold(s)) = Fold(s).
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	var room [foldedBytes]byte
	return string(appendFolded(room[:0], s, dropPunctuation))
}

// foldedBytes is more than most texts take when folded.
const foldedBytes = 160

// foldedIn is Fold into the empty slice room, or into a new one.
func foldedIn(room []byte, s string) []byte {
	if isFolded(s) {
		return append(room, s...)
	}
	return appendFolded(room, s, dropPunctuation)
}

// foldPunctuated is Fold, but keeps line ends and ASCII punctuation, dashes and
// quotes being - and '. Parsers use it where punctuation has a meaning.
func foldPunctuated(s string) string {
	if isFoldedPunctuated(s) {
		return s
	}
	var room [foldedBytes]byte
	return string(appendFolded(room[:0], s, keepPunctuation))
}

// isFoldedPunctuated reports whether foldPunctuated would return s itself.
func isFoldedPunctuated(s string) bool {
	space := true
	for i := range len(s) {
		switch c := s[i]; {
		case asciiFold[c] == c && c != 0 || keptPunctuation(c):
			space = false
		case c == ' ' && !space:
			space = true
		default:
			return false
		}
	}
	return len(s) <= maxFoldedBytes && (!space || s == "")
}

// isFolded reports whether Fold would return s itself.
func isFolded(s string) bool {
	space := true // a space is wrong at the start, after another and at the end
	for i := range len(s) {
		switch c := s[i]; {
		case 'A' <= c && c <= 'Z' || '0' <= c && c <= '9':
			space = false
		case c == ' ' && !space:
			space = true
		default:
			return false
		}
	}
	return len(s) <= maxFoldedBytes && (!space || s == "")
}

type punctuation bool

const (
	dropPunctuation punctuation = false
	keepPunctuation punctuation = true
)

// appendFolded writes s, folded, to the empty slice out. The helpers take and
// return the slice, so that the caller's buffer stays on its stack.
func appendFolded(out []byte, s string, keep punctuation) []byte {
	repaired := false
	for i := 0; i < len(s) && len(out) < maxFoldedBytes; {
		c := s[i]
		if f := asciiFold[c]; f != 0 {
			out = append(out, f)
			i++
			continue
		}
		if c < utf8.RuneSelf {
			out = appendASCII(out, c, keep)
			i++
			continue
		}
		if !repaired {
			repaired = true
			if r := repair(s); r != s {
				out, s, i = out[:0], r, 0
				continue
			}
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r >= latinEnd {
			out = appendRare(out, s, i, r, keep)
		} else if text := latinFold[r-utf8.RuneSelf]; text != "" {
			out = append(out, text...)
		} else {
			out = appendOther(out, r, keep)
		}
		i += size
	}
	out = out[:min(len(out), maxFoldedBytes)]
	if n := len(out); n > 0 && out[n-1] == ' ' {
		out = out[:n-1]
	}
	return out
}

func appendSpace(out []byte) []byte {
	if n := len(out); n > 0 && out[n-1] != ' ' {
		out = append(out, ' ')
	}
	return out
}

func appendASCII(out []byte, c byte, keep punctuation) []byte {
	switch {
	case 'A' <= c && c <= 'Z' || '0' <= c && c <= '9':
		return append(out, c)
	case 'a' <= c && c <= 'z':
		return append(out, c-'a'+'A')
	case bool(keep) && keptPunctuation(c):
		return append(out, c)
	}
	return appendSpace(out)
}

// keptPunctuation reports whether foldPunctuated keeps a character that is no letter and no
// digit.
func keptPunctuation(c byte) bool {
	return (c > ' ' && c < 0x7f || c == '\n') && asciiFold[c] == 0
}

// asciiFold is how the letters and digits of ASCII are written; 0 for all else.
var asciiFold = func() (table [256]byte) {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case 'A' <= c && c <= 'Z' || '0' <= c && c <= '9':
			table[c] = c
		case 'a' <= c && c <= 'z':
			table[c] = c - 'a' + 'A'
		}
	}
	return table
}()

// appendOther writes a rune that is no letter and no digit.
func appendOther(out []byte, r rune, keep punctuation) []byte {
	switch {
	case unicode.In(r, unicode.Cf, unicode.Mn, unicode.Me): // invisible, or an accent that stands apart
		return out
	case unicode.Is(unicode.Pd, r) || r == '−':
		return appendASCII(out, '-', keep)
	case strings.ContainsRune(spacingAccents, r) && len(out) > 0 && out[len(out)-1] != ' ': // Franc¸ois
		return out
	case r == '’' || r == '‘' || r == 'ʼ' || r == '´' || r == '′' || r == 'ʹ':
		return appendASCII(out, '\'', keep)
	}
	return appendSpace(out)
}

// spacingAccents are accents that stand as characters of their own after a letter.
const spacingAccents = "¸¨˜¯˘˙˚˛"

// latinEnd is the first rune past the table of Latin letters.
const latinEnd = 0x250

// latinFold says how letters and digits from U+0080 are written; empty for the rest.
var latinFold = func() (table [latinEnd - utf8.RuneSelf]string) {
	for i := range table {
		if r := rune(i + utf8.RuneSelf); unicode.IsLetter(r) || unicode.IsDigit(r) {
			table[i] = lettersOf(unidecode.Unidecode(string(r)))
		}
	}
	table['ª'-utf8.RuneSelf], table['º'-utf8.RuneSelf] = "", "" // n°, 1ª: signs here, not letters
	return table
}()

// lettersOf returns the letters and digits of an ASCII text in upper case, with
// the spaces between them and at its end.
func lettersOf(s string) string {
	var out []byte
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z':
			out = append(out, c-'a'+'A')
		case 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == ' ' && len(out) > 0:
			out = append(out, c)
		}
	}
	return string(out)
}
