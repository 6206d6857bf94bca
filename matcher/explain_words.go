package matcher

import (
	"strings"

	"aloi"
)

// lexicon holds the words of one language for every comparison and every level.
type lexicon struct {
	// subjects say what a comparison compares, by its name in the model.
	subjects map[string]subject
	// says holds, by comparison, what each level says of the two values. Identifiers and
	// free attributes share those of anyValue.
	says map[string]map[string]string
	// labels are levels in a word or two, for tables; a level without one is its own.
	labels map[string]string

	pair      string // subject in the plural, value, value, what the level says
	both      string // subject with "the same", the value
	common    string // after one of these, where too many records have the value
	missing   string // in place of a value
	rarity    string // what of the bits comes from how rare the value is
	household string // the evidence that takes back what a household would share too
}

// subject names what a comparison compares: `given name`, `given names`, `the same
// given name`.
type subject struct{ one, many, same string }

// anyValue stands for every identifier and free attribute in lexicon.says.
const anyValue = "value"

// lexiconOf returns the words of a language.
func lexiconOf(lang aloi.Language) *lexicon {
	if lang == aloi.French {
		return &french
	}
	return &english
}

// subject returns the subject of a comparison: for an identifier or attribute of a
// model that has no words here, its name.
func (x *lexicon) subject(comparison string) subject {
	if s, ok := x.subjects[comparison]; ok {
		return s
	}
	name := strings.TrimPrefix(strings.TrimPrefix(comparison, identifierPrefix), attributePrefix)
	name = strings.ReplaceAll(name, "_", " ")
	other := x.subjects[anyValue]
	return subject{one: name, many: strings.Replace(other.many, "%s", name, 1), same: strings.Replace(other.same, "%s", name, 1)}
}

// of returns what a level says of two values.
func (x *lexicon) of(comparison, level string) string {
	table, known := x.says[comparison]
	if !known {
		table = x.says[anyValue]
	}
	if text := table[level]; text != "" {
		return text
	}
	return x.says[anyValue][level]
}

// ComparisonLabel names what a comparison of a model compares, in a few words:
// `given name`, `prénom`.
func ComparisonLabel(lang aloi.Language, comparison string) string {
	return lexiconOf(lang).subject(comparison).one
}

// SharedLabel names what two records have in common where a comparison finds them equal:
// `the same given name`, `le même prénom`.
func SharedLabel(lang aloi.Language, comparison string) string {
	return lexiconOf(lang).subject(comparison).same
}

// LevelLabel names a level in a word or two: `phonetic`, `même son`.
func LevelLabel(lang aloi.Language, level string) string {
	if label, ok := lexiconOf(lang).labels[level]; ok {
		return label
	}
	return level
}
