package engine

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"aloi"
)

// listed is a consent event in a list, with what a source said of it as a text.
type listed struct {
	aloi.MemberConsent
	content string
}

func listedOf(ref aloi.RecordRef, e aloi.ConsentEvent) listed {
	return listed{aloi.MemberConsent{Record: ref, Event: e}, consentContent(e)}
}

// compareListed orders by the time of the act, the time Aloi learned of it, the record,
// then the content.
func compareListed(x, y *listed) int {
	return cmp.Or(
		x.Event.Time.Compare(y.Event.Time),
		x.Event.RecordedTime.Compare(y.Event.RecordedTime),
		x.Record.Compare(y.Record),
		strings.Compare(x.content, y.content),
	)
}

// markConflicts marks each act where another of the same source has its event id and
// other content.
func markConflicts(acts []*listed) {
	type name struct{ source, id string }
	nameOf := func(a *listed) name { return name{sourceOf(a.Record, &a.Event), a.Event.SourceEventID} }
	contents := map[name]string{}
	conflicting := map[name]bool{}
	for _, a := range acts {
		if first, ok := contents[nameOf(a)]; ok && first != a.content {
			conflicting[nameOf(a)] = true
		}
		contents[nameOf(a)] = a.content
	}
	for _, a := range acts {
		a.Conflicting = a.Event.SourceEventID != "" && conflicting[nameOf(a)]
	}
}

// mergeConsents lists the consent events of all members in order, conflicts marked.
func mergeConsents(members []Contribution) []aloi.MemberConsent {
	var acts []*listed
	for _, m := range members {
		for _, e := range m.Record.Consents {
			a := listedOf(m.Ref, e)
			acts = append(acts, &a)
		}
	}
	slices.SortFunc(acts, compareListed)
	markConflicts(acts)
	events := make([]aloi.MemberConsent, len(acts))
	for i, a := range acts {
		events[i] = a.MemberConsent
	}
	return events
}

// consentContent is what a source said of an act, without when Aloi learned of it.
func consentContent(e aloi.ConsentEvent) string {
	e.RecordedTime = aloi.ConsentEvent{}.RecordedTime
	return content(e)
}

// content writes a value out so that two are equal when their texts are.
func content(v any) string {
	text, err := json.Marshal(v)
	if err != nil { // a time past year 9999, which validation refuses
		return ""
	}
	return string(text)
}

// mergeInteractions lists the interactions of all members: by time, record, then content.
func mergeInteractions(members []Contribution) []aloi.MemberInteraction {
	type entry struct {
		interaction aloi.MemberInteraction
		content     string
	}
	var entries []entry
	for _, m := range members {
		for _, x := range m.Record.Interactions {
			entries = append(entries, entry{aloi.MemberInteraction{Record: m.Ref, Interaction: x}, content(x)})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		x, y := &a.interaction, &b.interaction
		return cmp.Or(x.Interaction.Time.Compare(y.Interaction.Time), x.Record.Compare(y.Record), strings.Compare(a.content, b.content))
	})
	list := make([]aloi.MemberInteraction, len(entries))
	for i, e := range entries {
		list[i] = e.interaction
	}
	return list
}
