package consent

import (
	"testing"

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
	var d Dossier
	for _, at := range []int{3, 5, 4} {
		d.AddAction(now.AddDate(0, 0, at))
	}
	if !d.LastAction.Equal(now.AddDate(0, 0, 5)) {
		t.Errorf("last acted at %s", d.LastAction)
	}
}
