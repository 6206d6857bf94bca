package matcher

// Soundex returns the American Soundex code of a name, a letter and three digits, and
// is empty for a name without letters. It is coarse, 5,000 codes for all names in
// France, and forgives most slips past the first letter in names of any language,
// where FrenchCode wants the sounds right. Accents are folded first and spaces do not
// count.
//
// Source: the rules of the National Archives of the United States, by which two letters
// of one digit with H or W between them count once.
func Soundex(name string) string {
	var buffer [maxCodeLetters]byte
	letters := lettersInto(buffer[:0], name)
	if len(letters) == 0 {
		return ""
	}
	return soundexOf(string(letters))
}

// soundexDigits are the digits of A to Z, 0 for vowels, which part equal digits. H and W
// do not part them and have none either.
const soundexDigits = "01230120022455012623010202"

// soundexLetters is the length of a code.
const soundexLetters = 4

// ownSoundex is the code of one upper-case ASCII letter or more.
func ownSoundex(letters string) string {
	code := soundexOfLetters([]byte(letters))
	return string(code[:])
}

// soundexOfLetters is ownSoundex without a string.
func soundexOfLetters(letters []byte) [soundexLetters]byte {
	code := [soundexLetters]byte{letters[0], '0', '0', '0'}
	n, last := 1, soundexDigit(letters[0])
	for i := 1; i < len(letters) && n < soundexLetters; i++ {
		c := letters[i]
		if c == 'H' || c == 'W' {
			continue
		}
		d := soundexDigit(c)
		if d != '0' && d != last {
			code[n] = d
			n++
		}
		last = d
	}
	return code
}

func soundexDigit(c byte) byte { return soundexDigits[c-'A'] }
