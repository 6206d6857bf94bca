package main

import (
	"fmt"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	aloiv1 "aloi/proto/aloi/v1"
)

// entity adds a person: the golden record and everything that its records bring.
func (p *page) entity(x *aloiv1.Entity) {
	title := x.EntityId
	if x.RedirectedFrom != "" {
		title += " (once " + x.RedirectedFrom + ")"
	}
	p.line(title, ", ", count(len(x.Members), "record"), ": ", refTexts(x.Members))
	p.line()
	p.golden(x.Golden)
	if len(x.Consents) > 0 {
		p.line()
		p.line("Consents")
		p.consents(x.Consents)
	}
	if len(x.Interactions) > 0 {
		p.line()
		p.line("Interactions")
		p.interactions(x.Interactions)
	}
}

// golden adds the surviving values with their provenance. Values after the first of
// an attribute that a person has several of are marked by their rank.
func (p *page) golden(list []*aloiv1.Attribute) {
	rows := make([][]string, len(list))
	for i, a := range list {
		path, value := a.Path, a.Value
		if a.Scope != "" {
			value += " (" + a.Scope + ")"
		}
		if a.Rank > 0 {
			path = fmt.Sprintf("%s #%d", path, a.Rank+1)
		}
		rows[i] = []string{path, value, refText(a.Record), day(a.UpdatedAt), a.Rule, fmt.Sprintf("%d/%d", a.Agreeing, a.Contributed)}
	}
	p.table(0, []string{"ATTRIBUTE", "VALUE", "FROM", "AS OF", "RULE", "AGREE"}, rows)
}

// consents adds consent events, in order of time.
func (p *page) consents(list []*aloiv1.MemberConsent) {
	rows := make([][]string, len(list))
	for i, c := range list {
		ev := c.Event
		what := []string{covered(ev), ev.ContactPoint, ev.Method}
		if ev.Notice != "" {
			what = append(what, "notice "+ev.Notice)
		}
		for _, a := range ev.Evidence {
			what = append(what, a.Name+" "+a.Value)
		}
		if c.Conflicting {
			what = append(what, "CONFLICTING: another event has this id")
		}
		rows[i] = []string{moment(ev.Time), ev.Kind, refText(c.Record), joinedBy(", ", what...)}
	}
	p.table(0, []string{"TIME", "KIND", "RECORD", "WHAT, AND HOW IT IS KNOWN"}, rows)
}

// covered is what a consent event is about.
func covered(ev *aloiv1.ConsentEvent) string {
	what := strings.Join(ev.Purposes, ", ")
	if len(ev.Channels) > 0 {
		what += " by " + strings.Join(ev.Channels, ", ")
	}
	if len(ev.Controllers) > 0 {
		what += " for " + strings.Join(ev.Controllers, ", ")
	}
	return strings.TrimSpace(what)
}

// interactions adds interactions, in order of time.
func (p *page) interactions(list []*aloiv1.MemberInteraction) {
	rows := make([][]string, len(list))
	for i, x := range list {
		rows[i] = []string{moment(x.Interaction.Time), x.Interaction.Kind, refText(x.Record), x.Interaction.Detail}
	}
	p.table(0, []string{"TIME", "KIND", "RECORD", "DETAIL"}, rows)
}

// count writes a number of things.
func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// day writes the day of a time, UTC; nothing for none.
func day(t *timestamppb.Timestamp) string {
	if t == nil {
		return ""
	}
	return t.AsTime().Format(time.DateOnly)
}

// moment writes a time to the minute, UTC, and a day where it is midnight.
func moment(t *timestamppb.Timestamp) string {
	if t == nil {
		return ""
	}
	if at := t.AsTime(); !at.Equal(at.Truncate(24 * time.Hour)) {
		return at.Format("2006-01-02 15:04")
	}
	return day(t)
}
