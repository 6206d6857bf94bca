//go:build !permissive

package main

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/antzucaro/matchr"

	"aloi/benchmarks/truthset"
	"aloi/matcher"
)

// The fields that are measured.
const (
	family = "family names"
	given  = "given names"
)

// The kinds of slips, and the tags of the noise for them, less the field.
var (
	kinds    = []string{"by sound", "by hand", "by scanner"}
	slipTags = map[string]string{"phonetic": kinds[0], "typo": kinds[1], "ocr": kinds[2]}
)

// slip is a name as it was written and as it is, folded, letters alone. In pairs of
// strangers they are two people's, and the kind is empty.
type slip struct{ kind, written, truth string }

type fieldNames struct{ slips, strangers []slip }

type names struct{ family, given fieldNames }

func (n names) of(field string) fieldNames {
	if field == family {
		return n.family
	}
	return n.given
}

// otherwise are the tags of records whose names differ from the person's for another
// reason than a slip: these pairs say nothing of a code.
var otherwise = []string{
	"before_marriage", "birth_name", "both_given", "compound_style", "double_form", "full_name_only", "half_compound", "half_surname",
	"initial", "nee_form", "nickname", "particle", "placeholder_name", "pseudo", "second_given", "swap_names",
}

// strangerPairs is how many pairs of people are drawn.
const strangerPairs = 1_000_000

// load reads the slips of a set, and draws pairs of its people at random: their names
// are as common as in France.
func load(folder string) (names, error) {
	files := map[string][]map[string]string{}
	for _, name := range []string{"records.csv", "truth.csv", "persons.csv", "noise.csv"} {
		rows, err := truthset.Rows(folder, name)
		if err != nil {
			return names{}, err
		}
		files[name] = rows
	}
	person, entity, tags := map[string]map[string]string{}, map[string]string{}, map[string][]string{}
	for _, p := range files["persons.csv"] {
		person[p["entity_id"]] = p
	}
	for _, t := range files["truth.csv"] {
		entity[t["record_id"]] = t["entity_id"]
	}
	for _, t := range files["noise.csv"] {
		tags[t["record_id"]] = strings.Fields(t["tags"])
	}
	var out names
	for _, r := range files["records.csv"] {
		id := r["record_id"]
		if slices.ContainsFunc(tags[id], func(t string) bool { return slices.Contains(otherwise, t) }) {
			continue
		}
		p := person[entity[id]]
		out.family.add(tags[id], "surname", r["surname"], p["birth_name"], p["usage_name"])
		out.given.add(tags[id], "given", r["given_name"], p["given_name"])
	}
	out.family.draw(files["persons.csv"], "birth_name")
	out.given.draw(files["persons.csv"], "given_name")
	return out, nil
}

// add takes a slip, if a record has exactly one of the field; the truth is that of the
// names of the person which is nearest to what was written.
func (n *fieldNames) add(tags []string, field, written string, truths ...string) {
	var of []string
	for _, t := range tags {
		if kind, ok := strings.CutSuffix(t, "_"+field); ok && slipTags[kind] != "" {
			of = append(of, slipTags[kind])
		}
	}
	if len(of) != 1 || letters(written) == "" {
		return
	}
	s := slip{kind: of[0], written: letters(written)}
	for _, t := range truths {
		if t := letters(t); t != "" && (s.truth == "" || matchr.OSA(t, s.written) < matchr.OSA(s.truth, s.written)) {
			s.truth = t
		}
	}
	if s.truth != s.written { // a slip in an accent is none
		n.slips = append(n.slips, s)
	}
}

// draw draws pairs of people whose names differ.
func (n *fieldNames) draw(persons []map[string]string, field string) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range strangerPairs {
		a := letters(persons[rng.IntN(len(persons))][field])
		b := letters(persons[rng.IntN(len(persons))][field])
		if a != b {
			n.strangers = append(n.strangers, slip{written: a, truth: b})
		}
	}
}

// letters folds a name to upper-case ASCII letters.
func letters(name string) string {
	return strings.Map(func(r rune) rune {
		if r < 'A' || r > 'Z' {
			return -1
		}
		return r
	}, matcher.Fold(name))
}
