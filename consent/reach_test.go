package consent

import (
	"testing"

	"aloi"
)

func TestChannelReaches(t *testing.T) {
	points := []string{"email:anne@exemple.fr", "phone:+33639981234", "postal:1 rue x", "push:jeton", "social:reseau:anne", "device:7"}
	want := map[Channel]string{
		Email: "100000", SMS: "010000", Phone: "010000", PhoneAuto: "010000", Fax: "010000", Postal: "001000",
		Push: "000100", SocialDM: "000010", SocialAudience: "110000", InStore: "111111", WebContent: "111111", "PIGEON": "000000",
	}
	for _, c := range append([]Channel{"PIGEON"}, Channels...) {
		got := ""
		for _, p := range points {
			if c.Reaches(p) {
				got += "1"
			} else {
				got += "0"
			}
			if c.Reaches(p) && !c.reaches(p) {
				t.Errorf("a campaign on %s goes to %s, which the decision refuses", c, p)
			}
		}
		if got != want[c] {
			t.Errorf("%s reaches %s, want %s", c, got, want[c])
		}
	}
}

func TestEventPermits(t *testing.T) {
	for _, c := range []struct {
		e    Event
		want bool
	}{
		{Event{Kind: aloi.ConsentGiven}, true}, {Event{Kind: aloi.ConsentSale}, true}, {Event{Kind: aloi.ConsentSale, OptOutUsed: true}, false},
		{Event{Kind: aloi.ConsentWithdrawn}, false}, {Event{Kind: aloi.ConsentRestrictionLifted}, false}, {Event{Kind: aloi.ConsentErased}, false},
	} {
		if got := c.e.Permits(); got != c.want {
			t.Errorf("%s, opt-out used %v: %v", c.e.Kind, c.e.OptOutUsed, got)
		}
	}
}
