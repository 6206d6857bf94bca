package matcher

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// repairRounds is how often a text is taken to have been encoded once too often.
const repairRounds = 2

// repair undoes text that was read in the wrong character set: UTF-8 as Windows-1252
// (FranÃ§ois), as that of DOS (Fran├ºois) or of old Macintoshes (Fran√ßois), perhaps
// twice, and that of DOS as Windows-1252 (Fran‡ois). Other text comes back as it is.
func repair(s string) string {
	for range repairRounds {
		if !mayBeRepaired(s, encodedMarks) {
			break
		}
		r := repairOnce(s)
		if r == s {
			break
		}
		s = r
	}
	if mayBeRepaired(s, dosMarks) {
		s = repairDOS(s)
	}
	return s
}

// encodedMarks are the characters that a letter encoded once too often begins with.
const encodedMarks = "ÃÂÅÄâ├┬┼─√¬"

// mayBeRepaired reports whether a text has one of the marks. Most letters of French with
// accents are none of them, and are seen to be none by their second byte.
func mayBeRepaired(s, marks string) bool {
	for _, r := range s {
		if r >= utf8.RuneSelf && (r < 'à' || r > 'ÿ' || r == 'â') && strings.ContainsRune(marks, r) {
			return true
		}
	}
	return false
}

func repairOnce(s string) string {
	var out strings.Builder
	for len(s) > 0 {
		r, size := utf8.DecodeRuneInString(s)
		if fixed, used := doubleEncoded(s, setOfRune(r)); used > 0 {
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

// setOfRune returns the character set in which a rune is the first byte of UTF-8 that
// was misread.
func setOfRune(r rune) *charmap.Charmap {
	switch r {
	case '├', '┬', '┼', '─':
		return charmap.CodePage850
	case '√', '¬':
		return charmap.Macintosh
	}
	return charmap.Windows1252
}

// doubleEncoded reads one double-encoded character at the start of s: a Latin
// letter up to U+017F, or a dash or quote. It returns the length read, 0 for none.
func doubleEncoded(s string, set *charmap.Charmap) (rune, int) {
	var raw [utf8.UTFMax]byte
	n, used := 0, 0
	for _, r := range s {
		b, ok := byteIn(set, r)
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

// byteIn returns the byte that a character set has for r; bytes that Windows-1252
// leaves undefined stand for the control of the same number.
func byteIn(set *charmap.Charmap, r rune) (byte, bool) {
	if set == charmap.Windows1252 && r >= utf8.RuneSelf && r <= 0x9F {
		return byte(r), true
	}
	b, ok := set.EncodeRune(r)
	return b, ok && b >= utf8.RuneSelf
}

// dosLetters are what Windows-1252 shows for the accented letters of code page 850, and,
// after •, of Macintoshes. Only characters that no name has in that place are there.
const dosLetters = "‚éƒâ„ä‡ç‰ëŠè‹ïŒî“ô”ö€Ç\u0081ü\u0090É" + "•ï™ôŽé"

var dosLetter, dosMarks = func() (map[rune]rune, string) {
	table, marks := map[rune]rune{}, ""
	list := []rune(dosLetters)
	for i := 0; i < len(list); i += 2 {
		table[list[i]] = list[i+1]
		marks += string(list[i])
	}
	return table, marks
}()

// repairDOS replaces the signs of dosLetters inside words: after a letter and before
// another, or at the end where it is é. Capitals count after a small letter only.
func repairDOS(s string) string {
	list := []rune(s)
	for i, r := range list {
		letter, ok := dosLetter[r]
		if !ok || i == 0 && r != '\u0090' {
			continue
		}
		after := i+1 < len(list) && unicode.IsLetter(list[i+1])
		switch {
		case i == 0:
			ok = after
		case unicode.IsUpper(r):
			ok = unicode.IsLower(list[i-1])
		default:
			ok = unicode.IsLetter(list[i-1]) && (after || letter == 'é')
		}
		if ok {
			list[i] = letter
		}
	}
	return string(list)
}
