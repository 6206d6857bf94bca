package matcher

// typedDate reads a date with slips of the hand in it, for a comparison digit by
// digit: a letter in the place of a digit counts as 0, a letter or a digit too many is
// left out. It is zero where the text holds too little of a date.
func typedDate(text string) Date {
	text, ok := withoutLetters(text)
	if !ok {
		return Date{}
	}
	parts, ok := splitDate(nil, text)
	if !ok {
		return Date{}
	}
	if len(parts) == 3 && monthAt(parts) < 0 {
		parts[1].cut(2)
		if parts[0].digits < 4 { // day, month, year
			parts[0].cut(2)
			parts[2].cut(4)
		} else {
			parts[0].cut(4)
			parts[2].cut(2)
		}
	}
	d, ok := dateOf(parts)
	if !ok || d.Day == 0 {
		return Date{}
	}
	return d
}

// cut leaves out the last digits of a number that has too many.
func (p *datePart) cut(digits int) {
	for ; p.digits > digits; p.digits-- {
		p.value /= 10
	}
}

// maxDateSlips is how many letters a text may have in the place of digits.
const maxDateSlips = 2

// withoutLetters writes a 0 for each letter that stands alone at a digit. It is not ok
// where there are many.
func withoutLetters(text string) (string, bool) {
	out, slips := []byte(text), 0
	for i := range out {
		if isLetterInNumber(text, i) {
			out[i] = '0'
			slips++
		}
	}
	return string(out), slips <= maxDateSlips
}

// isLetterInNumber reports whether a letter stands at place i of a text, at a digit and at no other letter.
func isLetterInNumber(text string, i int) bool {
	before, after := i > 0 && isDigit(text[i-1]), i+1 < len(text) && isDigit(text[i+1])
	return isLetter(text[i]) && (before || after) &&
		(i == 0 || !isLetter(text[i-1])) && (i+1 == len(text) || !isLetter(text[i+1]))
}
