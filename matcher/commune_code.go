package matcher

// codeIndex finds communes by postal code: those of each code stand in a row, so that a code
// with many of them is looked through without a look at each.
type codeIndex struct {
	// starts has, for each number that a code may be, where those that have it begin.
	starts   [frenchCodes + 1]uint32
	communes []*commune
	hashes   []uint32 // of the first keys of communes
}

// frenchCodes is one more than the greatest number of frenchCodeDigits.
const frenchCodes = 100_000

// indexedByCode indexes communes, which stay in their order within a code. It panics on a code
// that is not of frenchCodeDigits, which the shipped table has not.
func indexedByCode(all []*commune) *codeIndex {
	x := &codeIndex{}
	total := uint32(0)
	for _, c := range all {
		for _, code := range c.codes {
			x.starts[codeNumber(code)+1]++
			total++
		}
	}
	for i := range frenchCodes {
		x.starts[i+1] += x.starts[i]
	}
	x.communes, x.hashes = make([]*commune, total), make([]uint32, total)
	next := x.starts
	for _, c := range all {
		for _, code := range c.codes {
			at := next[codeNumber(code)]
			next[codeNumber(code)]++
			x.communes[at], x.hashes[at] = c, hashBytes([]byte(c.keys[0]))
		}
	}
	return x
}

// codeNumber returns the number that a French postal code is, -1 for a text that is none.
func codeNumber(code string) int {
	if len(code) != frenchCodeDigits {
		return -1
	}
	n := 0
	for i := range len(code) {
		if !isDigit(code[i]) {
			return -1
		}
		n = n*10 + int(code[i]-'0')
	}
	return n
}

// of returns the communes of a postal code, in order of the table.
func (x *codeIndex) of(code string) []*commune {
	n := codeNumber(code)
	if n < 0 {
		return nil
	}
	return x.communes[x.starts[n]:x.starts[n+1]]
}

// named returns the first commune of a postal code that has a cityKey now, nil for none.
func (x *codeIndex) named(code string, key []byte) *commune {
	n := codeNumber(code)
	if n < 0 {
		return nil
	}
	hash := hashBytes(key)
	for i := x.starts[n]; i < x.starts[n+1]; i++ {
		if x.hashes[i] == hash && x.communes[i].keys[0] == string(key) {
			return x.communes[i]
		}
	}
	return nil
}
