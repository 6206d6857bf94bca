package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"aloi"
	"aloi/internal/property"
)

// parse reads a table of rules that must be good.
func parse(t interface {
	Helper()
	Fatal(args ...any)
}, text string) *Rules {
	t.Helper()
	r, err := ParseRules([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Configured rules decide, in their order, for their path only.
func TestConfiguredRules(t *testing.T) {
	web := aloi.Record{Names: []aloi.Name{{Given: "Zoé", Family: "Petit"}}}
	sav := aloi.Record{Names: []aloi.Name{{Given: "Maximilienne", Family: "Lefebvre"}}}
	members := []Contribution{said("web", 1, web), said("boutique", 5, web), said("sav", 9, sav)}
	for _, c := range []struct {
		name, rules string
		want        []string
	}{
		{"the last", "attributes:\n  name.given: [most_recent]",
			[]string{"name.family[0]=Petit ← boutique, current 2/3", "name.given[0]=Maximilienne ← sav, most_recent 1/3"}},
		{"the longest", "attributes:\n  name.given: [longest]",
			[]string{"name.family[0]=Petit ← boutique, current 2/3", "name.given[0]=Maximilienne ← sav, longest 1/3"}},
		{"the order of the rules", "attributes:\n  name.given: [most_frequent, longest]",
			[]string{"name.family[0]=Petit ← boutique, current 2/3", "name.given[0]=Zoé ← boutique, most_frequent 2/3"}},
		{"a trusted source", "trusted: [sav]\nattributes:\n  name.given: [most_trusted]\n  name.family: [most_trusted]",
			[]string{"name.family[0]=Lefebvre ← sav, most_trusted 1/3", "name.given[0]=Maximilienne ← sav, most_trusted 1/3"}},
		{"the first trusted source before the second", "trusted: [web, sav]\nattributes:\n  name.given: [most_trusted]\n  name.family: [most_recent]",
			[]string{"name.family[0]=Lefebvre ← sav, most_recent 1/3", "name.given[0]=Zoé ← boutique, most_trusted 2/3"}},
		{"sources that nobody trusts tie", "trusted: [caisse]\nattributes:\n  name.given: [most_trusted, most_recent]",
			[]string{"name.family[0]=Petit ← boutique, current 2/3", "name.given[0]=Maximilienne ← sav, most_recent 1/3"}},
	} {
		t.Run(c.name, func(t *testing.T) { survives(t, parse(t, c.rules), members, []string{"name."}, c.want) })
	}
}

// A row for one type or name comes before that for all of them.
func TestRulesOfTypesAndNames(t *testing.T) {
	rules := parse(t, "attributes:\n  identifier.loyalty_card: [longest]\n  attribute: [longest]\n  attribute.pointure: [most_recent]")
	for _, c := range []struct {
		path string
		want Rule
	}{
		{"identifier.loyalty_card", RuleLongest}, {"identifier.device", RuleCurrent},
		{"attribute.pointure", RuleMostRecent}, {"attribute.magasin", RuleLongest}, {"email", RuleMostFrequent},
	} {
		if got := rules.Of(c.path); len(got) == 0 || got[0] != c.want {
			t.Errorf("%s: %v, want %s first", c.path, got, c.want)
		}
	}
	old, late := free("pointure", "38 et demi"), free("pointure", "39")
	survives(t, rules, []Contribution{said("a", 1, old), said("b", 2, late)}, []string{"attribute."},
		[]string{"attribute.pointure[0]=39 ← b, most_recent 1/2"})
}

func TestVersionOfRules(t *testing.T) {
	for _, same := range []string{"{}", "attributes: {}", "attributes:\n  attribute: [most_recent]", "# rien\nattributes: {email: [most_frequent, vouched, most_typical, most_recent]}"} {
		if r := parse(t, same); r.Version() != DefaultRules().Version() {
			t.Errorf("%q says what the default says, and has another version", same)
		}
	}
	versions := map[string]string{DefaultRules().Version(): "default"}
	for _, text := range []string{
		"attributes:\n  email: [most_recent]", "attributes:\n  phone: [most_recent]", "attributes:\n  email: [most_recent, longest]",
		"attributes:\n  email: [longest, most_recent]", "attributes:\n  attribute.email: [most_recent]",
		"trusted: [web]", "trusted: [web, sav]", "trusted: [sav, web]", "trusted: ['web, sav']",
	} {
		v := parse(t, text).Version()
		if was, ok := versions[v]; ok {
			t.Errorf("%q has the version of %q", text, was)
		}
		if versions[v] = text; len(v) != 16 || strings.Trim(v, "0123456789abcdef") != "" {
			t.Errorf("%q has the version %q", text, v)
		}
	}
}

// Whatever a source is called, the table is written so that it reads as the same.
func TestRulesWriteThemselves(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		trusted := rapid.SliceOfNDistinct(rapid.StringMatching(`[\pL\pN"'\\:#\-,. {}é🏬]{1,12}`), 1, 5, rapid.ID).Draw(t, "trusted")
		path := rapid.SampledFrom([]string{"email", "address", "attribute.pointure", "identifier.siret"}).Draw(t, "path")
		list := rapid.SliceOfNDistinct(rapid.SampledFrom(allRules), 1, maxRulesPerRow, rapid.ID).Draw(t, "rules")
		table := defaultTable()
		table[path] = list
		r := newRules(rulesFile{Trusted: trusted, Attributes: table})
		again := parse(t, string(r.YAML()))
		if again.Version() != r.Version() || !slices.Equal(again.Of(path), list) || !slices.Equal(again.trusted, trusted) {
			t.Fatalf("%s reads as %v, %v", r.YAML(), again.trusted, again.Of(path))
		}
	})
}

func TestParseRulesBounds(t *testing.T) {
	var sources []string
	for i := range maxTrusted + 1 {
		sources = append(sources, fmt.Sprintf("s%d", i))
	}
	parse(t, "trusted: ["+strings.Join(sources[:maxTrusted], ", ")+"]")
	for _, c := range []struct{ name, text, want string }{
		{"too many sources", "trusted: [" + strings.Join(sources, ", ") + "]", "trusted: more than 1000"},
		{"an empty source", "trusted: [web, '']", "trusted[1]"},
		{"too many rules", "attributes:\n  email: [" + strings.Repeat("longest, ", maxRulesPerRow) + "longest]", "email: needs between 1 and 8"},
		{"a row without a list", "attributes:\n  email:", "email: needs between"},
		{"a rule in capitals", "attributes:\n  email: [Longest]", `email: unknown rule "Longest"`},
		{"a rule of the results only", "attributes:\n  email: [tie]", `email: unknown rule "tie"`},
		{"a long path is cut short", "attributes:\n  attribute." + strings.Repeat("a", 200) + ": [longest]", `unknown path "attribute.`},
		{"a note has no rules", "attributes:\n  note: [longest]", `unknown path "note"`},
		{"a type without its name", "attributes:\n  identifier.: [longest]", `unknown path "identifier."`},
		{"a list of paths", "attributes: [email]", "survivorship rules"},
		{"two errors name the first by path", "attributes:\n  phone: [x]\n  email: [x]", "email"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseRules([]byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) || len(err.Error()) > 400 {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}
