package matcher_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cespare/xxhash/v2"

	"aloi"
	"aloi/matcher"
)

// valuesOf returns the values that a comparison of a model lists, with their shares.
func valuesOf(m *matcher.Model, comparison string) map[string]float64 {
	list := map[string]float64{}
	for _, c := range m.Comparisons {
		for _, v := range c.Values {
			if c.Name == comparison {
				list[v.Value] = v.Share
			}
		}
	}
	return list
}

// TestTrainOnATypedDate learns that a date was typed for everyone: it says next to
// nothing, and other dates what they did.
func TestTrainOnATypedDate(t *testing.T) {
	records, _ := invented(t, 600, func(i int, _ string, r *aloi.Record) {
		if i%3 == 0 {
			r.BirthDate = "1980-01-01"
		}
	})
	model, report := train(t, records, 2)
	share := valuesOf(model, "birth_date")["1980-01-01"]
	if share < .3 || share > .8 || len(valuesOf(model, "birth_date")) > 3 {
		t.Fatalf("the dates of the model: %v", valuesOf(model, "birth_date"))
	}
	if !slices.Contains(report.Values, matcher.TrainedValues{Comparison: "birth_date", Values: len(valuesOf(model, "birth_date"))}) {
		t.Errorf("the report lists %v", report.Values)
	}
	m, err := matcher.New(model)
	if err != nil {
		t.Fatal(err)
	}
	born := func(date string) *matcher.Prepared {
		return m.Prepare(&aloi.Record{Names: []aloi.Name{{Given: "Anne", Family: "Morel"}}, BirthDate: date})
	}
	weight := func(date string) float64 {
		return m.Weigh(born(date), born(date), nil).Weight.Bits() - m.Weigh(born(""), born(""), nil).Weight.Bits()
	}
	if typed, real := weight("1980-01-01"), weight("1984-03-12"); typed > 2 || real < 6 {
		t.Errorf("the typed date is worth %.1f bits, another %.1f", typed, real)
	}
}

// TestTrainOnAnotherCountry learns how common names are where the tables do not know.
func TestTrainOnAnotherCountry(t *testing.T) {
	family := []string{"Wozniakowska", "Szczepaniakowa", "Przybylska"}
	records, _ := invented(t, 400, func(_ int, person string, r *aloi.Record) {
		for n := range r.Names {
			if r.Names[n].Family != "" {
				r.Names[n].Family = family[xxhash.Sum64String(person)%3]
			}
		}
	})
	model, _ := train(t, records, 2)
	if list := valuesOf(model, "family_name"); len(list) != len(family) {
		t.Errorf("the family names of the model: %v", list)
	}
}

// TestTrainListsNoPerson holds that no value of one person alone, however often
// recorded, stands in a model.
func TestTrainListsNoPerson(t *testing.T) {
	records, _ := invented(t, 500, func(i int, _ string, r *aloi.Record) {
		if i%10 == 0 {
			r.Names = []aloi.Name{{Given: []string{"Ginette", "Ginete", "Jinette"}[i/10%3], Family: "Kervoalec-Zylberajch"}}
			r.BirthDate = "1931-07-23"
			r.Addresses = []aloi.Address{{PostalCode: "29253", City: "Ile-de-Batz"}}
		}
	})
	model, _ := train(t, records, 2)
	for _, c := range model.Comparisons {
		for _, v := range c.Values {
			for _, own := range []string{"KERVOALEC", "ZYLBERAJCH", "GINET", "1931-07-23", "29253", "BATZ"} {
				if strings.Contains(v.Value, own) {
					t.Errorf("%s lists %+v", c.Name, v)
				}
			}
		}
	}
}

// TestTrainOnValuesOfAnAttribute learns how common the values of an attribute are.
func TestTrainOnValuesOfAnAttribute(t *testing.T) {
	base := matcher.Default()
	base.Comparisons = append(base.Comparisons, matcher.ModelComparison{Name: "attribute.shop", Levels: []matcher.Level{
		{Name: "exact", M: .6, U: .01, H: .3}, {Name: "close", M: .01, U: .01, H: .01}, {Name: "different", M: .39, U: .98, H: .69},
	}})
	m, err := matcher.New(base)
	if err != nil {
		t.Fatal(err)
	}
	var records []*matcher.Prepared
	for i := range 200 {
		shop := "Lyon Bellecour"
		if i%2 == 0 {
			shop = fmt.Sprint("Boutique ", i)
		}
		records = append(records, m.Prepare(&aloi.Record{
			Ref:        aloi.RecordRef{Source: "web", ID: fmt.Sprint(i)},
			Names:      []aloi.Name{{Given: "Anne", Family: string(rune('A'+i%26)) + "orel"}},
			Attributes: []aloi.FreeAttribute{{Name: "shop", Value: shop}},
		}))
	}
	for range 2 { // a trained model is a base like any other
		model, _, err := matcher.Train(t.Context(), base, records, matcher.TrainOptions{Workers: 2})
		if err != nil {
			t.Fatal(err)
		}
		if list := valuesOf(model, "attribute.shop"); len(list) != 1 || list["LYON BELLECOUR"] != .5 {
			t.Errorf("the shops of the model: %v", list)
		}
		base = model
	}
}
