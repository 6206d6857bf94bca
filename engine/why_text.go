package engine

import (
	"fmt"
	"math"
	"strings"

	"aloi"
	"aloi/matcher"
)

// maxReasons is how many reasons for, and how many against, a paragraph names.
const maxReasons = 3

// maxOdds is the odds past which a text says no number.
const maxOdds = 1e6

// paragraph says the whole to a steward who need not know what a bit is: what is
// decided, how likely that is, the strongest reasons, and where the pair stands. It
// holds personal values.
func (p *pairing) paragraph(w *Why) string {
	said := []string{p.decision(w), p.likelihood(w), p.reasons(w, 1), p.reasons(w, -1)}
	switch {
	case !w.SameEntity && w.Verdict == aloi.VerdictSame:
		said = append(said, p.words.allTheSame)
		for _, o := range w.Obstacles {
			said = append(said, o.Text)
		}
	case w.SameEntity && len(w.Path) == 3:
		said = append(said, p.words.throughOne)
	case w.SameEntity && len(w.Path) > 0:
		said = append(said, fmt.Sprintf(p.words.through, len(w.Path)-2))
	case w.SameEntity:
		said = append(said, p.words.inOne)
	default:
		said = append(said, p.words.inTwo)
	}
	if len(w.Remedies) > 0 {
		said = append(said, w.Remedies[0].Text)
	}
	return strings.Join(said, " ")
}

// decision says what is held of the pair, and what outranks its weight.
func (p *pairing) decision(w *Why) string {
	switch {
	case w.Judgement != nil && w.Judgement.Verdict == aloi.VerdictSame:
		return p.words.judgedSame
	case w.Judgement != nil:
		return p.words.judgedDifferent
	case w.Comparison.Veto:
		return fmt.Sprintf(p.words.contradicting, w.Comparison.VetoReason.In(p.lang))
	case len(w.SharedKeys) == 0:
		return p.words.uncompared
	case w.Verdict == aloi.VerdictSame:
		return p.words.same
	case w.Verdict == aloi.VerdictReview:
		return p.words.review
	}
	return p.words.different
}

// likelihood says what the weight is, as bits and as odds, and what it takes.
func (p *pairing) likelihood(w *Why) string {
	weight, template := w.Comparison.Weight, p.words.likelier
	if weight < 0 {
		template = p.words.unlikelier
	}
	from, to := w.Comparison.Prior.Text(p.lang), weight.Text(p.lang)
	text := fmt.Sprintf(p.words.even, from, to)
	if odds := p.odds(weight); odds != "" {
		text = fmt.Sprintf(template, from, to, odds)
	}
	return text + fmt.Sprintf(p.words.needed, w.Same.Text(p.lang))
}

// odds writes how many times as likely a weight makes what it speaks for, to two
// digits; empty for about once.
func (p *pairing) odds(weight matcher.Weight) string {
	times := math.Exp2(math.Abs(weight.Bits()))
	switch {
	case times < 1.1:
		return ""
	case times > maxOdds:
		return p.words.millions
	case times < 9.95:
		return p.lang.Decimal(times)
	}
	digit := math.Pow(10, math.Floor(math.Log10(times))-1)
	return p.lang.Whole(math.Round(times/digit) * digit)
}

// reasons names the strongest evidence for one person (sign 1) or against it (-1).
func (p *pairing) reasons(w *Why, sign matcher.Weight) string {
	template, nothing := p.words.speaksFor, p.words.nothingFor
	if sign < 0 {
		template, nothing = p.words.speaksAgainst, p.words.nothingAgainst
	}
	var clauses []string
	for _, e := range strongest(w.Comparison.Evidence, sign, maxReasons) {
		clauses = append(clauses, fmt.Sprintf("%s (%s)", e.Clause(p.lang), p.lang.Signed(e.Weight.Bits())))
	}
	if clauses == nil {
		return nothing
	}
	return fmt.Sprintf(template, strings.Join(clauses, p.lang.Semicolon()))
}
