package engine

import (
	"testing"

	"aloi"
)

func TestSurviveNames(t *testing.T) {
	runSurvivors(t, []string{"name."}, []survivorCase{
		{"accents win over capitals, whoever is later",
			[]Contribution{said("sav", 9, named("LOÏC", "LEBŒUF")), said("boutique", 1, named("Loïc", "Lebœuf")), said("web", 5, named("loic", "leboeuf"))},
			[]string{"name.family[0]=Lebœuf ← boutique, only_value 3/3", "name.given[0]=Loïc ← boutique, only_value 3/3"}},
		{"small letters win over capitals, without accents too",
			[]Contribution{said("sav", 9, named("PAUL", "MARTIN")), said("web", 1, named("Paul", "Martin"))},
			[]string{"name.family[0]=Martin ← web, only_value 2/2", "name.given[0]=Paul ← web, only_value 2/2"}},
		{"of spellings written as well, most say the one that survives",
			[]Contribution{said("a", 1, named("Zoé", "De Sousa")), said("b", 2, named("Zoé", "De Sousa")), said("c", 9, named("Zoé", "de Sousa"))},
			[]string{"name.family[0]=De Sousa ← b, only_value 3/3", "name.given[0]=Zoé ← c, only_value 3/3"}},
		{"a married name given with the name at birth",
			[]Contribution{said("a", 1, named("Anne", "Petit")), said("b", 2, named("Anne", "Petit")), said("c", 9, bornAs("Moreau", "Petit"))},
			[]string{"name.birth[0]=Petit ← c, only_value 1/1", "name.family[0]=Moreau ← c, in_use 1/3", "name.given[0]=Anne ← c, only_value 3/3"}},
		{"a married name that came before the records at birth name",
			[]Contribution{said("a", 1, bornAs("MOREAU", "PETIT")), said("b", 8, named("Anne", "Petit")), said("c", 9, named("Anne", "Petit"))},
			[]string{"name.birth[0]=PETIT ← a, only_value 1/1", "name.family[0]=MOREAU ← a, in_use 1/3", "name.given[0]=Anne ← c, only_value 3/3"}},
		{"a name at birth with a slip is no name in use",
			[]Contribution{said("a", 1, bornAs("Moreau", "Lefevre")), said("b", 9, named("Anne", "Lefebvre"))},
			[]string{"name.birth[0]=Lefevre ← a, only_value 1/1", "name.family[0]=Moreau ← a, in_use 1/2", "name.given[0]=Anne ← b, only_value 2/2"}},
		{"a placeholder does not win, however late and frequent",
			[]Contribution{said("a", 1, named("Anne", "Lefèvre")), said("b", 8, named("Anne", "INCONNU")), said("c", 9, named("NC", "Inconnu"))},
			[]string{"name.family[0]=Lefèvre ← a, only_value 1/1", "name.given[0]=Anne ← b, only_value 2/2"}},
		{"one name of a record is a placeholder, the other is not",
			[]Contribution{said("a", 1, aloi.Record{Names: []aloi.Name{{Given: "NC", Family: "NC"}, {Given: "Anne", Family: "Lefèvre"}}})},
			[]string{"name.family[0]=Lefèvre ← a, only_value 1/1", "name.given[0]=Anne ← a, only_value 1/1"}},
		{"a civility that is a placeholder, or none",
			[]Contribution{said("a", 1, civil("Mme")), said("b", 8, civil("NC")), said("c", 9, civil("-"))},
			[]string{"name.civility[0]=Mme ← a, only_value 1/1", "name.family[0]=Petit ← c, only_value 3/3", "name.given[0]=Camille ← c, only_value 3/3"}},
		{"civilities of one gender agree, the last is shown",
			[]Contribution{said("a", 1, civil("Mlle")), said("b", 2, civil("Madame")), said("c", 9, civil("M."))},
			[]string{"name.civility[0]=Madame ← b, most_frequent 2/3", "name.family[0]=Petit ← c, only_value 3/3", "name.given[0]=Camille ← c, only_value 3/3"}},
		{"parts come from records of their own",
			[]Contribution{said("a", 1, named("Zoé", "")), said("b", 2, named("", "Petit"))},
			[]string{"name.family[0]=Petit ← b, only_value 1/1", "name.given[0]=Zoé ← a, only_value 1/1"}},
		{"nobody says a name", []Contribution{said("a", 1, aloi.Record{}), said("b", 2, named(" ", "-"))}, nil},
	})
}
