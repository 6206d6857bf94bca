package engine

import "aloi"

// The spaces before a colon or semicolon are no-break spaces.
var french = words{
	same:            "Ces deux fiches sont tenues pour celles d’une seule personne.",
	review:          "On ne peut dire si ces deux fiches sont celles d’une seule personne : un gestionnaire devrait les voir.",
	different:       "Ces deux fiches sont tenues pour celles de deux personnes.",
	judgedSame:      "Un gestionnaire a jugé que ces deux fiches sont celles d’une seule personne, ce qui l’emporte sur le modèle.",
	judgedDifferent: "Un gestionnaire a jugé que ces deux fiches sont celles de deux personnes, ce qui l’emporte sur le modèle.",
	contradicting:   "Ces deux fiches sont tenues pour celles de deux personnes, quoi qu’elles aient en commun : elles se contredisent (%s).",
	uncompared:      "Ces deux fiches sont tenues pour celles de deux personnes : elles n’ont en commun aucune clé de rapprochement qui ne soit trop courante, et ne sont donc jamais comparées.",

	likelier:   "De %s pour deux fiches quelconques, tout ce que l’on sait de celles-ci mène à %s, ce qui rend une seule personne %s fois plus probable que deux",
	unlikelier: "De %s pour deux fiches quelconques, tout ce que l’on sait de celles-ci mène à %s, ce qui rend deux personnes %s fois plus probables qu’une seule",
	even:       "De %s pour deux fiches quelconques, tout ce que l’on sait de celles-ci mène à %s, ce qui rend une seule personne aussi probable que deux",
	millions:   "plus d’un million de",
	needed:     " ; %s suffisent pour n’en voir qu’une.",

	speaksFor:      "Ce qui parle le plus pour une seule personne : %s.",
	speaksAgainst:  "Ce qui parle le plus contre : %s.",
	nothingFor:     "Rien ne parle pour une seule personne.",
	nothingAgainst: "Rien ne parle contre.",

	inOne:      "Elles appartiennent à une même entité.",
	through:    "Elles appartiennent à une même entité par %d autres fiches.",
	throughOne: "Elles appartiennent à une même entité par une autre fiche.",
	inTwo:      "Elles appartiennent à deux entités.",
	allTheSame: "Elles appartiennent pourtant à deux entités.",

	judged:      "Un gestionnaire les a jugées différentes : elles restent séparées tant que ce jugement n’est pas retiré.",
	vetoed:      "Elles se contredisent : %s. Seul le jugement d’un gestionnaire peut les réunir.",
	noKey:       "Elles n’ont aucune clé de rapprochement en commun, et ne sont donc jamais comparées.",
	tooCommon:   "Trop de fiches partagent ce qu’elles ont en commun : %s.",
	near:        "Presque semblables : %s.",
	missing:     "Elles pèsent %s : il manque %s pour une seule personne.",
	against:     "Contre, pour %s : %s.",
	groupJudged: "Un gestionnaire a jugé différentes %s et %s, de leurs deux entités.",
	groupVetoed: "%s et %s, de leurs deux entités, se contredisent : %s.",
	cohesion:    "Leurs deux entités ont %d des %d liens possibles, ce qui est trop peu : il en faut un sur %d quand aucun n’atteint %s.",
	component:   "Plus de %d fiches se tiennent ici par des liens : parmi tant de fiches, seuls les plus lourds comptent.",
	remedy:      "Si toutes deux avaient %s %s, comme %s, elles pèseraient %s : %s.",
	verdicts: map[aloi.Verdict]string{
		aloi.VerdictSame: "une seule personne", aloi.VerdictReview: "à soumettre à un gestionnaire", aloi.VerdictDifferent: "deux personnes",
	},

	alone:       "L’entité n’a qu’une fiche.",
	oneStep:     "Deux fiches ont été réunies par un lien de %s : %s.",
	oneJudged:   "Deux fiches ont été réunies par le jugement d’un gestionnaire.",
	steps:       "%d fiches ont été réunies en %d étapes, le lien le plus fort d’abord.",
	stepsJudged: "%d fiches ont été réunies en %d étapes, les jugements d’abord, puis le lien le plus fort.",
	weakest:     "Le lien le plus faible est celui de l’étape %d, de %s : %s.",
	keptOne:     "Une fiche liée a été tenue à l’écart.",
	keptMany:    "%d fiches liées ont été tenues à l’écart.",
	agrees:      "%s concorde",
	agree:       "%s concordent",
	byJudgement: "réunies par le jugement d’un gestionnaire",
	lightLink:   "Le poids n’atteint pas les %s d’une seule personne : à soumettre à un gestionnaire.",

	families: map[string]string{
		"p":  "numéro de téléphone",
		"e":  "adresse e-mail",
		"l":  "adresse e-mail avant le @",
		"i":  "identifiant",
		"n":  "les deux noms tels qu’ils sonnent",
		"s":  "les deux noms à peu près tels qu’ils sonnent",
		"w":  "les deux noms en un mot",
		"ny": "les deux noms tels qu’ils sonnent et l’année de naissance",
		"fp": "nom de famille et lieu",
		"fb": "nom de famille et mois de naissance",
		"id": "initiales et jour de naissance",
		"ie": "initiales et fin d’un numéro de téléphone",
		"is": "initiales et début d’un numéro de téléphone",
		"ip": "initiales et lieu",
		"b":  "date de naissance",
		"h":  "maison et rue",
	},
}
