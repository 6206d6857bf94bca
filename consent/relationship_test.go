package consent

import (
	"testing"

	"aloi"
)

// TestRelationship has what a person is to C1 where the question does not say.
func TestRelationship(t *testing.T) {
	at := now.AddDate(0, -1, 0)
	sale := func(change func(e *Event)) []Event {
		e := Event{ID: "e", Kind: aloi.ConsentSale, Record: "R1", Time: at, Recorded: at, Uncertainty: -1, Controllers: []string{"C1"}}
		change(&e)
		return []Event{e}
	}
	for _, c := range []struct {
		name   string
		bought string // the record that has a purchase
		events []Event
		free   bool // the policy reads an account as a sale
		said   Relationship
		want   Relationship
	}{
		{"nothing", "", nil, false, "", Prospect},
		{"a purchase", "R1", nil, false, "", Customer},
		{"a purchase in her core", "R2", nil, false, "", Customer},
		{"a purchase of somebody likely the same", "R3", nil, false, "", Prospect},
		{"a sale", "", sale(func(e *Event) {}), false, "", Customer},
		{"a contract", "", sale(func(e *Event) { e.Kind = aloi.ConsentContract }), false, "", Customer},
		{"a sale of nobody by name", "", sale(func(e *Event) { e.Controllers = nil }), false, "", Customer},
		{"a sale of another brand", "", sale(func(e *Event) { e.Controllers = []string{"C2"} }), false, "", Prospect},
		{"a sale to somebody likely the same", "", sale(func(e *Event) { e.Record = "R3" }), false, "", Prospect},
		{"a sale that is still to come", "", sale(func(e *Event) { e.Time = now.AddDate(0, 1, 0); e.Recorded = e.Time }), false, "", Prospect},
		{"a sale with an opt-out, from the future", "", sale(func(e *Event) { e.Time, e.OptOutUsed = now.AddDate(0, 1, 0), true }), false, "", Prospect},
		{"an account", "", sale(func(e *Event) { e.FreeAccount = true }), false, "", Prospect},
		{"an account that is a sale", "", sale(func(e *Event) { e.FreeAccount = true }), true, "", Customer},
		{"a grant", "", sale(func(e *Event) { e.Kind = aloi.ConsentGiven }), false, "", Prospect},
		{"what is said", "R1", nil, false, Professional, Professional},
	} {
		p := DefaultPolicy()
		p.FreeAccountIsSale = c.free
		k := Case{Events: c.events, Links: []Link{{"R1", "R2", aloi.LinkDeterministic}, {"R1", "R3", aloi.LinkStrong}}}
		for _, id := range []string{"R1", "R2", "R3"} {
			k.Records = append(k.Records, Record{ID: id, ContactPoints: []string{"email:a@ex.fr"}, Bought: id == c.bought})
		}
		q := Question{Controller: "C1", Purpose: Newsletter, Channel: Email, ContactPoint: "email:a@ex.fr", At: now, Relationship: c.said}
		if a := p.Decide(&k, q); a.Relationship != c.want {
			t.Errorf("%s: %s, want %s", c.name, a.Relationship, c.want)
		}
	}
}

// TestRelationshipDecides holds that what was found is what the rules are asked with, and
// that the policy's jurisdiction stands in for the question's.
func TestRelationshipDecides(t *testing.T) {
	at := now.AddDate(0, -1, 0)
	c := Case{Records: []Record{{ID: "R1", ContactPoints: []string{"email:a@ex.fr"}}}, Events: []Event{{ID: "e", Kind: aloi.ConsentSale, Record: "R1",
		Time: at, Recorded: at, Uncertainty: -1, Controllers: []string{"C1"}, ContactPoint: "email:a@ex.fr", Goods: "coffee", OptOutOffered: true}}}
	q := Question{Controller: "C1", Purpose: Newsletter, Channel: Email, ContactPoint: "email:a@ex.fr", At: now, Goods: "coffee"}
	if a := DefaultPolicy().Decide(&c, q); a.Reason != SoftOptIn || a.Rule != "3" {
		t.Errorf("a customer: %s by row %s", a.Reason, a.Rule)
	}
	p := DefaultPolicy()
	p.Jurisdiction = "CH"
	if a := p.Decide(&c, q); a.Reason != NoRule {
		t.Errorf("where no row is: %s", a.Reason)
	}
	q.Jurisdiction = "EU"
	if a := p.Decide(&c, q); a.Reason != SoftOptIn {
		t.Errorf("where the question says EU: %s", a.Reason)
	}
}

func TestControllers(t *testing.T) {
	c := Case{Records: []Record{{ID: "R1", ContactPoints: []string{"email:a@ex.fr"}}}}
	q := Question{Purpose: CustomerCare, Channel: Email, ContactPoint: "email:a@ex.fr", At: now}
	p := DefaultPolicy()
	for _, x := range []struct {
		list []string
		asks string
		want Reason
	}{
		{nil, "C9", ServiceNecessary}, {nil, "", ControllerUnknown}, {nil, "*", ControllerUnknown},
		{[]string{"C1", "C2"}, "C2", ServiceNecessary}, {[]string{"C1", "C2"}, "C9", ControllerUnknown}, {[]string{"*"}, "*", ControllerUnknown},
	} {
		p.Controllers, q.Controller = x.list, x.asks
		if a := p.Decide(&c, q); a.Reason != x.want {
			t.Errorf("%q of %v: %s, want %s", x.asks, x.list, a.Reason, x.want)
		}
	}
}
