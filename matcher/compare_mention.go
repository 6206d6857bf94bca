package matcher

import "aloi"

// mention looks for names in the e-mail addresses and handles, where the names
// themselves are missing, cut down to an initial or changed by marriage.
func (m *Matcher) mention(x *named, a, b *Prepared, ra, rb []reading) {
	if x.given == none || x.given == givenInitial {
		if l, name := mentionedGiven(a, b, ra, rb); l != none && (x.given == none || l < x.given) {
			x.given, x.givenTerm = l, m.known[compareGiven].term(l, name, name)
		}
	}
	if x.family == none || x.family >= familyChanged {
		if name := mentionedFamily(a, b, ra, rb); name != "" {
			x.family, x.familyTerm = familyMentioned, m.known[compareFamily].term(familyMentioned, name, name)
		}
	}
}

// mentionedGiven looks for the given name of one record in what the other writes. An
// address that both have says less: it may be borrowed.
func mentionedGiven(a, b *Prepared, ra, rb []reading) (level, string) {
	best, name := none, ""
	for _, side := range [...]struct {
		of, in *Prepared
		names  []reading
		own    []reading
	}{{a, b, ra, rb}, {b, a, rb, ra}} {
		for i := range side.names {
			given := firstWord(side.names[i].given)
			if len(given) < 2 || hasGiven(side.own) && len(ra) > 0 && !initialOnly(side.own, given) {
				continue
			}
			l := mentions(side.in, side.of, given)
			if l != none && (best == none || l < best || l == best && given < name) {
				best, name = l, given
			}
		}
	}
	return best, name
}

func hasGiven(list []reading) bool {
	for i := range list {
		if list[i].given != "" {
			return true
		}
	}
	return false
}

// initialOnly reports whether all given names of a record are the initial of a name.
func initialOnly(list []reading, given string) bool {
	for i := range list {
		if g := list[i].given; g != "" && (len(g) > 1 || g[0] != given[0]) {
			return false
		}
	}
	return true
}

// mentionedFamily returns a family name of one record that the other mentions.
func mentionedFamily(a, b *Prepared, ra, rb []reading) string {
	best := ""
	for _, side := range [...]struct {
		of, in *Prepared
		names  []reading
	}{{a, b, ra}, {b, a, rb}} {
		for i := range side.names {
			for _, list := range [...][]string{side.names[i].family, side.names[i].birth} {
				for _, w := range list {
					if len(w) >= mentionBytes && mentions(side.in, side.of, w) == givenMentioned && (best == "" || w < best) {
						best = w
					}
				}
			}
		}
	}
	return best
}

// mentionBytes is the length from which a name is recognised inside a word.
const mentionBytes = 4

// mentions reports whether an e-mail address or handle of in contains a name:
// givenMentioned in one of its own, givenOwned in one that it shares with of.
func mentions(in, of *Prepared, name string) level {
	best := none
	for i := range in.Emails {
		e := &in.Emails[i]
		if !e.Role && names(e.Local, name) {
			if !hasEmail(of, e) {
				return givenMentioned
			}
			best = givenOwned
		}
	}
	for i := range in.Identifiers {
		h := &in.Identifiers[i]
		if h.Type == aloi.IdentifierSocialHandle && names(h.Value, name) {
			if !hasIdentifier(of, h) {
				return givenMentioned
			}
			best = givenOwned
		}
	}
	return best
}

func hasEmail(p *Prepared, e *PreparedEmail) bool {
	for i := range p.Emails {
		if p.Emails[i].Local == e.Local || sameButMarks(p.Emails[i].Local, e.Local) {
			return true
		}
	}
	return false
}

func hasIdentifier(p *Prepared, h *PreparedIdentifier) bool {
	for i := range p.Identifiers {
		if p.Identifiers[i] == *h {
			return true
		}
	}
	return false
}

// names reports whether a text contains a name: anywhere if it is long, else as a
// word of its own.
func names(text, name string) bool {
	for i := range len(text) {
		if upper(text[i]) != name[0] { // quickly, for most
			continue
		}
		n := prefixFold(text[i:], name)
		if n == 0 {
			continue
		}
		if len(name) >= mentionBytes {
			return true
		}
		before := i == 0 || !isLetter(text[i-1])
		after := i+n == len(text) || !isLetter(text[i+n])
		if before && after && len(name) > 1 {
			return true
		}
	}
	return false
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
