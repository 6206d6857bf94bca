package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"aloi"
)

// A survivor test writes surviving values as `path[rank]=value ← record, rule
// agreeing/contributed`.
func provenance(a aloi.Attribute) string {
	scope := ""
	if a.Scope != "" {
		scope = " of " + a.Scope
	}
	return fmt.Sprintf("%s[%d]=%s%s ← %s, %s %d/%d", a.Path, a.Rank, a.Value, scope, a.Record.Source, a.Rule, a.Agreeing, a.Contributed)
}

// survives checks what the attributes under some paths are, with their provenance,
// for every order of the members.
func survives(t *testing.T, rules *Rules, members []Contribution, prefixes []string, want []string) {
	t.Helper()
	for order := range permutations(len(members)) {
		ordered := make([]Contribution, len(members))
		for i, at := range order {
			ordered[i] = members[at]
		}
		var got []string
		for _, a := range rules.Survive(ordered) {
			if slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(a.Path, p) }) {
				got = append(got, provenance(a))
			}
			i := slices.IndexFunc(members, func(m Contribution) bool { return m.Ref == a.Record })
			if i < 0 || !a.UpdatedAt.Equal(members[i].Record.UpdatedAt) {
				t.Fatalf("%s names no member, or another time than its own", provenance(a))
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("in the order %v\n got %s\nwant %s", order, strings.Join(got, "\n     "), strings.Join(want, "\n     "))
		}
	}
}

// permutations yields every order of n things.
func permutations(n int) func(yield func([]int) bool) {
	return func(yield func([]int) bool) {
		order := make([]int, n)
		for i := range order {
			order[i] = i
		}
		var walk func(at int) bool
		walk = func(at int) bool {
			if at == n {
				return yield(order)
			}
			for i := at; i < n; i++ {
				order[at], order[i] = order[i], order[at]
				if !walk(at + 1) {
					return false
				}
				order[at], order[i] = order[i], order[at]
			}
			return true
		}
		walk(0)
	}
}

// survivorCase is one golden record by hand.
type survivorCase struct {
	name    string
	members []Contribution
	want    []string
}

func runSurvivors(t *testing.T, prefixes []string, cases []survivorCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) { survives(t, DefaultRules(), c.members, prefixes, c.want) })
	}
}

// Records with one kind of value.
func civil(civility string) aloi.Record {
	return aloi.Record{Names: []aloi.Name{{Civility: civility, Given: "Camille", Family: "Petit"}}}
}
func bornAs(family, birth string) aloi.Record {
	return aloi.Record{Names: []aloi.Name{{Given: "Anne", Family: family, Birth: birth}}}
}
func born(date string) aloi.Record      { return aloi.Record{BirthDate: date} }
func mails(list ...string) aloi.Record  { return aloi.Record{Emails: list} }
func phones(list ...string) aloi.Record { return aloi.Record{Phones: list} }
func living(list ...aloi.Address) aloi.Record {
	return aloi.Record{Addresses: list}
}
func free(name, value string) aloi.Record {
	return aloi.Record{Attributes: []aloi.FreeAttribute{{Name: name, Value: value}}}
}
func cards(list ...string) (r aloi.Record) {
	for _, v := range list {
		r.Identifiers = append(r.Identifiers, aloi.Identifier{Type: aloi.IdentifierLoyaltyCard, Value: v})
	}
	return r
}
func handle(network, value string) aloi.Record {
	return aloi.Record{Identifiers: []aloi.Identifier{{Type: aloi.IdentifierSocialHandle, Scope: network, Value: value}}}
}
