package consent

import (
	"testing"

	"aloi"
)

// TestBounceWoken has who can show that a mailbox which bounced is alive again: the person,
// whoever may be her, and the record that it bounced for.
func TestBounceWoken(t *testing.T) {
	for name, c := range map[string]struct {
		bounced, acts string
		strength      aloi.LinkStrength // between R1, who is asked for, and R2
		want          Reason
	}{
		"herself":             {"R1", "R1", "", ConsentValid},
		"likely herself":      {"R1", "R2", aloi.LinkWeak, ConsentValid},
		"a stranger":          {"R1", "R2", "", ContactPointDead},
		"whom it bounced for": {"R2", "R2", "", ConsentValid},
		"another stranger":    {"R2", "R3", "", ContactPointDead},
	} {
		grant := func(id, record string, days int) Event {
			at := now.AddDate(0, 0, days)
			return Event{ID: id, Kind: aloi.ConsentGiven, Record: record, Time: at, Recorded: at, Uncertainty: unsaid, Purposes: []Purpose{Newsletter},
				Channels: []Channel{Email}, Controllers: []string{"C1"}, ContactPoint: "email:a@ex.fr", Evidence: Evidence{Auth: authMailbox}}
		}
		bounce := grant("bounce", c.bounced, -20)
		bounce.Kind = aloi.ConsentBounced
		k := Case{Events: []Event{grant("hers", "R1", -30), bounce, grant("later", c.acts, -10)}}
		for _, id := range []string{"R1", "R2", "R3"} {
			k.Records = append(k.Records, Record{ID: id, ContactPoints: []string{"email:a@ex.fr"}})
		}
		if c.strength != "" {
			k.Links = []Link{{"R1", "R2", c.strength}}
		}
		q := Question{Controller: "C1", Purpose: Newsletter, Channel: Email, ContactPoint: "email:a@ex.fr", Record: "R1", At: now}
		if a := policy.Decide(&k, q); a.Reason != c.want {
			t.Errorf("%s: %s, want %s", name, a.Reason, c.want)
		}
	}
}
