// Command ingest measures durable streaming ingest: invented customers go over gRPC
// into a fresh data directory, and every record is acknowledged only once it is on
// disk. It prints the rate and the cost per record by window, how the last window
// compares with the first after warm-up, and the latency of Get in the full store.
//
//	go run ./benchmarks/ingest
//	go run ./benchmarks/ingest -records 50000 -streams 8
package main

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"aloi/internal/datadir"
	"aloi/internal/synth"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
)

var (
	records    = flag.Int("records", 200_000, "records to send")
	window     = flag.Int("window", 20_000, "records per line of the table")
	streams    = flag.Int("streams", 1, "streams to send on at once")
	perMessage = flag.Int("per-message", 100, "operations in one message")
	inFlight   = flag.Int("in-flight", 2_000, "unacknowledged records per stream")
	gets       = flag.Int("gets", 20_000, "calls of Get to time at the end")
	seed       = flag.Uint64("seed", 1, "seed of the invented customers")
	dir        = flag.String("dir", "", "where to put the store; a temporary directory when empty")
	cpuProfile = flag.String("cpuprofile", "", "write a CPU profile of the last window to this file")
)

// warmUpRecords is when the store has tables on disk: until then, some 33,000 records,
// everything is in the memory that it writes the first one from.
const warmUpRecords = 36_000

func main() {
	flag.Parse()
	debug.SetGCPercent(200) // as aloi serve does
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "ingest:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if *dir == "" {
		tmp, err := os.MkdirTemp("", "aloi-ingest-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(tmp)
		*dir = tmp
	}
	conn, stop, err := serve(ctx, *dir)
	if err != nil {
		return err
	}
	defer stop()
	fmt.Printf("%d records of synth (seed %d), %d stream(s), %d per message, durable acknowledgements; %s, %d cores\n\n",
		*records, *seed, *streams, *perMessage, runtime.Version(), runtime.GOMAXPROCS(0))
	lines, refs, err := ingest(ctx, conn)
	if err != nil {
		return err
	}
	printWindows(lines)
	if err := timeGets(ctx, conn, refs); err != nil {
		return err
	}
	return printDisk(filepath.Join(*dir, datadir.StoreFolder))
}

// archiveBytes is what aloi serve keeps of what commits wrote, by itself.
const archiveBytes = 2 << 30

// serve starts the real server on a fresh data directory, sealed and watched as that of aloi
// serve, and connects to it over TCP.
func serve(ctx context.Context, dir string) (*grpc.ClientConn, func(), error) {
	d, err := datadir.Open(ctx, dir, datadir.Options{Create: true, ArchiveBytes: archiveBytes, ScrubBytesPerSecond: 2 << 20, Now: time.Now})
	if err != nil {
		return nil, nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- server.New(d.Engine, server.Options{Data: d}).Serve(ctx, listener) }()
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		cancel()
		return nil, nil, err
	}
	return conn, func() { conn.Close(); cancel(); <-served; d.Close() }, nil
}

// line is one window of the table.
type line struct {
	records int
	wall    time.Duration
	cpu     time.Duration // of the whole process, client and server
}

// meter cuts the stream of acknowledgements into windows.
type meter struct {
	mu       sync.Mutex
	acked    int
	wall     time.Time
	cpu      time.Duration
	lines    []line
	rejected int
}

func (m *meter) add(n, rejected int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.acked += n
	m.rejected += rejected
	if done := len(m.lines) * *window; m.acked-done < *window && m.acked < *records {
		return
	}
	now, cpu := time.Now(), cpuTime()
	m.lines = append(m.lines, line{m.acked, now.Sub(m.wall), cpu - m.cpu})
	m.wall, m.cpu = now, cpu
	m.profile()
}

// profile starts the CPU profile with the last window, and ends it with it.
func (m *meter) profile() {
	if *cpuProfile == "" || m.acked+*window < *records {
		return
	}
	if m.acked >= *records {
		pprof.StopCPUProfile()
		return
	}
	f, err := os.Create(*cpuProfile)
	if err == nil {
		err = pprof.StartCPUProfile(f)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "ingest: profile:", err)
	}
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// ingest sends the records and returns the windows and some of the references.
func ingest(ctx context.Context, conn *grpc.ClientConn) ([]line, []*aloiv1.RecordRef, error) {
	source := synth.New(*seed, *records)
	messages := make(chan *aloiv1.StreamRequest, 4**streams)
	var refs []*aloiv1.RecordRef
	go func() {
		defer close(messages)
		m := &aloiv1.StreamRequest{}
		for {
			r, _, ok := source.Next()
			if !ok {
				break
			}
			w := server.RecordMessage(r)
			refs = append(refs, w.GetRef())
			m.Operations = append(m.Operations, &aloiv1.Operation{Sequence: uint64(len(refs)), Operation: &aloiv1.Operation_Put{Put: w}})
			if len(m.GetOperations()) == *perMessage {
				messages <- m
				m = &aloiv1.StreamRequest{}
			}
		}
		if len(m.GetOperations()) > 0 {
			messages <- m
		}
	}()
	m := &meter{wall: time.Now(), cpu: cpuTime()}
	errs := make(chan error, *streams)
	for range *streams {
		go func() { errs <- send(ctx, aloiv1.NewIngestClient(conn), messages, m) }()
	}
	for range *streams {
		if err := <-errs; err != nil {
			return nil, nil, err
		}
	}
	if m.rejected > 0 {
		return nil, nil, fmt.Errorf("%d records were rejected", m.rejected)
	}
	return m.lines, refs, nil
}

