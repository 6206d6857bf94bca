package matcher

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// lookAlikes are letters that are drawn like a Latin one, in pairs. They are read
// so only inside a word that has Latin letters too.
const lookAlikes = "АAВBЕEКKМMНHОOРPСCТTУYХXЅSІIЈJЁEЇIаAвBеEкKмMнHоOрPсCтTуYхXѕSіIјJёEїIһHԁDԛQԝW" +
	"ΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXαAιIκKνVοOρPτTυUγYχX" + "օOոNսU"

var lookAlike = func() map[rune]string {
	table := make(map[rune]string)
	var from rune
	for i, r := range lookAlikes {
		if r < utf8.RuneSelf {
			table[from] = lookAlikes[i : i+1]
		}
		from = r
	}
	return table
}()

// appendRare writes the rune r at s[i], past the table of Latin letters.
func appendRare(out []byte, s string, i int, r rune, keep punctuation) []byte {
	if latin := lookAlike[r]; latin != "" && hasLatin(wordAround(s, i)) {
		return append(out, latin...)
	}
	if d := norm.NFKD.PropertiesString(s[i:]).Decomposition(); d != nil {
		for _, part := range string(d) {
			out = appendDecomposed(out, part, keep)
		}
		return out
	}
	return appendDecomposed(out, r, keep)
}

// appendDecomposed writes a rune that has no decomposition.
func appendDecomposed(out []byte, r rune, keep punctuation) []byte {
	switch {
	case r < utf8.RuneSelf:
		return appendASCII(out, byte(r), keep)
	case unicode.IsLetter(r) || unicode.IsDigit(r):
		for _, c := range []byte(lettersOf(unidecode.Unidecode(string(r)))) {
			out = appendASCII(out, c, keep)
		}
		return out
	}
	return appendOther(out, r, keep)
}

// maxWordBytes bounds how far wordAround looks on each side, so that a text
// without spaces costs no square of its length.
const maxWordBytes = 64

// wordAround returns the word of s that holds s[i].
func wordAround(s string, i int) string {
	from, to := max(0, i-maxWordBytes), min(len(s), i+maxWordBytes)
	before, after := s[from:i], s[i:to]
	notLetter := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.Is(unicode.M, r) && r != utf8.RuneError }
	if cut := strings.LastIndexFunc(before, notLetter); cut >= 0 {
		before = before[cut:]
	}
	if cut := strings.IndexFunc(after, notLetter); cut >= 0 {
		after = after[:cut]
	}
	return s[i-len(before) : i+len(after)]
}

func hasLatin(word string) bool {
	return strings.IndexFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) }) >= 0
}

// repairRounds is how often a text is taken to have been encoded once too often.
const repairRounds = 2

// repair undoes UTF-8 that was read as Windows-1252 and encoded again: FranÃ§ois
// is François. Text that was not so treated comes back as it is.
func repair(s string) string {
	for range repairRounds {
		if !strings.ContainsAny(s, "ÃÂÅÄâ") {
			break
		}
		r := repairOnce(s)
		if r == s {
			break
		}
		s = r
	}
	return s
}

func repairOnce(s string) string {
	var out strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if fixed, used := doubleEncoded(s); used > 0 {
			out.WriteRune(fixed)
			s = s[used:]
			continue
		}
		if r == utf8.RuneError && size == 1 {
			out.WriteByte(s[0]) // not UTF-8: not ours to repair
		} else {
			out.WriteRune(r)
		}
		s = s[size:]
	}
	return out.String()
}

// doubleEncoded reads one double-encoded character at the start of s: a Latin
// letter up to U+017F, or a dash or quote. It returns the length read, 0 for none.
func doubleEncoded(s string) (rune, int) {
	var raw [utf8.UTFMax]byte
	n, used := 0, 0
	for _, r := range s {
		b, ok := windowsByte(r)
		if !ok || n == len(raw) || n > 0 && b&0xC0 != 0x80 {
			break
		}
		raw[n] = b
		n++
		used += utf8.RuneLen(r)
		if n >= 2 && utf8.FullRune(raw[:n]) {
			break
		}
	}
	fixed, size := utf8.DecodeRune(raw[:n])
	if n < 2 || size != n {
		return 0, 0
	}
	if fixed >= 0xA0 && fixed < 0x180 || fixed >= 0x2010 && fixed <= 0x2026 {
		return fixed, used
	}
	return 0, 0
}

// windowsByte returns the byte that Windows-1252 has for r; bytes that it leaves
// undefined stand for the control of the same number.
func windowsByte(r rune) (byte, bool) {
	if r >= utf8.RuneSelf && r <= 0x9F {
		return byte(r), true
	}
	b, ok := charmap.Windows1252.EncodeRune(r)
	return b, ok && b >= utf8.RuneSelf
}
