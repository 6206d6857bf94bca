package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"aloi"
	"aloi/consent"
	"aloi/engine"
	aloiv1 "aloi/proto/aloi/v1"
)

// meter times questions about people at random.
type meter struct {
	s      *stack
	client aloiv1.ConsentClient
	people []aloi.EntityID
	rng    *rand.Rand
	at     time.Time
}

func newMeter(ctx context.Context, s *stack, conn *grpc.ClientConn) (*meter, error) {
	m := &meter{s: s, client: aloiv1.NewConsentClient(conn), rng: rand.New(rand.NewPCG(*seed, 4)), at: time.Now()}
	for after := aloi.EntityID(""); ; {
		ids, err := s.EntityIDs(ctx, after, recordsABatch)
		if err != nil {
			return nil, err
		}
		if len(ids) == 0 {
			fmt.Printf("%d people; asked: Newsletter, EMAIL, each of her addresses\n", len(m.people))
			return m, nil
		}
		m.people, after = append(m.people, ids...), ids[len(ids)-1]
	}
}

func (m *meter) somebody() aloi.EntityID { return m.people[m.rng.IntN(len(m.people))] }

func (m *meter) question() *aloiv1.Question {
	return &aloiv1.Question{Controller: house, Purpose: string(consent.Newsletter), Channel: string(consent.Email), Goods: purchase, At: timestamppb.New(m.at)}
}

func subject(id aloi.EntityID) *aloiv1.Subject {
	return &aloiv1.Subject{Of: &aloiv1.Subject_EntityId{EntityId: string(id)}}
}

// warmUp does what a server does once it has started.
func (m *meter) warmUp(ctx context.Context) error {
	start := time.Now()
	if err := m.s.WarmUp(ctx); err != nil {
		return err
	}
	fmt.Printf("warmed up in %s\n", time.Since(start).Round(time.Millisecond))
	return nil
}

// decideInProcess times Decide of the engine, which nothing else uses meanwhile.
func (m *meter) decideInProcess(ctx context.Context) error {
	defer profile("decide")()
	q := consent.Question{Controller: house, Purpose: consent.Newsletter, Channel: consent.Email, Goods: purchase, At: m.at}
	verdicts := 0
	times, err := timed(*decisions, func() error {
		list, err := m.s.Decide(ctx, engine.Subject{Entity: m.somebody()}, q)
		verdicts += len(list)
		return err
	})
	if err != nil {
		return err
	}
	fmt.Printf("Decide in process, %d people, %.2f answers each: %s\n", *decisions, float64(verdicts)/float64(*decisions), times)
	return nil
}

// decide times Decide over gRPC, one call after the other.
func (m *meter) decide(ctx context.Context) error {
	n := *decisions / 5
	times, err := timed(n, func() error {
		_, err := m.client.Decide(ctx, &aloiv1.DecideRequest{Subject: subject(m.somebody()), Question: m.question()})
		return err
	})
	if err == nil {
		fmt.Printf("Decide over gRPC, %d calls: %s\n", n, times)
	}
	return err
}

func (m *meter) history(ctx context.Context) error {
	n := *decisions / 20
	times, err := timed(n, func() error {
		_, err := m.client.History(ctx, &aloiv1.HistoryRequest{Subject: subject(m.somebody())})
		return err
	})
	if err == nil {
		fmt.Printf("History over gRPC, %d calls: %s\n", n, times)
	}
	return err
}

