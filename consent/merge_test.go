package consent

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"aloi"
)

// world is what is stored while people are merged and taken apart: records that keep their
// own events, links that come and go, and what was said to a person who had several
// records, of which each has a copy. A case is read from it as the engine does.
type world struct {
	Case
	sayings []saying
}

// saying is an event that was said to a merged person.
type saying struct {
	Event
	to   []int // records
	rule int   // the record that a steward assigned it to, -1 for none
}

// persons returns which person each record belongs to: the least record reachable over
// STRONG links. It is a plain reading, apart from the code under test.
func (w *world) persons() []int { return groups(len(w.Records), w.Links, aloi.LinkStrong) }

// groups returns the least record that each is connected to over links of at least a
// strength.
func groups(n int, links []Link, least aloi.LinkStrength) []int {
	of := make([]int, n)
	for i := range of {
		of[i] = i
	}
	for range n {
		for _, l := range links {
			if rank(l.Strength) >= rank(least) {
				a, b := numberOf(l.A), numberOf(l.B)
				of[a], of[b] = min(of[a], of[b]), min(of[a], of[b])
			}
		}
	}
	return of
}

// numberOf undoes record.
func numberOf(id string) int {
	var n int
	if _, err := fmt.Sscanf(id, "R%d", &n); err != nil {
		panic(err)
	}
	return n - 1
}

// read returns the case as it stands: what was said to a person counts once while she is
// one. Once she was taken apart a stop is inherited by each of her records, and what can
// permit falls, unless a steward ruled whom it concerns.
func (w *world) read() *Case {
	c := clone(w.Case)
	person := w.persons()
	for _, s := range w.sayings {
		apart := slices.ContainsFunc(s.to, func(i int) bool { return person[i] != person[s.to[0]] })
		bearers := s.to[:1]
		switch {
		case s.rule >= 0:
			bearers = []int{s.rule}
		case apart && permits(&s.Event):
			bearers = nil
		case apart:
			bearers = s.to
		}
		for _, i := range bearers {
			e := s.Event
			e.Record, e.Inherited = record(i), apart && s.rule < 0
			c.Events = append(c.Events, e)
		}
	}
	return &c
}

// drawWorld draws records with their events, and no links.
func drawWorld(t *rapid.T) *world {
	w := &world{Case: drawCase(t)}
	w.Links = nil
	for i := range w.Events {
		w.Events[i].Inherited = false
	}
	return w
}

// merge links two records, strongly enough to be one person.
func (w *world) merge(t *rapid.T) {
	l := drawLink(t, len(w.Records))
	l.Strength = rapid.SampledFrom(strengths[1:]).Draw(t, "merge over")
	w.Links = append(w.Links, l)
}

// apart removes a link.
func (w *world) apart(t *rapid.T) {
	if len(w.Links) > 0 {
		i := rapid.IntRange(0, len(w.Links)-1).Draw(t, "apart")
		w.Links = slices.Delete(slices.Clone(w.Links), i, i+1)
	}
}

// say says something to the person of a record.
func (w *world) say(t *rapid.T, kinds []aloi.ConsentKind) {
	s := saying{Event: drawEvent(t, kinds, fmt.Sprintf("said%02d", len(w.sayings))), rule: -1}
	person, of := w.persons(), rapid.IntRange(0, len(w.Records)-1).Draw(t, "said to")
	for i, p := range person {
		if p == person[of] {
			s.to = append(s.to, i)
		}
	}
	w.sayings = append(w.sayings, s)
}

// steps does up to some of several things in any order.
func steps(t *rapid.T, most int, do ...func()) {
	for range rapid.IntRange(1, most).Draw(t, "steps") {
		do[rapid.IntRange(0, len(do)-1).Draw(t, "step")]()
	}
}

// each record's answer to a question.
func (w *world) answers(q Question) []*Answer {
	c := w.read()
	list := make([]*Answer, len(c.Records))
	for i := range c.Records {
		q.Record = record(i)
		list[i] = policy.Decide(c, q)
	}
	return list
}

