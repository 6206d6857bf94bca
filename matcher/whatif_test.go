package matcher

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"aloi"
)

// TestBorrow holds that a value borrowed makes two records equal in that comparison,
// and that neither record changes.
func TestBorrow(t *testing.T) {
	model := Default()
	model.Comparisons = append(model.Comparisons, ModelComparison{Name: "attribute.profession", Levels: []Level{
		{Name: "exact", M: .9, U: .01, H: .02}, {Name: "close", M: .05, U: .01, H: .01}, {Name: "different", M: .05, U: .98, H: .97},
	}})
	m, err := New(model)
	if err != nil {
		t.Fatal(err)
	}
	rich := person("Sylvie", "Kerbrat", "12/03/1984", sex("F"), mail("sylvie.k@orange.fr"), phone("0647281953"), card("2981234567890"), handle("sylvie.kbt"), gare)
	rich.Identifiers = append(rich.Identifiers, aloi.Identifier{Type: "passport", Value: "12AB34567"})
	rich.Attributes = []aloi.FreeAttribute{{Name: "profession", Value: "infirmière"}}
	for name, other := range map[string]*aloi.Record{
		"empty": {},
		"other": person("Yannick", "Lebrun", "05/11/1991", mail("y.l@free.fr"), phone("0698174462"), card("2980000000016"), home("4 quai Foch", "67000", "Strasbourg")),
	} {
		from, to := m.Prepare(rich), m.Prepare(other)
		fromWas, toWas := m.Prepare(rich), m.Prepare(other)
		for _, comparison := range []string{"given_name", "family_name", "birth_date", "gender", "email", "phone", "address",
			"identifier.loyalty_card", "identifier.social_handle", "identifier.*", "attribute.profession"} {
			copied := m.Borrow(comparison, to, from)
			if copied == nil {
				t.Errorf("%s: %s cannot be borrowed", name, comparison)
				continue
			}
			for _, e := range m.Compare(from, copied, nil).Evidence {
				if e.Comparison == comparison && !slices.Contains(sameLevels, e.Level) {
					t.Errorf("%s: %s is %s once borrowed", name, comparison, e.Level)
				}
			}
			if x, y := m.Weigh(from, copied, nil), m.Weigh(from, to, nil); comparison != "gender" && x.Weight <= y.Weight {
				t.Errorf("%s: %s borrowed weighs %d, without %d", name, comparison, x.Weight, y.Weight)
			}
			if back := m.Borrow(comparison, m.Prepare(rich), m.Prepare(&aloi.Record{})); back != nil {
				t.Errorf("%s borrowed from nothing", comparison)
			}
		}
		if !reflect.DeepEqual(from, fromWas) || !reflect.DeepEqual(to, toWas) {
			t.Errorf("%s: a record changed", name)
		}
	}
	if p := m.Prepare(rich); m.Borrow("name_order", p, p) != nil || m.Borrow("colour", p, p) != nil {
		t.Error("what is no value was borrowed")
	}
}

func TestNearFamilies(t *testing.T) {
	for _, c := range []struct{ a, b, want string }{
		{"p:47281953 e:a|b.fr", "p:47281954 e:x|y.fr", "p"},
		{"p:47281953 p:11111111", "p:47281954 p:11111111", ""}, // one is the same
		{"p:47281953", "p:47281964", ""},
		{"n:KRB|SLV b:19840312", "b:19840313 n:KRP|SLV", "b n"},
		{"e:47281953", "p:47281953", ""},
		{"", "p:1", ""},
	} {
		if got := strings.Join(NearFamilies(strings.Fields(c.a), strings.Fields(c.b)), " "); got != c.want {
			t.Errorf("%s and %s are near in %q, want %q", c.a, c.b, got, c.want)
		}
	}
}
