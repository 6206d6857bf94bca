package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/grpc"

	aloiv1 "aloi/proto/aloi/v1"
)

// What a server is overloaded with, and within what it must stay.
const (
	overloadMemory  = 512 << 20 // of the server; the kernel kills it past that
	usualStreams    = 8         // that reach its peak
	greedyStreams   = 200       // that send all that flow control lets them
	idleStreams     = 500       // that send nothing
	deafStreams     = 20        // that send and never read
	hotStreams      = 4         // whose records all have one phone and one e-mail address
	askers          = 20        // that ask one question after another
	measureFor      = 8 * time.Second
	overloadFor     = 30 * time.Second
	leastGoodput    = 0.9             // of the peak
	normalAgain     = 5 * time.Second // after the load has gone
	usualAnswer     = 100 * time.Millisecond
	askDeadline     = 2 * time.Second
	askInterval     = 50 * time.Millisecond
	streamsPerDial  = 50
	memorySampling  = 50 * time.Millisecond
	overloadMessage = 100 // records
)

// runOverload is the scenario overload: more clients than a small server can serve.
func runOverload(ctx context.Context, j *job) error {
	program, err := j.program(ctx)
	if err != nil {
		return err
	}
	return j.rounds(ctx, 1, func(ctx context.Context, dir string, seed uint64, _ int) error {
		group, err := newMemoryGroup(fmt.Sprintf("aloi-torture-%d", seed), overloadMemory)
		if err != nil {
			return err
		}
		defer group.remove()
		p, err := serve(program, dir, group.holds)
		if err != nil {
			return err
		}
		o := &overload{job: j, process: p, seed: seed}
		if err := o.run(ctx); err != nil {
			p.kill()
			return fmt.Errorf("%w\n%s", err, p.log.Bytes())
		}
		if err := p.stop(); err != nil {
			return err
		}
		return verify(ctx, program, dir)
	})
}

// overload is one server under load.
type overload struct {
	*job
	*process
	seed    uint64
	sources atomic.Int64 // so far: each stream has its own
	most    atomic.Int64 // memory held
}

// rate is how many records a server took.
type rate struct {
	wall      float64 // a second
	processor float64 // a second of processor time that the server had
}

func (r rate) String() string {
	return fmt.Sprintf("%.0f records/s (%.0f in a second of processor time)", r.wall, r.processor)
}

// measure returns how many records the server takes while f runs, which counts them.
func (o *overload) measure(f func(acked *atomic.Int64) error) (rate, error) {
	var acked atomic.Int64
	start := time.Now()
	before, err := processorTime(o.cmd.Process.Pid)
	if err != nil {
		return rate{}, err
	}
	if err := f(&acked); err != nil {
		return rate{}, err
	}
	after, err := processorTime(o.cmd.Process.Pid)
	n := float64(acked.Load())
	return rate{n / time.Since(start).Seconds(), n / (after - before).Seconds()}, err
}

// run measures the peak, loads the server past it, and looks whether it is itself again.
func (o *overload) run(ctx context.Context) error {
	watching, end := context.WithCancel(ctx)
	defer end()
	go o.watchMemory(watching)
	before, err := o.peak(ctx)
	if err != nil {
		return err
	}
	o.say("%s at the peak", before)
	flooded, asked, err := o.flood(ctx)
	if err != nil {
		return fmt.Errorf("under load: %w", err)
	}
	o.say("%s overloaded, %d MiB held at most; %s", flooded, o.most.Load()>>20, asked)
	if err := o.normal(ctx); err != nil {
		return err
	}
	after, err := o.peak(ctx)
	if err != nil {
		return err
	}
	o.note("%s at the peak before, %s after, %s overloaded; %d MiB held at most; %s", before, after, flooded, o.most.Load()>>20, asked)
	// The clients run on the same processors, and the store grows: what counts is what the
	// server makes of the time that it has, compared with the same store afterwards.
	if peak := min(before.processor, after.processor); flooded.processor < leastGoodput*peak {
		return fmt.Errorf("%s under load, %s and %s at the peak", flooded, before, after)
	}
	return nil
}

// watchMemory notes the most that the server holds.
func (o *overload) watchMemory(ctx context.Context) {
	for tick := time.Tick(memorySampling); ctx.Err() == nil; <-tick {
		if held, err := anonymousMemory(o.cmd.Process.Pid); err == nil && held > o.most.Load() {
			o.most.Store(held)
		}
	}
}

// lasting returns a context that ends after a time. It has no deadline: gRPC would tell the
// server, which might end a stream before the client knows why.
func lasting(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	time.AfterFunc(d, cancel)
	return ctx, cancel
}

