package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	aloiv1 "aloi/proto/aloi/v1"
)

// served is `aloi serve` as a process of its own, with the protection that it has by itself.
type served struct {
	command  *exec.Cmd
	conn     *grpc.ClientConn
	log      serverLog
	started  time.Duration // until it answered
	ingest   aloiv1.IngestClient
	entities aloiv1.EntitiesClient
}

// serverLog keeps what a server says on stderr.
type serverLog struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *serverLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *serverLog) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// serve starts the server on a directory, new or not, and connects to it over TCP.
func (b *bench) serve(ctx context.Context, dir string) (*served, error) {
	s := &served{command: exec.CommandContext(ctx, b.aloi, "serve", "--json", "--data", dir, "--listen", "127.0.0.1:0", "--pprof", "127.0.0.1:0")}
	s.command.Cancel = func() error { return s.command.Process.Signal(syscall.SIGTERM) }
	s.command.Stderr = &s.log
	out, err := s.command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadBytes('\n')
	var ready struct{ Address string }
	if err != nil || json.Unmarshal(line, &ready) != nil {
		return nil, fmt.Errorf("the server did not start: %w: %s", s.command.Wait(), lastLine([]byte(s.log.text())))
	}
	s.started = time.Since(start)
	s.conn, err = grpc.NewClient(ready.Address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	s.ingest, s.entities = aloiv1.NewIngestClient(s.conn), aloiv1.NewEntitiesClient(s.conn)
	return s, nil
}

// warmLimit bounds how long a server may take to read into memory what it answers from.
const warmLimit = 2 * time.Minute

// warm waits until the server has done so.
func (s *served) warm(ctx context.Context) error {
	for end := time.Now().Add(warmLimit); !strings.Contains(s.log.text(), warmMessage); {
		if ctx.Err() != nil || time.Now().After(end) {
			return cmp.Or(ctx.Err(), fmt.Errorf("the server is not warm within %s", warmLimit))
		}
		time.Sleep(100 * time.Millisecond)
	}
	return nil
}

// warmMessage is what the server logs then.
const warmMessage = `"msg":"warm"`

// stop ends the server in order, and says how long that took.
func (s *served) stop() (time.Duration, error) {
	start := time.Now()
	if err := s.conn.Close(); err != nil {
		return 0, err
	}
	if err := s.command.Process.Signal(syscall.SIGTERM); err != nil {
		return 0, err
	}
	if err := s.command.Wait(); err != nil {
		return 0, fmt.Errorf("the server: %w: %s", err, lastLine([]byte(s.log.text())))
	}
	return time.Since(start), nil
}

func (s *served) cpu() (time.Duration, error) { return cpuOfProcess(s.command.Process.Pid) }

func (s *served) memory() (memory, error) { return memoryOfProcess(s.command.Process.Pid) }

// profilePage is where the server says that profiles are, and heapField what Go holds.
var (
	profilePage = regexp.MustCompile(`http://[0-9.:]+/debug/pprof/`)
	heapField   = regexp.MustCompile(`# HeapAlloc = (\d+)`)
)

// heap is the Go heap of the server in bytes, garbage that is not collected yet included.
func (s *served) heap(ctx context.Context) (int64, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, profilePage.FindString(s.log.text())+"heap?debug=1", nil)
	if err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err
	}
	found := heapField.FindSubmatch(body)
	if found == nil {
		return 0, fmt.Errorf("the heap profile has no HeapAlloc")
	}
	return strconv.ParseInt(string(found[1]), 10, 64)
}
