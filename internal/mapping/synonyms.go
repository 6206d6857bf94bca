package mapping

import (
	"slices"
	"strings"
)

// synonyms are words and abbreviations of one meaning; the first of a line stands for
// all of them.
const synonyms = `
address adr addr adresse adresses direccion
phone tel telephone ph tlf telefono telefon telefoon telefone tfno tlfno
mobile mob portable port cell gsm movil
email mail courriel mel
birth naissance naiss nais nac nacimiento geb geburts nascita nascimento nasc urodzenia
date dt dat fecha datum data
postcode cp zip plz zipcode
code cod cd
city ville town commune ciudad
street rue voie
number num no nr nbr numero numb nummer numer n
name nom nm
family famille fam
given forename
country pays
sex sexe genre gender
customer client cust clt cli cliente klient kunde kunden kd klant
card carte tarjeta karte karten karta kaart tessera cartao
loyalty fidelite fid rewards reward fidelidad fidelidade fedelta
place lieu
complement cpl compl
modified modif maj updated update modification
created creation create crea cre
company societe ste soc
`

// canonicals are the words by their synonyms.
var canonicals = func() map[string]string {
	m := map[string]string{}
	for line := range strings.Lines(synonyms) {
		for i, list := 0, strings.Fields(line); i < len(list); i++ {
			m[list[i]] = list[0]
		}
	}
	return m
}()

func canonical(word string) string {
	if c, ok := canonicals[word]; ok {
		return c
	}
	return word
}

// bag is a key for words in any order and in the choice of synonyms. A postal code is
// one thing by all its names.
func bag(list []string) string {
	var b []string
	for _, w := range list {
		if c := canonical(w); !smallWords[c] {
			b = append(b, c)
		}
	}
	slices.Sort(b)
	b = slices.Compact(b)
	has := func(w string) bool { return slices.Contains(b, w) }
	if has("postcode") || has("code") && (has("postal") || has("post")) {
		b = slices.DeleteFunc(b, func(w string) bool { return w == "postal" || w == "post" || w == "code" || w == "postcode" })
		b = append(b, "postcode")
		slices.Sort(b)
	}
	return strings.Join(b, " ")
}

// smallWords are words that never count.
var smallWords = set(`du de la le les des l d un une the of`)
