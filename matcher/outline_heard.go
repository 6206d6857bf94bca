package matcher

// heardGivens remembers what was heard of given names, which are often the same: a name of a
// hash stands in the place of the one before it. It belongs to one preparer at a time.
type heardGivens [heardSlots]heardGiven

// heardSlots is how many given names are remembered: most that records have, in little enough
// memory to be near.
const heardSlots = 2048

// heardGiven is what outline.hear makes of a given name.
type heardGiven struct {
	groups uint32
	marks  outlineMarks
	sound  uint16
	bytes  uint8 // of name; 0 where none is remembered
	name   [heardBytes]byte
}

// heardBytes is the longest given name that is remembered.
const heardBytes = 21

// of returns what is heard of a given name; nothing is remembered of an empty or a long one.
func (h *heardGivens) of(name string) heardGiven {
	if h == nil || name == "" || len(name) > heardBytes {
		return hearGiven(name)
	}
	kept := &h[hashSpaceless(name)%heardSlots]
	if string(kept.name[:kept.bytes]) != name {
		*kept = hearGiven(name)
		kept.bytes = uint8(copy(kept.name[:], name))
	}
	return *kept
}

// hearGiven hears a given name.
func hearGiven(name string) (g heardGiven) {
	g.sound = soundHash(name)
	g.marks = listed(name, &g.groups)
	return g
}
