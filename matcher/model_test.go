package matcher

import (
	"bytes"
	"reflect"
	"strings"
	"testing"

	"aloi"
)

func TestModelRoundTrip(t *testing.T) {
	m := Default()
	for _, value := range []string{"ANNE MARIE", "NO", "1E5", "01000", "1970-01-01", "NULL", "", "<<", "- ~: #"} {
		m.Comparisons[0].Values = append(m.Comparisons[0].Values, ModelValue{value, 1.5e-5})
	}
	var b bytes.Buffer
	if err := m.Save(&b); err != nil {
		t.Fatal(err)
	}
	back, err := Load(&b)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(m, back) {
		t.Errorf("saved and loaded:\n%+v\nwant\n%+v", back, m)
	}
}

func TestLoadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"version: v1\npriors: -3\n":               "priors",
		"version: v1\nprior: much\n":              "weight",
		"version: v1\nprior: .nan\n":              "weight",
		"version: v1\nprior: 2000\n":              "weight",
		"comparisons: [{name: email, level: 3}]":  "level",
		"version: v1\nversion: v2\n":              "version",
		"comparisons: [{levels: [{m: 1, p: 2}]}]": "p",
		"comparisons: !0 a\n":                     "no YAML that can be read",
	} {
		_, err := Load(strings.NewReader(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want one that names %q", text, err, want)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*Model)
		field string
	}{
		{"no version", func(m *Model) { m.Version = "" }, "model.version"},
		{"thresholds out of order", func(m *Model) { m.Same = m.Strong + 1 }, "model.same"},
		{"review above same", func(m *Model) { m.Review = m.Same + 1 }, "model.review"},
		{"m of 0", func(m *Model) { m.Comparisons[0].Levels[1].M = 0 }, "model.comparisons[0].levels[1]"},
		{"u of 1", func(m *Model) { m.Comparisons[0].Levels[1].U = 1 }, "model.comparisons[0].levels[1]"},
		{"h above 1", func(m *Model) { m.Comparisons[0].Levels[1].H = 1.5 }, "model.comparisons[0].levels[1]"},
		{"unknown level", func(m *Model) { m.Comparisons[1].Levels[0].Name = "equal" }, "model.comparisons[1].levels[0].name"},
		{"level twice", func(m *Model) { m.Comparisons[1].Levels[1].Name = "exact" }, "model.comparisons[1].levels[1].name"},
		{"level missing", func(m *Model) { m.Comparisons[2].Levels = m.Comparisons[2].Levels[:1] }, "model.comparisons[2].levels"},
		{"comparison twice", func(m *Model) { m.Comparisons[1].Name = m.Comparisons[0].Name }, "model.comparisons[1].name"},
		{"unknown comparison", func(m *Model) { m.Comparisons[0].Name = "shoe_size" }, "model.comparisons[0].name"},
		{"unknown table", func(m *Model) { m.Comparisons[0].Terms = "cars" }, "model.comparisons[0].terms"},
		{"unbounded rarity", func(m *Model) { m.Comparisons[0].Rarest = 0 }, "model.comparisons[0].rarest"},
		{"values without terms", func(m *Model) { m.Comparisons[4].Values = []ModelValue{{"1970-01-01", .1}} }, "model.comparisons[4].values"},
		{"a share of 0", func(m *Model) { m.Comparisons[0].Values = []ModelValue{{"ANNE", 0}} }, "model.comparisons[0].values[0].share"},
		{"a share above 1", func(m *Model) { m.Comparisons[0].Values = []ModelValue{{"ANNE", 1.1}} }, "model.comparisons[0].values[0].share"},
		{"too many values", func(m *Model) { m.Comparisons[0].Values = make([]ModelValue, MaxValues+1) }, "model.comparisons[0].values"},
		{"own terms without unlisted", func(m *Model) { m.Comparisons[4].Terms = ownTerms }, "model.comparisons[4].unlisted"},
		{"veto on nothing", func(m *Model) { m.Vetoes[0].When = nil }, "model.vetoes[0]"},
		{"veto on an unknown comparison", func(m *Model) { m.Vetoes[0].When = map[string][]string{"x": {"exact"}} }, "model.vetoes[0].when"},
		{"veto on an unknown level", func(m *Model) { m.Vetoes[0].When = map[string][]string{"email": {"x"}} }, "model.vetoes[0].when.email"},
		{"no comparisons", func(m *Model) { m.Comparisons = nil }, "model.comparisons"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := Default()
			c.spoil(m)
			_, err := New(m)
			if aloi.CodeOf(err) != aloi.CodeInvalid || !strings.Contains(err.Error(), c.field+":") {
				t.Errorf("error %v, want one that names %s", err, c.field)
			}
		})
	}
}

// TestModelOfNothing shows that a comparison left out of the model says nothing.
func TestModelOfNothing(t *testing.T) {
	d := Default()
	d.Comparisons = d.Comparisons[:1]
	d.Vetoes, d.Doubts = nil, nil
	m, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	r := m.Prepare(&aloi.Record{Names: []aloi.Name{{Given: "Anne", Family: "Morel"}}, Emails: []string{"anne@example.fr"}})
	c := m.Compare(r, r, nil)
	for _, e := range c.Evidence {
		if e.Comparison != "given_name" && e.Comparison != householdEvidence {
			t.Errorf("evidence of %s", e.Comparison)
		}
	}
}

func TestAttributeOfTheModel(t *testing.T) {
	d := Default()
	d.Comparisons = append(d.Comparisons, ModelComparison{Name: "attribute.occupation", Levels: []Level{
		{Name: "exact", M: .7, U: .05, H: .1}, {Name: "close", M: .1, U: .01, H: .01}, {Name: "different", M: .2, U: .94, H: .89},
	}})
	m, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	prepared := func(job string) *Prepared {
		return m.Prepare(&aloi.Record{Attributes: []aloi.FreeAttribute{{Name: "occupation", Value: job}, {Name: "size", Value: "42"}}})
	}
	for job, want := range map[string]string{"Boulanger": "exact", "Boulangere": "close", "Notaire": "different"} {
		c := m.Compare(prepared("boulanger"), prepared(job), nil)
		if len(c.Evidence) == 0 || c.Evidence[0].Comparison != "attribute.occupation" || c.Evidence[0].Level != want {
			t.Errorf("%s: evidence %+v, want %s", job, c.Evidence, want)
		}
	}
}
