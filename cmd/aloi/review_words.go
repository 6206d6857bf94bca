package main

import "aloi"

// reviewWords are what `aloi review` itself says, in one language.
type reviewWords struct {
	steward             string
	waiting             string // pairs
	counter             string // answered, waiting
	nothing             string
	summary             string // answered, skipped
	undone              string // pair
	keys                string
	contact             string // decisions on contact that change, if one person and if two
	ifSame, ifDifferent string
	columns             []string
	fields              []string // labels of recordFields

	// --measure
	judged, precision, recall, interval, chosen string
	bands                                       []string
	below, from, between                        string // bits
}

func (l language) reviewWords() *reviewWords {
	if aloi.Language(l.Lang) == aloi.French {
		return &frenchReview
	}
	return &englishReview
}

var englishReview = reviewWords{
	steward: "Who answers? ",
	waiting: "Pairs that wait for a steward: %d",
	counter: "Answered %d, waiting %d",
	nothing: "Nothing else waits.",
	summary: "Answered %d, skipped %d.",
	undone:  "Taken back: %s",
	keys:    "One person?  s same   d different   k skip   u undo   w why in full   c contact   q quit  > ",
	contact: "Decisions on contact that would change: %d if they are one person, %d if they are two. c shows them.",
	ifSame:  "If they are one person:", ifDifferent: "If they are two:",
	columns: []string{"A", "B", "BITS", "COMPARED"},
	fields:  []string{"civility", "given name", "family name", "name at birth", "full name", "birth date", "gender", "address", "e-mail", "phone", "note", "as of"},

	judged:    "Judged pairs with both records stored: %d, of them %d the same and %d different",
	precision: "precision",
	recall:    "recall",
	interval:  "%s of %d (%s to %s with 95 %% confidence)",
	chosen: "These figures are of the pairs that stewards judged. Those were chosen, mostly among doubtful ones, and say " +
		"little of the pairs that nobody looked at: the model does better on the easy ones, which are most.",
	bands: []string{"WEIGHT", "SAME", "DIFFERENT"},
	below: "below %s", from: "from %s", between: "%s to %s",
}

var frenchReview = reviewWords{
	steward: "Qui répond\u00a0? ",
	waiting: "Paires qui attendent un gestionnaire\u00a0: %d",
	counter: "Répondu\u00a0: %d, en attente\u00a0: %d",
	nothing: "Plus rien n’attend.",
	summary: "Répondu\u00a0: %d, passé\u00a0: %d.",
	undone:  "Repris\u00a0: %s",
	keys:    "Une seule personne\u00a0?  s une seule   d deux   k passer   u reprendre   w tout expliquer   c contact   q quitter  > ",
	contact: "Décisions de contact qui changeraient\u00a0: %d si c’est une seule personne, %d si c’en sont deux. c les montre.",
	ifSame:  "Si c’est une seule personne\u00a0:", ifDifferent: "Si c’en sont deux\u00a0:",
	columns: []string{"A", "B", "BITS", "COMPARÉ"},
	fields:  []string{"civilité", "prénom", "nom", "nom de naissance", "nom complet", "date de naissance", "sexe", "adresse", "e-mail", "téléphone", "note", "au"},

	judged:    "Paires jugées dont les deux fiches sont là\u00a0: %d, dont %d d’une même personne et %d de deux",
	precision: "précision",
	recall:    "rappel",
	interval:  "%s sur %d (de %s à %s, confiance de 95\u00a0%%)",
	chosen: "Ces chiffres portent sur les paires jugées. Elles ont été choisies, surtout parmi les douteuses, et disent peu " +
		"de celles que personne n’a vues\u00a0: le modèle réussit mieux les faciles, qui sont les plus nombreuses.",
	bands: []string{"POIDS", "MÊME", "DEUX"},
	below: "moins de %s", from: "dès %s", between: "de %s à %s",
}
