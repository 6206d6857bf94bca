package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	aloiv1 "aloi/proto/aloi/v1"
)

// dial opens one more connection to a server.
func dial(addr string) (*grpc.ClientConn, error) {
	return grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
}

// maker makes up the nth record of a source.
type maker func(seed uint64, source, n int64) *aloiv1.Record

// lonely is somebody who has nothing much in common with others.
func lonely(seed uint64, source, n int64) *aloiv1.Record {
	rng := chance(seed, uint64(source)<<32|uint64(n))
	of := func(words []string) string { return words[rng.IntN(len(words))] }
	family := of(familyStarts) + of(familyEnds) + "-" + of(familyStarts) + of(familyEnds)
	return &aloiv1.Record{
		Ref:       &aloiv1.RecordRef{Source: fmt.Sprintf("overload-%d", source), RecordId: fmt.Sprint(n)},
		Version:   1,
		Names:     []*aloiv1.Name{{Given: of(givenNames), Family: family}},
		BirthDate: fmt.Sprintf("%04d-%02d-%02d", 1930+rng.IntN(75), 1+rng.IntN(12), 1+rng.IntN(28)),
		Emails:    []string{fmt.Sprintf("%s.%d.%d@example.org", strings.ToLower(family), source, n)},
		Phones:    []string{fmt.Sprintf("06%08d", 10_000_000+rng.IntN(89_999_999))},
		Addresses: []*aloiv1.Address{{Line: fmt.Sprintf("%d rue %s%s", 1+rng.IntN(900), of(familyStarts), of(familyEnds)),
			PostalCode: fmt.Sprintf("%05d", 1000+rng.IntN(90000)), City: of(familyStarts) + of(familyEnds)}},
	}
}

// hot is somebody else with the phone and the e-mail address of everybody: a switchboard.
func hot(seed uint64, source, n int64) *aloiv1.Record {
	r := lonely(seed, source, n)
	r.Emails, r.Phones = []string{"accueil@example.org"}, []string{"0478112233"}
	return r
}

// answers are what became of the questions that were asked under load.
type answers struct {
	mu      sync.Mutex
	took    []time.Duration // of those that were answered
	refused int
	late    int
}

// ask asks one question after another.
func (a *answers) ask(ctx context.Context, conn *grpc.ClientConn) error {
	client := aloiv1.NewEntitiesClient(conn)
	req := &aloiv1.GetRecordRequest{Ref: &aloiv1.RecordRef{Source: "overload-1", RecordId: "0"}}
	for ctx.Err() == nil {
		asking, cancel := context.WithTimeout(ctx, askDeadline)
		start := time.Now()
		_, err := client.GetRecord(asking, req)
		took := time.Since(start)
		cancel()
		if ctx.Err() != nil {
			return nil
		}
		if err := a.note(took, err); err != nil {
			return err
		}
		if err := pause(ctx, askInterval); err != nil {
			return nil
		}
	}
	return nil
}

// note takes one answer; what is neither an answer nor a refusal that says so is an error.
func (a *answers) note(took time.Duration, err error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch status.Code(err) {
	case codes.OK, codes.NotFound: // before the first record is there
		a.took = append(a.took, took)
	case codes.ResourceExhausted:
		a.refused++
	case codes.DeadlineExceeded:
		a.late++
	default:
		return err
	}
	return nil
}

// percentile returns how long that part of the answers took at most.
func (a *answers) percentile(part float64) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.took) == 0 {
		return 0
	}
	slices.Sort(a.took)
	return a.took[min(int(part*float64(len(a.took))), len(a.took)-1)]
}

// String says how questions were answered.
func (a *answers) String() string {
	return fmt.Sprintf("%d questions were answered meanwhile, the median in %s and 99%% within %s, %d refused and %d too late",
		len(a.took), a.percentile(0.5).Round(time.Millisecond), a.percentile(0.99).Round(time.Millisecond), a.refused, a.late)
}

// pause waits, and returns an error when ctx ends first.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
