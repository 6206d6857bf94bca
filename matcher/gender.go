package matcher

import "strings"

// genderWords are what a gender or civility field says, folded.
var genderWords = map[string]byte{
	"M": 'M', "H": 'M', "1": 'M', "HOMME": 'M', "MALE": 'M', "MASCULIN": 'M', "MASC": 'M', "MAN": 'M', "GARCON": 'M', "BOY": 'M', "HOMBRE": 'M', "MASCULINE": 'M',
	"F": 'F', "2": 'F', "W": 'F', "FEMME": 'F', "FEMALE": 'F', "FEMININ": 'F', "FEM": 'F', "WOMAN": 'F', "FILLE": 'F', "GIRL": 'F', "FEMININE": 'F',
	"K": 'F', "KOBIETA": 'F', "MEZCZYZNA": 'M',
}

// civilities are titles before a name and the gender that each tells, 0 for none.
var civilities = map[string]byte{
	"M": 'M', "MR": 'M', "MONSIEUR": 'M', "MRS": 'F', "MISTER": 'M', "SIR": 'M', "HERR": 'M', "SENOR": 'M', "SIGNOR": 'M', "MSIEUR": 'M',
	"MME": 'F', "MADAME": 'F', "MLLE": 'F', "MELLE": 'F', "MADEMOISELLE": 'F', "MMES": 'F', "MS": 'F', "MISS": 'F', "LADY": 'F', "FRAU": 'F', "SENORA": 'F',
	"SIGNORA": 'F', "MDME": 'F', "MADEMOISEL": 'F',
	"DR": 0, "DOCTEUR": 0, "DOCTOR": 0, "PR": 0, "PROF": 0, "PROFESSEUR": 0, "PROFESSOR": 0, "ME": 0, "MAITRE": 0, "MAITRES": 0, "MTRE": 0,
	"MGR": 0, "SOEUR": 'F', "REV": 0, "HON": 0, "VEUVE": 'F', "VVE": 'F',
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
