package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// Rule is one way to prefer a value over another. Rules are applied in order: a
// later one decides only where those before it tie.
type Rule string

// The rules of survivorship.
const (
	// RuleMostTrusted prefers the value said by the source that comes first in the
	// list of trusted sources; a source that is not in the list comes last.
	RuleMostTrusted Rule = "most_trusted"
	// RuleMostFrequent prefers the value that most records agree on.
	RuleMostFrequent Rule = "most_frequent"
	// RuleMostTypical prefers the value that is most like what all records say: a
	// slip of the pen is near the right spelling, so that two different slips still
	// speak for the word between them.
	RuleMostTypical Rule = "most_typical"
	// RuleMostRecent prefers the value of the record that was last updated.
	RuleMostRecent Rule = "most_recent"
	// RuleMostComplete prefers the value with most parts: a date with its day, a name
	// over its initial, an address with street, postal code and city.
	RuleMostComplete Rule = "most_complete"
	// RuleLongest prefers the longest value, in characters.
	RuleLongest Rule = "longest"
	// RuleCurrent prefers the value that was said last, in this or a very similar
	// spelling and by two records at least: a name that changed is told from one
	// that was mistyped once. Of an identifier one record is enough: a new card
	// replaces the old one at once, but is no slip of it.
	RuleCurrent Rule = "current"
	// RuleInUse prefers a family name that no record gives as the name at birth.
	RuleInUse Rule = "in_use"
	// RuleVouched prefers a name that an e-mail address or a handle of the same
	// person spells out: people rarely mistype their own name there.
	RuleVouched Rule = "vouched"
	// RuleKnown prefers a name that the lists of names of Insee have.
	RuleKnown Rule = "known"
	// RuleWellFormed prefers a number that can be one: a French telephone number in a
	// range that is in use, a number of 13 digits whose check digit is right. Numbers
	// of other kinds are well formed.
	RuleWellFormed Rule = "well_formed"
	// RuleDistinct prefers a value of which no other value is a slip: of two numbers
	// that differ in a digit, one at least is wrong.
	RuleDistinct Rule = "distinct"
)

// Two more words that an attribute can have for its rule, where none was needed.
const (
	ruleOnlyValue Rule = "only_value" // nobody says anything else
	ruleTie       Rule = "tie"        // all rules tie: the hash of the record decided
)

var allRules = []Rule{RuleMostTrusted, RuleMostFrequent, RuleMostTypical, RuleMostRecent, RuleMostComplete, RuleLongest, RuleCurrent, RuleInUse, RuleVouched, RuleKnown, RuleWellFormed, RuleDistinct}

// rulesRevision counts the changes to what the rules mean and to how values are
// compared and shown: golden records of another revision may differ under one table,
// and are computed again when a store is opened.
const rulesRevision = 2

// Limits of a table of rules.
const (
	maxRulesPath   = 128  // bytes of an attribute path
	maxTrusted     = 1000 // sources in the list
	maxRulesPerRow = 8    // rules of one attribute
)

// The paths of the table. `address` stands for all parts of an address, which
// survive together; `identifier` and `attribute` stand for those types and names
// that have no row of their own.
const (
	pathCivility   = "name.civility"
	pathGiven      = "name.given"
	pathMiddle     = "name.middle"
	pathFamily     = "name.family"
	pathBirthName  = "name.birth"
	pathFull       = "name.full"
	pathBirthDate  = "birth_date"
	pathGender     = "gender"
	pathAddress    = "address"
	pathEmail      = "email"
	pathPhone      = "phone"
	pathIdentifier = "identifier"
	pathAttribute  = "attribute"
)

// Rules is the table of survivorship: for each attribute path, the rules that
// choose its value, in order. It is immutable and safe for concurrent use.
type Rules struct {
	trusted []string
	table   map[string][]Rule
	rank    map[string]int // source → place in trusted
	version string
}

// rulesFile is the YAML form of Rules.
type rulesFile struct {
	// Trusted lists the sources for most_trusted, the best first.
	Trusted    []string          `yaml:"trusted,omitempty"`
	Attributes map[string][]Rule `yaml:"attributes"`
}

// DefaultRules returns the shipped table. It was chosen by benchmarks/golden, see
// docs/decisions.
func DefaultRules() *Rules { return newRules(rulesFile{Attributes: defaultTable()}) }

// shippedRules begins the version of the table that ships: another version of Aloi may
// have another one, and puts it in force by itself.
const shippedRules = "shipped-"

// firstShippedRules is the version of the table that shipped before its version said so.
const firstShippedRules = "1cd901f3cdcd892d"

// isShipped reports whether a version is that of a table that ships, or once did.
func isShipped(version string) bool {
	return strings.HasPrefix(version, shippedRules) || version == firstShippedRules
}

