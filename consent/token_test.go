package consent

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"aloi"
)

// TestKills holds that the engine ends a token just when the decision would not believe
// its confirmation: a click that comes later than all confirms nothing.
func TestKills(t *testing.T) {
	law(t, func(t *rapid.T, _ Case, _ Question) {
		g := drawEvent(t, []aloi.ConsentKind{aloi.ConsentGiven}, "g")
		stop := drawEvent(t, stopKinds, "stop")
		g.Record, stop.Record, g.Token, g.Evidence.Auth = record(0), record(0), "k1", ""
		d := decision{p: policy, q: &Question{}}
		click := &event{Event: &Event{ID: "click"}, when: interval{last, last}}
		request, s := &event{Event: &g, when: policy.when(&g)}, &event{Event: &stop, when: policy.when(&stop), cloud: true}
		d.events = []*event{request, s, click}
		if kills := policy.Kills(&stop, &g); kills != d.killed(request, click) {
			t.Fatalf("ends the token: %v: %+v of %+v", kills, stop, g)
		}
	})
}

func TestAddAction(t *testing.T) {
	var d, turned Dossier
	for i := range 2 * MaxActions {
		d.AddAction(now.AddDate(0, 0, i))
		d.AddAction(now.AddDate(0, 0, i))
		turned.AddAction(now.AddDate(0, 0, 2*MaxActions-1-i))
	}
	if len(d.Actions) != MaxActions || !d.Actions[0].Equal(now.AddDate(0, 0, MaxActions)) || !slices.EqualFunc(d.Actions, turned.Actions, time.Time.Equal) {
		t.Errorf("acted at %s, and in another order at %s", d.Actions, turned.Actions)
	}
}

// Of acts that are dated after the question, or by mistake in the future, none refreshes.
func TestActionsOfTheFuture(t *testing.T) {
	c := Case{Records: []Record{{ID: "R1", ContactPoints: []string{"email:a@ex.fr"}, Actions: []time.Time{now.AddDate(70, 0, 0), now.AddDate(-4, 0, 0), now.AddDate(-9, 0, 0)}}}}
	q := Question{Controller: "C1", Purpose: Newsletter, Channel: Email, ContactPoint: "email:a@ex.fr", At: now, Jurisdiction: "FR"}
	if a := DefaultPolicy().Decide(&c, q); a.Reason != RetentionExpired {
		t.Errorf("today: %s", a.Reason)
	}
	if q.At = now.AddDate(-2, 0, 0); DefaultPolicy().Decide(&c, q).Reason == RetentionExpired {
		t.Error("two years ago, two years after an act: expired")
	}
	if q.At = now.AddDate(-5, 0, 0); DefaultPolicy().Decide(&c, q).Reason != RetentionExpired {
		t.Error("five years ago, four years after an act: not expired")
	}
}
