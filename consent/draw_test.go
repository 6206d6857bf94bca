package consent

import (
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"aloi"
)

// policy is the one that the laws are tested under.
var policy = DefaultPolicy()

// What histories are drawn from: few values, so that things meet.
var (
	day0       = time.Date(2024, 1, 1, 10, 0, 0, 0, time.UTC)
	points     = []string{"email:a@ex.fr", "email:a@ex.fr", "email:a@ex.fr", "email:b@ex.fr", "phone:+33600000001", "postal:1 rue x"}
	channelOf  = map[string]Channel{"email": Email, "phone": SMS, "postal": Postal}
	strengths  = []aloi.LinkStrength{aloi.LinkWeak, aloi.LinkStrong, aloi.LinkDeterministic, aloi.LinkAsserted}
	stopKinds  = []aloi.ConsentKind{aloi.ConsentRefused, aloi.ConsentWithdrawn, aloi.ConsentObjected, aloi.ConsentRevoked}
	secondHand = []string{methodPurchased, methodPartner, methodMigration, methodSoft}
	// takes are the kinds that can only take permission away.
	takes = append(slices.Clone(stopKinds), aloi.ConsentRestricted, aloi.ConsentErased, aloi.ConsentInvalidated, aloi.ConsentBounced, aloi.ConsentNotGiven)
	// calm are the kinds of a history in which nobody says no.
	calm = []aloi.ConsentKind{aloi.ConsentGiven, aloi.ConsentGiven, aloi.ConsentRenewed, aloi.ConsentConfirmed, aloi.ConsentSale,
		aloi.ConsentInformed, aloi.ConsentContract, aloi.ConsentNotGiven, aloi.ConsentRequested}
	controllers = []string{"C1", "C1", "C1", "C2", "C3"}
)

// drawCase draws up to 8 records, the links between them, and up to 30 events.
func drawCase(t *rapid.T) Case {
	var c Case
	for i := range rapid.IntRange(1, 8).Draw(t, "records") {
		r := Record{ID: record(i), ContactPoints: slices.Compact(slices.Sorted(slices.Values(rapid.SliceOfN(rapid.SampledFrom(points), 0, 3).Draw(t, "points"))))}
		if rarely(t, "birth") {
			r.Birth = time.Date(rapid.SampledFrom([]int{1980, 2010, 2012}).Draw(t, "year"), 6, 1, 0, 0, 0, 0, time.UTC)
		}
		if rarely(t, "acted") {
			r.LastAction = drawTime(t, "action")
		}
		r.Bought = rarely(t, "bought")
		c.Records = append(c.Records, r)
	}
	for range rapid.IntRange(0, 8).Draw(t, "links") {
		c.Links = append(c.Links, drawLink(t, len(c.Records)))
	}
	if !rarely(t, "no owner") {
		c.Records[0].ContactPoints = points[2:]
	}
	noes := rapid.SampledFrom([]int{2, 0, 4, 30}).Draw(t, "how many may say no")
	for i := range rapid.SampledFrom([]int{12, 20, 30, 3}).Draw(t, "events") {
		kinds := calm
		if i < noes {
			kinds = aloi.ConsentKinds
		}
		c.Events = append(c.Events, drawEvent(t, kinds, fmt.Sprintf("e%02d", i)))
	}
	if rarely(t, "suppressed") {
		c.Suppressions = append(c.Suppressions, drawSuppression(t))
	}
	return c
}

// rarely draws true about one time in ten: small numbers are drawn more often.
func rarely(t *rapid.T, name string) bool { return rapid.IntRange(0, 9).Draw(t, name) >= 7 }

func record(i int) string { return fmt.Sprintf("R%d", i+1) }

func drawLink(t *rapid.T, n int) Link {
	one := rapid.IntRange(0, n-1)
	return Link{A: record(one.Draw(t, "a")), B: record(one.Draw(t, "b")), Strength: rapid.SampledFrom(strengths).Draw(t, "strength")}
}

func drawSuppression(t *rapid.T) Suppression {
	return Suppression{ContactPoint: rapid.SampledFrom(points).Draw(t, "suppressed"), Time: drawTime(t, "since"),
		Reason: rapid.SampledFrom([]SuppressionReason{SuppressionErased, SuppressionObjected}).Draw(t, "why")}
}

// drawTime draws one of few days, and minutes apart on them.
func drawTime(t *rapid.T, name string) time.Time {
	return day0.AddDate(0, rapid.IntRange(0, 34).Draw(t, name), 0).Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "minutes")) * 4 * time.Minute)
}

// drawEvent draws an event of one of some kinds.
func drawEvent(t *rapid.T, kinds []aloi.ConsentKind, id string) Event {
	e := Event{ID: id, Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Record: record(rapid.SampledFrom([]int{0, 0, 0, 0, 1, 1, 2, 3}).Draw(t, "of")), Uncertainty: -1}
	e.Time = drawTime(t, "time")
	e.Recorded = e.Time
	switch rapid.IntRange(0, 19).Draw(t, "clock") {
	case 16:
		e.Time = time.Time{}
	case 17:
		e.Recorded = e.Time.AddDate(0, 3, 0)
	case 18:
		e.Recorded = e.Time.AddDate(0, -3, 0)
	case 19:
		e.Uncertainty = 12 * time.Hour
	}
	if rarely(t, "conflict") {
		e.SourceID = rapid.SampledFrom([]string{"web:1", "web:2"}).Draw(t, "source")
	}
	if rarely(t, "form") {
		e.Submission, e.Sequence = "s1", int64(rapid.IntRange(1, 3).Draw(t, "sequence"))
	}
	e.Inherited, e.SharedOK = rarely(t, "inherited"), rarely(t, "shared")
	point := rapid.SampledFrom(points).Draw(t, "point")
	if e.Kind.IsStop() || e.Kind == aloi.ConsentInvalidated || e.Kind == aloi.ConsentRestricted {
		drawReach(t, &e, point)
		return e
	}
	e.ContactPoint = point
	e.Controllers = []string{rapid.SampledFrom(controllers).Draw(t, "controller")}
	switch {
	case isGrant(e.Kind):
		drawGrant(t, &e)
	case e.Kind == aloi.ConsentConfirmed:
		e.Token = rapid.SampledFrom([]string{"k1", "k2"}).Draw(t, "token")
	case e.Kind == aloi.ConsentSale:
		e.Goods, e.OptOutOffered, e.OptOutUsed = "coffee", true, rarely(t, "optout")
	}
	return e
}

