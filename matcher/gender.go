package matcher

import "strings"

// genderWords are what a gender or civility field says, folded.
var genderWords = map[string]byte{
	"M": 'M', "H": 'M', "1": 'M', "HOMME": 'M', "MALE": 'M', "MASCULIN": 'M', "MASC": 'M', "MAN": 'M', "GARCON": 'M', "BOY": 'M', "HOMBRE": 'M', "MASCULINE": 'M',
	"F": 'F', "2": 'F', "W": 'F', "FEMME": 'F', "FEMALE": 'F', "FEMININ": 'F', "FEM": 'F', "WOMAN": 'F', "FILLE": 'F', "GIRL": 'F', "FEMININE": 'F',
	"K": 'F', "KOBIETA": 'F', "MEZCZYZNA": 'M',
}

// genderOfText returns the gender that a folded gender or civility says: 'M', 'F', or
// 0. It allows several words, such as "Monsieur le Docteur" and "M ou Mme", where
// they agree.
func genderOfText(folded string) byte {
	if g, ok := genderWords[folded]; ok {
		return g
	}
	var found byte
	for word := range strings.SplitSeq(folded, " ") {
		g := civilities[word]
		if g == 0 && len(word) > 1 {
			g = genderWords[word]
		}
		if g == 0 {
			continue
		}
		if found != 0 && found != g {
			return 0
		}
		found = g
	}
	return found
}
