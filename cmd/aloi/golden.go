package main

import (
	"encoding/json"
	"io"
	"time"

	"aloi"
	"aloi/engine"
)

// goldenLine is one line of the golden records that `aloi dedupe` writes. The names
// are those of the wire.
type goldenLine struct {
	ClusterID    int                 `json:"cluster_id"`
	Members      []goldenRef         `json:"members"`
	Golden       []goldenAttribute   `json:"golden"`
	Consents     []goldenConsent     `json:"consents,omitempty"`
	Interactions []goldenInteraction `json:"interactions,omitempty"`
}

type goldenRef struct {
	Source   string `json:"source"`
	RecordID string `json:"record_id"`
}

type goldenAttribute struct {
	Path        string    `json:"path"`
	Rank        int       `json:"rank,omitempty"`
	Value       string    `json:"value"`
	Scope       string    `json:"scope,omitempty"`
	Record      goldenRef `json:"record"`
	UpdatedAt   time.Time `json:"updated_at,omitzero"`
	Rule        string    `json:"rule"`
	Agreeing    int       `json:"agreeing"`
	Contributed int       `json:"contributed"`
}

type goldenConsent struct {
	Record       goldenRef        `json:"record"`
	Kind         string           `json:"kind"`
	Time         time.Time        `json:"time,omitzero"`
	Purposes     []string         `json:"purposes,omitempty"`
	Channels     []string         `json:"channels,omitempty"`
	Controllers  []string         `json:"controllers,omitempty"`
	ContactPoint string           `json:"contact_point,omitempty"`
	Method       string           `json:"method,omitempty"`
	Notice       string           `json:"notice,omitempty"`
	EventID      string           `json:"source_event_id,omitempty"`
	Evidence     []goldenEvidence `json:"evidence,omitempty"`
	Conflicting  bool             `json:"conflicting,omitempty"`
}

type goldenEvidence struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type goldenInteraction struct {
	Record goldenRef `json:"record"`
	ID     string    `json:"id,omitempty"`
	Kind   string    `json:"kind"`
	Time   time.Time `json:"time,omitzero"`
	Detail string    `json:"detail,omitempty"`
}

// writeGolden writes the golden record of every cluster that has one: rejected rows
// have none. Lines are in order of their clusters.
func (r *resolution) writeGolden(w io.Writer, rules *engine.Rules) error {
	members := make([][]int32, len(r.records)) // by first record
	for i, first := range r.labels {
		members[first] = append(members[first], int32(i))
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	next := 0
	for i, at := range r.recordOf {
		if at >= 0 && (r.labels[at] != at || r.records[at].first != int32(i)) {
			continue // not the first row of its cluster
		}
		next++
		if at < 0 {
			continue
		}
		var list []engine.Contribution
		for _, m := range members[at] {
			c, err := r.contribution(m)
			if err != nil {
				return err
			}
			list = append(list, c)
		}
		if err := out.Encode(goldenOf(next, rules.Compose(list))); err != nil {
			return err
		}
	}
	return nil
}

func goldenOf(cluster int, e *aloi.Entity) goldenLine {
	line := goldenLine{ClusterID: cluster}
	ref := func(r aloi.RecordRef) goldenRef { return goldenRef{r.Source, r.ID} }
	for _, m := range e.Members {
		line.Members = append(line.Members, ref(m))
	}
	for _, a := range e.Golden {
		line.Golden = append(line.Golden, goldenAttribute{Path: a.Path, Rank: a.Rank, Value: a.Value, Scope: a.Scope, Record: ref(a.Record),
			UpdatedAt: a.UpdatedAt, Rule: a.Rule, Agreeing: a.Agreeing, Contributed: a.Contributed})
	}
	for _, c := range e.Consents {
		var evidence []goldenEvidence
		for _, v := range c.Event.Evidence {
			evidence = append(evidence, goldenEvidence(v))
		}
		line.Consents = append(line.Consents, goldenConsent{Record: ref(c.Record), Kind: string(c.Event.Kind), Time: c.Event.Time,
			Purposes: c.Event.Purposes, Channels: c.Event.Channels, Controllers: c.Event.Controllers, ContactPoint: c.Event.ContactPoint,
			Method: c.Event.Method, Notice: c.Event.Notice,
			EventID: c.Event.SourceEventID, Evidence: evidence, Conflicting: c.Conflicting})
	}
	for _, x := range e.Interactions {
		line.Interactions = append(line.Interactions, goldenInteraction{ref(x.Record), x.Interaction.ID, x.Interaction.Kind, x.Interaction.Time, x.Interaction.Detail})
	}
	return line
}
