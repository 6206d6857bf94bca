package consent

import (
	"flag"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"aloi"
	"aloi/internal/property"
)

// The laws of consent.md, section 2.6, and the tests that hold them, here and in
// merge_test.go. Law 7 of the design (a merge turns no "no" into a "yes" that no link of
// sufficient strength supports; an unmerge gives grants back exactly) is theirs too.
//
//	order independence, idempotence         TestOrder
//	merge∘unmerge = identity on grants      TestMergeUndone, TestMergesUndone, TestTakenApart, TestInheritedStops
//	a stop turns no DENY into a PERMIT      TestStopOnlyTakes, TestOwnStopStops, TestLifted
//	nor does a link that of a stop          TestWeakLinkOnlyTakes, TestMergeSupported, TestMergeTakesOrShows
//	a weaker link creates no PERMIT         TestWeakerLinkGrantsNothing
//	known_at monotone                       TestKnownLater
//	suppression survives                    TestSuppressionSurvives, TestErasedStaysOut
//	every PERMIT names a proof              TestConsentProved

// law runs a property over random histories.
func law(t *testing.T, check func(t *rapid.T, c Case, q Question)) {
	property.Check(t, func(t *rapid.T) {
		c, q := drawCase(t), drawQuestion(t)
		check(t, c, q)
	})
}

// TestOrder: neither the order of events, links, suppressions and records matters, nor
// that something comes twice.
func TestOrder(t *testing.T) {
	law(t, func(t *rapid.T, c Case, q Question) {
		want := policy.Decide(&c, q)
		other := clone(c)
		other.Events = append(other.Events, c.Events...)
		other.Links = append(other.Links, c.Links...)
		other.Suppressions = append(other.Suppressions, c.Suppressions...)
		rng := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "order"), 1))
		shuffle(&other, rng)
		rng.Shuffle(len(other.Records), func(i, j int) { other.Records[i], other.Records[j] = other.Records[j], other.Records[i] })
		same(t, want, policy.Decide(&other, q))
	})
}

// TestShared: whether an event is in the one list or the other does not matter.
func TestShared(t *testing.T) {
	law(t, func(t *rapid.T, c Case, q Question) {
		other := clone(c)
		n := rapid.IntRange(0, len(other.Events)).Draw(t, "shared")
		for i := range other.Events[:n] {
			other.Shared = append(other.Shared, &other.Events[i])
		}
		other.Events = other.Events[n:]
		same(t, policy.Decide(&c, q), policy.Decide(&other, q))
	})
}

// TestStopOnlyTakes: no further stop, restriction, erasure, invalidation, bounce or
// suppression turns a DENY into a PERMIT.
func TestStopOnlyTakes(t *testing.T) {
	law(t, func(t *rapid.T, c Case, q Question) {
		if policy.Decide(&c, q).Decision == Permit {
			return
		}
		more := clone(c)
		if rapid.Bool().Draw(t, "suppress") {
			more.Suppressions = append(more.Suppressions, drawSuppression(t))
		} else {
			more.Events = append(more.Events, drawEvent(t, takes, "more"))
		}
		if a := policy.Decide(&more, q); a.Decision == Permit {
			t.Fatalf("a stop permits: %+v\n%+v", a, more)
		}
	})
}

// TestOwnStopStops: whatever came before, a stop of the person of everything, later than
// all, denies all marketing.
func TestOwnStopStops(t *testing.T) {
	law(t, func(t *rapid.T, c Case, q Question) {
		q.At, q.KnownAt = day0.AddDate(10, 0, 0), time.Time{}
		e := Event{ID: "stop", Kind: rapid.SampledFrom(stopKinds).Draw(t, "kind"), Record: q.Record, Time: q.At.Add(-time.Hour), Recorded: q.At}
		c.Events = append(c.Events, e)
		if a := policy.Decide(&c, q); a.Decision == Permit && placeOf(q.Purpose).class < service {
			t.Fatalf("permitted after a stop: %+v", a)
		}
	})
}