// decideMany asks about everyone, twice: the first time warms the caches.
func (m *meter) decideMany(ctx context.Context) error {
	var summary *aloiv1.CampaignSummary
	for round, name := range []string{"first", "again"} {
		stop := func() {}
		if round == 1 {
			stop = profile("many")
		}
		began, used := time.Now(), cpuTime()
		verdicts, last, err := m.campaign(ctx)
		took, cpu := time.Since(began), cpuTime()-used
		stop()
		if err != nil {
			return err
		}
		summary = last
		fmt.Printf("DecideMany over gRPC, %s: %d people, %d decisions in %s: %.0f decisions/s; CPU %s a decision\n", name, last.Subjects, verdicts,
			took.Round(time.Millisecond), float64(verdicts)/took.Seconds(), (cpu / time.Duration(verdicts)).Round(100*time.Nanosecond))
	}
	fmt.Printf("\naudience: %d permitted, %d denied\n", summary.Permitted, summary.Denied)
	for _, r := range summary.Reasons {
		fmt.Printf("%10d  %s\n", r.Count, r.Reason)
	}
	fmt.Println()
	return nil
}

func (m *meter) campaign(ctx context.Context) (verdicts int, summary *aloiv1.CampaignSummary, err error) {
	stream, err := m.client.DecideMany(ctx)
	if err != nil {
		return 0, nil, err
	}
	if err := stream.Send(&aloiv1.DecideManyRequest{Campaign: m.question(), Everyone: true}); err != nil {
		return 0, nil, err
	}
	if err := stream.CloseSend(); err != nil {
		return 0, nil, err
	}
	for {
		resp, err := stream.Recv()
		switch {
		case errors.Is(err, io.EOF) && summary != nil:
			return verdicts, summary, nil
		case err != nil:
			return 0, nil, err
		}
		verdicts += len(resp.Verdicts)
		if resp.Summary != nil {
			summary = resp.Summary
		}
	}
}

// confirm times clicks on links, each durable before it is answered. Where a stop came
// meanwhile there is nothing to confirm, nor in a store where it was done before.
func (m *meter) confirm(ctx context.Context) error {
	times, used := &timing{}, cpuTime()
	for n := range *clicks {
		began := time.Now()
		resp, err := m.client.ConfirmToken(ctx, &aloiv1.ConfirmTokenRequest{Token: click(n + 1)})
		took := time.Since(began)
		switch code := status.Code(err); {
		case code == codes.NotFound || code == codes.FailedPrecondition: // no address, or a stop
		case err != nil:
			return err
		case resp.Acknowledgement.Outcome == aloiv1.Outcome_OUTCOME_RECORDED:
			times.each = append(times.each, took)
		}
	}
	times.cpu = cpuTime() - used
	fmt.Printf("ConfirmToken over gRPC, durable, %d calls: %s\n", len(times.each), times)
	return nil
}

// timed calls a function n times, and returns how long the calls took.
func timed(n int, call func() error) (*timing, error) {
	t := &timing{each: make([]time.Duration, n)}
	used := cpuTime()
	for i := range t.each {
		began := time.Now()
		if err := call(); err != nil {
			return nil, err
		}
		t.each[i] = time.Since(began)
	}
	t.cpu = cpuTime() - used
	return t, nil
}

// timing is how long calls took, by the clock and of the processor: of client and server,
// who are one process.
type timing struct {
	each []time.Duration
	cpu  time.Duration // of all; what else the machine does adds to the clock alone
}

func (t *timing) String() string {
	if len(t.each) == 0 {
		return "none"
	}
	slices.Sort(t.each)
	at := func(q float64) time.Duration {
		return t.each[int(q*float64(len(t.each)-1))].Round(100 * time.Nanosecond)
	}
	return fmt.Sprintf("p50 %s, p95 %s, p99 %s, p99.9 %s; CPU %s each", at(.5), at(.95), at(.99), at(.999),
		(t.cpu / time.Duration(len(t.each))).Round(100*time.Nanosecond))
}

// cpuTime is what the process used of the processor.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// profile starts a CPU profile, if any is wanted, and returns what ends it.
func profile(name string) func() {
	if *profiles == "" {
		return func() {}
	}
	f, err := os.Create(filepath.Join(*profiles, name+".pprof"))
	if err == nil {
		err = pprof.StartCPUProfile(f)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "consent: profile:", err)
		return func() {}
	}
	return func() { pprof.StopCPUProfile(); f.Close() }
}
