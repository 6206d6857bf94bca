package engine

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"aloi"
	"aloi/consent"
	"aloi/matcher"
	"aloi/store"
)

// consentFacts is the dumb reference of what is stored of consent.
type consentFacts struct {
	*facts
	lives map[aloi.RecordRef]int // how often each record came to be
	acts  map[aloi.RecordRef]map[store.ContentHash]*factAct
	waits map[aloi.RecordRef]map[store.ContentHash]*factAct
	left  map[string]map[store.ContentHash]aloi.ConsentEvent // on contact points alone
}

// factAct is an event of a record, or one that was said to several.
type factAct struct {
	event  aloi.ConsentEvent
	said   []life
	waited bool
}

// life is a record between its coming and its removal.
type life struct {
	ref   aloi.RecordRef
	count int
}

func newConsentFacts() *consentFacts {
	return &consentFacts{newFacts(), map[aloi.RecordRef]int{}, map[aloi.RecordRef]map[store.ContentHash]*factAct{},
		map[aloi.RecordRef]map[store.ContentHash]*factAct{}, map[string]map[store.ContentHash]aloi.ConsentEvent{}}
}

func (f *consentFacts) apply(op Operation) {
	switch {
	case op.Put != nil:
		f.come(op.Put)
	case op.Delete != nil && f.records[*op.Delete] != nil:
		f.leave(*op.Delete)
	case op.Consent != nil:
		f.act(op.Consent)
		return
	}
	f.facts.apply(op)
}

func (f *consentFacts) come(r *aloi.Record) {
	if f.records[r.Ref] == nil {
		f.lives[r.Ref]++
		f.acts[r.Ref] = map[store.ContentHash]*factAct{}
		maps.Copy(f.acts[r.Ref], f.waits[r.Ref])
		delete(f.waits, r.Ref)
	}
	for _, e := range r.Consents {
		f.add(r.Ref, e, nil)
	}
}

func (f *consentFacts) add(ref aloi.RecordRef, e aloi.ConsentEvent, said []life) {
	h := must(store.ConsentContent(e))
	if f.acts[ref][h] == nil {
		e.RecordedTime = lawClock
		f.acts[ref][h] = &factAct{event: e, said: said}
	}
}

// leave keeps the stops of a record that goes on its contact points.
func (f *consentFacts) leave(ref aloi.RecordRef) {
	x := f.records[ref]
	for _, a := range f.acts[ref] {
		if !a.event.Kind.IsStop() {
			continue
		}
		points := pointsOf(x.record, x.prepared)
		if a.event.ContactPoint != "" {
			points = []string{a.event.ContactPoint}
		}
		bare := aloi.ConsentEvent{Kind: a.event.Kind, Time: a.event.Time, UncertaintySeconds: a.event.UncertaintySeconds,
			Purposes: a.event.Purposes, Channels: a.event.Channels, Controllers: a.event.Controllers, SharedOK: a.event.SharedOK}
		for _, p := range points {
			f.keep(p, bare)
		}
	}
	delete(f.acts, ref)
}

func (f *consentFacts) keep(point string, e aloi.ConsentEvent) {
	canonical, _ := canonicalPoint(point)
	e.ContactPoint = ""
	h := must(store.ConsentContent(e))
	e.RecordedTime = lawClock
	put2(f.left, canonical, h, e)
}

func put2[K, L comparable, V any](m map[K]map[L]V, k K, l L, v V) {
	if m[k] == nil {
		m[k] = map[L]V{}
	}
	if _, ok := m[k][l]; !ok {
		m[k][l] = v
	}
}

func (f *consentFacts) act(op *ConsentOperation) {
	e := op.Event
	switch s := op.Subject; {
	case s.Point != "":
		f.keep(s.Point, e)
	case f.records[*s.Record] != nil:
		f.add(*s.Record, e, nil)
	case e.Kind.IsStop() && e.ContactPoint != "":
		f.keep(e.ContactPoint, e)
	case e.Kind.IsStop():
		h := must(store.ConsentContent(e))
		e.RecordedTime = lawClock
		put2(f.waits, *s.Record, h, &factAct{event: e, waited: true})
	}
}