// peak returns how many records the server takes of a few streams, while it is asked as it
// will be under load.
func (o *overload) peak(ctx context.Context) (rate, error) {
	var asked answers
	return o.measure(func(acked *atomic.Int64) error {
		ctx, cancel := lasting(ctx, measureFor)
		defer cancel()
		g, ctx := errgroup.WithContext(ctx)
		g.Go(func() error { return o.send(ctx, usualStreams, acked, lonely) })
		g.Go(func() error { return o.open(ctx, askers, asked.ask) })
		return g.Wait()
	})
}

// flood sends everything at once, and returns how many records were taken of those who read
// their answers.
func (o *overload) flood(ctx context.Context) (flooded rate, asked *answers, err error) {
	asked = &answers{}
	flooded, err = o.measure(func(acked *atomic.Int64) error {
		ctx, cancel := lasting(ctx, overloadFor)
		defer cancel()
		g, ctx := errgroup.WithContext(ctx)
		g.Go(func() error { return o.send(ctx, greedyStreams, acked, lonely) })
		g.Go(func() error { return o.send(ctx, hotStreams, acked, hot) })
		g.Go(func() error { return o.open(ctx, idleStreams, idle) })
		g.Go(func() error { return o.open(ctx, deafStreams, o.deaf) })
		g.Go(func() error { return o.open(ctx, askers, asked.ask) })
		return g.Wait()
	})
	return flooded, asked, err
}

// normal holds that the server answers as usual soon after the load has gone.
func (o *overload) normal(ctx context.Context) error {
	began := time.Now()
	for {
		start := time.Now()
		asking, cancel := context.WithTimeout(ctx, askDeadline)
		_, err := aloiv1.NewIngestClient(o.conn).Put(asking, &aloiv1.PutRequest{Record: lonely(o.seed, o.sources.Add(1), 0)})
		cancel()
		if err == nil && time.Since(start) < usualAnswer {
			o.note("it answered as usual %s after the load had gone", time.Since(began).Round(time.Millisecond))
			return nil
		}
		if time.Since(began) > normalAgain {
			return fmt.Errorf("%s after the load a record takes %s, %w", normalAgain, time.Since(start), err)
		}
	}
}

// send streams records for as long as ctx lasts, and counts those that are acknowledged.
func (o *overload) send(ctx context.Context, streams int, acked *atomic.Int64, make maker) error {
	return o.open(ctx, streams, func(ctx context.Context, conn *grpc.ClientConn) error {
		return o.stream(ctx, conn, make, func(a *aloiv1.StreamResponse) {
			acked.Add(int64(len(a.GetAcknowledgements())))
		})
	})
}

// stream sends records of one source and passes on what is answered; with nothing to pass it
// to, it does not read.
func (o *overload) stream(ctx context.Context, conn *grpc.ClientConn, make maker, answered func(*aloiv1.StreamResponse)) error {
	s, err := aloiv1.NewIngestClient(conn).Stream(ctx)
	if err != nil {
		return err
	}
	source := o.sources.Add(1)
	go func() {
		for n := int64(0); ; {
			m := &aloiv1.StreamRequest{}
			for range overloadMessage {
				m.Operations = append(m.Operations, &aloiv1.Operation{Operation: &aloiv1.Operation_Put{Put: make(o.seed, source, n)}})
				n++
			}
			if s.Send(m) != nil {
				return
			}
		}
	}()
	for answered != nil {
		a, err := s.Recv()
		if err != nil {
			return err
		}
		for _, one := range a.GetAcknowledgements() {
			if one.GetOutcome() == aloiv1.Outcome_OUTCOME_REJECTED {
				return fmt.Errorf("a record is rejected: %s", one.GetReason())
			}
		}
		answered(a)
	}
	<-ctx.Done()
	return ctx.Err()
}

// deaf sends and never reads.
func (o *overload) deaf(ctx context.Context, conn *grpc.ClientConn) error {
	return o.stream(ctx, conn, lonely, nil)
}

// idle opens a stream and leaves it at that.
func idle(ctx context.Context, conn *grpc.ClientConn) error {
	if _, err := aloiv1.NewIngestClient(conn).Stream(ctx); err != nil {
		return err
	}
	<-ctx.Done()
	return ctx.Err()
}

// open runs clients beside one another, some on each connection, until ctx ends, which is no
// error of theirs.
func (o *overload) open(ctx context.Context, clients int, client func(context.Context, *grpc.ClientConn) error) error {
	var g errgroup.Group
	for first := 0; first < clients; first += streamsPerDial {
		conn, err := dial(o.conn.Target())
		if err != nil {
			return err
		}
		defer conn.Close()
		for range min(streamsPerDial, clients-first) {
			g.Go(func() error {
				err := client(ctx, conn)
				if ctx.Err() != nil {
					return nil
				}
				return err
			})
		}
	}
	return g.Wait()
}