func defaultTable() map[string][]Rule {
	name := []Rule{RuleMostFrequent, RuleVouched, RuleKnown, RuleMostTypical, RuleMostRecent}
	return map[string][]Rule{
		pathCivility:   {RuleMostFrequent, RuleMostRecent},
		pathGiven:      {RuleMostFrequent, RuleKnown, RuleVouched, RuleMostTypical, RuleMostRecent},
		pathMiddle:     name,
		pathFamily:     {RuleInUse, RuleCurrent, RuleMostFrequent, RuleVouched, RuleKnown, RuleMostTypical, RuleMostRecent},
		pathBirthName:  name,
		pathFull:       {RuleMostFrequent, RuleMostComplete, RuleMostTypical, RuleMostRecent},
		pathBirthDate:  {RuleMostFrequent, RuleMostComplete, RuleMostTypical, RuleMostRecent},
		pathGender:     {RuleMostFrequent, RuleMostRecent},
		pathAddress:    {RuleMostRecent, RuleMostFrequent, RuleMostComplete},
		pathEmail:      {RuleMostFrequent, RuleVouched, RuleMostTypical, RuleMostRecent},
		pathPhone:      {RuleMostFrequent, RuleWellFormed, RuleDistinct, RuleMostTypical, RuleMostRecent},
		pathIdentifier: {RuleCurrent, RuleMostFrequent, RuleWellFormed, RuleMostRecent},
		pathAttribute:  {RuleMostRecent},
	}
}

func newRules(f rulesFile) *Rules {
	r := &Rules{trusted: f.Trusted, table: f.Attributes, rank: map[string]int{}}
	for i, source := range f.Trusted {
		r.rank[source] = i
	}
	sum := sha256.Sum256([]byte(r.canonical()))
	r.version = hex.EncodeToString(sum[:8])
	if len(f.Trusted) == 0 && maps.EqualFunc(f.Attributes, defaultTable(), slices.Equal[[]Rule]) {
		r.version = shippedRules + r.version
	}
	return r
}

// Version names the table by its content: 16 hexadecimal digits, behind shipped- for
// the table that ships.
func (r *Rules) Version() string { return r.version }

// Of returns the rules of a path such as `name.given` or `identifier.loyalty_card`.
func (r *Rules) Of(path string) []Rule {
	if rules, ok := r.table[path]; ok {
		return rules
	}
	family, _, _ := strings.Cut(path, ".")
	return r.table[family]
}

// ParseRules reads a table in its YAML form:
//
//	trusted: [store, sav]          # for most_trusted, best first
//	attributes:
//	  name.family: [most_trusted, most_recent]
//	  identifier.loyalty_card: [most_recent]
//
// Paths that it does not name keep their default. An unknown key, path or rule is
// an error that names it.
func ParseRules(text []byte) (*Rules, error) {
	f, err := decodeRules(text)
	if err != nil {
		return nil, fmt.Errorf("survivorship rules: %w", err)
	}
	if len(f.Trusted) > maxTrusted {
		return nil, fmt.Errorf("survivorship rules: trusted: more than %d sources", maxTrusted)
	}
	for i, s := range f.Trusted {
		if s == "" || slices.Contains(f.Trusted[:i], s) {
			return nil, fmt.Errorf("survivorship rules: trusted[%d]: empty or named twice", i)
		}
	}
	table := defaultTable()
	for _, path := range slices.Sorted(maps.Keys(f.Attributes)) {
		if err := checkRow(path, f.Attributes[path], f.Trusted); err != nil {
			return nil, fmt.Errorf("survivorship rules: %w", err)
		}
		table[path] = f.Attributes[path]
	}
	f.Attributes = table
	return newRules(f), nil
}

// decodeRules reads the YAML form.
func decodeRules(text []byte) (f rulesFile, err error) {
	defer func() { // the library panics at a tag that does not fit its value, `!0` and a text
		if recover() != nil {
			err = errors.New("is no YAML that can be read")
		}
	}()
	err = yaml.UnmarshalWithOptions(text, &f, yaml.Strict())
	return f, err
}

var rowPattern = regexp.MustCompile(`^(identifier|attribute)\.[a-z][a-z0-9_]{0,63}$`)

func checkRow(path string, rules []Rule, trusted []string) error {
	if _, known := defaultTable()[path]; !known && (len(path) > maxRulesPath || !rowPattern.MatchString(path)) {
		return fmt.Errorf("attributes: unknown path %.40q", path)
	}
	if len(rules) == 0 || len(rules) > maxRulesPerRow {
		return fmt.Errorf("attributes: %s: needs between 1 and %d rules", path, maxRulesPerRow)
	}
	for _, rule := range rules {
		if !slices.Contains(allRules, rule) {
			return fmt.Errorf("attributes: %s: unknown rule %.40q", path, rule)
		}
		if rule == RuleMostTrusted && len(trusted) == 0 {
			return fmt.Errorf("attributes: %s: most_trusted needs the list `trusted`", path)
		}
	}
	return nil
}

// YAML returns the whole table in the form that ParseRules reads, rows sorted by path.
func (r *Rules) YAML() []byte { return []byte(r.canonical()) }

func (r *Rules) canonical() string {
	var b strings.Builder
	if len(r.trusted) > 0 {
		b.WriteString("trusted:\n")
		for _, s := range r.trusted {
			fmt.Fprintf(&b, "  - %q\n", s)
		}
	}
	b.WriteString("attributes:\n")
	for _, path := range slices.Sorted(maps.Keys(r.table)) {
		words := make([]string, len(r.table[path]))
		for i, rule := range r.table[path] {
			words[i] = string(rule)
		}
		fmt.Fprintf(&b, "  %s: [%s]\n", path, strings.Join(words, ", "))
	}
	return b.String()
}
