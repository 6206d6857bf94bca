package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"aloi/internal/datadir"
)

// serving is a server that was started with `aloi serve`.
type serving struct {
	addr, data string
	log        *lockedBuffer
	cancel     context.CancelFunc
	exited     chan int
	code       int
}

// lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// serve starts a server over dir on a free port, or on listen, until the test ends.
func serve(t *testing.T, dir, listen string) *serving {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s := &serving{data: dir, log: &lockedBuffer{}, cancel: cancel, exited: make(chan int, 1), code: -1}
	out, in := io.Pipe()
	go func() {
		code := run(ctx, []string{"serve", "--json", "--data", dir, "--listen", listen}, strings.NewReader(""), in, s.log)
		in.Close()
		s.exited <- code
	}()
	t.Cleanup(func() { s.stop() })
	var ready struct{ Address, Data string }
	line, err := bufio.NewReader(out).ReadBytes('\n')
	if err != nil || json.Unmarshal(line, &ready) != nil || ready.Data != dir {
		t.Fatalf("serve said %q (%v): %s", line, err, s.log)
	}
	s.addr = ready.Address
	return s
}

// start starts a server over a new directory.
func start(t *testing.T) *serving {
	t.Helper()
	return serve(t, filepath.Join(t.TempDir(), "data"), "127.0.0.1:0")
}

// stop interrupts the server and returns its exit code.
func (s *serving) stop() int {
	if s.code < 0 {
		s.cancel()
		s.code = <-s.exited
	}
	return s.code
}

// ask runs a command against the server and expects it to succeed.
func (s *serving) ask(t *testing.T, args ...string) string {
	t.Helper()
	code, stdout, stderr := aloiRun(t, "", append(args, "--addr", s.addr)...)
	if code != exitOK {
		t.Fatalf("aloi %s: exit code %d: %s", strings.Join(args, " "), code, stderr)
	}
	return stdout
}

// expect runs the program and compares its exit code, and what it says on stderr.
func expect(t *testing.T, code int, says string, args ...string) {
	t.Helper()
	got, _, stderr := aloiRun(t, "", args...)
	if got != code || !strings.Contains(stderr, says) {
		t.Errorf("aloi %s: exit code %d, %q; want %d, %q", strings.Join(args, " "), got, stderr, code, says)
	}
}

func TestServeMakesAPrivateDirectory(t *testing.T) {
	s := start(t)
	for _, name := range []string{"", datadir.MasterFile, datadir.KeyringFile, datadir.StoreFolder, datadir.WitnessFolder} {
		info, err := os.Stat(filepath.Join(s.data, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%q has mode %v", name, info.Mode().Perm())
		}
	}
	if code := s.stop(); code != exitOK {
		t.Errorf("stopped with exit code %d: %s", code, s.log)
	}
	key, keyring := fileText(t, filepath.Join(s.data, datadir.MasterFile)), fileText(t, filepath.Join(s.data, datadir.KeyringFile))
	serve(t, s.data, "127.0.0.1:0")
	if fileText(t, filepath.Join(s.data, datadir.MasterFile)) != key || fileText(t, filepath.Join(s.data, datadir.KeyringFile)) != keyring {
		t.Error("the keys changed when the server was started again")
	}
}

func TestServeRefuses(t *testing.T) {
	s := start(t)
	expect(t, exitUnavailable, "is in use", "serve", "--data", s.data, "--listen", "127.0.0.1:0")
	expect(t, exitUnavailable, "can't listen", "serve", "--data", filepath.Join(t.TempDir(), "d"), "--listen", s.addr)
	for _, addr := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:0"} {
		expect(t, exitUsage, "--insecure-listen", "serve", "--data", t.TempDir(), "--listen", addr)
	}
	expect(t, exitUsage, "--listen", "serve", "--data", t.TempDir(), "--listen", "127.0.0.1")
	for _, size := range []string{"x", "-1", "2 PiB", "1e300"} {
		expect(t, exitUsage, "is no size", "serve", "--data", t.TempDir(), "--archive="+size)
	}
	rules := put(t, t.TempDir(), "rules.yaml", "attributes:\n  name.given: [best]\n")
	expect(t, exitUsage, "best", "serve", "--data", t.TempDir(), "--rules", rules)
}

// Rules are those that a store was made with.
func TestServeRules(t *testing.T) {
	dir := t.TempDir()
	rules := put(t, dir, "rules.yaml", "attributes:\n  name.given: [longest]\n")
	s := start(t)
	s.stop()
	expect(t, exitUnavailable, "rules", "serve", "--data", s.data, "--rules", rules)
	expect(t, exitUnavailable, "rules", "verify", "--data", s.data, "--rules", rules)
}

func TestNoServer(t *testing.T) {
	s := start(t)
	s.stop()
	file := put(t, t.TempDir(), "a.csv", "id,nom\n1,Martin\n")
	for _, args := range [][]string{
		{"ingest", file}, {"get", "web/1"}, {"search", "--email", "a@example.fr"}, {"preview", "--email", "a@example.fr"},
		{"why", "web/1", "web/2"}, {"how", "web/1"}, {"judge", "list"}, {"delete", "web/1"}, {"changes"},
		{"consent", "history", "--record", "web/1"}, {"consent", "suppressions"}, {"judge", "same", "web/1", "web/2", "--preview"},
	} {
		expect(t, exitUnavailable, "no server answers at "+s.addr, append(args, "--addr", s.addr)...)
	}
}
