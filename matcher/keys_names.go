package matcher

import "aloi"

// nameParts are what keys are made of, from all readings of a record's names.
type nameParts struct {
	sounds   soundbook
	family   few[sound]      // family names by sound
	pairs    few[[2]sound]   // both names by sound
	coarse   few[coarse]     // both names by Soundex
	initials few[[2]byte]    // the first letters of given and family name
	starts   few[string]     // the first letters of family names
	begun    few[soundStart] // family names by sound with the first letters of the given name
}

// soundStart is a family name by sound with the first letters of the given name.
type soundStart struct {
	family sound
	given  string
}

// startBytes is how many of the first letters of a name go into a key.
const startBytes = 2

func startOf(name string) string { return name[:min(len(name), startBytes)] }

// read takes what keys need from a reading.
func (n *nameParts) read(r *reading) {
	if r.given != "" && len(r.family) > 0 && r.family[0] != "" {
		n.initials.include(initialPair(r.given, r.family[0]))
		if len(r.given) > 1 {
			if c, ok := coarseOf(r.given, r.family[0]); ok {
				n.coarse.include(c)
			}
		}
	}
	if len(r.family) > 0 && r.family[0] != "" {
		n.starts.include(startOf(r.family[0]))
	}
	var given sound
	if len(r.given) > 1 {
		given = n.sounds.of(firstWord(r.given))
	}
	n.readFamily(r, r.family, &given)
	n.readFamily(r, r.birth, &given)
}

// readFamily takes the family names, in use or at birth: whole and, of a double name,
// each word.
func (n *nameParts) readFamily(r *reading, words []string, given *sound) {
	for _, w := range first(words) {
		if len(w) <= 2 {
			continue
		}
		family := n.sounds.of(w)
		if family.n == 0 {
			continue
		}
		n.family.include(family)
		if len(r.given) >= startBytes {
			n.begun.include(soundStart{family, startOf(r.given)})
		}
		if given.n > 0 {
			n.pairs.include(inOrder(given, &family))
		}
	}
}

// initialPair returns the first letter of each of two names, in either order the same,
// which most slips and all endings leave alone.
func initialPair(given, family string) [2]byte {
	return [2]byte{min(given[0], family[0]), max(given[0], family[0])}
}

// named adds the names, in all their readings.
func (k *keyring) named() {
	var buf [maxReadings]reading
	list := readingsOf(k.p, &buf)
	for i := range list {
		k.names.read(&list[i])
	}
	for i := range k.names.pairs.list() {
		k.pair(keyName, i)
		k.add()
	}
	for i := range k.names.coarse.list() {
		c := &k.names.coarse.values[i]
		k.of(keyCoarse).part(string(c.text[:c.n]))
		k.add()
	}
	k.written()
	for i := range k.names.begun.list() {
		x := &k.names.begun.values[i]
		k.of(keyNameStart).sound(&x.family).part(x.given)
		k.add()
	}
}

// pair begins a key with a pair of names by sound.
func (k *keyring) pair(family keyFamily, i int) *keyText {
	pair := &k.names.pairs.values[i]
	return k.of(family).sound(&pair[0]).sound(&pair[1])
}

// written adds the names as people write them in e-mail addresses and handles, and
// what those hold.
func (k *keyring) written() {
	for i := range first(k.p.Names) {
		n := &k.p.Names[i]
		if len(n.Given) > 0 && len(n.Given[0]) != 1 {
			k.writtenName(n.Given[0], n.Family)
			k.writtenName(n.Given[0], n.Birth)
		}
	}
	for i := range first(k.p.Emails) {
		if e := &k.p.Emails[i]; !e.Role {
			k.writtenWord(e.Local)
		}
	}
	for i := range k.p.Identifiers {
		if h := &k.p.Identifiers[i]; h.Type == aloi.IdentifierSocialHandle {
			k.writtenWord(h.Value)
		}
	}
}

// writtenName adds both names in one word, in either order.
func (k *keyring) writtenName(given string, family []string) {
	bytes := 0
	for _, w := range family {
		bytes += len(w)
	}
	if bytes == 0 {
		return
	}
	k.of(keyWritten).letters(given).words(family)
	k.add()
	k.of(keyWritten).words(family).letters(given)
	k.add()
}

// words goes on with words, nothing between them.
func (t *keyText) words(list []string) *keyText {
	for _, w := range list {
		t.more(w)
	}
	return t
}

// writtenBytes is how many letters of an e-mail address or handle may be a whole name.
const writtenBytes = 6

func (k *keyring) writtenWord(text string) {
	if lettersIn(text) >= writtenBytes {
		k.of(keyWritten).letters(text)
		k.add()
	}
}
