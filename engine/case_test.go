package engine

import (
	"testing"

	"aloi"
	"aloi/consent"
)

// While links and entities disagree the members of an entity are one golden record all
// the same: what one of them stops is stopped.
func TestHold(t *testing.T) {
	p := &person{members: []part{{number: 1, id: "1"}, {number: 2, id: "2"}, {number: 3, id: "3"}, {number: 4, id: "4"}}}
	for i := range p.members {
		p.members[i].dossier = &consent.Dossier{}
		addRecord(&p.c, &p.members[i])
	}
	p.c.Records[0].ContactPoints = []string{"email:anne@exemple.fr"}
	p.c.Links = []consent.Link{{A: "1", B: "2", Strength: aloi.LinkWeak}, {A: "2", B: "3", Strength: aloi.LinkStrong}, {A: "1", B: "4"}}
	p.c.Events = []consent.Event{{ID: "s", Kind: aloi.ConsentObjected, Record: "3", Time: lawClock, Recorded: lawClock}}
	p.hold()
	q := consent.Question{Controller: "C1", Purpose: consent.Newsletter, Channel: consent.Email, ContactPoint: "email:anne@exemple.fr", Record: "1", At: lawClock}
	policy := consent.DefaultPolicy()
	policy.MinStop = aloi.LinkStrong // so that the weak link carries nothing
	if a := policy.Decide(&p.c, q); a.Reason != consent.Objected {
		t.Errorf("%s, want %s", a.Reason, consent.Objected)
	}
	n := len(p.c.Links)
	if p.hold(); len(p.c.Links) != n {
		t.Errorf("%d links, then %d: held twice", n, len(p.c.Links))
	}
}
