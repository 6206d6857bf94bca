package engine

import (
	"fmt"
	"slices"

	"aloi"
	"aloi/matcher"
)

// maxOpposed is how many pairs of records of two entities are looked at for one that
// keeps the entities apart.
const maxOpposed = 1 << 16

// whyNot fills in what keeps a pair of two entities apart, and what would not.
func (p *pairing) whyNot(w *Why) error {
	p.ruled(w)
	if err := p.unmet(w); err != nil {
		return err
	}
	p.tooLight(w)
	if err := p.standoff(w); err != nil {
		return err
	}
	return p.remedies(w)
}

// block adds an obstacle.
func (w *Why) block(kind ObstacleKind, weight matcher.Weight, text string) {
	w.Obstacles = append(w.Obstacles, Obstacle{Kind: kind, Weight: weight, Text: text})
}

// judgedSame reports whether a steward outranked all that the pair itself says.
func (w *Why) judgedSame() bool { return w.Judgement != nil && w.Judgement.Verdict == aloi.VerdictSame }

// ruled adds the judgement and the contradiction of the pair itself.
func (p *pairing) ruled(w *Why) {
	if w.Judgement != nil && w.Judgement.Verdict == aloi.VerdictDifferent {
		w.block(ObstacleJudgement, 0, p.words.judged)
	}
	if w.Comparison.Veto && !w.judgedSame() {
		w.block(ObstacleVeto, 0, fmt.Sprintf(p.words.vetoed, w.Comparison.VetoReason.In(p.lang)))
	}
}

// unmet says that the pair is never compared, and which keys come near.
func (p *pairing) unmet(w *Why) error {
	if len(w.SharedKeys) > 0 || w.judgedSame() {
		return nil
	}
	tooCommon, err := p.commonFamilies(p.records[0], p.records[1], true)
	if err != nil {
		return err
	}
	text := p.words.noKey
	if len(tooCommon) > 0 {
		text = fmt.Sprintf(p.words.tooCommon, p.families(tooCommon))
	}
	keys := p.b.matcher.Keys
	if near := matcher.NearFamilies(keys(p.records[0].record), keys(p.records[1].record)); len(near) > 0 {
		text += " " + fmt.Sprintf(p.words.near, p.families(near))
	}
	w.block(ObstacleNoCommonKey, 0, text)
	return nil
}

// families names families of blocking keys.
func (p *pairing) families(list []string) string {
	names := make([]string, len(list))
	for i, family := range list {
		names[i] = p.words.families[family]
	}
	return p.lang.List(names)
}

// tooLight says how many bits are missing, and what takes most away.
func (p *pairing) tooLight(w *Why) {
	missing := w.Same - w.Comparison.Weight
	if missing <= 0 || w.judgedSame() {
		return
	}
	w.block(ObstacleWeight, missing, fmt.Sprintf(p.words.missing, w.Comparison.Weight.Text(p.lang), missing.Text(p.lang)))
	for _, e := range strongest(w.Comparison.Evidence, -1, maxReasons) {
		w.block(ObstacleWeight, -e.Weight, fmt.Sprintf(p.words.against, (-e.Weight).Text(p.lang), e.Clause(p.lang)))
	}
}

// standoff says what keeps the two entities apart, the pair itself aside.
func (p *pairing) standoff(w *Why) error {
	var groups [2][]uint64
	for i, home := range p.homes {
		entity, err := p.b.entity(home)
		if err != nil {
			return err
		}
		groups[i] = entity.Members
	}
	var err error
	p.between, err = p.b.standoff(groups[0], groups[1], pairOf(p.numbers[0], p.numbers[1]), p.lang)
	if o := p.between.obstacle; err == nil && o != nil {
		// Links enough between the entities, but the pair itself stands in the way.
		if o.Kind != ObstacleCohesion || !p.between.enough || len(w.Obstacles) == 0 {
			w.Obstacles = append(w.Obstacles, *o)
		}
	}
	return err
}

