package matcher

import "math"

// termFit is how the frequency table of a comparison fits the records.
type termFit struct {
	listed           listedShares
	unlisted, rarest float64 // in bits
}

// listedShares has the share of the records by the rarity of their value.
type listedShares [1 << 8]float64

// The marks of an observed rarity: a value that is not listed, and one of the model's
// own, whose rarity is not to be fitted.
const (
	unlistedRarity = unlistedBits * rarityUnits
	ownRarity      = 1 << 8
)

// observed returns the rarity that an outcome of the probe stands on.
func observed(r Weight) uint16 {
	if r%(Bit/rarityUnits) == ownMark {
		return ownRarity | uint16(r*rarityUnits/Bit)
	}
	return uint16(r * rarityUnits / Bit)
}

// rarity returns the rarity of a value that counts, in bits.
func (f *termFit) rarity(r uint16) float64 {
	switch {
	case r >= ownRarity:
		return float64(r-ownRarity) / rarityUnits
	case r == unlistedRarity:
		return f.unlisted
	}
	return min(float64(r)/rarityUnits, f.rarest)
}

// isShared reports whether an outcome says that two records have one value, rather
// than two that are alike.
func (t *trainer) isShared(x observation) bool {
	return x.level == 0 || t.probe.order[x.comparison] == t.probe.known[compareAddress]
}

// countListed finds how common the values of the records are, by the tables.
func (t *trainer) countListed() {
	t.listed = make([]listedShares, len(t.probe.order))
	for i, k := range t.probe.order {
		if !k.hasTerms() {
			continue
		}
		known := 0.0
		for v := range t.counts[i].of {
			x := &t.counts[i].of[v]
			known += x.chosen
			if at := observed(k.rarity(x.hash)); at < ownRarity {
				t.listed[i][at] += x.chosen
			}
		}
		for r := range t.listed[i] {
			t.listed[i][r] /= max(known, 1)
		}
	}
}

// The fit of a table.
const (
	rareStep  = 0.25 // bits
	leastRare = 1.0  // bits
	// worthIt is how much likelier the records must be under another bound before it
	// replaces that of the base model, in nats.
	worthIt = 3
)

// fitTerms finds how rare values are that are in no list, and up to which
// rarity it is to be believed: a table of another country calls the common names of
// this one rare. compared is the pairs of strangers with a value on both sides.
func (t *trainer) fitTerms(i int, c *tally, compared float64) {
	f, base := &t.terms[i], &t.base.Comparisons[i]
	if !t.probe.order[i].hasTerms() || compared == 0 {
		return
	}
	seen, all := c.rare[i][unlistedRarity]/t.randomFor, compared*f.listed[unlistedRarity]/t.randomFor
	f.unlisted = -math.Log2((seen + 1) / (all + math.Exp2(base.Unlisted.Bits())))
	f.unlisted = max(f.unlisted, leastRare)
	if t.probe.order[i].skewed {
		return
	}
	best, at := math.Inf(-1), base.Rarest.Bits()
	for bound := base.Rarest.Bits(); bound >= leastRare; bound -= rareStep {
		fit := 0.0
		for r := range unlistedRarity {
			if all := compared * f.listed[r] / t.randomFor; all > 0 {
				q := math.Exp2(-min(float64(r)/rarityUnits, bound))
				fit += c.rare[i][r]/t.randomFor*math.Log(q) - all*q
			}
		}
		if bound == base.Rarest.Bits() {
			best = fit + worthIt
		} else if fit > best {
			best, at = fit, bound
		}
	}
	f.rarest = max(at, f.unlisted)
}
