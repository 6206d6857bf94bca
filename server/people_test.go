package server_test

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server/servertest"
)

// anne is one customer as two channels know her, with evidence enough for any model.
func anne(source, id string) *aloiv1.Record {
	return &aloiv1.Record{
		Ref:         servertest.Ref(source, id),
		Version:     1,
		UpdatedAt:   timestamppb.New(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)),
		Names:       []*aloiv1.Name{{Civility: "Mme", Given: "Anne", Family: "Lefèvre"}},
		BirthDate:   "1984-03-02",
		Emails:      []string{"anne.lefevre84@example.org"},
		Phones:      []string{"06 12 34 56 78"},
		Addresses:   []*aloiv1.Address{{Line: "12 rue des Lilas", PostalCode: "69003", City: "Lyon"}},
		Identifiers: []*aloiv1.Identifier{{Type: "loyalty_card", Value: "2900123456789"}},
	}
}

// Syllables make family names that differ in more than a letter or two.
var (
	heads  = []string{"Bar", "Cour", "Del", "Four", "Gui", "Ker", "Mar", "Pel", "Rou", "Thi", "Vau", "Zim"}
	hearts = []string{"bo", "che", "da", "gui", "lan", "mi", "no", "ri", "sso", "ta", "vi"}
	tails  = []string{"card", "dier", "fond", "gnan", "lec", "mont", "nard", "quet", "sel", "teau", "vrin", "zon", "bert"}
	givens = []string{"Karim", "Élodie", "Thibault", "Margaux", "Yannick", "Solène", "Bastien", "Inès", "Gaspard"}
	towns  = []string{"Rennes", "Lille", "Nantes", "Dijon", "Pau", "Metz", "Brest"}
)

// person is one of many people, at most 1716, who have nothing much in common.
func person(source string, n int) *aloiv1.Record {
	family := heads[n%len(heads)] + hearts[n%len(hearts)] + tails[n%len(tails)]
	return &aloiv1.Record{
		Ref:       servertest.Ref(source, fmt.Sprintf("c-%d", n)),
		Version:   1,
		Names:     []*aloiv1.Name{{Given: givens[n*7%len(givens)], Family: family}},
		BirthDate: time.Date(1940, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n*7919%25000).Format(time.DateOnly),
		Emails:    []string{fmt.Sprintf("%s.%d@example.org", family, n)},
		Phones:    []string{fmt.Sprintf("+336%08d", 10000000+n*7919%89999999)},
		Addresses: []*aloiv1.Address{{Line: fmt.Sprintf("%d rue %s", n%90+1, family), PostalCode: fmt.Sprintf("%05d", 1000+n*53%90000), City: towns[n%len(towns)]}},
	}
}
