package matcher

// alignBits is editDistance for a pattern of 1 to 64 bytes: column by column, one bit
// a row.
//
// Source: H. Hyyrö, A Bit-Vector Algorithm for Computing Levenshtein and Damerau
// Edit Distances, Nordic Journal of Computing 10 (2003).
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

// shortBits is the longest pattern of alignShort, in bytes.
const shortBits = 8

// Each of these has its bits in every byte of a word; lanes brings the lowest bits of the
// bytes together in the highest byte when it multiplies.
const (
	lowBits  = 0x0101010101010101
	sevenths = 0x7f7f7f7f7f7f7f7f
	lanes    = 0x0102040810204080
)

// alignShort is alignBits for a pattern of 1 to 8 bytes, which needs no table: the pattern
// lies in one word, and its rows that equal a letter are found in a few steps.
func alignShort(pattern, text string) int {
	var letters uint64
	for i := 0; i < len(pattern); i++ {
		letters |= uint64(pattern[i]) << (8 * i)
	}
	rows := uint64(1)<<len(pattern) - 1
	distance, last := len(pattern), uint64(1)<<(len(pattern)-1)
	vp, vn, d0, before := ^uint64(0), uint64(0), uint64(0), uint64(0)
	for i := 0; i < len(text); i++ {
		x := letters ^ uint64(text[i])*lowBits
		x = ^((x&sevenths + sevenths) | x | sevenths) >> 7 // 1 in each byte that is 0
		eq := x * lanes >> 56 & rows
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
