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
	for _, want := range []struct {
		name string
		mode os.FileMode
	}{{"", 0o700}, {secretFile, 0o600}, {storeFolder, 0o700}} {
		info, err := os.Stat(filepath.Join(s.data, want.name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%q has mode %v, want %v", want.name, info.Mode().Perm(), want.mode)
		}
	}
	secret, err := os.ReadFile(filepath.Join(s.data, secretFile))
	if err != nil || len(secret) != secretBytes {
		t.Fatalf("the secret has %d bytes, %v", len(secret), err)
	}
	if code := s.stop(); code != exitOK {
		t.Errorf("stopped with exit code %d: %s", code, s.log)
	}
	again := serve(t, s.data, "127.0.0.1:0")
	if kept, _ := os.ReadFile(filepath.Join(s.data, secretFile)); !bytes.Equal(kept, secret) {
		t.Error("the secret changed when the server was started again")
	}
	if left, _ := filepath.Glob(filepath.Join(again.data, secretFile+".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
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
	rules := put(t, t.TempDir(), "rules.yaml", "attributes:\n  name.given: [best]\n")
	expect(t, exitUsage, "best", "serve", "--data", t.TempDir(), "--rules", rules)
}

func TestServeGuardsItsSecret(t *testing.T) {
	s := start(t)
	s.stop()
	path := filepath.Join(s.data, secretFile)
	secret, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"serve", "--data", s.data, "--listen", "127.0.0.1:0"}
	write := func(text []byte, mode os.FileMode) {
		t.Helper()
		if err := os.WriteFile(path, text, mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	write(secret, 0o644)
	expect(t, exitUsage, "open to others (mode 0644)", args...)
	write(secret[1:], 0o600)
	expect(t, exitUsage, "31 bytes", args...)
	other := bytes.Repeat([]byte{7}, secretBytes)
	write(other, 0o600)
	expect(t, exitUnavailable, "the secret is not the one", args...)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	expect(t, exitUsage, "is missing", args...)
	if _, err := os.Stat(path); err == nil {
		t.Error("a store whose secret is gone got another one")
	}
	write(secret, 0o600)
	serve(t, s.data, "127.0.0.1:0")
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
