package main

import (
	"context"
	"slices"
	"time"

	aloiv1 "aloi/proto/aloi/v1"
)

// latencies are the times of calls, sorted.
type latencies []time.Duration

func (l latencies) at(share float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	return l[int(share*float64(len(l)-1))]
}

// timed calls f for each record, one call after another, until ctx ends.
func timed(ctx context.Context, records []*aloiv1.Record, f func(*aloiv1.Record) error) (latencies, error) {
	times := make(latencies, 0, len(records))
	for _, record := range records {
		if ctx.Err() != nil {
			break
		}
		start := time.Now()
		if err := f(record); err != nil {
			return nil, err
		}
		times = append(times, time.Since(start))
	}
	slices.Sort(times)
	return times, nil
}

func (r *report) latency(what string, l latencies) {
	us := func(share float64) float64 { return float64(l.at(share).Microseconds()) / 1000 }
	r.printf("  %-32s %6d calls: p50 %8.3f ms, p90 %8.3f, p99 %8.3f, p99.9 %8.3f\n", what, len(l), us(.5), us(.9), us(.99), us(.999))
}

// put stores one record and waits until that is on disk.
func (s *served) put(ctx context.Context) func(*aloiv1.Record) error {
	return func(r *aloiv1.Record) error {
		_, err := s.ingest.Put(ctx, &aloiv1.PutRequest{Record: r})
		return err
	}
}

func (s *served) preview(ctx context.Context) func(*aloiv1.Record) error {
	return func(r *aloiv1.Record) error {
		_, err := s.entities.Preview(ctx, &aloiv1.PreviewRequest{Record: r})
		return err
	}
}

func (s *served) get(ctx context.Context) func(*aloiv1.Record) error {
	return func(r *aloiv1.Record) error {
		_, err := s.entities.Get(ctx, &aloiv1.GetRequest{By: &aloiv1.GetRequest_Record{Record: r.GetRef()}})
		return err
	}
}

func (s *served) search(ctx context.Context) func(*aloiv1.Record) error {
	shape := 0
	return func(r *aloiv1.Record) error {
		shape++
		_, err := s.entities.Search(ctx, &aloiv1.SearchRequest{Query: question(r, shape)})
		return err
	}
}

// question is what a person at a desk would look a customer up by: by turns the name with
// the place or the date of birth, the e-mail address, the telephone; the name alone where
// the record has nothing else.
func question(r *aloiv1.Record, shape int) *aloiv1.Record {
	name := &aloiv1.Record{Names: r.GetNames(), BirthDate: r.GetBirthDate(), Addresses: r.GetAddresses()}
	switch {
	case shape%3 == 1 && len(r.GetEmails()) > 0:
		return &aloiv1.Record{Emails: r.GetEmails()[:1]}
	case shape%3 == 2 && len(r.GetPhones()) > 0:
		return &aloiv1.Record{Phones: r.GetPhones()[:1]}
	}
	return name
}

// single times calls of each kind by one client, with nothing beside it.
func (b *bench) single(ctx context.Context, r *report, s *served, m *messages) error {
	r.printf("\none client, one call at a time, %d records stored:\n", m.stored())
	stored, err := m.sent(b.calls, b.seed)
	if err != nil {
		return err
	}
	fresh, err := m.fresh(2 * b.calls)
	if err != nil {
		return err
	}
	for _, kind := range []struct {
		what    string
		records []*aloiv1.Record
		call    func(*aloiv1.Record) error
	}{
		{"get, a stored record", stored, s.get(ctx)},
		{"search, a stored person", stored, s.search(ctx)},
		{"preview, a new record", fresh[:b.calls], s.preview(ctx)},
		{"ingest, a new record, durable", fresh[b.calls:], s.put(ctx)},
	} {
		l, err := timed(ctx, kind.records, kind.call)
		if err != nil {
			return err
		}
		r.latency(kind.what, l)
	}
	return nil
}
