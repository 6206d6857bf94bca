package matcher

// wordBytes is the longest pattern that one machine word holds.
const wordBytes = 64

// editDistance returns how many insertions, deletions, replacements and swaps of
// neighbours turn a into b (the optimal string alignment distance), for folded
// text: one byte is one letter. It is symmetric and allocates nothing. It is exact for
// texts that differ within 64 bytes; of longer ones, all that lies past these 64 counts as
// different, so that no text costs the square of its length.
//
// Source: H. Hyyrö, A Bit-Vector Algorithm for Computing Levenshtein and Damerau
// Edit Distances, Nordic Journal of Computing 10 (2003).
func editDistance(a, b string) int {
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	switch {
	case len(a) == 0:
		return len(b)
	case len(a) > wordBytes:
		return alignBits(a[:wordBytes], b[:wordBytes]) + len(b) - wordBytes
	}
	return alignBits(a, b)
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

// alignBits is editDistance for a pattern of 1 to 64 bytes: column by column, one bit
// a row.
func alignBits(pattern, text string) int {
	var at [256]uint64 // byte → the rows where the pattern has it
	for i := 0; i < len(pattern); i++ {
		at[pattern[i]] |= 1 << i
	}
	distance, last := len(pattern), uint64(1)<<(len(pattern)-1)
	vp, vn, d0, before := ^uint64(0), uint64(0), uint64(0), uint64(0)
	for i := 0; i < len(text); i++ {
		eq := at[text[i]]
		swap := ((^d0 & eq) << 1) & before
		d0 = (((eq & vp) + vp) ^ vp) | eq | vn | swap
		hp, hn := vn|^(d0|vp), d0&vp
		if hp&last != 0 {
			distance++
		}
		if hn&last != 0 {
			distance--
		}
		hp, hn = hp<<1|1, hn<<1
		vp, vn = hn|^(d0|hp), hp&d0
		before = eq
	}
	return distance
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
	d := editDistance(a, b)
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
