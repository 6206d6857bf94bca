package matcher

import "math"

// termFit is how the frequency table of a comparison fits the records.
type termFit struct {
	// listed has the share of the records by the rarity of their value.
	listed           [1 << 8]float64
	unlisted, rarest float64 // in bits
}

// unlistedRarity marks a value that is not listed.
const unlistedRarity = unlistedBits * rarityUnits

// rarity returns the rarity of a value that counts, in bits.
func (f *termFit) rarity(r uint8) float64 {
	if r >= unlistedRarity {
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
	for i, k := range t.probe.order {
		if k.terms.table == nil {
			continue
		}
		known := 0
		for _, r := range t.records {
			value := t.termOf(k, r)
			if value == "" {
				continue
			}
			known++
			t.terms[i].listed[min(uint8(k.rarity(value)*rarityUnits/Bit), unlistedRarity)]++
		}
		for r := range t.terms[i].listed {
			t.terms[i].listed[r] /= float64(max(known, 1))
		}
	}
}

// termOf returns the value of a record that a comparison looks up.
func (t *trainer) termOf(k *compiled, r *Prepared) string {
	switch {
	case k == t.probe.known[compareAddress]:
		for i := range r.Addresses {
			if p := r.Addresses[i].PostalCode; p != "" {
				return p
			}
			return r.Addresses[i].City
		}
	case len(r.Names) == 0:
	case k == t.probe.known[compareGiven] && len(r.Names[0].Given) > 0:
		return r.Names[0].Given[0]
	case k == t.probe.known[compareFamily] && len(r.Names[0].Family) > 0:
		if len(r.Names[0].Family) == 1 {
			return r.Names[0].Family[0]
		}
		return r.Names[0].FamilyWhole
	}
	return ""
}

// The fit of a table.
const (
	rareStep  = 0.25 // bits
	leastRare = 1.0  // bits
	// worthIt is how much likelier the records must be under another bound before it
	// replaces that of the base model, in nats.
	worthIt = 3
)

// fitTerms finds how rare values are that a table does not list, and up to which
// rarity it is to be believed: a table of another country calls the common names of
// this one rare. compared is the pairs of strangers with a value on both sides.
func (t *trainer) fitTerms(i int, c *tally, compared float64) {
	f, base := &t.terms[i], &t.base.Comparisons[i]
	if t.probe.order[i].terms.table == nil || compared == 0 {
		return
	}
	seen, all := c.rare[i][unlistedRarity]/t.randomFor, compared*f.listed[unlistedRarity]/t.randomFor
	f.unlisted = -math.Log2((seen + 1) / (all + math.Exp2(base.Unlisted.Bits())))
	f.unlisted = max(f.unlisted, leastRare)
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