// told applies what was said to the person of a record: to those of hers that own the
// contact point, to all for one without, and for a stop that none of them owns.
func (f *consentFacts) told(ref aloi.RecordRef, e aloi.ConsentEvent) {
	w := f.world()
	var to []aloi.RecordRef
	for _, r := range w.group(ref) {
		x := f.records[r]
		if e.ContactPoint == "" || slices.Contains(pointsOf(x.record, x.prepared), must2(canonicalPoint(e.ContactPoint))) {
			to = append(to, r)
		}
	}
	if len(to) == 0 && e.Kind.IsStop() {
		to = w.group(ref)
	}
	var said []life
	if len(to) > 1 {
		for _, r := range to {
			said = append(said, life{r, f.lives[r]})
		}
	}
	for _, r := range to {
		f.add(r, e, said)
	}
}

func must2[T, U any](v T, _ U) T { return v }

// resolved is everybody, with links as consent sees them.
type resolved struct {
	f     *consentFacts
	refs  []aloi.RecordRef
	label map[aloi.RecordRef]int32
	links []consent.Link // by the texts of references
}

func idText(r aloi.RecordRef) string { return r.Source + "/" + r.ID }

// world resolves everything from nothing.
func (f *consentFacts) world() *resolved {
	w := &resolved{f: f, refs: slices.SortedFunc(maps.Keys(f.records), aloi.RecordRef.Compare), label: map[aloi.RecordRef]int32{}}
	p, judged := f.partition(w.refs)
	for i, r := range w.refs {
		w.label[r] = p.Labels[i]
	}
	ruled := map[[2]int32]bool{}
	for _, j := range judged {
		ruled[[2]int32{min(j.A, j.B), max(j.A, j.B)}] = true
		switch together := p.Labels[j.A] == p.Labels[j.B]; {
		case j.Same && together:
			w.link(j.A, j.B, aloi.LinkAsserted)
		case j.Same:
			w.link(j.A, j.B, aloi.LinkWeak)
		}
	}
	for _, l := range p.Links {
		if ruled[[2]int32{min(l.A, l.B), max(l.A, l.B)}] {
			continue
		}
		switch {
		case p.Labels[l.A] == p.Labels[l.B]:
			w.link(l.A, l.B, strength(lawMatcher.Model(), l.Link))
		case !l.Veto:
			w.link(l.A, l.B, aloi.LinkWeak)
		}
	}
	return w
}

// partition resolves records from nothing.
func (f *consentFacts) partition(refs []aloi.RecordRef) (*Partitioned, []JudgedPair) {
	at, prepared := map[aloi.RecordRef]int32{}, make([]*matcher.Prepared, len(refs))
	for i, r := range refs {
		at[r], prepared[i] = int32(i), f.records[r].prepared
	}
	judged := f.judgedPairs(at)
	return must(Partition(context.Background(), lawMatcher, prepared, judged, 1, nil)), judged
}

func (w *resolved) link(a, b int32, s aloi.LinkStrength) {
	w.links = append(w.links, consent.Link{A: idText(w.refs[a]), B: idText(w.refs[b]), Strength: s})
}

// group returns the records of the entity of a record, in order.
func (w *resolved) group(ref aloi.RecordRef) (group []aloi.RecordRef) {
	for _, r := range w.refs {
		if w.label[r] == w.label[ref] {
			group = append(group, r)
		}
	}
	return group
}

// near returns the records of the entities one weak link away.
func (w *resolved) near(ref aloi.RecordRef) (near []aloi.RecordRef) {
	labels := map[int32]bool{}
	byText := map[string]int32{}
	for _, r := range w.refs {
		byText[idText(r)] = w.label[r]
	}
	for _, l := range w.links {
		if x, y := byText[l.A], byText[l.B]; x != y && (x == w.label[ref] || y == w.label[ref]) {
			labels[x], labels[y] = true, true
		}
	}
	for _, r := range w.refs {
		if labels[w.label[r]] && w.label[r] != w.label[ref] {
			near = append(near, r)
		}
	}
	return near
}

