package matcher

// hasTerms reports whether a comparison knows how rare its values are.
func (k *compiled) hasTerms() bool { return k.unlisted > 0 }

// term returns the term-frequency adjustment of a level for a shared value: how much
// rarer it is than the mean. Of two values that are alike the commoner counts.
func (k *compiled) term(l level, value, too string) Weight {
	if k == nil || l == none || !k.grades[l].terms {
		return 0
	}
	r := k.rarity(hashSpaceless(value))
	if too != value {
		r = min(r, k.rarity(hashSpaceless(too)))
	}
	return r - k.mean
}

// dateTerm is term for dates.
func (k *compiled) dateTerm(l level, d, too Date) Weight {
	if k == nil || l == none || !k.grades[l].terms {
		return 0
	}
	return min(k.rarity(hashDate(d)), k.rarity(hashDate(too))) - k.mean
}

// rarity returns how rare a value is, by its hash: the model's own share of it comes
// before the table, and that before the rarity of values that are not listed.
func (k *compiled) rarity(hash uint32) Weight {
	if r, ok := k.own[hash]; ok {
		return r
	}
	if r, ok := k.terms.rarityOf(hash); ok {
		return min(r, k.rarest)
	}
	return k.unlisted
}

// hashDate returns hashSpaceless of a date as String writes it.
func hashDate(d Date) uint32 {
	t := d.digits()
	return hashBytes([]byte{t[0], t[1], t[2], t[3], '-', t[4], t[5], '-', t[6], t[7]})
}
