package matcher

// contest is the search for the best agreement between the values of two records. An
// agreement under a key that is too common is set aside, and the two values with it:
// they do not differ from the other values of the other record, since they are not the
// person's own. Only the first maxEach values of a record have a key.
type contest struct {
	best, common outcome
	different    level // of values that do not agree
	pairs        [maxEach][maxEach]bool
	a, b         [maxEach]bool
}

func contestOf(of *compiled, different level) contest {
	return contest{best: outcome{of: of, level: none}, common: outcome{of: of, level: none, common: true}, different: different}
}

// setAside notes that value i of one record and value j of the other agree under a
// key that is too common. It comes before any see.
func (c *contest) setAside(l level, i, j int) {
	c.common.improve(l, i, j)
	c.pairs[i][j], c.a[i], c.b[j] = true, true, true
}

// see notes how value i of one record compares with value j of the other.
func (c *contest) see(l level, i, j int) {
	if c.common.level == none || !c.isAside(l, i, j) {
		c.best.improve(l, i, j)
	}
}

// isAside reports whether an agreement is one of those set aside, or a difference has
// to do with one of their values.
func (c *contest) isAside(l level, i, j int) bool {
	if l == c.different {
		return i < maxEach && c.a[i] || j < maxEach && c.b[j]
	}
	return i < maxEach && j < maxEach && c.pairs[i][j]
}

// end adds what was found.
func (c *contest) end(o *outcomes) {
	o.add(c.common)
	o.add(c.best)
}

// improve keeps the better of what is known and level l of values i and j.
func (x *outcome) improve(l level, i, j int) {
	if x.level == none || l < x.level {
		x.level, x.a, x.b = l, int16(i), int16(j)
	}
}
