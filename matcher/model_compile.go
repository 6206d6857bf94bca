package matcher

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"aloi"
)

// The limits of a model.
const (
	maxComparisons = 32
	// MaxValues is the most values that a comparison lists: the file stays small enough to
	// read and to store, and the rest are so rare that the table or their mean will do.
	MaxValues = 1000
)

// ownTerms is the name of the table of a comparison that has no values but its own.
const ownTerms = "own"

// grade is a compiled level.
type grade struct {
	stranger, household Weight // log2(m/u), log2(m/h)
	terms               bool
}

// compiled is a compiled comparison.
type compiled struct {
	name   string // as in the model
	kind   string // of identifier or attribute; empty for the known ones
	levels []string
	grades []grade
	// contact marks e-mail addresses, phone numbers and identifiers, which households share.
	contact bool
	terms   frequencies
	own     map[uint32]Weight // the model's own values: hash → rarity
	skewed  bool              // it has no values but its own: the others are alike
	// mean is the rarity that the grades' weights are made for; rarest bounds the
	// rarity that the table gives a value, unlisted is that of a value in no list.
	mean, rarest, unlisted Weight
	highest                Weight // bounds the terms
	kinds                  uint8  // of an identifier, as in outline
}

// condition is a compiled Condition: each comparison at one of the levels of its mask.
type condition struct {
	reason Reason
	parts  []conditionPart
}

type conditionPart struct {
	comparison int
	levels     uint32 // bit i is level i
}

// The prefixes of comparisons that are not known by name.
const (
	identifierPrefix = "identifier."
	attributePrefix  = "attribute."
	anyIdentifier    = identifierPrefix + "*"
)

// Matcher applies one model. It is immutable and safe for concurrent use.
type Matcher struct {
	model       *Model
	known       [knownComparisons]*compiled // nil where the model leaves one out
	order       []*compiled                 // as in the model
	identifiers []*compiled                 // by type, sorted; without the one for any other
	other       *compiled                   // identifiers of any other type, or nil
	attributes  []*compiled                 // by name, sorted
	names       []string                    // of the attributes
	unique      []string
	vetoes      []condition
	doubts      []condition
}

// New compiles a model, or says what is wrong with it: an *aloi.Error whose
// violations name each wrong key. The matcher keeps m: do not change it afterwards.
func New(m *Model) (*Matcher, error) {
	c := &compiler{m: &Matcher{model: m, unique: m.Unique}, index: map[string]int{}}
	c.thresholds(m)
	for i := range m.Comparisons {
		c.comparison(fmt.Sprintf("comparisons[%d]", i), &m.Comparisons[i])
	}
	if len(m.Comparisons) == 0 || len(m.Comparisons) > maxComparisons {
		c.fail("comparisons", fmt.Sprintf("must be 1 to %d", maxComparisons))
	}
	c.m.vetoes = c.conditions("vetoes", m.Vetoes)
	c.m.doubts = c.conditions("doubts", m.Doubts)
	if len(c.wrong) > 0 {
		return nil, aloi.Invalid(c.wrong...)
	}
	byKind := func(x, y *compiled) int { return strings.Compare(x.kind, y.kind) }
	slices.SortFunc(c.m.identifiers, byKind)
	slices.SortFunc(c.m.attributes, byKind)
	for _, a := range c.m.attributes {
		c.m.names = append(c.m.names, a.kind)
	}
	return c.m, nil
}

// compiler gathers a Matcher and what is wrong with its model.
type compiler struct {
	m     *Matcher
	index map[string]int // comparison → its place in the model
	wrong []aloi.Violation
}

func (c *compiler) fail(field, reason string) {
	c.wrong = append(c.wrong, aloi.Violation{Field: "model." + field, Reason: reason})
}

func (c *compiler) thresholds(m *Model) {
	if m.Version == "" {
		c.fail("version", "is empty")
	}
	if m.Review > m.Same {
		c.fail("review", "is above same")
	}
	if m.Same > m.Strong {
		c.fail("same", "is above strong")
	}
}

func (c *compiler) comparison(field string, mc *ModelComparison) {
	if _, twice := c.index[mc.Name]; twice {
		c.fail(field+".name", "is given twice")
		return
	}
	c.index[mc.Name] = len(c.m.order)
	k := &compiled{name: mc.Name, rarest: mc.Rarest, unlisted: mc.Unlisted}
	c.m.order = append(c.m.order, k)
	c.place(field, k)
	c.terms(field, k, mc)
	c.levels(field+".levels", k, mc)
}