// ask answers a question about the person of a record from a case that holds everybody.
func (w *resolved) ask(e *Engine, ref aloi.RecordRef, q consent.Question) *consent.Answer {
	c := &consent.Case{Links: w.links}
	about := append(w.group(ref), w.near(ref)...)
	for _, r := range w.refs {
		x := w.f.records[r]
		d := &consent.Dossier{}
		aboutRecord(d, x.record, x.prepared)
		for _, i := range x.contacts {
			e.addInteraction(d, &i)
		}
		c.Records = append(c.Records, consent.Record{ID: idText(r), ContactPoints: d.ContactPoints, Birth: d.Birth, Actions: d.Actions, Bought: d.Bought})
		for h, a := range w.f.acts[r] {
			if ev, ok := w.event(e, r, h, a); ok {
				if ev.Kind == aloi.ConsentInvalidated && ev.Refers != "" && !slices.Contains(about, r) { // an act refers to what bears on the same person
					continue
				}
				c.Events = append(c.Events, ev)
			}
		}
	}
	for point, acts := range w.f.left {
		owner := w.ownerNear(ref, point)
		if owner == "" && point != q.ContactPoint {
			continue
		}
		for h, ev := range acts {
			x := consent.EventOf(e.eventAt(e.st.PointHash(point), h), "", &ev)
			x.ContactPoint, x.Record = point, owner
			c.Events = append(c.Events, x)
		}
	}
	q.Record = idText(ref)
	return e.policy.Decide(c, q)
}

// event is an event of a record as decisions see it, and whether they do.
func (w *resolved) event(e *Engine, r aloi.RecordRef, h store.ContentHash, a *factAct) (consent.Event, bool) {
	ev := consent.EventOf(e.entryID(r, h, &store.Entry{Waited: a.waited}), r.Source, &a.event)
	if ev.ContactPoint != "" {
		ev.ContactPoint, _ = canonicalPoint(ev.ContactPoint)
	}
	if ev.Refers != "" {
		ev.Refers = r.Source + "\x00" + ev.Refers
	}
	ev.Record = idText(r)
	apart, first := false, true
	for _, s := range a.said {
		switch {
		case w.f.records[s.ref] == nil || w.f.lives[s.ref] != s.count: // gone
		case w.label[s.ref] != w.label[r]:
			apart = true
		case s.ref.Compare(r) < 0:
			first = false
		}
	}
	if apart && (&consent.DossierEvent{Event: ev}).Permits() {
		return ev, false
	}
	ev.Inherited = apart
	return ev, apart || first
}

// ownerNear returns the record that a contact point is of, seen from a person: of hers,
// else of those one weak link away, the first.
func (w *resolved) ownerNear(ref aloi.RecordRef, point string) string {
	for _, group := range [][]aloi.RecordRef{w.group(ref), w.near(ref)} {
		for _, r := range group {
			x := w.f.records[r]
			if slices.Contains(pointsOf(x.record, x.prepared), point) {
				return idText(r)
			}
		}
	}
	return ""
}

// consenting gives the records of a script events that decisions turn on, and adds acts
// that come by themselves.
func consenting(rng *rand.Rand, s *script) {
	w := &world{rng: rng}
	var points []string
	for _, lane := range s.lanes {
		for _, seg := range lane {
			for _, op := range seg {
				if op.Put != nil {
					points = append(points, pointsOf(op.Put, lawMatcher.Prepare(op.Put))...)
				}
			}
		}
	}
	if len(points) == 0 {
		points = []string{"email:personne@example.org"}
	}
	for l, lane := range s.lanes {
		var ref aloi.RecordRef
		for i, seg := range lane {
			for k, op := range seg {
				if op.Put == nil {
					continue
				}
				r := *op.Put
				ref, r.Consents = r.Ref, nil
				for rng.IntN(3) > 0 {
					r.Consents = append(r.Consents, w.consentEvent(&r, points))
				}
				s.lanes[l][i][k].Put = &r
			}
		}
		if ref.ID == "" {
			continue
		}
		for rng.IntN(3) == 0 {
			stop := w.consentEvent(nil, points)
			stop.Kind = pick(rng, []aloi.ConsentKind{aloi.ConsentWithdrawn, aloi.ConsentObjected, aloi.ConsentRefused})
			s.lanes[l] = append(s.lanes[l], segment{{Consent: &ConsentOperation{Subject: Subject{Record: &ref}, Event: stop}}})
		}
	}
	for rng.IntN(3) > 0 {
		stop := aloi.ConsentEvent{Kind: aloi.ConsentWithdrawn, Time: w.time(), Channels: []string{"EMAIL"}}
		s.lanes = append(s.lanes, []segment{{{Consent: &ConsentOperation{Subject: Subject{Point: pick(rng, points)}, Event: stop}}}})
	}
}

