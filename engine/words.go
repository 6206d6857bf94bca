package engine

import (
	"cmp"
	"fmt"
	"slices"

	"aloi"
	"aloi/matcher"
)

// words are the sentences of explanations in one language. The verbs of a template
// are in the order of english; TestWords holds that all languages have the same.
type words struct {
	// What is decided of a pair.
	same, review, different     string
	judgedSame, judgedDifferent string
	contradicting, uncompared   string

	// The weight: bits, and how many times as likely.
	likelier, unlikelier, even string
	millions                   string // for more than a million times
	needed                     string // bits of the same threshold

	// The strongest reasons, joined by semicolons.
	speaksFor, speaksAgainst, nothingFor, nothingAgainst string

	// Where the pair stands.
	inOne, through, throughOne, inTwo, allTheSame string

	// Obstacles.
	judged, vetoed, noKey, tooCommon, near, missing, against string
	groupJudged, groupVetoed, cohesion, component            string
	remedy                                                   string
	verdicts                                                 map[aloi.Verdict]string

	// How an entity came together.
	alone, oneStep, oneJudged, steps, stepsJudged, weakest, keptOne, keptMany string
	agrees, agree, byJudgement                                                string
	lightLink                                                                 string

	// families names blocking keys, by their family.
	families map[string]string
}

func wordsOf(lang aloi.Language) *words {
	if lang == aloi.French {
		return &french
	}
	return &english
}

// refText names a record in a text.
func refText(ref aloi.RecordRef) string { return ref.Source + "/" + ref.ID }

// leastReason is the weight from which an evidence is a reason: what is told as 0.0 is none.
const leastReason = matcher.Bit / 20

// strongest returns at most so many pieces of evidence of one sign, the heaviest first.
func strongest(list []matcher.Evidence, sign matcher.Weight, most int) []matcher.Evidence {
	list = slices.DeleteFunc(slices.Clone(list), func(e matcher.Evidence) bool { return e.Weight*sign < leastReason })
	slices.SortStableFunc(list, func(x, y matcher.Evidence) int { return cmp.Compare(y.Weight*sign, x.Weight*sign) })
	return list[:min(most, len(list))]
}

// maxAgreeing is how many comparisons name what two records agree in.
const maxAgreeing = 3

// agreement says which comparisons speak most for one person.
func (t *words) agreement(lang aloi.Language, c matcher.Comparison) string {
	var names []string
	for _, e := range strongest(c.Evidence, 1, maxAgreeing) {
		names = append(names, matcher.ComparisonLabel(lang, e.Comparison))
	}
	if len(names) == 1 {
		return fmt.Sprintf(t.agrees, names[0])
	}
	return fmt.Sprintf(t.agree, lang.List(names))
}