// terms finds the table of a comparison and compiles its own values.
func (c *compiler) terms(field string, k *compiled, mc *ModelComparison) {
	switch {
	case mc.Terms == "" && len(mc.Values) > 0:
		c.fail(field+".values", "needs terms")
	case mc.Terms == "":
		return
	case mc.Terms == ownTerms:
		k.skewed, k.rarest = true, mc.Unlisted
	default:
		if k.terms = termTables[mc.Terms]; k.terms.table == nil {
			c.fail(field+".terms", "is not one of given_names, family_names, places, own")
		}
		if mc.Rarest <= 0 {
			c.fail(field+".rarest", "must be above 0 where terms is given")
		}
	}
	if mc.Unlisted <= 0 || mc.Unlisted > k.rarest {
		c.fail(field+".unlisted", "must be above 0 and at most rarest where terms is given")
	}
	if len(mc.Values) > MaxValues {
		c.fail(field+".values", fmt.Sprintf("are more than %d", MaxValues))
		return
	}
	k.own = make(map[uint32]Weight, len(mc.Values))
	for i, v := range mc.Values {
		if !(v.Share > 0 && v.Share <= 1) {
			c.fail(fmt.Sprintf("%s.values[%d].share", field, i), "must be above 0 and at most 1")
			continue
		}
		h := hashSpaceless(v.Value)
		if r, twice := k.own[h]; !twice || bits(1/v.Share) < r {
			k.own[h] = bits(1 / v.Share)
		}
	}
}

// place files the comparison where the matcher looks for it, and finds the levels
// that it may have.
func (c *compiler) place(field string, k *compiled) {
	for id := range c.m.known {
		if knownLevels[id].name == k.name {
			k.levels = knownLevels[id].levels
			k.contact = comparisonID(id) == compareEmail || comparisonID(id) == comparePhone
			c.m.known[id] = k
			return
		}
	}
	k.levels = valueLevels
	identifier, isIdentifier := strings.CutPrefix(k.name, identifierPrefix)
	attribute, isAttribute := strings.CutPrefix(k.name, attributePrefix)
	switch {
	case k.name == anyIdentifier:
		k.contact, c.m.other = true, k
	case isIdentifier && identifier != "":
		k.kind, k.contact = identifier, true
		k.kinds = kindOf(identifier)
		c.m.identifiers = append(c.m.identifiers, k)
	case isAttribute && attribute != "":
		k.kind = attribute
		c.m.attributes = append(c.m.attributes, k)
	default:
		c.fail(field+".name", "is no comparison that the matcher knows")
	}
}

func (c *compiler) levels(field string, k *compiled, mc *ModelComparison) {
	k.grades = make([]grade, len(k.levels))
	seen := 0
	for i, l := range mc.Levels {
		f := fmt.Sprintf("%s[%d]", field, i)
		at := slices.Index(k.levels, l.Name)
		switch {
		case at < 0:
			c.fail(f+".name", "is no level of "+mc.Name)
			continue
		case at != i:
			c.fail(f+".name", "is missing one before it, out of order or given twice")
			continue
		}
		seen++
		if !probability(l.M) || !probability(l.U) || !probability(l.H) {
			c.fail(f, "m, u and h must be above 0 and below 1")
			continue
		}
		k.grades[at] = grade{stranger: bits(l.M / l.U), household: bits(l.M / l.H), terms: l.Terms}
		if l.Terms && !k.hasTerms() {
			c.fail(f+".terms", "needs a frequency table")
		}
		if l.Terms && k.mean == 0 {
			k.mean = bits(1 / l.U)
		}
	}
	k.highest = max(k.rarest, k.unlisted)
	for _, r := range k.own {
		k.highest = max(k.highest, r)
	}
	k.highest -= k.mean
	if seen < len(k.levels) {
		c.fail(field, "must be "+strings.Join(k.levels, ", "))
	}
}

func (c *compiler) conditions(field string, list []Condition) []condition {
	var out []condition
	for i, x := range list {
		f := fmt.Sprintf("%s[%d]", field, i)
		if x.Reason == "" || len(x.When) == 0 {
			c.fail(f, "needs a reason and a when")
		}
		k := condition{reason: Reason{x.Reason, x.ReasonFR}}
		for _, name := range slices.Sorted(maps.Keys(x.When)) {
			at, ok := c.index[name]
			if !ok {
				c.fail(f+".when", "names a comparison that the model does not have")
				continue
			}
			p := conditionPart{comparison: at}
			for _, l := range x.When[name] {
				li := slices.Index(c.m.order[at].levels, l)
				if li < 0 {
					c.fail(f+".when."+name, "is no level of it")
					continue
				}
				p.levels |= 1 << li
			}
			k.parts = append(k.parts, p)
		}
		out = append(out, k)
	}
	return out
}

func probability(p float64) bool { return p > 0 && p < 1 }

// bits returns log2(ratio) as a weight.
func bits(ratio float64) Weight { return Weight(math.Round(math.Log2(ratio) * float64(Bit))) }