// TestWeakLinkOnlyTakes: a further link that is too weak for grants turns no DENY of a
// stop into a PERMIT. One of min_grant may (C30: her other half consented again).
func TestWeakLinkOnlyTakes(t *testing.T) {
	law(t, func(t *rapid.T, c Case, q Question) {
		a := policy.Decide(&c, q)
		if a.Decision == Permit || !carried(a.Reason) {
			return
		}
		more := clone(c)
		l := drawLink(t, len(c.Records))
		l.Strength = rapid.SampledFrom([]aloi.LinkStrength{aloi.LinkWeak, aloi.LinkStrong}).Draw(t, "strength")
		more.Links = append(more.Links, l)
		if b := policy.Decide(&more, q); b.Decision == Permit {
			t.Fatalf("a weak link permits what %s denied: %+v", a.Reason, b)
		}
	})
}

// TestWeakerLinkGrantsNothing: to weaken a link, or to take it away, creates no PERMIT
// but where it carried what denied: a stop, a contradiction, or a second owner of the
// contact point. In the last case the PERMIT is for the other core's data only. An
// erasure in the core also counts where the person came back since: what she forgot
// with it permits nothing.
func TestWeakerLinkGrantsNothing(t *testing.T) {
	law(t, func(t *rapid.T, c Case, q Question) {
		if len(c.Links) == 0 {
			return
		}
		strong := policy.Decide(&c, q)
		weak := clone(c)
		i := rapid.IntRange(0, len(c.Links)-1).Draw(t, "link")
		if rank(weak.Links[i].Strength) == 1 {
			weak.Links = slices.Delete(weak.Links, i, i+1)
		} else {
			weak.Links[i].Strength = strengths[rapid.IntRange(0, rank(weak.Links[i].Strength)-2).Draw(t, "to")]
		}
		a := policy.Decide(&weak, q)
		forgotten := slices.ContainsFunc(c.Events, func(e Event) bool {
			return e.Kind == aloi.ConsentErased && slices.Contains(strong.Core, e.Record)
		})
		if a.Decision == Deny || strong.Decision == Permit || carried(strong.Reason) || forgotten {
			return
		}
		if a.Scope != Scoped || strong.Scope == Scoped {
			t.Fatalf("the weaker identity is permitted what the stronger was not (%s): %+v", strong.Reason, a)
		}
	})
}

// TestStrangers: records that nothing links, and that own and say nothing, change nothing,
// however many they are.
func TestStrangers(t *testing.T) {
	law(t, func(t *rapid.T, c Case, q Question) {
		crowd := clone(c)
		for i := range fewRecords {
			crowd.Records = append(crowd.Records, Record{ID: record(100 + i)})
		}
		same(t, policy.Decide(&c, q), policy.Decide(&crowd, q))
	})
}

// TestKnownLater: what is recorded later changes no answer about what was known before.
func TestKnownLater(t *testing.T) {
	law(t, func(t *rapid.T, c Case, q Question) {
		before := policy.Decide(&c, q)
		later := drawEvent(t, aloi.ConsentKinds, "later")
		later.Recorded = known(&q).Add(time.Second)
		more := clone(c)
		more.Events = append(more.Events, later)
		same(t, before, policy.Decide(&more, q))
	})
}

// TestSuppressionSurvives: whatever is imported, linked or merged, a contact point on the
// list is used for marketing after a new, direct grant alone.
func TestSuppressionSurvives(t *testing.T) {
	law(t, func(t *rapid.T, c Case, q Question) {
		s := Suppression{ContactPoint: q.ContactPoint, Time: drawTime(t, "suppressed"), Reason: SuppressionErased}
		c.Suppressions = append(c.Suppressions, s)
		a := policy.Decide(&c, q)
		if a.Decision == Deny || placeOf(q.Purpose).class >= service || s.Time.After(q.At) || s.Time.After(known(&q)) {
			return
		}
		back := slices.ContainsFunc(c.Events, func(e Event) bool {
			return licenses(&e, &q, a) && e.Time.After(s.Time) && !slices.Contains(secondHand, e.Method) &&
				(e.Evidence.Auth == "authenticated" || e.Evidence.Auth == "doi" || e.Token != "")
		})
		if !back {
			t.Fatalf("permitted although suppressed: %+v\n%+v", a, c)
		}
	})
}

