package consent

import (
	_ "embed"
	"fmt"
	"slices"
	"time"

	"aloi"
)

// Policy is what an operator may set: thresholds of ours and the rules of law.
type Policy struct {
	Version string
	// ClockSkew is the uncertainty of an event whose source states none; FutureTolerance
	// is how far after its recording an event may be dated and still be believed.
	ClockSkew, FutureTolerance time.Duration
	// Confirmed are the channels whose consent needs a confirmation (double opt-in).
	Confirmed []Channel
	// TokenLife is how long the token of a request may be confirmed.
	TokenLife time.Duration
	// MaxConsentAge ends a consent by age; 0 is never.
	MaxConsentAge time.Duration
	// Retention is how long after the last action of the person marketing may go on.
	Retention time.Duration
	// MinGrant is the weakest link over which a grant travels, MinStop that over which a
	// person-wide stop does.
	MinGrant, MinStop aloi.LinkStrength
	// PurchasedNeeds are the proofs that a bought list must bring: broker,
	// named_recipient, notice_hash, collected_at.
	PurchasedNeeds []string
	// FreeAccountIsSale reads an account without purchase as a sale (CJEU C-654/23).
	FreeAccountIsSale bool
	// Jurisdiction is the law that applies where a question names none: FR or EU.
	Jurisdiction string
	// Controllers are those that there are; empty is any.
	Controllers []string
	// Passive are the kinds of interaction that are no act of the person.
	Passive []string
	Rules   []Rule
}

const day = 24 * time.Hour

// DefaultPolicy returns the policy for France: see docs/consent.md for each value. The
// caller owns it.
func DefaultPolicy() *Policy {
	return &Policy{
		Version:         "fr-2026-11",
		ClockSkew:       300 * time.Second,
		FutureTolerance: 300 * time.Second,
		Confirmed:       []Channel{Email},
		TokenLife:       7 * day,
		Retention:       1096 * day, // three years (CNIL, commercial management)
		MinGrant:        aloi.LinkDeterministic,
		MinStop:         aloi.LinkWeak,
		PurchasedNeeds:  slices.Clone(purchaseProofs),
		Jurisdiction:    "FR",
		Passive:         []string{"email_sent", "email_open", "email_opened", "email_delivered", "email_bounce", "sms_sent", "sms_delivered", "push_sent", "letter_sent", "call_missed"},
		Rules:           DefaultRules(),
	}
}

// Rule is one dated row: under which condition which bases are accepted.
type Rule struct {
	ID string `yaml:"id"`
	// What the row is for; an empty list is any.
	Channels      []Channel      `yaml:"channels,omitempty"`
	Relationships []Relationship `yaml:"relationships,omitempty"`
	Jurisdictions []string       `yaml:"jurisdictions,omitempty"`
	// Purposes are roots: a row is for all that stands below.
	Purposes []Purpose `yaml:"purposes,omitempty"`
	Sectors  []string  `yaml:"sectors,omitempty"`
	// From and To are when the row is in force, To exclusive; zero To is no end.
	From time.Time `yaml:"from"`
	To   time.Time `yaml:"to,omitempty"`
	// Bases are accepted in this order; none forbids.
	Bases       []Basis      `yaml:"bases"`
	Reason      Reason       `yaml:"reason"` // of a denial for which no basis gives a better one
	Obligations []Obligation `yaml:"obligations,omitempty"`
	Source      string       `yaml:"source"`
}

// Obligation is what a PERMIT asks of its user.
type Obligation string

//go:embed rules.yaml
var defaultRules []byte

// DefaultRules returns the rows that ship with Aloi. The caller owns them.
func DefaultRules() []Rule {
	rules, err := ParseRules(defaultRules)
	if err != nil {
		panic("consent: the shipped rules do not load: " + err.Error())
	}
	return rules
}

// ParseRules reads rows as YAML. A row without id, source, date or reason, with an
// unknown key or an unknown channel, purpose or basis is an error that names it.
func ParseRules(text []byte) ([]Rule, error) {
	var rules []Rule
	if err := decodeYAML(text, &rules); err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	return rules, checkRules(rules)
}

// checkRules returns an error that names the first row with something wrong.
func checkRules(rules []Rule) error {
	seen := make(map[string]bool, len(rules))
	for i := range rules {
		wrong := rules[i].wrong()
		if wrong == "" && seen[rules[i].ID] {
			wrong = "id is there twice"
		}
		if wrong != "" {
			return fmt.Errorf("rules[%d]: %s", i, wrong)
		}
		seen[rules[i].ID] = true
	}
	return nil
}

// wrong says what a row lacks, empty for nothing.
func (r *Rule) wrong() string {
	switch {
	case r.ID == "":
		return "id is missing"
	case r.Source == "":
		return "source is missing"
	case r.From.IsZero():
		return "from is missing"
	case r.Reason == "":
		return "reason is missing"
	case !slices.Contains(Reasons, r.Reason):
		return "reason is unknown"
	case !r.To.IsZero() && !r.To.After(r.From):
		return "to is not after from"
	}
	for _, c := range r.Channels {
		if !c.Known() {
			return "channels has one that is unknown"
		}
	}
	for _, x := range r.Relationships {
		if !slices.Contains(Relationships, x) {
			return "relationships has one that is unknown"
		}
	}
	for _, p := range r.Purposes {
		if !p.Known() {
			return "purposes has one that is unknown"
		}
	}
	for _, b := range r.Bases {
		if _, ok := bases[b]; !ok {
			return "bases has one that is unknown"
		}
	}
	return ""
}

// fits reports whether a row is for a question.
func (r *Rule) fits(q *Question) bool {
	in := func(n int, found bool) bool { return n == 0 || found }
	return !r.From.After(q.At) && (r.To.IsZero() || q.At.Before(r.To)) &&
		in(len(r.Channels), slices.Contains(r.Channels, q.Channel)) &&
		in(len(r.Relationships), slices.Contains(r.Relationships, q.Relationship)) &&
		in(len(r.Jurisdictions), slices.Contains(r.Jurisdictions, q.Jurisdiction)) &&
		in(len(r.Sectors), slices.Contains(r.Sectors, q.Sector)) &&
		in(len(r.Purposes), slices.ContainsFunc(r.Purposes, q.Purpose.within))
}

// sectorCounts is more than all that a row can ask besides.
const sectorCounts = 16

// depth is how far a purpose stands below nothing: 1 at a root.
func depth(p Purpose) int {
	n := 0
	for ; p != ""; p = placeOf(p).parent {
		n++
	}
	return n
}

// specific counts what a row asks: a row for one state asks more than one for several,
// a narrower purpose more than either.
func (r *Rule) specific(q *Question) int {
	n := 0
	for _, asked := range []int{len(r.Channels), len(r.Relationships), len(r.Jurisdictions)} {
		if asked > 0 {
			n += 2
		}
	}
	if len(r.Jurisdictions) == 1 {
		n++
	}
	if len(r.Sectors) > 0 {
		n += sectorCounts
	}
	for p := q.Purpose; p != ""; p = placeOf(p).parent {
		if slices.Contains(r.Purposes, p) {
			return n + 2*depth(p)
		}
	}
	return n
}

// rule returns the most specific row for a question, nil for none; the first of equals.
func (p *Policy) rule(q *Question) *Rule {
	var best *Rule
	most := -1
	for i := range p.Rules {
		r := &p.Rules[i]
		if !r.fits(q) {
			continue
		}
		if n := r.specific(q); n > most {
			best, most = r, n
		}
	}
	return best
}
