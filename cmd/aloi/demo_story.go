package main

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"aloi/internal/mapping"
	"aloi/internal/tabular"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/samples"
)

// channel is a file of samples and what became of its records.
type channel struct {
	file, mapping string
	about         string
	sent          []sentRecord
	outcomes      map[aloiv1.Outcome]int
}

// sentRecord is a record and what became of it when it was sent.
type sentRecord struct {
	ref     string
	outcome aloiv1.Outcome
}

// demoChannels are the sample files, in the order in which they are sent.
func demoChannels() []*channel {
	return []*channel{
		{file: "store.csv", about: "tills and loyalty cards"},
		{file: "social.jsonl", about: "social networks"},
		{file: "sav.csv", mapping: "sav.yaml", about: "after-sales service"},
		{file: "web.jsonl", about: "the web shop"},
	}
}

// told is a record of a person whose story is told.
type told struct{ ref, shows string }

// demoPeople are records of those whose story is told, and what it shows.
var demoPeople = []told{
	{"store/MAG-0001", "Four systems, two spellings, one person"},
	{"store/MAG-0003", "A married name and a move"},
	{"store/MAG-0002", "A compound name, a typing mistake, an address in four styles"},
}

// The golden record, the near miss and the consents that are shown.
const (
	demoGolden   = "store/MAG-0001"
	demoNearA    = "web/W-1005"
	demoNearB    = "web/W-1004"
	demoConsents = "store/MAG-0001"
)

// story is what the samples show.
type story struct {
	channels []*channel
	people   []person
	entities int // all of them
	golden   *aloiv1.Entity
	near     *aloiv1.WhyResponse
	nearA    *aloiv1.Entity
	nearB    *aloiv1.Entity
	consents *aloiv1.Entity
}

// person is one whose story is told.
type person struct {
	shows  string
	entity *aloiv1.Entity
	how    *aloiv1.HowResponse
	names  map[string]string // record → name as it came
	sent   []sentRecord      // its records, in the order of sending
}

// tell streams the samples and asks for the story.
func tell(ctx context.Context, cl *client) (*story, error) {
	s := &story{channels: demoChannels()}
	var sent []sentRecord
	for _, c := range s.channels {
		if err := c.send(ctx, cl); err != nil {
			return nil, fmt.Errorf("%s: %w", c.file, err)
		}
		sent = append(sent, c.sent...)
	}
	entityOf := map[string]*aloiv1.Entity{}
	ids := map[string]bool{}
	for _, r := range sent {
		x, err := entityByRef(ctx, cl, r.ref)
		if err != nil {
			return nil, err
		}
		entityOf[r.ref], ids[x.EntityId] = x, true
	}
	s.entities = len(ids)
	for _, who := range toTell(sent, entityOf) {
		p, err := tellPerson(ctx, cl, entityOf[who.ref], sent)
		if err != nil {
			return nil, err
		}
		p.shows = who.shows
		s.people = append(s.people, p)
	}
	s.golden, s.consents = entityOf[demoGolden], entityOf[demoConsents]
	s.nearA, s.nearB = entityOf[demoNearA], entityOf[demoNearB]
	a, b, err := parseRefs(demoNearA, demoNearB)
	if err != nil {
		return nil, err
	}
	s.near, err = cl.Why(ctx, &aloiv1.WhyRequest{A: a, B: b})
	return s, err
}

// toTell adds to the people of the story the first one that was two people until a
// record showed otherwise.
func toTell(sent []sentRecord, entityOf map[string]*aloiv1.Entity) []told {
	created := map[string]int{} // of an entity of now, the entities that its records began
	for _, r := range sent {
		id := entityOf[r.ref].EntityId
		switch {
		case r.outcome == aloiv1.Outcome_OUTCOME_CREATED:
			created[id]++
		case r.outcome == aloiv1.Outcome_OUTCOME_MERGED && created[id] > 1:
			return append(slices.Clip(demoPeople), told{r.ref, "Two people, until one record brought them together"})
		}
	}
	return demoPeople
}

// send streams the records of a channel one by one, so that what becomes of each does
// not depend on which of them share a commit.
func (c *channel) send(ctx context.Context, cl *client) error {
	r, err := c.open()
	if err != nil {
		return err
	}
	defer r.Close()
	c.outcomes = map[aloiv1.Outcome]int{}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	rows, ended := readRows(ctx, r)
	s := &sender{client: cl, rows: rows, oneByOne: true, lost: func(int, time.Duration) {},
		settled: func(x *item, a *aloiv1.Acknowledgement) {
			c.outcomes[a.GetOutcome()]++
			c.sent = append(c.sent, sentRecord{refText(x.op.GetPut().GetRef()), a.GetOutcome()})
		}}
	err = s.run(ctx)
	cancel()
	if readErr := <-ended; err == nil {
		err = readErr
	}
	return err
}

// open opens the embedded file with its mapping, if it has one.
func (c *channel) open() (*tabular.Reader, error) {
	text, err := samples.Files.ReadFile(c.file)
	if err != nil {
		return nil, err
	}
	var m *mapping.Mapping
	if c.mapping != "" {
		yaml, err := samples.Files.ReadFile(c.mapping)
		if err != nil {
			return nil, err
		}
		if m, err = mapping.Load(bytes.NewReader(yaml)); err != nil {
			return nil, err
		}
	}
	return tabular.NewReader(bytes.NewReader(text), c.file, int64(len(text)), tabular.Options{Mapping: m})
}

func entityByRef(ctx context.Context, cl *client, text string) (*aloiv1.Entity, error) {
	ref, err := parseRef(text)
	if err != nil {
		return nil, err
	}
	resp, err := cl.Get(ctx, &aloiv1.GetRequest{By: &aloiv1.GetRequest_Record{Record: ref}})
	return resp.GetEntity(), err
}

// tellPerson asks how an entity came together, and for the names that its records have.
func tellPerson(ctx context.Context, cl *client, x *aloiv1.Entity, sent []sentRecord) (person, error) {
	p := person{entity: x, names: map[string]string{}}
	how, err := cl.How(ctx, &aloiv1.HowRequest{By: &aloiv1.HowRequest_EntityId{EntityId: x.EntityId}})
	if err != nil {
		return p, err
	}
	p.how = how
	for _, ref := range x.Members {
		resp, err := cl.GetRecord(ctx, &aloiv1.GetRecordRequest{Ref: ref})
		if err != nil {
			return p, err
		}
		p.names[refText(ref)] = nameAsItCame(resp.Record)
	}
	for _, r := range sent {
		if _, member := p.names[r.ref]; member {
			p.sent = append(p.sent, r)
		}
	}
	return p, nil
}

// nameAsItCame is the first name of a record on one line.
func nameAsItCame(r *aloiv1.Record) string {
	if len(r.Names) == 0 {
		return ""
	}
	n := r.Names[0]
	born := ""
	if n.Birth != "" {
		born = "(née " + n.Birth + ")"
	}
	return joinedBy(" ", n.Full, n.Civility, n.Given, n.Family, born)
}
