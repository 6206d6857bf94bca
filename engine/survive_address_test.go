package engine

import (
	"testing"

	"aloi"
)

func TestSurviveAddressesAsAWhole(t *testing.T) {
	capitals := aloi.Address{Line: "12 RUE VICTOR HUGO", PostalCode: "69003", City: "LYON"}
	lyon := aloi.Address{Line: "12 rue Victor Hugo", PostalCode: "69003", City: "Lyon"}
	nantes := aloi.Address{Line: "4 quai de la Fosse", PostalCode: "44000", City: "Nantes"}
	runSurvivors(t, []string{"address."}, []survivorCase{
		{"spellings agree, the well-written one is shown",
			[]Contribution{said("a", 9, living(capitals)), said("b", 1, living(lyon))},
			[]string{"address.city[0]=Lyon ← b, only_value 2/2", "address.line[0]=12 rue Victor Hugo ← b, only_value 2/2", "address.postal_code[0]=69003 ← b, only_value 2/2"}},
		{"a town alone is dropped within an address there",
			[]Contribution{said("a", 9, living(aloi.Address{City: "LYON"})), said("b", 1, living(lyon))},
			[]string{"address.city[0]=Lyon ← b, only_value 2/2", "address.line[0]=12 rue Victor Hugo ← b, only_value 2/2", "address.postal_code[0]=69003 ← b, only_value 2/2"}},
		{"a street without its small words, or with an initial, is the same",
			[]Contribution{said("a", 9, living(aloi.Address{Line: "12 R. V HUGO", PostalCode: "69003", City: "LYON"})), said("b", 1, living(lyon))},
			[]string{"address.city[0]=Lyon ← b, only_value 2/2", "address.line[0]=12 rue Victor Hugo ← b, only_value 2/2", "address.postal_code[0]=69003 ← b, only_value 2/2"}},
		{"a town that is none, under the postal code of the other, is that town",
			[]Contribution{said("a", 9, living(aloi.Address{PostalCode: "69003", City: "LIO"})), said("b", 1, living(lyon))},
			[]string{"address.city[0]=Lyon ← b, only_value 2/2", "address.line[0]=12 rue Victor Hugo ← b, only_value 2/2", "address.postal_code[0]=69003 ← b, only_value 2/2"}},
		{"another town alone is an address",
			[]Contribution{said("a", 9, living(aloi.Address{City: "Nantes"})), said("b", 1, living(lyon))},
			[]string{"address.city[0]=Nantes ← a, most_recent 1/2", "address.city[1]=Lyon ← b, most_recent 1/2",
				"address.line[1]=12 rue Victor Hugo ← b, most_recent 1/2", "address.postal_code[1]=69003 ← b, most_recent 1/2"}},
		{"no part comes from another address",
			[]Contribution{said("a", 1, living(lyon)), said("b", 9, living(aloi.Address{Line: "4 quai de la Fosse", City: "Nantes", Region: "Pays de la Loire"}))},
			[]string{"address.city[0]=Nantes ← b, most_recent 1/2", "address.city[1]=Lyon ← a, most_recent 1/2",
				"address.line[0]=4 quai de la Fosse ← b, most_recent 1/2", "address.line[1]=12 rue Victor Hugo ← a, most_recent 1/2",
				"address.postal_code[1]=69003 ← a, most_recent 1/2", "address.region[0]=Pays de la Loire ← b, most_recent 1/2"}},
		{"a placeholder address before the real one is not mixed into it",
			[]Contribution{said("a", 1, living(aloi.Address{Line: "NC", City: "NC"}, capitals))},
			[]string{"address.city[0]=LYON ← a, only_value 1/1", "address.line[0]=12 RUE VICTOR HUGO ← a, only_value 1/1", "address.postal_code[0]=69003 ← a, only_value 1/1"}},
		{"nor one after it, with an invented postal code",
			[]Contribution{said("a", 1, living(capitals, aloi.Address{Line: "INCONNU", PostalCode: "12345", City: "XXX"}))},
			[]string{"address.city[0]=LYON ← a, only_value 1/1", "address.line[0]=12 RUE VICTOR HUGO ← a, only_value 1/1", "address.postal_code[0]=69003 ← a, only_value 1/1"}},
		{"two real ones around a placeholder",
			[]Contribution{said("a", 1, living(lyon, aloi.Address{City: "NC"}, nantes)), said("b", 2, living(nantes))},
			[]string{"address.city[0]=Nantes ← b, most_recent 2/2", "address.city[1]=Lyon ← a, most_recent 1/2",
				"address.line[0]=4 quai de la Fosse ← b, most_recent 2/2", "address.line[1]=12 rue Victor Hugo ← a, most_recent 1/2",
				"address.postal_code[0]=44000 ← b, most_recent 2/2", "address.postal_code[1]=69003 ← a, most_recent 1/2"}},
		{"parts that are placeholders, or no country",
			[]Contribution{said("a", 1, living(aloi.Address{Line: "12 rue Victor Hugo", PostalCode: "69003", City: "INCONNU", Region: "NC", Country: "XX"}))},
			[]string{"address.line[0]=12 rue Victor Hugo ← a, only_value 1/1", "address.postal_code[0]=69003 ← a, only_value 1/1"}},
		{"New Caledonia is a country",
			[]Contribution{said("a", 1, living(aloi.Address{PostalCode: "98800", City: "Nouméa", Country: "NC"}))},
			[]string{"address.city[0]=Nouméa ← a, only_value 1/1", "address.country[0]=NC ← a, only_value 1/1", "address.postal_code[0]=98800 ← a, only_value 1/1"}},
		{"a street without a town is shown as it is best written",
			[]Contribution{said("a", 1, living(aloi.Address{Line: "12 rue Victor Hugo"})), said("b", 9, living(aloi.Address{Line: "12 RUE VICTOR HUGO"}))},
			[]string{"address.line[0]=12 rue Victor Hugo ← a, only_value 2/2"}},
		{"nothing but placeholders", []Contribution{said("a", 1, living(aloi.Address{Line: "NC", PostalCode: "00000", City: "INCONNU"}))}, nil},
	})
}
