package matcher

import mathbits "math/bits"

// wordBytes is the longest pattern that one machine word holds.
const wordBytes = 64

// editDistance returns how many insertions, deletions, replacements and swaps of
// neighbours turn a into b (the optimal string alignment distance), for folded
// text: one byte is one letter. It is symmetric and allocates nothing. It is exact for
// texts that differ within 64 bytes; of longer ones, all that lies past these 64 counts as
// different, so that no text costs the square of its length.
func editDistance(a, b string) int { return distanceUpTo(a, b, len(a)+len(b)) }

// distanceUpTo is editDistance where that is at most most, else any number above most:
// who wants few edits learns cheaply that there are more.
func distanceUpTo(a, b string, most int) int {
	a, b = apart(a, b)
	if len(a) > len(b) {
		a, b = b, a
	}
	switch {
	case len(a) == 0 || len(b)-len(a) > most:
		return len(b)
	case most < len(b) && differ(letterSetOf(a), letterSetOf(b)) > most:
		return most + 1
	case len(a) > wordBytes:
		return alignBits(a[:wordBytes], b[:wordBytes]) + len(b) - wordBytes
	case len(a) <= shortBits:
		return alignShort(a, b)
	}
	return alignBits(a, b)
}

// apart returns what is left of two texts without the start and the end that they share.
func apart(a, b string) (string, string) {
	n := min(len(a), len(b))
	i := 0
	for i < n && a[i] == b[i] {
		i++
	}
	a, b = a[i:], b[i:]
	i, n = 0, n-i
	for i < n && a[len(a)-1-i] == b[len(b)-1-i] {
		i++
	}
	return a[:len(a)-i], b[:len(b)-i]
}

// letterSet is the set of the letters of a text; a digit may stand for a letter.
type letterSet uint32

func letterSetOf(s string) letterSet {
	var set letterSet
	for i := 0; i < len(s); i++ {
		set |= 1 << (s[i] & 31)
	}
	return set
}

// differ returns how many edits at least part two texts of these letters: one can take
// away, or bring in, a single letter.
func differ(a, b letterSet) int {
	return max(mathbits.OnesCount32(uint32(a&^b)), mathbits.OnesCount32(uint32(b&^a)))
}

// isOneEdit reports whether one insertion, deletion, replacement or swap of neighbours
// turns a into b: editDistance is 1, in one pass over texts of any length.
func isOneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	a, b = a[i:], b[i:]
	switch len(b) - len(a) {
	case 0:
		return len(a) > 0 && (a[1:] == b[1:] || len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:])
	case 1:
		return a == b[1:]
	}
	return false
}

// likeness grades how alike two folded texts are.
type likeness int8

const (
	unlike   likeness = iota
	vague             // half or more of the letters in place
	similar           // two thirds or more
	alike             // one slip of the hand, or one in each six letters
	likeSame          // equal
)

// closeBytes is how many letters each slip of a close text needs.
const closeBytes = 6

// likenessOf grades two texts. One slip is close from three letters up; more are
// close where the text is long enough to stay recognisable.
func likenessOf(a, b string) likeness {
	if a == b {
		return likeSame
	}
	longest, shortest := max(len(a), len(b)), min(len(a), len(b))
	if shortest < 2 || (longest-shortest)*2 > longest {
		return unlike
	}
	d := distanceUpTo(a, b, longest/2)
	switch {
	case d == 1 && longest >= 3, d*closeBytes <= longest:
		return alike
	case d*3 <= longest:
		return similar
	case d*2 <= longest && longest > 3:
		return vague
	}
	return unlike
}

// nearly is likenessOf for who asks for no less than alike: all below is unlike.
func nearly(a, b string) likeness {
	if a == b {
		return likeSame
	}
	longest, shortest := max(len(a), len(b)), min(len(a), len(b))
	most := longest / closeBytes
	if longest >= 3 {
		most = max(most, 1)
	}
	if shortest < 2 || longest-shortest > most || distanceUpTo(a, b, most) > most {
		return unlike
	}
	return alike
}

// sameButMarks reports whether two texts are equal when dots, dashes, underscores
// and spaces are left out.
func sameButMarks(a, b string) bool {
	i, j := 0, 0
	for {
		for i < len(a) && isMark(a[i]) {
			i++
		}
		for j < len(b) && isMark(b[j]) {
			j++
		}
		if i == len(a) || j == len(b) {
			return i == len(a) && j == len(b)
		}
		if a[i] != b[j] {
			return false
		}
		i, j = i+1, j+1
	}
}

func isMark(c byte) bool { return c == '.' || c == '-' || c == '_' || c == ' ' }
