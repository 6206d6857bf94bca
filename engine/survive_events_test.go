package engine

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"aloi"
)

// bringing is a record with consent events and interactions.
func bringing(source, id string, consents []aloi.ConsentEvent, interactions ...aloi.Interaction) Contribution {
	ref := aloi.RecordRef{Source: source, ID: id}
	return Contribution{Ref: ref, Record: &aloi.Record{Ref: ref, Consents: consents, Interactions: interactions}}
}

func act(id string, on int, kind aloi.ConsentKind) aloi.ConsentEvent {
	return aloi.ConsentEvent{SourceEventID: id, Kind: kind, Time: day(on), RecordedTime: day(20)}
}

func TestConsentsOfAllMembers(t *testing.T) {
	learnedLater := func(e aloi.ConsentEvent) aloi.ConsentEvent {
		e.RecordedTime = day(25)
		return e
	}
	undated := aloi.ConsentEvent{SourceEventID: "u", Kind: aloi.ConsentRefused, RecordedTime: day(20)}
	given, withdrawn := act("1", 3, aloi.ConsentGiven), act("2", 9, aloi.ConsentWithdrawn)
	for _, c := range []struct {
		name    string
		members []Contribution
		want    []string
	}{
		{"by the time of the act, from whichever record",
			[]Contribution{bringing("web", "a", []aloi.ConsentEvent{withdrawn, given}), bringing("sav", "b", []aloi.ConsentEvent{act("1", 5, aloi.ConsentRenewed), undated})},
			[]string{"sav/b u REFUSED", "web/a 1 GIVEN", "sav/b 1 RENEWED", "web/a 2 WITHDRAWN"}},
		{"one id with other content conflicts, on every record of the source",
			[]Contribution{bringing("web", "a", []aloi.ConsentEvent{given, withdrawn}), bringing("web", "b", []aloi.ConsentEvent{act("1", 3, aloi.ConsentRefused)})},
			[]string{"web/a 1 GIVEN conflicting", "web/b 1 REFUSED conflicting", "web/a 2 WITHDRAWN"}},
		{"the first and the third agree, the second does not",
			[]Contribution{bringing("web", "a", []aloi.ConsentEvent{given}), bringing("web", "b", []aloi.ConsentEvent{act("1", 4, aloi.ConsentGiven)}), bringing("web", "c", []aloi.ConsentEvent{given})},
			[]string{"web/a 1 GIVEN conflicting", "web/c 1 GIVEN conflicting", "web/b 1 GIVEN conflicting"}},
		{"the same act on two records is no conflict, whenever it was learned",
			[]Contribution{bringing("web", "a", []aloi.ConsentEvent{given}), bringing("web", "b", []aloi.ConsentEvent{learnedLater(given)})},
			[]string{"web/a 1 GIVEN", "web/b 1 GIVEN"}},
		{"ids belong to their source", []Contribution{bringing("web", "a", []aloi.ConsentEvent{given}), bringing("sav", "b", []aloi.ConsentEvent{act("1", 3, aloi.ConsentRefused)})},
			[]string{"sav/b 1 REFUSED", "web/a 1 GIVEN"}},
		{"acts without an id do not conflict", []Contribution{bringing("web", "a", []aloi.ConsentEvent{act("", 3, aloi.ConsentGiven), act("", 4, aloi.ConsentWithdrawn)})},
			[]string{"web/a  GIVEN", "web/a  WITHDRAWN"}},
		{"none", []Contribution{bringing("web", "a", nil)}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for order := range permutations(len(c.members)) {
				var members []Contribution
				for _, at := range order {
					members = append(members, c.members[at])
				}
				var got []string
				for _, e := range mergeConsents(members) {
					text := fmt.Sprintf("%s/%s %s %s", e.Record.Source, e.Record.ID, e.Event.SourceEventID, e.Event.Kind)
					if e.Conflicting {
						text += " conflicting"
					}
					got = append(got, text)
				}
				if !slices.Equal(got, c.want) {
					t.Fatalf("in the order %v: %q, want %q", order, got, c.want)
				}
			}
		})
	}
}

// Events are shown as they are stored, and each with the record that brought it.
func TestConsentsStayAsTheyAre(t *testing.T) {
	e := aloi.ConsentEvent{SourceEventID: "1", Kind: aloi.ConsentGiven, Time: day(3), RecordedTime: day(4), ContactPoint: "email:zoe@laposte.net",
		Purposes: []string{"newsletter"}, Notice: "v3", Evidence: []aloi.FreeAttribute{{Name: "form_sha256", Value: "ab"}}}
	got := mergeConsents([]Contribution{bringing("web", "a", []aloi.ConsentEvent{e})})
	want := aloi.MemberConsent{Record: aloi.RecordRef{Source: "web", ID: "a"}, Event: e}
	if len(got) != 1 || fmt.Sprint(got[0]) != fmt.Sprint(want) || content(got[0].Event) != content(e) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestInteractionsOfAllMembers(t *testing.T) {
	contact := func(id string, on int, detail string) aloi.Interaction {
		return aloi.Interaction{ID: id, Kind: aloi.InteractionPurchase, Time: day(on), Detail: detail}
	}
	members := []Contribution{
		bringing("web", "a", nil, contact("2", 9, "commande 12"), contact("1", 3, "commande 11")),
		bringing("sav", "b", nil, contact("t", 5, "retour"), contact("t", 3, "panne"), aloi.Interaction{Kind: aloi.InteractionPageView}),
		bringing("boutique", "c", nil, contact("", 3, "écharpe"), contact("", 3, "bonnet")),
	}
	want := []string{"sav ", "boutique bonnet", "boutique écharpe", "sav panne", "web commande 11", "sav retour", "web commande 12"}
	for order := range permutations(len(members)) {
		var got []string
		var last time.Time
		for _, x := range mergeInteractions([]Contribution{members[order[0]], members[order[1]], members[order[2]]}) {
			got = append(got, x.Record.Source+" "+x.Interaction.Detail)
			if x.Interaction.Time.Before(last) {
				t.Error("not in order of time")
			}
			last = x.Interaction.Time
		}
		if !slices.Equal(got, want) {
			t.Fatalf("in the order %v: %q, want %q", order, got, want)
		}
	}
}
