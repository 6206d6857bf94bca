package matcher

// Near returns a number that is near that of records with like names: the first letters of
// the family name, then those of the given name. Who goes through many records in its order
// finds those that share blocking keys close together. It means nothing else.
func Near(p *Prepared) uint64 {
	if len(p.Names) == 0 {
		return 0
	}
	n := &p.Names[0]
	near := nearLetters(0, n.FamilyWhole)
	if len(n.Given) == 0 {
		return nearLetters(near, "")
	}
	return nearLetters(near, n.Given[0])
}

// nearLetters adds the first letters of a folded name to a number, 5 bits each.
func nearLetters(near uint64, name string) uint64 {
	const letters, bits = 6, 5
	for i := range letters {
		near <<= bits
		if i < len(name) {
			near |= uint64(name[i]) & (1<<bits - 1)
		}
	}
	return near
}
