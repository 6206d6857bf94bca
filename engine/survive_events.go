package engine

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"aloi"
)

// mergeConsents lists the consent events of all members: by the time of the act,
// the time Aloi learned of it, the record, then the content. An event is marked
// where another of the same source has its event id and other content.
func mergeConsents(members []Contribution) []aloi.MemberConsent {
	type entry struct {
		event   aloi.MemberConsent
		content string
	}
	var entries []entry
	for _, m := range members {
		for _, e := range m.Record.Consents {
			entries = append(entries, entry{aloi.MemberConsent{Record: m.Ref, Event: e}, consentContent(e)})
		}
	}
	slices.SortFunc(entries, func(a, b entry) int {
		x, y := &a.event, &b.event
		return cmp.Or(
			x.Event.Time.Compare(y.Event.Time),
			x.Event.RecordedTime.Compare(y.Event.RecordedTime),
			x.Record.Compare(y.Record),
			strings.Compare(a.content, b.content),
		)
	})
	type act struct{ source, id string }
	contents := map[act]string{}
	conflicting := map[act]bool{}
	for _, e := range entries {
		key := act{e.event.Record.Source, e.event.Event.SourceEventID}
		if first, ok := contents[key]; ok && first != e.content {
			conflicting[key] = true
		}
		contents[key] = e.content
	}
	events := make([]aloi.MemberConsent, len(entries))
	for i, e := range entries {
		events[i] = e.event
		id := e.event.Event.SourceEventID
		events[i].Conflicting = id != "" && conflicting[act{e.event.Record.Source, id}]
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
