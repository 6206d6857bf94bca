package engine

import (
	"strings"
	"testing"

	"aloi"
)

func TestParseRules(t *testing.T) {
	r, err := ParseRules([]byte("trusted: [store, sav]\nattributes:\n  name.family: [most_trusted, most_recent]\n  identifier.loyalty_card: [most_recent]\n"))
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Of("name.family"); len(got) != 2 || got[0] != RuleMostTrusted {
		t.Errorf("name.family: %v", got)
	}
	if got, want := r.Of("email"), DefaultRules().Of("email"); len(got) != len(want) {
		t.Errorf("a path that the file does not name: %v, want the default %v", got, want)
	}
	if got := r.Of("identifier.device"); len(got) == 0 {
		t.Error("a type without a row has no rules")
	}
	again, err := ParseRules(r.YAML())
	if err != nil {
		t.Fatal(err)
	}
	if again.Version() != r.Version() || r.Version() == DefaultRules().Version() {
		t.Errorf("versions: %s written and read, %s before, %s default", again.Version(), r.Version(), DefaultRules().Version())
	}
}

func TestParseRulesNamesTheFault(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"path", "attributes:\n  name.giben: [longest]", "name.giben"},
		{"part of an address", "attributes:\n  address.city: [longest]", "address.city"},
		{"type", "attributes:\n  identifier.Loyalty: [longest]", "identifier.Loyalty"},
		{"rule", "attributes:\n  email: [newest]", "newest"},
		{"no rule", "attributes:\n  email: []", "email"},
		{"key", "sources: [a]", "sources"},
		{"path twice", "attributes:\n  email: [longest]\n  email: [most_recent]", "email"},
		{"trusted twice", "trusted: [a, a]", "trusted[1]"},
		{"trust without sources", "attributes:\n  email: [most_trusted]", "trusted"},
		{"not YAML", "attributes: [", "survivorship rules"},
		{"tag of another value", "trusted: !0 a", "no YAML that can be read"},
		{"tag of a number", "attributes: {email: !!int a}", "no YAML that can be read"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseRules([]byte(c.text))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that names %q", err, c.want)
			}
		})
	}
}

// Each rule decides between two values that it tells apart.
func TestRules(t *testing.T) {
	for _, c := range []struct {
		rule    Rule
		trusted string
		path    string
		win     Contribution
		lose    []Contribution
	}{
		{rule: RuleMostRecent, path: pathGiven, win: said("w", 9, named("Anne", "")), lose: []Contribution{said("l", 1, named("Zoé", "")), said("m", 2, named("Zoé", ""))}},
		{rule: RuleLongest, path: pathGiven, win: said("w", 1, named("Maximilienne", "")), lose: []Contribution{said("l", 9, named("Zoé", ""))}},
		{rule: RuleMostTrusted, trusted: "trusted: [w]\n", path: pathGiven, win: said("w", 1, named("Anne", "")), lose: []Contribution{said("l", 9, named("Zoé", ""))}},
		{rule: RuleMostTypical, path: pathFamily, win: said("w", 1, named("", "Lefevre")), lose: []Contribution{said("l", 9, named("", "Lefevrre")), said("m", 9, named("", "Lfevre"))}},
		{rule: RuleMostComplete, path: pathBirthDate, win: said("w", 1, aloi.Record{BirthDate: "1984-03-02"}), lose: []Contribution{said("l", 9, aloi.Record{BirthDate: "1984"})}},
		{rule: RuleKnown, path: pathGiven, win: said("w", 1, named("Camille", "")), lose: []Contribution{said("l", 9, named("Camlile", ""))}},
		{rule: RuleMostFrequent, path: pathEmail, win: said("w", 1, aloi.Record{Emails: []string{"anne.petit@example.org", "Anne.Petit@example.org"}}),
			lose: []Contribution{said("l", 9, aloi.Record{Emails: []string{"zoe@laposte.net"}}), said("m", 1, aloi.Record{Emails: []string{"anne.petit@example.org"}})}},
	} {
		t.Run(string(c.rule), func(t *testing.T) {
			r, err := ParseRules([]byte(c.trusted + "attributes:\n  " + c.path + ": [" + string(c.rule) + "]"))
			if err != nil {
				t.Fatal(err)
			}
			want := golden(DefaultRules().Survive([]Contribution{c.win}), c.path)
			var got string
			for _, a := range r.Survive(append(c.lose, c.win)) {
				if a.Path == c.path && a.Rank == 0 {
					if got = a.Path + "=" + a.Value; a.Rule != string(c.rule) {
						t.Errorf("decided by %s", a.Rule)
					}
				}
			}
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestMergeConsents(t *testing.T) {
	event := func(id string, on int, channel string) aloi.ConsentEvent {
		return aloi.ConsentEvent{SourceEventID: id, Kind: aloi.ConsentGiven, Time: day(on), Channels: []string{channel}}
	}
	a := Contribution{Ref: aloi.RecordRef{Source: "web", ID: "2"}, Record: &aloi.Record{Consents: []aloi.ConsentEvent{event("e1", 3, "EMAIL"), event("e2", 1, "SMS")}}}
	b := Contribution{Ref: aloi.RecordRef{Source: "web", ID: "1"}, Record: &aloi.Record{Consents: []aloi.ConsentEvent{event("e1", 3, "SMS"), event("", 1, "SMS")}}}
	c := Contribution{Ref: aloi.RecordRef{Source: "sav", ID: "1"}, Record: &aloi.Record{Consents: []aloi.ConsentEvent{event("e2", 1, "EMAIL"), event("", 2, "SMS")}}}
	want := "sav/1 e2 false; web/1  false; web/2 e2 false; sav/1  false; web/1 e1 true; web/2 e1 true"
	for _, members := range [][]Contribution{{a, b, c}, {c, b, a}, {b, a, c}} {
		var got []string
		for _, e := range mergeConsents(members) {
			conflict := "false"
			if e.Conflicting {
				conflict = "true"
			}
			got = append(got, e.Record.Source+"/"+e.Record.ID+" "+e.Event.SourceEventID+" "+conflict)
		}
		if s := strings.Join(got, "; "); s != want {
			t.Errorf("got %s\nwant %s", s, want)
		}
	}
}