// said returns the world in which somebody says something different, or nothing.
func (w *world) said(sayings []saying) *world { return &world{Case: w.Case, sayings: sayings} }

// last is after all that histories hold, and soon enough that nobody was silent too long.
var last = day0.AddDate(0, 35, 0)

// worlds runs a property over worlds.
func worlds(t *testing.T, check func(t *rapid.T, w *world, q Question)) {
	law(t, func(t *rapid.T, _ Case, q Question) { check(t, drawWorld(t), q) })
}

// TestMergesUndone holds "merge∘unmerge = identity on grants" (consent.md 2.6; "an unmerge
// gives grants back exactly", law 7): however people are merged and taken apart, when the
// links are those of before, so is every answer, whatever was said to a person meanwhile
// who is one again.
func TestMergesUndone(t *testing.T) {
	worlds(t, func(t *rapid.T, w *world, q Question) {
		steps(t, 4, func() { w.merge(t) })
		steps(t, 3, func() { w.say(t, aloi.ConsentKinds) })
		before, links := w.answers(q), slices.Clone(w.Links)
		steps(t, 8, func() { w.merge(t) }, func() { w.apart(t) })
		w.answers(q) // asking changes nothing
		w.Links = links
		if after := w.answers(q); !reflect.DeepEqual(before, after) {
			t.Fatalf("got  %+v\nwant %+v", after, before)
		}
	})
}

// TestTakenApart holds law 7 and section 2.3 of consent.md: of a person who was taken
// apart, what was said to her whole permits nothing to any part, and can only take.
func TestTakenApart(t *testing.T) {
	worlds(t, func(t *rapid.T, w *world, q Question) {
		steps(t, 4, func() { w.merge(t) })
		steps(t, 3, func() { w.say(t, aloi.ConsentKinds) })
		steps(t, 4, func() { w.apart(t) }, func() { w.merge(t) })
		person := w.persons()
		var whole []saying // to people who are still one
		for _, s := range w.sayings {
			if !slices.ContainsFunc(s.to, func(i int) bool { return person[i] != person[s.to[0]] }) {
				whole = append(whole, s)
			}
		}
		without := w.said(whole).answers(q)
		for i, a := range w.answers(q) {
			if a.Decision == Permit && without[i].Decision == Deny && a.Reason != ServiceNecessary {
				t.Fatalf("%s: permitted by what was said to somebody else: %+v\nwithout: %+v", record(i), a, without[i])
			}
		}
	})
}

// TestInheritedStops holds section 2.3: a stop of everything that was said to a person
// binds each of her parts when she is taken apart, and of those that a steward did not
// assign it to none.
func TestInheritedStops(t *testing.T) {
	worlds(t, func(t *rapid.T, w *world, q Question) {
		q.At, q.KnownAt, q.Purpose = last, time.Time{}, Newsletter
		steps(t, 4, func() { w.merge(t) })
		w.say(t, stopKinds[:1])
		s := &w.sayings[0]
		s.Event = Event{ID: "stop", Kind: aloi.ConsentObjected, Time: last.Add(-day), Recorded: last.Add(-day)}
		steps(t, 4, func() { w.apart(t) })
		for i, a := range w.answers(q) {
			if slices.Contains(s.to, i) && a.Decision == Permit {
				t.Fatalf("%s: permitted after a stop that it inherits: %+v", record(i), a)
			}
		}
		s.rule = rapid.SampledFrom(s.to).Draw(t, "assigned to")
		alone := w.said(nil)
		e := s.Event
		e.Record = record(s.rule)
		alone.Events = append(slices.Clone(w.Events), e)
		if want, got := alone.answers(q), w.answers(q); !reflect.DeepEqual(want, got) {
			t.Fatalf("a stop that was assigned is not the record's own\ngot  %+v\nwant %+v", got, want)
		}
	})
}