// TestConsentProved: a PERMIT by consent names one grant, of exactly what was asked, in
// the core, that proves itself; one on another basis names a fact.
func TestConsentProved(t *testing.T) {
	law(t, func(t *rapid.T, c Case, q Question) {
		a := policy.Decide(&c, q)
		if a.Decision == Deny || placeOf(q.Purpose).class >= service {
			return
		}
		if len(a.Deciding) == 0 {
			t.Fatalf("nothing proves %+v\n%+v", a, c)
		}
		if a.Basis != BasisConsent {
			return
		}
		ok := slices.ContainsFunc(c.Events, func(e Event) bool { return e.ID == a.Deciding[0] && licenses(&e, &q, a) })
		if len(a.Deciding) != 1 || !ok {
			t.Fatalf("no grant proves %+v\n%+v", a, c)
		}
	})
}

// TestLifted: a PERMIT in spite of a stop of the person that covers the question rests on
// a consent that is later than the stop.
func TestLifted(t *testing.T) {
	law(t, func(t *rapid.T, c Case, q Question) {
		a := policy.Decide(&c, q)
		if a.Decision == Deny || placeOf(q.Purpose).class >= service {
			return
		}
		for _, s := range c.Events {
			known := !s.Recorded.After(known(&q)) && !s.Time.Add(day).After(q.At) && !s.Time.After(s.Recorded)
			if !s.Kind.IsStop() || !known || s.Record != q.Record || s.ContactPoint != "" || len(s.Purposes)+len(s.Channels)+len(s.Controllers) > 0 {
				continue
			}
			later := slices.ContainsFunc(c.Events, func(g Event) bool {
				return licenses(&g, &q, a) && (g.Time.After(s.Time) || g.Submission != "" && g.Submission == s.Submission)
			})
			if !later {
				t.Fatalf("permitted in spite of %s: %+v\n%+v", s.ID, a, c)
			}
		}
	})
}

// TestMergeUndone: to ask what a merge would change changes nothing, and when it is
// undone the answer is the one before.
func TestMergeUndone(t *testing.T) {
	law(t, func(t *rapid.T, c Case, q Question) {
		kept := clone(c)
		before := policy.Decide(&c, q)
		c.Links = append(c.Links, drawLink(t, len(c.Records)))
		policy.Decide(&c, q)
		c.Links = c.Links[:len(c.Links)-1]
		same(t, before, policy.Decide(&c, q))
		if kept.Links = append(kept.Links, Link{})[:len(kept.Links)]; !reflect.DeepEqual(kept, c) {
			t.Fatal("the case was changed")
		}
	})
}

// same fails when two answers differ.
func same(t *rapid.T, want, got *Answer) {
	if !reflect.DeepEqual(want, got) {
		t.Fatalf("got %+v\nwant %+v", got, want)
	}
}

// carried reports whether a denial came from a stop, a contradiction or another fact that
// a link can carry.
func carried(r Reason) bool {
	return slices.Contains(stopOrder, r) || slices.Contains([]Reason{Erased, Restricted, SuppressedErased, SuppressedObjected,
		SoftBlocked, SoftOptedOut, InterestBlocked, MinorConflicting, MinorNoParental, ConsentInvalidated, RetentionExpired, SharedAmbiguous}, r)
}

// checks is on how many histories each law is tested, where -rapid.checks does not say.
const checks = "500"

func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", checks); err != nil {
		panic(err)
	}
	m.Run()
}
