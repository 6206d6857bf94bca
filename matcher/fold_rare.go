package matcher

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mozillazg/go-unidecode"
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
	case unicode.IsLetter(r) || unicode.IsDigit(r) || r >= firstVowelSign && unicode.In(r, unicode.Mn, unicode.Mc):
		for _, c := range []byte(lettersOf(unidecode.Unidecode(string(r)))) {
			out = appendASCII(out, c, keep)
		}
		return out
	}
	return appendOther(out, r, keep)
}

// firstVowelSign begins the scripts of India and South-East Asia, whose vowels are marks.
const firstVowelSign = 0x900

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
