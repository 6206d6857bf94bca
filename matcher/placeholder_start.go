package matcher

// foldsToValue reports whether a text is seen by its first three characters, which are letters
// or digits of ASCII, to fold to something that is no placeholder: neither one of the list nor
// one character again and again nor keys side by side. It is false also for many a value, which
// is then to be folded and looked at.
func foldsToValue(s string) bool {
	if len(s) < placeholderStart {
		return false
	}
	a, b, c := asciiFold[s[0]], asciiFold[s[1]], asciiFold[s[2]]
	if a == 0 || b == 0 || c == 0 || a == b || isLetter(a) && isLetter(b) && isNextKey[a-'A'][b-'A'] {
		return false
	}
	return placeholderStarts[a-'0'][b-'0']>>(c-'0')&1 == 0
}

// placeholderStart is how many characters at the beginning of a text foldsToValue looks at.
const placeholderStart = 3

// placeholderStarts are the first three characters of the placeholders that begin with so many
// letters and digits, counted from the digit 0: the last one as a bit.
var placeholderStarts = func() (starts ['Z' - '0' + 1]['Z' - '0' + 1]uint64) {
	for text := range placeholders {
		if len(text) >= placeholderStart && asciiFold[text[1]] != 0 && asciiFold[text[2]] != 0 {
			starts[text[0]-'0'][text[1]-'0'] |= 1 << (text[2] - '0')
		}
	}
	return starts
}()