// TestMergeSupported holds "a merge never turns a no into a yes that no link of sufficient
// strength supports" (law 7): after each merge, whatever permits belongs to records that
// links of at least min_grant connect, and they own the contact point; another core than
// hers, inside her golden record, permits as SCOPED only.
func TestMergeSupported(t *testing.T) {
	worlds(t, func(t *rapid.T, w *world, q Question) {
		steps(t, 10, func() { w.merge(t) }, func() { w.apart(t) }, func() { w.merge(t) }, func() { w.say(t, aloi.ConsentKinds) })
		c := w.read()
		core, person := groups(len(w.Records), w.Links, policy.MinGrant), w.persons()
		for i, a := range w.answers(q) {
			if a.Decision == Deny {
				continue
			}
			of := core[i]
			if a.Scope == Scoped {
				of = core[numberOf(a.Core[0])]
			}
			if (a.Scope == Scoped) == (of == core[i]) || person[of] != person[i] {
				t.Fatalf("%s: permitted over %v as %q: %+v", record(i), a.Core, a.Scope, w.Links)
			}
			for k := range w.Records {
				if (core[k] == of) != slices.Contains(a.Core, record(k)) {
					t.Fatalf("%s: the core %v is not what links of %s connect: %+v", record(i), a.Core, policy.MinGrant, w.Links)
				}
			}
			for _, id := range a.Deciding {
				ok := slices.ContainsFunc(c.Events, func(e Event) bool { return e.ID == id && core[numberOf(e.Record)] == of && permits(&e) })
				if !ok {
					t.Fatalf("%s: permitted by %s, which is not of the core: %+v", record(i), id, a)
				}
			}
		}
	})
}

// TestMergeTakesOrShows holds law 7 step by step: a merge over a link too weak for grants
// turns a DENY into a PERMIT only for a contact point of the other, which is SCOPED.
func TestMergeTakesOrShows(t *testing.T) {
	worlds(t, func(t *rapid.T, w *world, q Question) {
		steps(t, 6, func() { w.merge(t) })
		before := w.answers(q)
		l := drawLink(t, len(w.Records))
		l.Strength = rapid.SampledFrom(strengths[:2]).Draw(t, "too weak for grants")
		w.Links = append(w.Links, l)
		for i, a := range w.answers(q) {
			if a.Decision == Permit && before[i].Decision == Deny && (a.Scope != Scoped || before[i].Reason != ContactPointUnknown) {
				t.Fatalf("%s: %s became %+v over %+v", record(i), before[i].Reason, a, l)
			}
		}
	})
}

// TestErasedStaysOut holds "suppression survives erase + re-import + merge": a person is
// erased, comes back in a bought list that proves everything, and is merged with anybody:
// her address is not used for marketing on what was there before, nor on the list.
func TestErasedStaysOut(t *testing.T) {
	worlds(t, func(t *rapid.T, w *world, q Question) {
		q.At, q.KnownAt, q.Purpose = last, time.Time{}, Newsletter
		w.Suppressions = append(w.Suppressions, Suppression{ContactPoint: q.ContactPoint, Time: last.Add(-2 * day), Reason: SuppressionErased})
		list := drawEvent(t, []aloi.ConsentKind{aloi.ConsentGiven}, "list")
		list.Time = last.Add(-day)
		list.Recorded, list.Method, list.Record = list.Time, rapid.SampledFrom(secondHand).Draw(t, "import"), record(len(w.Records))
		list.ContactPoint, list.Channels, list.Purposes, list.Controllers = q.ContactPoint, []Channel{q.Channel}, []Purpose{q.Purpose}, []string{q.Controller}
		w.Records = append(w.Records, Record{ID: list.Record, ContactPoints: []string{q.ContactPoint}, LastAction: list.Time})
		w.Events = append(w.Events, list)
		steps(t, 8, func() { w.merge(t) }, func() { w.apart(t) })
		for i, a := range w.answers(q) {
			if a.Decision == Permit {
				t.Fatalf("%s: permitted after an erasure: %+v", record(i), a)
			}
		}
	})
}
