package matcher

import (
	"embed"
	"maps"
	"slices"
	"strings"
	"sync"
)

// The shipped lists of names. Their sources and terms are in data/NOTICE.md.
//
//go:embed data
var dataFiles embed.FS

// linesOf yields the lines of a shipped list that are not comments. It panics on a
// name that is not in the binary: that is a broken build, which no caller can mend.
func linesOf(name string) func(func(string) bool) {
	b, err := dataFiles.ReadFile("data/" + name)
	if err != nil {
		panic("matcher: " + err.Error())
	}
	return func(yield func(string) bool) {
		for line := range strings.Lines(string(b)) {
			line = strings.TrimSpace(line)
			if line != "" && line[0] != '#' && !yield(line) {
				return
			}
		}
	}
}

// givenGroups are the groups of given names that one person may go by, after the
// French list of ours and the English one: a full name, its diminutives and other
// spellings each. A name is in every group that lists it.
var givenGroups = sync.OnceValue(func() map[string][]uint16 {
	groups := make(map[string][]uint16, 4000)
	numbers := make(map[string]uint16)
	add := func(full, name string) {
		n, ok := numbers[full]
		if !ok {
			n = uint16(len(numbers))
			numbers[full] = n
			groups[full] = append(groups[full], n)
		}
		if !slices.Contains(groups[name], n) {
			groups[name] = append(groups[name], n)
		}
	}
	for line := range linesOf("diminutives_fr.txt") {
		names := strings.Fields(line)
		names[0] = strings.ReplaceAll(names[0], "-", " ")
		for _, name := range names[1:] {
			add(names[0], name)
		}
	}
	for line := range linesOf("nicknames_en.csv") { // name1,relationship,name2
		cells := strings.Split(line, ",")
		if full, name := Fold(cells[0]), Fold(cells[2]); full != "NAME1" {
			add(full, name)
		}
	}
	spellOut(groups, numbers)
	for _, list := range groups {
		slices.Sort(list)
	}
	return groups
})

// spellOut puts a diminutive in -ie into the groups of the one in -y, and the other way
// round: Robbie and Robby. Full names, Marie and Mary, stay apart.
func spellOut(groups map[string][]uint16, full map[string]uint16) {
	for name, list := range maps.Clone(groups) {
		other := respelt(name)
		if _, isFull := full[other]; other == "" || isFull {
			continue
		}
		if _, isFull := full[name]; isFull {
			continue
		}
		for _, n := range list {
			groups[other] = appendNew(slices.Clip(groups[other]), n)
		}
	}
}

func respelt(name string) string {
	if stem, ok := strings.CutSuffix(name, "IE"); ok && len(stem) >= minClipped {
		return stem + "Y"
	}
	if stem, ok := strings.CutSuffix(name, "Y"); ok && len(stem) >= minClipped {
		return stem + "IE"
	}
	return ""
}

// SameGivenName reports whether two folded given names may be one person's because
// one is a diminutive of the other or both are of a third name: Cathy and Catherine,
// Bob and Rob. Equal names are the same. A shortened or doubled form that no list
// has counts too, unless it is a name by itself: Quent for Quentin, Guigui for
// Guillaume. It is symmetric.
func SameGivenName(a, b string) bool { return sameListed(&listing{name: a}, &listing{name: b}) }

// sameListed is SameGivenName for names that are looked up.
func sameListed(a, b *listing) bool {
	if a.name == b.name {
		return a.name != ""
	}
	x, y := a.groups(), []uint16(nil)
	if len(x) > 0 {
		y = b.groups()
	}
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0] == y[0]:
			return true
		case x[0] < y[0]:
			x = x[1:]
		default:
			y = y[1:]
		}
	}
	return isClipped(a, b.name) || isClipped(b, a.name)
}

// The least letters of a clipped form, and of what it leaves out.
const (
	minClipped = 3
	minCut     = 2
)

// isClipped reports whether clipped, which is no listed name, is formed from name as
// French diminutives are: its start (Quent), with -ou, -o, -y or -ie (Pascalou), or
// one of its syllables twice (Guigui).
func isClipped(clipped *listing, name string) bool {
	short := clipped.name
	if len(short) < minClipped || len(name) < minClipped+minCut || clipped.find() != nil {
		return false
	}
	if half := len(short) / 2; len(short)%2 == 0 && half >= 2 && short[:half] == short[half:] {
		return strings.Contains(name, short[:half])
	}
	if len(name) >= len(short)+minCut && strings.HasPrefix(name, short) {
		return true
	}
	if short[0] != name[0] {
		return false
	}
	for _, ending := range [...]string{"OU", "IE", "O", "Y", "I"} {
		if stem, ok := strings.CutSuffix(short, ending); ok && len(stem) >= minClipped &&
			len(name) >= len(stem)+minCut && strings.HasPrefix(name, stem) {
			return true
		}
	}
	return false
}
