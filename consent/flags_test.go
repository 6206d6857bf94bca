package consent

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"aloi"
)

var now = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// grantEvent is a grant with nothing to remark.
func grantEvent() aloi.ConsentEvent {
	return aloi.ConsentEvent{Kind: aloi.ConsentGiven, Time: now, Purposes: []string{"Newsletter"}, Channels: []string{"EMAIL"}, Controllers: []string{"C1"},
		Evidence: []aloi.FreeAttribute{{Name: "auth", Value: "doi"}}}
}

func evidence(pairs ...string) []aloi.FreeAttribute {
	var list []aloi.FreeAttribute
	for pair := range slices.Chunk(pairs, 2) {
		list = append(list, aloi.FreeAttribute{Name: pair[0], Value: pair[1]})
	}
	return list
}

// TestCheck has the flags of events that differ from a sound grant in one thing.
func TestCheck(t *testing.T) {
	stored := func(sha256 string) bool { return sha256 == "ab12" }
	bought := []string{"broker", "B", "collected_at", "2026-05-04", "notice_hash", "ab12", "named_recipient"}
	for _, c := range []struct {
		name   string
		change func(e *aloi.ConsentEvent)
		want   string
	}{
		{"sound", func(e *aloi.ConsentEvent) {}, ""},
		{"no date", func(e *aloi.ConsentEvent) { e.Time = time.Time{} }, "EVENT_UNDATED x.time"},
		{"a stop without a date", func(e *aloi.ConsentEvent) { *e = aloi.ConsentEvent{Kind: aloi.ConsentWithdrawn} }, "EVENT_UNDATED x.time"},
		{"a box left alone", func(e *aloi.ConsentEvent) { *e = aloi.ConsentEvent{Kind: aloi.ConsentNotGiven} }, ""},
		{"a question", func(e *aloi.ConsentEvent) { *e = aloi.ConsentEvent{Kind: aloi.ConsentRequested} }, ""},
		{"a clock that is ahead", func(e *aloi.ConsentEvent) { e.Time = now.Add(300 * time.Second) }, ""},
		{"the future", func(e *aloi.ConsentEvent) { e.Time = now.Add(301 * time.Second) }, "EVENT_IN_FUTURE x.time"},
		{"a month late", func(e *aloi.ConsentEvent) { e.Time = now.AddDate(0, 0, -31) }, ""},
		{"more than a month late", func(e *aloi.ConsentEvent) { e.Time = now.AddDate(0, 0, -31).Add(-1) }, "CLOCKS_FAR_APART x.time"},
		{"a purpose of their own", func(e *aloi.ConsentEvent) { e.Purposes = []string{"Newsletter", "Prospection", "*"} }, "PURPOSE_UNKNOWN x.purposes[1]"},
		{"a partner by name", func(e *aloi.ConsentEvent) { e.Purposes = []string{"ShareWithPartner(Acme)"} }, ""},
		{"a channel of their own", func(e *aloi.ConsentEvent) { e.Channels = []string{"*", "pigeon"} }, "CHANNEL_UNKNOWN x.channels[1]"},
		{"nobody", func(e *aloi.ConsentEvent) { e.Controllers = nil }, "CONTROLLER_UNKNOWN x.controllers"},
		{"somebody else", func(e *aloi.ConsentEvent) { e.Controllers = []string{"C1", "C9", "*"} }, "CONTROLLER_UNKNOWN x.controllers[1]"},
		{"a stop for somebody else", func(e *aloi.ConsentEvent) { e.Kind, e.Controllers = aloi.ConsentObjected, []string{"C9"} }, "CONTROLLER_UNKNOWN x.controllers[0]"},
		{"a stop for all", func(e *aloi.ConsentEvent) { e.Kind, e.Controllers = aloi.ConsentObjected, nil }, ""},
		{"no proof", func(e *aloi.ConsentEvent) { e.Evidence = evidence("optin", "yes", "ip", "203.0.113.7") }, "GRANT_WITHOUT_PROOF x.evidence"},
		{"a proof that is denied", func(e *aloi.ConsentEvent) { e.Evidence = evidence("doi", "False", "auth", "none") }, "GRANT_WITHOUT_PROOF x.evidence"},
		{"the notice", func(e *aloi.ConsentEvent) { e.Evidence, e.Notice = nil, "v3" }, ""},
		{"a renewal without proof", func(e *aloi.ConsentEvent) { e.Kind, e.Evidence = aloi.ConsentRenewed, nil }, "GRANT_WITHOUT_PROOF x.evidence"},
		{"a stop without proof", func(e *aloi.ConsentEvent) { e.Kind, e.Evidence = aloi.ConsentRefused, nil }, ""},
		{"the controller's own word", func(e *aloi.ConsentEvent) { e.ExpressedBy = []string{"controller"} }, "GRANT_WITHOUT_PROOF x.evidence"},
		{"a list that names us", func(e *aloi.ConsentEvent) { e.Method, e.Evidence = methodPurchased, evidence(append(bought, "C1")...) }, ""},
		{"a list that names another", func(e *aloi.ConsentEvent) { e.Method, e.Evidence = methodPurchased, evidence(append(bought, "C2")...) }, "GRANT_WITHOUT_PROOF x.evidence"},
		{"a list that names one of two", func(e *aloi.ConsentEvent) {
			e.Method, e.Evidence, e.Controllers = methodPartner, evidence(append(bought, "C2")...), []string{"C1", "C2"}
		}, ""},
		{"a text that is stored", func(e *aloi.ConsentEvent) { e.Evidence = evidence("notice_sha256", "AB12") }, ""},
		{"a text that is not", func(e *aloi.ConsentEvent) { e.Evidence = evidence("auth", "doi", "notice_hash", "cd34") }, "NOTICE_TEXT_MISSING x.evidence[1]"},
		{"all at once", func(e *aloi.ConsentEvent) {
			*e = aloi.ConsentEvent{Kind: aloi.ConsentGiven, Purposes: []string{"?"}, Channels: []string{"?"}, Evidence: evidence("notice_hash", "cd34"), ExpressedBy: []string{"authority"}}
		}, "CHANNEL_UNKNOWN x.channels[0], CONTROLLER_UNKNOWN x.controllers, GRANT_WITHOUT_PROOF x.evidence, NOTICE_TEXT_MISSING x.evidence[0], PURPOSE_UNKNOWN x.purposes[0], EVENT_UNDATED x.time"},
	} {
		p := DefaultPolicy()
		p.Controllers = []string{"C1", "C2"}
		e := grantEvent()
		c.change(&e)
		var got []string
		for _, f := range p.Check(&e, now, "x", stored) {
			got = append(got, string(f.Code)+" "+f.Field)
		}
		if text := strings.Join(got, ", "); text != c.want {
			t.Errorf("%s: %s, want %s", c.name, text, c.want)
		}
	}
}

