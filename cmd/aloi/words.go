package main

import (
	"aloi"
	aloiv1 "aloi/proto/aloi/v1"
)

// language is the language of what a command says of records.
type language struct {
	Lang string `enum:"en,fr" default:"en" help:"Language of the explanation: en or fr."`
}

func (l language) words() *words {
	if aloi.Language(l.Lang) == aloi.French {
		return &frenchWords
	}
	return &englishWords
}

// words are what the program itself says around an explanation, in one language; the
// sentences come from the server.
type words struct {
	lang aloi.Language

	pair       string // two records, verdict, bits
	prior      string
	sum        string
	thresholds string // bits of same, bits of review, model
	judged     string // verdict, steward, reason
	path       string // records
	verdicts   map[aloiv1.Verdict]string

	// why-not
	apart, together, remedies, noRemedy string

	// how
	judgedStep, keptOut   string
	stepColumns, outNames []string

	// The chart.
	chart, samePast, reviewPast string
}

// verdict names a verdict.
func (w *words) verdict(v aloiv1.Verdict) string { return w.verdicts[v] }

var englishWords = words{
	lang:       aloi.English,
	pair:       "%s and %s: %s, %s bits",
	prior:      "before any evidence",
	sum:        "in all",
	thresholds: "same from %s bits, review from %s (model %s)",
	judged:     "Judged %s by %s: %s",
	path:       "Connected through %s",
	verdicts: map[aloiv1.Verdict]string{
		aloiv1.Verdict_VERDICT_SAME: "SAME", aloiv1.Verdict_VERDICT_REVIEW: "REVIEW", aloiv1.Verdict_VERDICT_DIFFERENT: "DIFFERENT",
	},
	apart:    "What keeps %s and %s apart, gravest first",
	together: "Nothing keeps %s and %s apart: they are in one entity. To see why: aloi why",
	remedies: "What would bring them together, likeliest first",
	noRemedy: "No value that one of them has would bring them together.",

	judgedStep:  "judged",
	keptOut:     "Kept out",
	stepColumns: []string{"STEP", "LINK", "BITS", "RECORDS", "WHY"},
	outNames:    []string{"RECORD", "CLOSEST TO", "BITS", "WHY"},

	chart:      "%s and %s",
	samePast:   "one person from %s",
	reviewPast: "review from %s",
}

var frenchWords = words{
	lang:       aloi.French,
	pair:       "%s et %s\u00a0: %s, %s bits",
	prior:      "avant tout indice",
	sum:        "en tout",
	thresholds: "même personne dès %s bits, à examiner dès %s (modèle %s)",
	judged:     "Jugement de %[2]s\u00a0: %[1]s. %[3]s",
	path:       "Reliées par %s",
	verdicts: map[aloiv1.Verdict]string{
		aloiv1.Verdict_VERDICT_SAME: "MÊME PERSONNE", aloiv1.Verdict_VERDICT_REVIEW: "À EXAMINER", aloiv1.Verdict_VERDICT_DIFFERENT: "DEUX PERSONNES",
	},
	apart:    "Ce qui sépare %s et %s, le plus grave d’abord",
	together: "Rien ne sépare %s et %s\u00a0: elles appartiennent à une même entité. Pour savoir pourquoi\u00a0: aloi why",
	remedies: "Ce qui les réunirait, le plus probable d’abord",
	noRemedy: "Aucune valeur que l’une d’elles possède ne les réunirait.",

	judgedStep:  "jugé",
	keptOut:     "Tenues à l’écart",
	stepColumns: []string{"ÉTAPE", "LIEN", "BITS", "FICHES", "POURQUOI"},
	outNames:    []string{"FICHE", "PROCHE DE", "BITS", "POURQUOI"},

	chart:      "%s et %s",
	samePast:   "une seule personne dès %s",
	reviewPast: "à examiner dès %s",
}
