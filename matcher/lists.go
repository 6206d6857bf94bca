package matcher

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
)

// The shipped tables. Their sources and terms are in data/NOTICE.md.
//
//go:embed data
var dataFiles embed.FS

// readTable returns a shipped table. It panics where the table is not in the
// binary or cannot be read: that is a broken build, which no caller can mend.
func readTable(name string) string {
	b, err := dataFiles.ReadFile("data/" + name)
	if err == nil && strings.HasSuffix(name, ".gz") {
		var z *gzip.Reader
		if z, err = gzip.NewReader(bytes.NewReader(b)); err == nil {
			b, err = io.ReadAll(z)
		}
	}
	if err != nil {
		panic(fmt.Sprintf("matcher: table %s: %v", name, err))
	}
	return string(b)
}

// rowsOf yields the cells of each row of a shipped table, past its heading.
func rowsOf(name, separator string) func(func([]string) bool) {
	return func(yield func([]string) bool) {
		heading := true
		for line := range strings.Lines(readTable(name)) {
			line = strings.TrimRight(line, "\r\n")
			if line == "" || heading {
				heading = false
				continue
			}
			if !yield(strings.Split(line, separator)) {
				return
			}
		}
	}
}

// births is how often a name was given in France, by sex.
type births struct{ male, female uint32 }

func (b births) total() uint32 { return b.male + b.female }

// nameLists are the frequency tables of names and communes, by folded name.
type nameLists struct {
	given    map[string]births // 1920–2019; compounds with a space: JEAN PIERRE
	glued    map[string]string // JEANPIERRE → JEAN PIERRE
	family   map[string]uint32 // births 1931–2000
	communes map[string]uint32 // inhabitants; communes of one name added up
	codes    map[string]bool   // postal codes

	givenTotal, familyTotal, communeTotal uint64
}

// lists loads the tables at first use: about 6 MB and 60 ms.
var lists = sync.OnceValue(loadLists)

func loadLists() *nameLists {
	l := &nameLists{
		given: make(map[string]births, 6500), glued: make(map[string]string, 500),
		family: make(map[string]uint32, 156000), communes: make(map[string]uint32, 34000), codes: make(map[string]bool, 6500),
	}
	for row := range rowsOf("given_names.tsv.gz", "\t") {
		l.addGiven(Fold(row[1]), row[0], sumOf(row[2:]))
	}
	l.glueCompounds()
	for row := range rowsOf("family_names.tsv.gz", "\t") {
		n := sumOf(row[1:])
		l.family[Fold(row[0])] += n
		l.familyTotal += uint64(n)
	}
	for row := range rowsOf("communes.tsv.gz", "\t") {
		n := sumOf(row[2:3])
		l.communes[foldCity(row[0])] += n
		l.communeTotal += uint64(n)
		for code := range strings.SplitSeq(row[1], ",") {
			l.codes[code] = true
		}
	}
	return l
}

func sumOf(cells []string) uint32 {
	var sum uint64
	for _, c := range cells {
		n, _ := strconv.ParseUint(c, 10, 32) // an empty cell counts nothing
		sum += n
	}
	return uint32(sum)
}

func (l *nameLists) addGiven(name, sex string, n uint32) {
	b := l.given[name]
	if sex == "M" {
		b.male += n
	} else {
		b.female += n
	}
	l.given[name] = b
	l.givenTotal += uint64(n)
}

// glueCompounds indexes compounds by their spelling in one word, where that is
// not a more frequent name by itself (LOUANE is no misspelt Lou-Ane).
func (l *nameLists) glueCompounds() {
	for name, b := range l.given {
		word := strings.ReplaceAll(name, " ", "")
		if word == name || l.given[word].total() > b.total() {
			continue
		}
		if old, ok := l.glued[word]; !ok || name < old {
			l.glued[word] = name
		}
	}
}