// TestCheckAsDecided holds that a grant is flagged for its proof just when a decision
// denies it for that.
func TestCheckAsDecided(t *testing.T) {
	law(t, func(t *rapid.T, c Case, _ Question) {
		g := drawEvent(t, []aloi.ConsentKind{aloi.ConsentGiven}, "g")
		g.Record, g.Controllers, g.Evidence.NotAffirmative = record(0), []string{"C1"}, false
		point := cmp.Or(g.ContactPoint, points[0])
		alone := Case{Records: []Record{{ID: record(0), ContactPoints: []string{point}}}, Events: []Event{g}}
		a := policy.Decide(&alone, Question{Controller: "C1", Purpose: g.Purposes[0], Channel: g.Channels[0], ContactPoint: point,
			At: latest(g.Time, g.Recorded), Relationship: Prospect})
		if denied := a.Reason == NoProof || a.Reason == PurchasedNoProof; denied == policy.provedAtAll(&g) {
			t.Fatalf("proved: %v, decided: %s: %+v", !denied, a.Reason, g)
		}
	})
}

func TestActs(t *testing.T) {
	p := DefaultPolicy()
	for kind, want := range map[string]bool{"purchase": true, "page_view": true, "email_clicked": true, "sav_ticket": true, "email_opened": false, "sms_sent": false} {
		if p.Acts(kind) != want {
			t.Errorf("%s acts: %v", kind, !want)
		}
	}
	p.Passive = []string{"page_view"}
	if p.Acts("page_view") || !p.Acts("email_opened") {
		t.Error("the policy's own list is not asked")
	}
}