// drawReach draws what a stop names: mostly nothing.
func drawReach(t *rapid.T, e *Event, point string) {
	if rapid.Bool().Draw(t, "about a point") {
		e.ContactPoint = point
	}
	if rapid.Bool().Draw(t, "about a purpose") {
		e.Purposes = []Purpose{rapid.SampledFrom([]Purpose{Marketing, Newsletter, PromotionalOffers}).Draw(t, "purpose")}
	}
	if rapid.IntRange(0, 3).Draw(t, "about a controller") == 0 {
		e.Controllers = []string{rapid.SampledFrom(controllers).Draw(t, "controller")}
	}
	if e.Kind == aloi.ConsentInvalidated && rapid.Bool().Draw(t, "about an event") {
		e.Refers = fmt.Sprintf("e%02d", rapid.IntRange(0, 9).Draw(t, "which"))
	}
}

func drawGrant(t *rapid.T, e *Event) {
	e.Purposes = []Purpose{rapid.SampledFrom([]Purpose{Newsletter, Newsletter, Newsletter, PromotionalOffers, Marketing}).Draw(t, "purpose")}
	e.Channels = []Channel{channelOf[pointType(e.ContactPoint)]}
	e.Method = rapid.SampledFrom([]string{"web_form", "web_form", "web_form", "paper", methodMigration, methodPurchased}).Draw(t, "method")
	e.Evidence = Evidence{Notice: "n7", Auth: rapid.SampledFrom([]string{"doi", "doi", "authenticated", ""}).Draw(t, "auth")}
	if e.Method == methodPurchased {
		e.Evidence.Broker, e.Evidence.NamedRecipient, e.Evidence.NoticeHash, e.Evidence.CollectedAt = "B", "C1", "h", "2024"
	}
	switch rapid.IntRange(0, 19).Draw(t, "flaw") {
	case 15:
		e.Evidence.NotAffirmative = true
	case 16:
		e.Evidence = Evidence{}
	case 17:
		e.ContactPoint = ""
	case 18:
		e.Evidence.Auth, e.Token = "", rapid.SampledFrom([]string{"k1", "k2"}).Draw(t, "token")
	case 19:
		e.ValidUntil = e.Time.AddDate(0, 6, 0)
	}
}

// drawQuestion draws a question about one of the first records, mostly one that has a
// chance of a PERMIT.
func drawQuestion(t *rapid.T) Question {
	q := Question{
		Controller: rapid.SampledFrom(controllers).Draw(t, "asks"), ContactPoint: rapid.SampledFrom(points).Draw(t, "at point"), Record: record(0),
		Purpose:      rapid.SampledFrom([]Purpose{Newsletter, Newsletter, Newsletter, Newsletter, PromotionalOffers, CustomerCare}).Draw(t, "for"),
		At:           day0.AddDate(0, rapid.IntRange(12, 35).Draw(t, "at"), 0),
		Relationship: rapid.SampledFrom([]Relationship{Prospect, Customer, Professional, ""}).Draw(t, "to"),
		Jurisdiction: rapid.SampledFrom([]string{"FR", "FR", "EU"}).Draw(t, "in"), Goods: "coffee", Related: true,
	}
	q.Channel = channelOf[pointType(q.ContactPoint)]
	switch rapid.IntRange(0, 5).Draw(t, "known") {
	case 4:
		q.KnownAt = q.At.AddDate(0, -3, 0)
	case 5:
		q.KnownAt = q.At.AddDate(0, 6, 0)
	}
	return q
}

// licenses is the plain reading of what a PERMIT by consent needs of a grant, the fine
// points aside.
func licenses(e *Event, q *Question, a *Answer) bool {
	return isGrant(e.Kind) && slices.Contains(a.Core, e.Record) && slices.Contains(e.Purposes, q.Purpose) &&
		slices.Contains(e.Channels, q.Channel) && slices.Contains(e.Controllers, q.Controller) &&
		(e.ContactPoint == q.ContactPoint || e.ContactPoint == "") && !e.Time.IsZero() && !e.Evidence.NotAffirmative &&
		(e.Evidence.Notice != "" || e.Evidence.Auth != "") && !e.Recorded.After(known(q)) &&
		(e.ValidUntil.IsZero() || q.At.Before(e.ValidUntil))
}

// known is up to when a question looks at what was known.
func known(q *Question) time.Time {
	if q.KnownAt.IsZero() {
		return q.At
	}
	return q.KnownAt
}

// clone copies the lists of a case.
func clone(c Case) Case {
	return Case{Records: slices.Clone(c.Records), Links: slices.Clone(c.Links), Events: slices.Clone(c.Events), Suppressions: slices.Clone(c.Suppressions)}
}
