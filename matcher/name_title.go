package matcher

// civilities are titles before a name and the gender that each tells, 0 for none.
var civilities = map[string]byte{
	"M": 'M', "MR": 'M', "MONSIEUR": 'M', "MRS": 'F', "MISTER": 'M', "SIR": 'M', "HERR": 'M', "SENOR": 'M', "SIGNOR": 'M', "MSIEUR": 'M',
	"MM": 'M', "MESSIEURS": 'M', "MESDAMES": 'F',
	"MME": 'F', "MADAME": 'F', "MLLE": 'F', "MELLE": 'F', "MADEMOISELLE": 'F', "MMES": 'F', "MS": 'F', "MISS": 'F', "LADY": 'F', "FRAU": 'F', "SENORA": 'F',
	"SIGNORA": 'F', "MDME": 'F', "MDE": 'F', "MAD": 'F', "MADEMOISEL": 'F',
	"DR": 0, "DOCTEUR": 0, "DOCTOR": 0, "PR": 0, "PROF": 0, "PROFESSEUR": 0, "PROFESSOR": 0, "ME": 0, "MAITRE": 0, "MAITRES": 0, "MTRE": 0,
	"MGR": 0, "SOEUR": 'F', "REV": 0, "HON": 0, "VEUVE": 'F', "VVE": 'F',
}

// severals are words before a family name that several people of it share.
var severals = setOf("FAMILLE", "FAM", "CONSORTS", "INDIVISION", "SUCCESSION", "HOIRIE", "HERITIERS", "EPOUX", "MM", "MMES", "MESSIEURS", "MESDAMES")

// surest are the titles that are no name of anybody, wherever they stand.
var surest = setOf("MR", "MRS", "MME", "MDME", "MLLE", "MELLE", "MONSIEUR", "MADAME", "MADEMOISELLE", "DR", "MM", "MMES", "FAMILLE", "CONSORTS")

// title is what the titles of a name tell.
type title struct {
	gender  byte
	several bool // Monsieur et Madame
}

// cutTitles takes titles off the start of a name, and the surest off its end. M alone is
// taken for Monsieur where bareM allows it: among given names it is an initial. Nothing
// is left of a field that holds the surest titles alone.
func cutTitles(words []nameWord, bareM bool) (rest []nameWord, t title) {
	rest = words
	for len(rest) > 0 {
		n := t.next(rest, bareM || t.several)
		if n == 0 {
			break
		}
		rest = rest[n:]
	}
	for n := len(rest) - 1; n > 0 && surest[rest[n].bare()]; n-- { // DUPONT Jean Mme
		t.tells(civilities[rest[n].bare()])
		rest = rest[:n]
	}
	if t.several && t.gender == bothGenders {
		t.gender = 0
	}
	return rest, t
}

// bothGenders stands for a man and a woman until all titles are read.
const bothGenders = 'B'

// next returns how many of the words a title takes, with the et, ou or le after it that
// leads to another title.
func (t *title) next(words []nameWord, bareM bool) int {
	word := words[0].bare()
	g, ok := civilities[word]
	several := severals[word]
	after := 1
	if len(words) > 2 && (words[1].text == "/" || words[1].text == "LE" || words[1].text == "LA") {
		if _, more := civilities[words[2].bare()]; more { // M. et Mme, Mme le Docteur
			several = several || words[1].text == "/"
			after, bareM = 2, true
		}
	}
	switch {
	case !ok && !several, word == "M" && !bareM:
		return 0
	case word == "MAD" && words[0].text == word: // Mad for Madeleine; Mad. is Madame
		return 0
	case len(words) == 1 && !surest[word]:
		return 0
	case len(words) == after+1 && !surest[word] && isGivenName(words[after]) && familyNames.find(word) != nil: // Maître Jean
		return 0
	}
	t.several = t.several || several
	t.tells(g)
	return after
}

// tells notes a gender. The first counts, except of several people.
func (t *title) tells(g byte) {
	switch {
	case t.gender == 0:
		t.gender = g
	case t.several && g != 0 && g != t.gender:
		t.gender = bothGenders
	}
}

// isGivenName reports whether a word is a given name in use rather than a family name.
func isGivenName(w nameWord) bool {
	name, _ := givenAt([]nameWord{w})
	return name != "" && len(name) > 1 && givenEvidence(name, w) > 0
}
