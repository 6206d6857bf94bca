package engine

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aloi"
)

// day is an instant in order of the days.
func day(n int) time.Time { return time.Date(2024, 1, n, 8, 0, 0, 0, time.UTC) }

// said is a record that was updated on a day.
func said(id string, on int, r aloi.Record) Contribution {
	r.Ref, r.UpdatedAt = aloi.RecordRef{Source: id, ID: id}, day(on)
	return Contribution{Ref: r.Ref, Record: &r, Prepared: lawMatcher.Prepare(&r)}
}

func named(given, family string) aloi.Record {
	return aloi.Record{Names: []aloi.Name{{Given: given, Family: family}}}
}

// golden writes the surviving values of some paths, ranks in order.
func golden(attrs []aloi.Attribute, paths ...string) string {
	var out []string
	for _, a := range attrs {
		if slices.Contains(paths, a.Path) {
			out = append(out, a.Path+"="+a.Value)
		}
	}
	return strings.Join(out, "; ")
}

func TestSurvive(t *testing.T) {
	names := []string{pathGiven, pathMiddle, pathFamily, pathBirthName, pathFull, pathCivility}
	for _, c := range []struct {
		name    string
		members []Contribution
		paths   []string
		want    string
	}{
		{"agreeing spellings are one, the best written is shown",
			[]Contribution{said("a", 9, named("ANNE", "LEFEVRE")), said("b", 1, named("Anne", "Lefèvre")), said("c", 5, named("anne", "lefevre"))},
			names, "name.family=Lefèvre; name.given=Anne"},
		{"the majority wins over the last",
			[]Contribution{said("a", 1, named("Anne", "Petit")), said("b", 2, named("Anne", "Petit")), said("c", 9, named("Anen", "Petit"))},
			names, "name.family=Petit; name.given=Anne"},
		{"an initial is only good for want of better",
			[]Contribution{said("a", 5, named("J.", "Petit")), said("b", 4, named("J", "Petit")), said("c", 1, named("Julie", "Petit"))},
			names, "name.family=Petit; name.given=Julie"},
		{"an e-mail address vouches for a spelling", func() []Contribution {
			r := named("Anne", "Lefaivre")
			r.Emails = []string{"anne.lefevre@example.org"}
			return []Contribution{said("a", 9, r), said("b", 1, named("Anne", "Lefevre"))}
		}(), names, "name.family=Lefevre; name.given=Anne"},
		{"a name in use follows the last two, not the one slip",
			[]Contribution{said("a", 1, named("Anne", "Petit")), said("b", 2, named("Anne", "Petit")), said("c", 3, named("Anne", "Petit")),
				said("d", 5, named("Anne", "Moreau")), said("e", 6, named("Anne", "MOREAU")), said("f", 7, named("Anne", "Moreaux"))},
			names, "name.family=Moreau; name.given=Anne"},
		{"the name at birth is not the name in use", func() []Contribution {
			r := aloi.Record{Names: []aloi.Name{{Given: "Anne", Family: "Moreau", Birth: "Petit"}}}
			return []Contribution{said("a", 1, named("Anne", "Petit")), said("b", 2, named("Anne", "Petit")), said("c", 3, r)}
		}(), names, "name.birth=Petit; name.family=Moreau; name.given=Anne"},
		{"née and épouse are read",
			[]Contribution{said("a", 1, named("Anne", "Petit épouse Moreau"))},
			names, "name.birth=Petit; name.family=Moreau; name.given=Anne"},
		{"a name on one line gives its parts",
			[]Contribution{said("a", 1, aloi.Record{Names: []aloi.Name{{Full: "Mme MOREAU Anne"}}})},
			names, "name.family=MOREAU; name.given=Anne"},
		{"a name on one line stays whole where its parts are not told apart",
			[]Contribution{said("a", 1, aloi.Record{Names: []aloi.Name{{Full: "Xqz Wvut"}}})},
			names, "name.full=Xqz Wvut"},
		{"swapped names are turned round",
			[]Contribution{said("a", 1, named("Anne", "Lefèvre")), said("b", 2, named("Lefèvre", "Anne")), said("c", 3, named("Lefevre", "Anne"))},
			names, "name.family=Lefèvre; name.given=Anne"},
		{"particles belong to the name",
			[]Contribution{said("a", 9, named("Anne", "Tour")), said("b", 1, named("Anne", "de La Tour"))},
			names, "name.family=de La Tour; name.given=Anne"},
		{"placeholders do not survive",
			[]Contribution{said("a", 9, named("NC", "INCONNU"))}, names, ""},
		{"a name without Latin letters survives",
			[]Contribution{said("a", 9, named("Анна", "Иванова"))}, names, "name.family=Иванова; name.given=Анна"},
		{"a birth date that was understood is ISO, a first of January is doubtful",
			[]Contribution{said("a", 9, aloi.Record{BirthDate: "01/01/1984"}), said("b", 1, aloi.Record{BirthDate: "2 mars 1984"})},
			[]string{pathBirthDate}, "birth_date=1984-03-02"},
		{"an impossible date does not survive",
			[]Contribution{said("a", 9, aloi.Record{BirthDate: "31/02/1984"})}, []string{pathBirthDate}, ""},
		{"gender is M or F, from the civility too",
			[]Contribution{said("a", 9, aloi.Record{Names: []aloi.Name{{Civility: "Madame", Given: "Camille"}}})},
			[]string{pathGender, pathCivility}, "gender=F; name.civility=Madame"},
		{"phones are in E.164 and ranked",
			[]Contribution{said("a", 1, aloi.Record{Phones: []string{"06 39 98 12 34"}}), said("b", 2, aloi.Record{Phones: []string{"0033639981234", "0478123456", "0600000000"}})},
			[]string{pathPhone}, "phone=+33639981234; phone=+33478123456"},
		{"e-mail addresses of one mailbox are one, the one without a tag is shown",
			[]Contribution{said("a", 9, aloi.Record{Emails: []string{"Anne.P+promo@GMAIL.com", "contact@example.org"}}), said("b", 1, aloi.Record{Emails: []string{"annep@gmail.com"}})},
			[]string{pathEmail}, "email=annep@gmail.com; email=contact@example.org"},
		{"identifiers by type",
			[]Contribution{said("a", 1, aloi.Record{Identifiers: []aloi.Identifier{{Type: "loyalty_card", Value: "2 989716 450928"}}}),
				said("b", 2, aloi.Record{Identifiers: []aloi.Identifier{{Type: "loyalty_card", Value: "2989716450928"}, {Type: "loyalty_card", Value: "2981111111111"}, {Type: "customer_number", Value: "K-77"}}})},
			[]string{"identifier.loyalty_card", "identifier.customer_number"},
			"identifier.customer_number=K-77; identifier.loyalty_card=2989716450928; identifier.loyalty_card=2981111111111"},
		{"free attributes are the most recent",
			[]Contribution{said("a", 1, aloi.Record{Attributes: []aloi.FreeAttribute{{Name: "occupation", Value: "boulangère"}}}),
				said("b", 2, aloi.Record{Attributes: []aloi.FreeAttribute{{Name: "occupation", Value: "infirmière"}}})},
			[]string{"attribute.occupation"}, "attribute.occupation=infirmière"},
		{"notes stay on their records",
			[]Contribution{said("a", 1, aloi.Record{Note: "rappeler lundi"})}, []string{"note"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := golden(DefaultRules().Survive(c.members), c.paths...); got != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

// addr is a record with an address.
func addr(id string, on int, line, code, city string) Contribution {
	return said(id, on, aloi.Record{Addresses: []aloi.Address{{Line: line, PostalCode: code, City: city}}})
}

func TestSurviveAddress(t *testing.T) {
	parts := []string{"address.line", "address.postal_code", "address.city"}
	for _, c := range []struct {
		name    string
		members []Contribution
		want    string
	}{
		{"less is part of more, and more is shown",
			[]Contribution{addr("a", 9, "", "69003", "LYON"), addr("b", 1, "12 rue Victor Hugo", "69003", "Lyon"), addr("c", 2, "12 R. VICTOR HUGO", "", "LYON 3EME")},
			"address.city=Lyon; address.line=12 rue Victor Hugo; address.postal_code=69003"},
		{"two addresses are never mixed, the last is in use",
			[]Contribution{addr("a", 1, "12 rue Victor Hugo", "69003", "Lyon"), addr("b", 5, "4 quai de Bercy", "", "Paris")},
			"address.city=Paris; address.city=Lyon; address.line=4 quai de Bercy; address.line=12 rue Victor Hugo; address.postal_code=69003"},
		{"a slip in the postal code is one address",
			[]Contribution{addr("a", 9, "12 rue Victor Hugo", "96003", "Lyon"), addr("b", 1, "12 rue Victor Hugo", "69003", "Lyon"), addr("c", 2, "12 rue Victor Hugo", "69003", "Lyon")},
			"address.city=Lyon; address.line=12 rue Victor Hugo; address.postal_code=69003"},
		{"another number is another address",
			[]Contribution{addr("a", 9, "12 rue Victor Hugo", "69003", "Lyon"), addr("b", 1, "14 rue Victor Hugo", "69003", "Lyon")},
			"address.city=Lyon; address.city=Lyon; address.line=12 rue Victor Hugo; address.line=14 rue Victor Hugo; address.postal_code=69003; address.postal_code=69003"},
		{"a lost zero comes back and a placeholder goes",
			[]Contribution{addr("a", 9, "NC", "3100", "Montluçon")},
			"address.city=Montluçon; address.postal_code=03100"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := golden(DefaultRules().Survive(c.members), parts...); got != c.want {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestProvenance(t *testing.T) {
	members := []Contribution{
		said("a", 1, named("Anne", "Petit")), said("b", 2, named("ANNE", "PETIT")), said("c", 3, named("Zoé", "Petit")),
		said("d", 4, aloi.Record{}),
	}
	for _, a := range DefaultRules().Survive(members) {
		switch a.Path {
		case pathGiven:
			want := aloi.Attribute{Path: pathGiven, Value: "Anne", Record: members[0].Ref, UpdatedAt: day(1), Rule: "most_frequent", Agreeing: 2, Contributed: 3}
			if a != want {
				t.Errorf("given name %+v, want %+v", a, want)
			}
		case pathFamily:
			if a.Rule != "only_value" || a.Agreeing != 3 || a.Contributed != 3 || a.Record != members[2].Ref { // of two that write the same the later
				t.Errorf("family name %+v", a)
			}
		}
	}
}

// The order of the members decides nothing, and neither does anything else that a
// second call could see.
func TestSurviveIsPure(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 11))
		w := newWorld(rng, 3)
		var members []Contribution
		for range 1 + rng.IntN(8) {
			r := w.record(w.ref(), pick(rng, w.people))
			c := Contribution{Ref: r.Ref, Record: r}
			if rng.IntN(10) > 0 {
				c.Prepared = lawMatcher.Prepare(r)
			}
			members = append(members, c)
		}
		want := DefaultRules().Survive(members)
		for range 5 {
			rng.Shuffle(len(members), func(i, j int) { members[i], members[j] = members[j], members[i] })
			if got := DefaultRules().Survive(members); !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d: in another order\n%+v\nwant\n%+v", seed, got, want)
			}
		}
		checkGolden(t, fmt.Sprintf("seed %d", seed), members, want)
	}
}

// checkGolden holds what is true of every golden record.
func checkGolden(t *testing.T, when string, members []Contribution, golden []aloi.Attribute) {
	t.Helper()
	if !slices.IsSortedFunc(golden, func(a, b aloi.Attribute) int {
		if a.Path != b.Path {
			return strings.Compare(a.Path, b.Path)
		}
		return a.Rank - b.Rank
	}) {
		t.Errorf("%s: not sorted", when)
	}
	for _, a := range golden {
		i := slices.IndexFunc(members, func(m Contribution) bool { return m.Ref == a.Record })
		if i < 0 || !members[i].Record.UpdatedAt.Equal(a.UpdatedAt) {
			t.Errorf("%s: %s names a record that is no member", when, a.Path)
		}
		if a.Value == "" || a.Rule == "" || a.Agreeing < 1 || a.Agreeing > a.Contributed || a.Contributed > len(members) {
			t.Errorf("%s: %+v", when, a)
		}
	}
}