// send streams messages and counts what is acknowledged.
func send(ctx context.Context, client aloiv1.IngestClient, messages <-chan *aloiv1.StreamRequest, m *meter) error {
	stream, err := client.Stream(ctx)
	if err != nil {
		return err
	}
	room := make(chan struct{}, max(1, *inFlight / *perMessage))
	received := make(chan error, 1)
	go func() {
		pending := 0
		for {
			resp, err := stream.Recv()
			if err != nil {
				received <- err
				return
			}
			rejected := 0
			for _, a := range resp.GetAcknowledgements() {
				if a.GetOutcome() == aloiv1.Outcome_OUTCOME_REJECTED {
					rejected++
				}
			}
			m.add(len(resp.GetAcknowledgements()), rejected)
			for pending += len(resp.GetAcknowledgements()); pending >= *perMessage; pending -= *perMessage {
				<-room
			}
		}
	}()
	for msg := range messages {
		room <- struct{}{}
		if err := stream.Send(msg); err != nil {
			return err
		}
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	if err := <-received; err.Error() != "EOF" {
		return err
	}
	return nil
}

func printWindows(lines []line) {
	fmt.Printf("%10s %12s %14s %14s\n", "records", "records/s", "wall µs/rec", "CPU µs/rec")
	var wall time.Duration
	before := 0
	per := func(d time.Duration, n int) float64 { return float64(d.Microseconds()) / float64(n) }
	for _, l := range lines {
		n := l.records - before
		fmt.Printf("%10d %12.0f %14.1f %14.1f\n", l.records, float64(n)/l.wall.Seconds(), per(l.wall, n), per(l.cpu, n))
		before, wall = l.records, wall+l.wall
	}
	fmt.Printf("\noverall: %.0f records/s durable\n", float64(before)/wall.Seconds())
	warm := slices.IndexFunc(lines, func(l line) bool { return l.records >= warmUpRecords })
	if warm < 0 || warm+1 >= len(lines) {
		return
	}
	at := func(i int) (wall, cpu float64) {
		n := lines[i].records - lines[i-1].records
		return per(lines[i].wall, n), per(lines[i].cpu, n)
	}
	firstWall, firstCPU := at(warm + 1)
	lastWall, lastCPU := at(len(lines) - 1)
	fmt.Printf("last window ÷ first after %d records of warm-up: wall %.2f, CPU %.2f\n", lines[warm].records, lastWall/firstWall, lastCPU/firstCPU)
}

// timeGets times Get of records at random, one after the other.
func timeGets(ctx context.Context, conn *grpc.ClientConn, refs []*aloiv1.RecordRef) error {
	client := aloiv1.NewEntitiesClient(conn)
	rng := rand.New(rand.NewPCG(*seed, 2))
	times := make([]time.Duration, *gets)
	for i := range times {
		ref := refs[rng.IntN(len(refs))]
		start := time.Now()
		if _, err := client.Get(ctx, &aloiv1.GetRequest{By: &aloiv1.GetRequest_Record{Record: ref}}); err != nil {
			return err
		}
		times[i] = time.Since(start)
	}
	slices.Sort(times)
	at := func(q float64) time.Duration { return times[int(q*float64(len(times)-1))].Round(time.Microsecond) }
	fmt.Printf("get over gRPC, %d calls: p50 %s, p99 %s, p99.9 %s\n", len(times), at(.5), at(.99), at(.999))
	return nil
}

func printDisk(dir string) error {
	var bytes int64
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().IsRegular() {
			if st, ok := info.Sys().(*syscall.Stat_t); ok {
				bytes += st.Blocks * 512
			}
		}
		return nil
	})
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Printf("on disk before compaction: %.0f bytes per record; Go heap %d MiB, from the system %d MiB\n",
		float64(bytes)/float64(*records), m.HeapAlloc>>20, m.Sys>>20)
	return err
}
