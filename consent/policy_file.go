package consent

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"aloi"
)

// policyFile is a policy as YAML has it.
type policyFile struct {
	Version           string            `yaml:"version"`
	ClockSkew         string            `yaml:"clock_skew"`
	FutureTolerance   string            `yaml:"future_tolerance"`
	Confirmed         []Channel         `yaml:"confirmed"`
	TokenLife         string            `yaml:"token_life"`
	MaxConsentAge     string            `yaml:"max_consent_age"`
	Retention         string            `yaml:"retention"`
	MinGrant          aloi.LinkStrength `yaml:"min_grant"`
	MinStop           aloi.LinkStrength `yaml:"min_stop"`
	PurchasedNeeds    []string          `yaml:"purchased_needs"`
	FreeAccountIsSale bool              `yaml:"free_account_is_sale"`
	Jurisdiction      string            `yaml:"jurisdiction"`
	Controllers       []string          `yaml:"controllers"`
	Passive           []string          `yaml:"passive"`
	Rules             []Rule            `yaml:"rules"`
}

// ParsePolicy reads a policy as YAML: what it does not say is as in DefaultPolicy, but for
// the version, which it must say. An unknown key, or a value out of range, is an error
// that names it.
func ParsePolicy(text []byte) (*Policy, error) {
	f := DefaultPolicy().file()
	f.Version = ""
	if err := decodeYAML(text, f); err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	if wrong := f.wrong(); wrong != "" {
		return nil, fmt.Errorf("policy: %s", wrong)
	}
	if err := checkRules(f.Rules); err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	return f.policy()
}

// Text returns the policy as YAML that ParsePolicy reads back as the same.
func (p *Policy) Text() []byte {
	text, err := yaml.Marshal(p.file())
	if err != nil {
		panic("consent: a policy does not write: " + err.Error()) // no value of it can fail
	}
	return text
}

// wrong says what is out of range, empty for nothing.
func (f *policyFile) wrong() string {
	switch {
	case f.Version == "":
		return "version is missing"
	case rank(f.MinGrant) == 0:
		return "min_grant is none of WEAK, STRONG, DETERMINISTIC, ASSERTED"
	case rank(f.MinStop) == 0:
		return "min_stop is none of WEAK, STRONG, DETERMINISTIC, ASSERTED"
	case f.Jurisdiction == "":
		return "jurisdiction is empty"
	case !all(f.Confirmed, Channel.Known):
		return "confirmed has a channel that is unknown"
	case !all(f.PurchasedNeeds, func(s string) bool { return slices.Contains(purchaseProofs, s) }):
		return "purchased_needs has one that is none of " + strings.Join(purchaseProofs, ", ")
	case !all(f.Controllers, func(s string) bool { return s != "" && s != wildcard }):
		return "controllers has one that is no name"
	}
	return ""
}

func all[T any](list []T, is func(T) bool) bool {
	return !slices.ContainsFunc(list, func(x T) bool { return !is(x) })
}

// policy returns what the file says. An error names the duration that is none.
func (f *policyFile) policy() (*Policy, error) {
	p := &Policy{
		Version: f.Version, Confirmed: orNil(f.Confirmed), MinGrant: f.MinGrant, MinStop: f.MinStop, PurchasedNeeds: orNil(f.PurchasedNeeds),
		FreeAccountIsSale: f.FreeAccountIsSale, Jurisdiction: f.Jurisdiction, Controllers: orNil(f.Controllers), Passive: orNil(f.Passive), Rules: orNil(f.Rules),
	}
	for _, d := range []struct {
		key   string
		into  *time.Duration
		text  string
		least time.Duration
	}{
		{"clock_skew", &p.ClockSkew, f.ClockSkew, 0},
		{"future_tolerance", &p.FutureTolerance, f.FutureTolerance, 0},
		{"token_life", &p.TokenLife, f.TokenLife, time.Second},
		{"max_consent_age", &p.MaxConsentAge, f.MaxConsentAge, 0},
		{"retention", &p.Retention, f.Retention, day},
	} {
		n, ok := parsePeriod(d.text)
		if !ok {
			return nil, fmt.Errorf("policy: %s is no duration such as 300s, 12h, 7d", d.key)
		}
		if n < d.least {
			return nil, fmt.Errorf("policy: %s is shorter than %s", d.key, periodText(d.least))
		}
		*d.into = n
	}
	return p, nil
}

// orNil makes an empty list none: the two mean the same.
func orNil[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return list
}

// file returns the policy as YAML has it.
func (p *Policy) file() *policyFile {
	return &policyFile{
		Version: p.Version, ClockSkew: periodText(p.ClockSkew), FutureTolerance: periodText(p.FutureTolerance), Confirmed: p.Confirmed,
		TokenLife: periodText(p.TokenLife), MaxConsentAge: periodText(p.MaxConsentAge), Retention: periodText(p.Retention),
		MinGrant: p.MinGrant, MinStop: p.MinStop, PurchasedNeeds: p.PurchasedNeeds, FreeAccountIsSale: p.FreeAccountIsSale,
		Jurisdiction: p.Jurisdiction, Controllers: p.Controllers, Passive: p.Passive, Rules: p.Rules,
	}
}

// parsePeriod reads a duration: a number of days, `7d`, or what time.ParseDuration reads.
func parsePeriod(text string) (time.Duration, bool) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.ParseInt(days, 10, 64)
		return time.Duration(n) * day, err == nil && n >= 0 && n <= int64(math.MaxInt64/day)
	}
	d, err := time.ParseDuration(text)
	return d, err == nil
}

// periodText writes a duration so that parsePeriod reads it back.
func periodText(d time.Duration) string {
	switch {
	case d >= day && d%day == 0:
		return fmt.Sprintf("%dd", d/day)
	case d%time.Second == 0:
		return fmt.Sprintf("%ds", d/time.Second)
	}
	return d.String()
}