// consentEvent draws an event: on a contact point of the record, of anybody, or on none.
func (w *world) consentEvent(r *aloi.Record, points []string) aloi.ConsentEvent {
	rng := w.rng
	e := aloi.ConsentEvent{
		SourceEventID: fmt.Sprintf("e%d", rng.IntN(12)), Time: w.time(), UncertaintySeconds: int64(rng.IntN(2)) * 43200,
		Kind:     aloi.ConsentGiven,
		Purposes: []string{pick(rng, []string{"Newsletter", "DirectMarketing", "Marketing"})}, Channels: []string{pick(rng, []string{"EMAIL", "SMS"})},
		Controllers: []string{pick(rng, []string{"C1", "C2"})}, Method: pick(rng, []string{"web_form", "store_tablet", "purchased_list"}),
		Goods: "café", Similar: []string{"thé"}, OptOutOffered: true,
	}
	if rng.IntN(5) < 2 {
		e.Kind = pick(rng, []aloi.ConsentKind{aloi.ConsentRenewed, aloi.ConsentWithdrawn, aloi.ConsentObjected, aloi.ConsentRefused, aloi.ConsentSale,
			aloi.ConsentInformed, aloi.ConsentBounced, aloi.ConsentInvalidated, aloi.ConsentRestricted})
	}
	if rng.IntN(6) > 0 {
		e.Evidence = []aloi.FreeAttribute{{Name: "auth", Value: "doi"}}
	}
	if e.Kind == aloi.ConsentInvalidated {
		e.Refers = fmt.Sprintf("e%d", rng.IntN(12))
	}
	switch {
	case rng.IntN(5) == 0:
	case r != nil && rng.IntN(3) > 0:
		if own := pointsOf(r, lawMatcher.Prepare(r)); len(own) > 0 {
			e.ContactPoint = pick(rng, own)
		}
	default:
		e.ContactPoint = pick(rng, points)
	}
	if strings.HasPrefix(e.ContactPoint, "email:") {
		e.Channels = []string{"EMAIL"}
	}
	if e.Kind.IsStop() && rng.IntN(3) == 0 {
		e.Purposes, e.Channels, e.Controllers = nil, nil, nil
	}
	return e
}

// compareDecisions asks the engine and the reference about people and contact points of
// theirs, n times.
func compareDecisions(t *testing.T, s *subject, f *consentFacts, rng *rand.Rand, n int, brief func(*consent.Answer) string) (permits int) {
	t.Helper()
	w := f.world()
	if len(w.refs) == 0 {
		return 0
	}
	for range n {
		ref := pick(rng, w.refs)
		whose := pick(rng, append(w.group(ref), ref, pick(rng, w.refs)))
		points := pointsOf(f.records[whose].record, f.records[whose].prepared)
		if len(points) == 0 {
			continue
		}
		q := consent.Question{
			Controller: pick(rng, []string{"C1", "C1", "C2"}), Purpose: pick(rng, []consent.Purpose{consent.Newsletter, consent.DirectMarketing, consent.CustomerCare}),
			ContactPoint: pick(rng, points), Goods: pick(rng, []string{"", "thé"}), At: lawClock, KnownAt: lawClock,
		}
		if acts := f.acts[whose]; len(acts) > 0 && rng.IntN(3) > 0 {
			h := slices.SortedFunc(maps.Keys(acts), func(x, y store.ContentHash) int { return slices.Compare(x[:], y[:]) })
			if e := acts[pick(rng, h)].event; e.Kind == aloi.ConsentGiven && e.ContactPoint != "" {
				q.ContactPoint, q.Purpose, q.Controller = must2(canonicalPoint(e.ContactPoint)), consent.Purpose(e.Purposes[0]), e.Controllers[0]
			}
		}
		q.Channel = consent.SMS
		if strings.HasPrefix(q.ContactPoint, "email:") {
			q.Channel = consent.Email
		}
		verdicts, err := s.engine.Decide(context.Background(), Subject{Record: &ref}, q)
		if err != nil || len(verdicts) != 1 {
			t.Fatalf("%d verdicts, %v", len(verdicts), err)
		}
		got, want := brief(verdicts[0].Answer), brief(w.ask(s.engine, ref, q))
		if got != want {
			t.Errorf("%s about %s, %s %s %s:\n got %s\nwant %s", ref, q.ContactPoint, q.Controller, q.Purpose, q.Channel, got, want)
		}
		if verdicts[0].Answer.Decision == consent.Permit && q.Purpose != consent.CustomerCare {
			permits++
		}
	}
	return permits
}

// brief is what of an answer must not depend on how it was come by.
func brief(a *consent.Answer) string {
	return fmt.Sprint(a.Decision, a.Reason, a.Basis, a.Scope, a.Deciding, a.Blockers, a.Relationship, a.ValidUntil)
}