// standoff is how two groups of records stand to one another.
type standoff struct {
	obstacle     *Obstacle // that keeps them apart, nil for none
	links, pairs int       // links between them, of so many pairs of records
	enough       bool      // links to join two groups that came to it as they are now
}

// standoff says how two groups of records stand to one another. What keeps them apart
// is two of their records that may not be together, other than aside, or too few links.
func (b *batch) standoff(x, y []uint64, aside pair, lang aloi.Language) (standoff, error) {
	s := standoff{pairs: len(x) * len(y)}
	nodes := slices.Concat(x, y)
	slices.Sort(nodes)
	c, err := b.component(nodes)
	if err != nil {
		return s, err
	}
	side := make([]bool, len(nodes)) // whether in y
	for i, n := range nodes {
		_, side[i] = slices.BinarySearch(y, n)
	}
	if text, err := b.opposed(c, nodes, side, aside, lang); text != "" || err != nil {
		s.obstacle = &Obstacle{Kind: ObstacleGroupVeto, Text: text}
		return s, err
	}
	heaviest := matcher.Weight(0)
	for _, e := range c.Edges {
		if side[e.A] != side[e.B] {
			s.links, heaviest = s.links+1, max(heaviest, e.Weight)
		}
	}
	if s.links == 0 {
		return s, nil
	}
	strong, t := b.matcher.Model().Strong, wordsOf(lang)
	s.enough = heaviest >= strong || s.links*matcher.CohesionDivisor >= s.pairs
	if s.enough {
		around, err := b.reach(nodes[0], map[uint64]bool{})
		if err != nil || len(around) > matcher.ComponentCap {
			s.obstacle = &Obstacle{Kind: ObstacleComponent, Text: fmt.Sprintf(t.component, matcher.ComponentCap)}
			return s, err
		}
	}
	s.obstacle = &Obstacle{Kind: ObstacleCohesion, Text: fmt.Sprintf(t.cohesion, s.links, s.pairs, matcher.CohesionDivisor, strong.Text(lang))}
	return s, nil
}

// opposed names a pair across the two sides that was judged different or contradicts
// one another, judgements first; empty for none.
func (b *batch) opposed(c *matcher.Component, nodes []uint64, side []bool, aside pair, lang aloi.Language) (string, error) {
	t := wordsOf(lang)
	name := func(template string, i, j int32, more ...any) (string, error) {
		x, err := refOf(b.r, nodes[i])
		if err != nil {
			return "", err
		}
		y, err := refOf(b.r, nodes[j])
		if y.Compare(x) < 0 {
			x, y = y, x
		}
		return fmt.Sprintf(template, append([]any{refText(x), refText(y)}, more...)...), err
	}
	for _, d := range c.Different {
		if side[d[0]] != side[d[1]] && pairOf(nodes[d[0]], nodes[d[1]]) != aside {
			return name(t.groupJudged, d[0], d[1])
		}
	}
	looked := 0
	for i := range nodes {
		for j := range nodes {
			if side[i] || !side[j] || pairOf(nodes[i], nodes[j]) == aside {
				continue
			}
			if looked++; looked > maxOpposed {
				return "", nil
			}
			if !c.Veto(int32(i), int32(j)) {
				continue
			}
			compared, err := b.compareNumbers(nodes[i], nodes[j])
			if err != nil {
				return "", err
			}
			return name(t.groupVetoed, int32(i), int32(j), compared.VetoReason.In(lang))
		}
	}
	return "", nil
}

// compareNumbers is compare of two stored records.
func (b *batch) compareNumbers(x, y uint64) (matcher.Comparison, error) {
	fx, err := b.feature(x)
	if err != nil {
		return matcher.Comparison{}, err
	}
	fy, err := b.feature(y)
	if err != nil {
		return matcher.Comparison{}, err
	}
	return b.compare(fx, fy)
}
