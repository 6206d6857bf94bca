package synth

import (
	"strings"
	"unicode/utf8"
)

// firstRune returns the first character of a text.
func firstRune(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// neighbours are the keys beside each key of a French keyboard.
var neighbours = map[rune]string{
	'a': "zq", 'z': "aes", 'e': "zrd", 'r': "etf", 't': "ryg", 'y': "tuh", 'u': "yij", 'i': "uok", 'o': "ipl", 'p': "om",
	'q': "asw", 's': "qdzx", 'd': "sfec", 'f': "dgrv", 'g': "fhtb", 'h': "gjyn", 'j': "hku", 'k': "jli", 'l': "kmo", 'm': "lp",
	'w': "qx", 'x': "wcs", 'c': "xvd", 'v': "cbf", 'b': "vng", 'n': "bh",
}

// typo makes one slip of the fingers: a key beside, a letter missing, twice or swapped
// with the next. The first letter is mostly right.
func typo(r *rng, s string) string {
	runes := []rune(s)
	if len(runes) < 3 {
		return s
	}
	i := r.between(1, len(runes)-2)
	if r.chance(100) {
		i = 0
	}
	switch r.below(4) {
	case 0:
		if keys := neighbours[runes[i]]; keys != "" {
			runes[i] = rune(keys[r.below(len(keys))])
			break
		}
		fallthrough
	case 1:
		runes = append(runes[:i], runes[i+1:]...)
	case 2:
		runes = append(runes[:i+1], runes[i:]...)
	case 3:
		runes[i], runes[i+1] = runes[i+1], runes[i]
	}
	return string(runes)
}

// sounds are spellings that are heard alike, either way round.
var sounds = [][2]string{
	{"ph", "f"}, {"eau", "o"}, {"au", "o"}, {"aud", "aut"}, {"th", "t"}, {"y", "i"}, {"ck", "c"}, {"c", "k"}, {"qu", "k"}, {"ai", "é"},
	{"ei", "è"}, {"ss", "s"}, {"nn", "n"}, {"ll", "l"}, {"tt", "t"}, {"rr", "r"}, {"mm", "m"}, {"en", "an"}, {"in", "ain"}, {"s", "z"}, {"oi", "oy"},
	{"é", "er"}, {"gu", "g"}, {"ge", "je"}, {"h", ""}, {"d ", "t "}, {"t ", " "}, {"x ", " "}, {"s ", " "}, {"e ", " "}, {"ault ", "aud "}, {"bvre", "vre"},
}

// misspell writes a name as it was heard.
func misspell(r *rng, s string) string {
	word := strings.ToLower(s) + " "
	start := r.below(len(sounds))
	for i := range sounds {
		pair := sounds[(start+i)%len(sounds)]
		from, to := pair[0], pair[1]
		if !strings.Contains(word, from) && to != "" && to != " " {
			from, to = to, from
		}
		at := strings.Index(word, from)
		if from == "" || at < 0 {
			continue
		}
		if changed := strings.TrimSpace(word[:at] + to + word[at+len(from):]); len(changed) > 2 {
			return recase(changed)
		}
	}
	return s
}

// looks are letters that are read for one another.
var looks = [][2]string{{"rn", "m"}, {"m", "rn"}, {"l", "1"}, {"o", "0"}, {"cl", "d"}, {"i", "l"}, {"u", "v"}, {"b", "h"}, {"n", "u"}, {"e", "c"}}

// misread writes a name as it was read from a form.
func misread(r *rng, s string) string {
	start := r.below(len(looks))
	for i := range looks {
		pair := looks[(start+i)%len(looks)]
		if at := strings.LastIndex(s, pair[0]); at > 0 {
			return s[:at] + pair[1] + s[at+len(pair[0]):]
		}
	}
	return s
}

// recase gives each word a capital.
func recase(s string) string {
	var b strings.Builder
	start := true
	for _, c := range s {
		if start {
			b.WriteString(strings.ToUpper(string(c)))
		} else {
			b.WriteRune(c)
		}
		start = c == ' ' || c == '-' || c == '\''
	}
	return b.String()
}

// digitTypo changes one digit, or swaps two.
func digitTypo(r *rng, s string) string {
	b := []byte(s)
	i := r.between(1, len(b)-2)
	if r.chance(400) {
		b[i], b[i+1] = b[i+1], b[i]
	} else if b[i] >= '0' && b[i] <= '9' {
		b[i] = '0' + (b[i]-'0'+byte(r.between(1, 9)))%10
	}
	return string(b)
}
