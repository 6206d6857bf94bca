package matcher_test

import (
	"fmt"
	"testing"

	"github.com/cespare/xxhash/v2"

	"aloi"
	"aloi/matcher"
)

// TestTrainDropsAVeto has people without households, whose given name and birth date are
// wrong in one record of eight each, independently, and a number that tells who it is.
func TestTrainDropsAVeto(t *testing.T) {
	m, err := matcher.New(matcher.Default())
	if err != nil {
		t.Fatal(err)
	}
	given := []string{"Marcel", "Sylvie", "Hugo", "Nadia", "Bernard", "Lucie", "Omar", "Yann"}
	family := []string{"kerv", "dubo", "mart", "lefe", "zoli", "pasq", "brun", "gari", "houd", "vila"}
	var records []*matcher.Prepared
	for i := range 600 {
		person := fmt.Sprint(i / 3)
		hash := func(field string) uint64 {
			h := xxhash.Sum64String(fmt.Sprint(field, i))
			if field == "number" || h%8 > 0 {
				h = xxhash.Sum64String(field + person)
			}
			return h >> 3
		}
		h := hash("birth")
		records = append(records, m.Prepare(&aloi.Record{
			Ref:         aloi.RecordRef{Source: "web", ID: fmt.Sprint(i)},
			Names:       []aloi.Name{{Given: given[hash("given")%8], Family: family[i/3%10] + family[i/30%10]}},
			BirthDate:   fmt.Sprintf("19%02d-%02d-%02d", 30+h%60, 1+h/60%12, 1+h/720%28),
			Identifiers: []aloi.Identifier{{Type: "passport", Value: fmt.Sprintf("%016x", hash("number"))}},
		}))
	}
	model, report := train(t, records, 2)
	if len(model.Vetoes) != 2 || len(report.Vetoes) != 2 || !report.Vetoes[0].Dropped || report.Vetoes[1].Dropped {
		t.Errorf("%d vetoes are left: %+v", len(model.Vetoes), report.Vetoes)
	}
}
