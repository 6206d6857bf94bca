// Command consent measures decisions on contact over a store of invented people and what
// they said: how long Decide takes in process and over gRPC, how many decisions a second
// DecideMany gives, who may be reached, and what events cost at ingest.
//
//	go run ./benchmarks/consent
//	go run ./benchmarks/consent -events 100000 -dir /data/consent
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"aloi/engine"
	"aloi/server"
	"aloi/store"
	"aloi/store/badger"
)

var (
	events    = flag.Int("events", 1_000_000, "consent events to fill the store with, some four a record")
	dir       = flag.String("dir", "", "where the store is, or is put; what is there is used again; a temporary directory when empty")
	decisions = flag.Int("decisions", 100_000, "calls of Decide to time in process; over gRPC it is a fifth")
	clicks    = flag.Int("clicks", 300, "calls of ConfirmToken to time")
	cost      = flag.Int("cost", 60_000, "records to ingest without events and with one, for what an event costs; 0 leaves it out")
	seed      = flag.Uint64("seed", 1, "seed of the invented customers")
	profiles  = flag.String("profiles", "", "write CPU profiles of Decide and DecideMany into this directory")
)

func main() {
	flag.Parse()
	debug.SetGCPercent(200) // as aloi serve does
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "consent:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	fmt.Printf("%s, %d cores (%s), %s; durable writes\n", time.Now().UTC().Format(time.DateOnly), runtime.GOMAXPROCS(0), processor(), runtime.Version())
	if *dir == "" {
		tmp, err := os.MkdirTemp("", "aloi-consent-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp)
		*dir = tmp
	}
	s, err := open(ctx, *dir)
	if err != nil {
		return err
	}
	err = s.measure(ctx)
	s.close()
	if err != nil || *cost == 0 {
		return err
	}
	return measureCost(ctx)
}

// stack is an engine over Badger.
type stack struct {
	*engine.Engine
	close func()
}

func open(ctx context.Context, dir string) (*stack, error) {
	db, err := badger.Open(dir, badger.Options{})
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, db, []byte("a secret for benchmarks only"))
	if err != nil {
		return nil, err
	}
	e, err := engine.Open(ctx, st, engine.Options{Now: time.Now})
	if err != nil {
		return nil, err
	}
	return &stack{e, func() { e.Close(); db.Close() }}, nil
}

// measure fills the store, unless it is filled, and times what is asked of it.
func (s *stack) measure(ctx context.Context) error {
	if err := s.fill(ctx); err != nil {
		return err
	}
	conn, stop, err := s.serve(ctx)
	if err != nil {
		return err
	}
	defer stop()
	m, err := newMeter(ctx, s, conn)
	if err != nil {
		return err
	}
	for _, step := range []func(context.Context) error{m.warmUp, m.decideInProcess, m.decide, m.history, m.decideMany, m.confirm} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// serve starts the real server over the engine, and connects to it over TCP.
func (s *stack) serve(ctx context.Context) (*grpc.ClientConn, func(), error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- server.New(s.Engine, server.Options{}).Serve(ctx, listener) }()
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		cancel()
		return nil, nil, err
	}
	return conn, func() { conn.Close(); cancel(); <-served }, nil
}

// processor is what Linux calls the processor.
func processor() string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err == nil {
		for line := range strings.Lines(string(text)) {
			if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == "model name" {
				return strings.TrimSpace(value)
			}
		}
	}
	return runtime.GOARCH
}
