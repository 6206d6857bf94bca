package matcher

// maxCodeLetters is how many letters of a name a phonetic code reads.
const maxCodeLetters = 40

// FrenchCode returns a code that is the same for names that sound alike in French:
// Lefèvre, Lefebvre and Lefeuvre; Gauthier, Gautier and Gaultier; Thibault and Tibo.
// Spaces and hyphens do not count. It is empty for a name without letters.
//
// The code is a broad phonetic transcription: A E I O U and W (ou) are vowels,
// 1 (an, en), 2 (in, un) and 3 (on) nasal vowels, C is ch, J soft g, the other
// letters are themselves; z is S, w is V, endings that are not heard are dropped.
// The rules are our own, after the spelling of French sounds and the ideas of
// G. Bouchard, P. Brard, Y. Lavoie, FONEM: un code de transcription phonétique
// (Population 36, 1981), and F. Brouard, Phonex and Soundex2 (1999). Names of other
// languages get a code too: German ae, oe, ue are read as the vowel without umlaut.
func FrenchCode(name string) string {
	var in [maxCodeLetters]byte
	code := transcriber{name: heard(singled(lettersInto(in[:0], name)))}
	for code.goOn() {
	}
	return string(code.out[:code.sounds])
}

// soundAlike reports whether two names have one FrenchCode that is not empty. It goes on
// only as far as they sound the same.
func soundAlike(a, b string) bool {
	var inA, inB [maxCodeLetters]byte
	x := transcriber{name: heard(singled(lettersInto(inA[:0], a)))}
	y := transcriber{name: heard(singled(lettersInto(inB[:0], b)))}
	for n := 0; ; n++ {
		p, q := x.sound(n), y.sound(n)
		if p != q {
			return false
		}
		if p == 0 {
			return n > 0
		}
	}
}

// lettersInto appends the letters of name, folded, up to maxCodeLetters.
func lettersInto(out []byte, name string) []byte {
	name = Fold(name)
	for i := 0; i < len(name) && len(out) < maxCodeLetters; i++ {
		if c := name[i]; c >= 'A' && c <= 'Z' {
			out = append(out, c)
		}
	}
	return out
}

// singled drops the second of two equal letters where it changes no sound: of
// consonants before another and at the end, and of the vowels that French never doubles.
func singled(s []byte) []byte {
	out := s[:0]
	for i, c := range s {
		if n := len(out); n > 0 && out[n-1] == c {
			next := byte(0)
			if i+1 < len(s) {
				next = s[i+1]
			}
			switch {
			case c == 'A' || c == 'I' || c == 'U' || c == 'Y':
				continue
			case !isVowel(c) && !isVowel(next) && next != 'H':
				continue
			}
		}
		out = append(out, c)
	}
	return out
}

// heard cuts the silent end of a name and keeps at least two letters. A mute e
// stays: it is what makes the consonant before it heard.
func heard(s []byte) []byte {
	for len(s) > 2 && isSilentEnd(s) {
		s = s[:len(s)-1]
	}
	return s
}

// isSilentEnd reports whether the last letter of a name is not heard.
func isSilentEnd(s []byte) bool {
	last, before := s[len(s)-1], s[len(s)-2]
	switch last {
	case 'S', 'Z', 'D':
		return true
	case 'H': // of ph and ch it is heard
		return before != 'P' && before != 'C'
	case 'T': // that of -et makes the vowel before it an open e: see vowels
		return before != 'E'
	case 'X':
		return before == 'U' || before == 'I' && s[len(s)-3] == 'O'
	case 'P', 'B':
		return before == 'M' || before == 'U' && last == 'P'
	case 'G', 'C':
		return before == 'N'
	case 'L': // Thibaul(t), Arnoul(d)
		return before == 'U' && len(s) > 4 && (s[len(s)-3] == 'A' || s[len(s)-3] == 'O')
	}
	return false
}

// transcriber writes the code of name to out.
type transcriber struct {
	name   []byte
	out    [maxCodeLetters]byte
	sounds int // written to out
	read   int // letters of name that are transcribed
}

// goOn transcribes a little more; it returns false at the end of the name.
func (t *transcriber) goOn() bool {
	if t.read == len(t.name) {
		return false
	}
	sounds, n := t.first(t.read)
	t.emit(sounds)
	t.read += n
	return true
}

// sound returns sound n of the code, 0 past its end. It is asked in order.
func (t *transcriber) sound(n int) byte {
	for t.sounds <= n && t.goOn() {
	}
	if n < t.sounds {
		return t.out[n]
	}
	return 0
}

// has reports whether the name goes on with text at i.
func (t *transcriber) has(i int, text string) bool {
	return i >= 0 && i+len(text) <= len(t.name) && string(t.name[i:i+len(text)]) == text
}

// at returns the letter at i, 0 outside the name.
func (t *transcriber) at(i int) byte {
	if i < 0 || i >= len(t.name) {
		return 0
	}
	return t.name[i]
}

func isVowel(c byte) bool {
	switch c {
	case 'A', 'E', 'I', 'O', 'U', 'Y':
		return true
	}
	return false
}

// emit appends sounds, none twice in a row, as far as the buffer goes.
func (t *transcriber) emit(sounds string) {
	for i := range len(sounds) {
		if n := t.sounds; n < len(t.out) && (n == 0 || t.out[n-1] != sounds[i]) {
			t.out[n] = sounds[i]
			t.sounds++
		}
	}
}
