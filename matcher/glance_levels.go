package matcher

import mathbits "math/bits"

// least returns how many edits at least part two texts, and the length of the longer.
func least(x, y *nameOutline) (edits, longest int) {
	n, m := int(x.bytes), int(y.bytes)
	return max(differ(x.letters, y.letters), n-m, m-n), max(n, m)
}

// mostAlike is how many edits two texts of a length may lie apart and be alike.
func mostAlike(longest int) int { return max(longest/closeBytes, 1) }

// lacking returns how many letters of a set another does not have.
func lacking(in, of letterSet) int { return mathbits.OnesCount32(uint32(of &^ in)) }

// mayCross reports whether the given name of one may be alike the family name of another.
func mayCross(x, y *outline) bool {
	switch {
	case !x.marks.has(hasGivenName):
		return false
	case y.marks.has(manyFamilies):
		return lacking(y.family.letters, x.given.letters) <= mostAlike(int(max(x.given.bytes, y.family.bytes)))
	case !y.marks.has(hasFamilyName):
		return false
	}
	edits, longest := least(&x.given, &y.family)
	return edits <= mostAlike(longest)
}

// spaces is the place of spaces among letters: names are written without.
const spaces letterSet = 1 << (' ' & 31)

// mayHold reports whether what a record writes may hold the given name of another.
func (o *outline) mayHold(x *outline) bool {
	return o.mentions != 0 && x.marks.has(hasGivenName) &&
		(x.marks.has(compoundGiven) || lacking(o.mentions, x.given.letters&^spaces) == 0)
}

// mayHoldFamily is mayHold for family names.
func (o *outline) mayHoldFamily(x *outline) bool {
	return o.mentions != 0 && (x.marks.has(manyFamilies) ||
		x.marks.has(hasFamilyName) && x.family.bytes >= mentionBytes && lacking(o.mentions, x.family.letters&^spaces) == 0)
}

// givenLevels returns the levels that two given names may reach.
func givenLevels(x, y *outline) (set levels) {
	both, either := x.marks&y.marks, x.marks|y.marks
	var written levels
	if x.mayHold(y) || y.mayHold(x) {
		written = only(givenMentioned, givenOwned)
	}
	if !both.has(hasGivenName) {
		return missing | written
	}
	if either.has(manyGivens) {
		set = only(givenSecond)
	}
	p, q := &x.given, &y.given
	switch sameFirst := x.first == y.first; {
	case p.bytes == 1 || q.bytes == 1:
		if sameFirst {
			return only(givenInitial) | written
		}
		return set | only(givenUnlike, givenDifferent)
	case sameFirst && (either.has(compoundGiven|manyGivens) || min(p.bytes, q.bytes) <= abbreviationBytes):
		set |= only(givenInitial) | written
	}
	if p.hash == q.hash {
		set |= only(givenExact)
	}
	if x.marks.has(compoundGiven) != y.marks.has(compoundGiven) && min(lacking(p.letters, q.letters), lacking(q.letters, p.letters)) == 0 {
		set |= only(givenPart)
	}
	if x.marks.has(womansGiven) && y.marks.has(mansGiven) || x.marks.has(mansGiven) && y.marks.has(womansGiven) {
		return set | only(givenOpposed)
	}
	if x.groups&y.groups != 0 || mayBeClipped(x, y) || mayBeClipped(y, x) {
		set |= only(givenDiminutive)
	}
	return set | likeGivenLevels(p, q, both.has(usedGiven))
}

// clippedMore is how many letters the ending of a clipped name may bring in.
const clippedMore = 2

// mayBeClipped reports whether the given name of x may be formed from that of y.
func mayBeClipped(x, y *outline) bool {
	p, q := &x.given, &y.given
	if x.marks.has(tabledGiven) || p.bytes < minClipped || q.bytes < minClipped+minCut {
		return false
	}
	more := lacking(q.letters, p.letters)
	twice := more == 0 && p.bytes%2 == 0 && mathbits.OnesCount32(uint32(p.letters)) <= int(p.bytes)/2
	return twice || x.first == y.first && more <= clippedMore && p.bytes <= q.bytes
}

// likeGivenLevels are the levels of two given names by spelling and sound; used says that
// both are in use.
func likeGivenLevels(x, y *nameOutline, used bool) levels {
	edits, longest := least(x, y)
	set, alikeOne := only(givenUnlike), givenClose
	if used {
		set, alikeOne = only(givenDifferent), givenNeighbour
	}
	if edits <= mostAlike(longest) {
		set |= only(alikeOne)
	}
	if edits*2 > longest {
		return set
	}
	if x.sound != 0 && x.sound == y.sound {
		set |= only(givenPhonetic)
	}
	if !used {
		set |= only(givenVague)
		if edits*3 <= longest {
			set |= only(givenSimilar)
		}
	}
	return set
}

// familyLevels returns the levels that two family names may reach.
func familyLevels(x, y *outline, woman bool) (set levels) {
	both := x.marks & y.marks
	if x.mayHoldFamily(y) || y.mayHoldFamily(x) {
		set = only(familyMentioned)
	}
	other := only(familyDifferent)
	if woman {
		other = only(familyChanged)
	}
	p, q := &x.family, &y.family
	switch {
	case both.has(manyFamilies):
		return allLevels
	case y.marks.has(manyFamilies):
		return set | other | amongFamilies(q, p)
	case x.marks.has(manyFamilies):
		return set | other | amongFamilies(p, q)
	case !both.has(hasFamilyName):
		return set | missing
	}
	if p.hash == q.hash {
		set |= only(familyExact)
	}
	if p.bytes == 1 || q.bytes == 1 {
		return set | other | only(familySimilar)
	}
	edits, longest := least(p, q)
	if edits <= mostAlike(longest) {
		set |= only(familyClose)
	}
	if p.sound != 0 && p.sound == q.sound {
		set |= only(familyPhonetic)
	}
	if edits*3 <= longest {
		set |= only(familySimilar)
	}
	if edits*2 <= longest {
		set |= only(familyVague)
	}
	return set | other
}

// amongFamilies returns the levels, but the last ones, that one family name may reach among
// several.
func amongFamilies(several, one *nameOutline) levels {
	if one.bytes == 0 {
		return missing
	}
	edits, longest := lacking(several.letters, one.letters), int(max(several.bytes, one.bytes))
	var set levels
	if edits == 0 {
		set |= only(familyExact, familyBirth, familyPart)
	}
	if edits <= mostAlike(longest) {
		set |= only(familyClose)
	}
	if one.sound != 0 && several.sound&soundBit(one.sound) != 0 {
		set |= only(familyPhonetic)
	}
	if edits*3 <= longest || one.bytes == 1 {
		set |= only(familySimilar)
	}
	if edits*2 <= longest {
		set |= only(familyVague)
	}
	return set
}

// soundBit is the bit of a sound among those of several names.
func soundBit(sound uint16) uint16 { return 1 << (sound / 2 % 16) }