// TestDecideAsIfFromNothing holds of decisions what TestOrder holds of entities: in any
// order of arrival the answer is that of a case which holds everybody and everything.
func TestDecideAsIfFromNothing(t *testing.T) {
	permits := 0
	forSeeds(t, smallSets, func(t *testing.T, seed uint64) {
		rng := lawRand(seed, 21)
		script := generate(rng, 5+rng.IntN(40))
		consenting(rng, script)
		f := newConsentFacts()
		for _, op := range script.order(rng, 1)[0] {
			f.apply(op)
		}
		_, open := lawStore(seed)
		for range 2 {
			s := open(t)
			s.apply(t, script.order(rng, 1+rng.IntN(4)), 1+rng.IntN(60))
			permits += compareDecisions(t, s, f, rng, 60, brief)
			s.verify(t, seed)
			s.close(t)
		}
	})
	if *lawSeed == 0 && permits < smallSets {
		t.Errorf("%d questions were permitted: the law is tried on next to nothing", permits)
	}
}

// TestCrowdedPoints holds the same of addresses on which so much is kept that only a
// digest of it is read; then not all stops are named.
func TestCrowdedPoints(t *testing.T) {
	was := crowdedPoint
	crowdedPoint = 1
	defer func() { crowdedPoint = was }()
	brief := func(a *consent.Answer) string {
		return fmt.Sprint(a.Decision, a.Reason, a.Basis, a.Scope, a.Relationship, a.ValidUntil)
	}
	forSeeds(t, smallSets, func(t *testing.T, seed uint64) {
		rng := lawRand(seed, 23)
		script := generate(rng, 5+rng.IntN(40))
		consenting(rng, script)
		_, open := lawStore(seed)
		s, f := open(t), newConsentFacts()
		defer s.close(t)
		for i, op := range script.order(rng, 1)[0] {
			f.apply(op)
			s.apply(t, [][]Operation{{op}}, 1)
			if i%5 == 4 {
				compareDecisions(t, s, f, rng, 8, brief)
			}
		}
		compareDecisions(t, s, f, rng, 60, brief)
	})
}

// TestSaidToThePerson follows, step by step, what is said to people who are put together
// and taken apart by judgements.
func TestSaidToThePerson(t *testing.T) {
	forSeeds(t, smallSets, func(t *testing.T, seed uint64) {
		rng := lawRand(seed, 22)
		script := generate(rng, 4+rng.IntN(12))
		consenting(rng, script)
		_, open := lawStore(seed)
		s, f := open(t), newConsentFacts()
		defer s.close(t)
		w := &world{rng: rng}
		for _, op := range script.order(rng, 1)[0] {
			f.apply(op)
			s.apply(t, [][]Operation{{op}}, 1)
			refs := slices.SortedFunc(maps.Keys(f.records), aloi.RecordRef.Compare)
			if len(refs) < 2 {
				continue
			}
			a, b := pick(rng, refs), pick(rng, refs)
			switch rng.IntN(4) {
			case 0:
				f.say(t, s, a, w)
			case 1:
				if a != b {
					j := Operation{Judge: &aloi.Judgement{A: a, B: b, Verdict: pick(rng, []aloi.Verdict{aloi.VerdictSame, aloi.VerdictSame, aloi.VerdictDifferent})}}
					f.apply(j)
					s.apply(t, [][]Operation{{j}}, 1)
				}
			}
			compareDecisions(t, s, f, rng, 3, brief)
		}
		s.verify(t, seed)
	})
}

// say says something to the person of a record.
func (f *consentFacts) say(t *testing.T, s *subject, ref aloi.RecordRef, w *world) {
	t.Helper()
	x := f.records[ref]
	e := w.consentEvent(x.record, append(pointsOf(x.record, x.prepared), "email:personne@example.org"))
	e.SourceEventID = fmt.Sprintf("said-%d", w.rng.IntN(1<<30))
	entity := must(s.engine.EntityOf(context.Background(), ref))
	acks := must(s.engine.Apply(context.Background(), []Operation{{Consent: &ConsentOperation{Subject: Subject{Entity: entity.ID}, Event: e}}}))
	if acks[0].Outcome == aloi.OutcomeRecorded {
		f.told(ref, e)
	} else if e.Kind.IsStop() {
		t.Errorf("a stop is %s", acks[0].Outcome)
	}
}
