package synth

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"sort"
	"strconv"
	"strings"
	"sync"
)

//go:generate go run extract.go $LISTS
//go:embed data/*.gz data/words.txt
var data embed.FS

// The decades of birth of the given names, by their first year.
const (
	firstDecade = 1920
	decades     = 10
)

// frequency draws values by their weight.
type frequency struct {
	values []string
	sums   []int // of the weights up to and including the value
}

func (f *frequency) add(value string, weight int) {
	if weight == 0 {
		return
	}
	total := weight
	if n := len(f.sums); n > 0 {
		total += f.sums[n-1]
	}
	f.values, f.sums = append(f.values, value), append(f.sums, total)
}

func (f *frequency) draw(r *rng) string {
	n := r.below(f.sums[len(f.sums)-1])
	return f.values[sort.SearchInts(f.sums, n+1)]
}

// place is a commune.
type place struct {
	name   string
	codes  []string
	people int
}

// frequentNames is how many family names are so frequent that somebody has most often
// taken the e-mail address already.
const frequentNames = 3000

// tables are the lists that everything is drawn from.
type tables struct {
	given     map[byte]*[decades]frequency // by gender, 'M' or 'F'
	family    frequency
	frequent  map[string]bool // the first of them, as they are written
	places    []place
	placeSums []int
	// departments are the places by the start of their first postal code.
	departments map[string][]*place

	hamlets, complements, pseudonyms           []string
	streets, streetTypes, domains, socialNames frequency
	nicknames                                  map[string][]string
	accents                                    map[string]string
}

// loaded are the tables, read once.
var loaded = sync.OnceValue(load)

func load() *tables {
	t := &tables{given: map[byte]*[decades]frequency{'M': {}, 'F': {}}, nicknames: map[string][]string{}, accents: map[string]string{},
		frequent: map[string]bool{}, departments: map[string][]*place{}}
	t.words()
	rows("given.tsv.gz", func(f []string) {
		name := proper(f[1])
		for i := range decades {
			t.given[f[0][0]][i].add(name, atoi(f[2+i]))
		}
	})
	rows("family.tsv.gz", func(f []string) {
		if t.family.add(f[0], atoi(f[1])); len(t.family.values) <= frequentNames {
			t.frequent[proper(f[0])], t.frequent[t.accents[f[0]]] = true, true
		}
	})
	total := 0
	rows("places.tsv.gz", func(f []string) {
		if total += atoi(f[2]); f[1] != "" {
			t.places = append(t.places, place{f[0], strings.Split(f[1], ","), atoi(f[2])})
			t.placeSums = append(t.placeSums, total)
		}
	})
	for i := range t.places {
		d := department(t.places[i].codes[0])
		t.departments[d] = append(t.departments[d], &t.places[i])
	}
	return t
}

// rows reads a table that is part of the program, so that it cannot be wrong.
func rows(name string, each func(fields []string)) {
	b, err := data.ReadFile("data/" + name)
	if err != nil {
		panic(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		panic(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(string(text)) {
		each(strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		panic(err)
	}
	return n
}

// The streets are in order of frequency; the weight of the n-th is streetWeight divided
// by n and streetRank.
const (
	streetWeight = 1_000_000
	streetRank   = 20
)

// words reads the word lists.
func (t *tables) words() {
	b, err := data.ReadFile("data/words.txt")
	if err != nil {
		panic(err)
	}
	section := ""
	for line := range strings.Lines(string(b)) {
		line = strings.TrimSpace(line)
		first, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			section = line
		case section == "[streets]":
			t.streets.add(line, streetWeight/(streetRank+len(t.streets.values)))
		case section == "[hamlets]":
			t.hamlets = append(t.hamlets, line)
		case section == "[pseudonyms]":
			t.pseudonyms = append(t.pseudonyms, line)
		case section == "[complements]":
			t.complements = append(t.complements, line)
		case section == "[street_types]":
			t.streetTypes.add(rest, atoi(first))
		case section == "[domains]":
			t.domains.add(rest, atoi(first))
		case section == "[networks]":
			t.socialNames.add(rest, atoi(first))
		case section == "[nicknames]":
			t.nicknames[first] = append(t.nicknames[first], rest)
		case section == "[accents]":
			t.accents[first] = rest
		}
	}
}

// place draws a commune by its population.
func (t *tables) place(r *rng) *place {
	n := r.below(t.placeSums[len(t.placeSums)-1])
	return &t.places[sort.SearchInts(t.placeSums, n+1)]
}

// givenName draws a given name of a gender by the year of birth.
func (t *tables) givenName(r *rng, gender byte, year int) string {
	decade := min(max((year-firstDecade)/10, 0), decades-1)
	return t.given[gender][decade].draw(r)
}

// familyName draws a family name. Three in five that are known to have accents get
// them; the others are what their bearers' papers say.
func (t *tables) familyName(r *rng) string {
	name := t.family.draw(r)
	if accented, ok := t.accents[name]; ok && r.chance(600) {
		return accented
	}
	return proper(name)
}
