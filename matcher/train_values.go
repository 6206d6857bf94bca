package matcher

import (
	"cmp"
	"math"
	mathbits "math/bits"
	"slices"
	"strings"
)

// What a value must be to be listed in a model.
const (
	// minRecords is the least records with a value: fewer do not say how common it is.
	minRecords = 10
	// minLetters is the least letters that the other names of these records begin with:
	// so no one person, however often recorded or misspelt, can be read from a model.
	minLetters = 5
	// clearly is how far the records must differ from the table, or a value be commoner
	// than the mean where there is no table, in bits.
	clearly = Bit
	// maxValueBytes is the most bytes of a value: longer ones are no names.
	maxValueBytes = 32
	// maxListed is the most values of a model that is learned; comparisons have equal parts.
	maxListed = 4 * MaxValues
)

// withValues returns the base model with the values that are common in the records, in
// place of its own, which are of other records.
func (t *trainer) withValues() *Model {
	m := *t.base
	m.Comparisons = slices.Clone(m.Comparisons)
	lists := 0
	for i := range m.Comparisons {
		if table, own := t.mayList(i); table || own {
			lists++
		}
	}
	most := min(maxListed/max(lists, 1), MaxValues)
	for i := range m.Comparisons {
		c, k := &m.Comparisons[i], t.probe.order[i]
		switch table, own := t.mayList(i); {
		case table:
			c.Values = t.counts[i].listed(k, most)
		case own:
			c.Levels = slices.Clone(c.Levels)
			if c.Terms == ownTerms { // as of values that are not common, for other records
				c.Levels[0].U = inside(math.Exp2(-c.Unlisted.Bits()))
			}
			mean := bits(1 / c.Levels[0].U)
			c.Values = t.counts[i].common(mean-clearly, most)
			c.Terms, c.Unlisted, c.Levels[0].Terms = "", 0, len(c.Values) > 0
			if len(c.Values) > 0 {
				c.Terms, c.Unlisted = ownTerms, mean
			}
		}
	}
	return &m
}

// mayList reports whether a comparison may list values: beside a table, or its own alone.
func (t *trainer) mayList(i int) (table, own bool) {
	terms, k := t.base.Comparisons[i].Terms, t.probe.order[i]
	table = terms != "" && terms != ownTerms
	return table, !table && (k == t.probe.known[compareBirth] || strings.HasPrefix(k.name, attributePrefix))
}

// common returns the values that enough records have, and that are at most as rare as a
// bound, at most so many.
func (c *valueCounts) common(rarest Weight, most int) []ModelValue {
	return c.list(most, func(x *valueCount) (share float64, ok bool) {
		share = x.records / c.all[x.kind()]
		return share, bits(1/share) <= rarest
	})
}

// listed returns the values that enough records have and of which the table says
// nothing, or clearly something else. The share of the latter lies between what the
// records and what the table say.
func (c *valueCounts) listed(k *compiled, most int) []ModelValue {
	trust := c.trust(k)
	return c.list(most, func(x *valueCount) (share float64, ok bool) {
		r, inTable := k.terms.rarityOf(x.hash)
		if !inTable {
			return x.records / c.all[x.kind()], true
		}
		p := math.Exp2(-min(r, k.rarest).Bits())
		share = p * (x.records + trust) / (p*c.all[x.kind()] + trust)
		return share, math.Abs(math.Log2(share/p)) >= clearly.Bits()
	})
}

// list returns the values that enough records have, with the share that is found for
// each, at most so many, the commonest, by value.
func (c *valueCounts) list(most int, shareOf func(*valueCount) (share float64, ok bool)) []ModelValue {
	var list []ModelValue
	for i := range c.of {
		x := &c.of[i]
		if len(x.value) > maxValueBytes || x.records < minRecords || mathbits.OnesCount32(x.letters) < minLetters {
			continue
		}
		if share, ok := shareOf(x); ok {
			list = append(list, ModelValue{Value: x.value, Share: rounded(min(share, 1))})
		}
	}
	slices.SortFunc(list, func(x, y ModelValue) int {
		return cmp.Or(cmp.Compare(y.Share, x.Share), strings.Compare(x.Value, y.Value))
	})
	list = list[:min(len(list), most)]
	slices.SortFunc(list, func(x, y ModelValue) int { return strings.Compare(x.Value, y.Value) })
	return list
}

// The bounds of trust, in records, and the least records of a value, expected by the
// table or found, for it to say how far the table is right.
const (
	leastTrust  = 0.1
	mostTrust   = 50
	tellingMean = 20
)

// trust returns how many records with a value the table counts for, beside those that
// were counted. Were the true share of each value that of the table times a number that
// is distributed as Gamma with mean 1 and this shape, the records would stray from the
// table as far as they do (method of moments).
func (c *valueCounts) trust(k *compiled) float64 {
	var expected, strayed float64 // sums of squares
	for i := range len(k.terms.table) / entryBytes {
		h, records, kind := k.terms.hash(i), 0.0, 0
		if at, ok := c.at[h]; ok {
			records, kind = c.of[at].records, c.of[at].kind()
		}
		r, _ := k.terms.rarityOf(h)
		if e := c.all[kind] * math.Exp2(-r.Bits()); max(e, records) >= tellingMean {
			expected += e * e
			strayed += (records-e)*(records-e) - e
		}
	}
	switch {
	case expected == 0:
		return leastTrust
	case strayed <= 0:
		return mostTrust
	}
	return min(max(expected/strayed, leastTrust), mostTrust)
}
