package main

import (
	"context"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// profileAddress is where a log says that profiles are.
var profileAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+/debug/pprof/`)

func TestServePprof(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out, log, exited := &lockedBuffer{}, &lockedBuffer{}, make(chan int, 1)
	go func() {
		exited <- run(ctx, []string{"serve", "--data", filepath.Join(t.TempDir(), "data"), "--listen", "127.0.0.1:0", "--pprof", "127.0.0.1:0"},
			strings.NewReader(""), out, log)
	}()
	for !strings.Contains(out.String(), "is listening") {
		select {
		case code := <-exited:
			t.Fatalf("ended with exit code %d: %s", code, log)
		case <-time.After(time.Millisecond):
		}
	}
	url := profileAddress.FindString(log.String())
	if url == "" {
		t.Fatalf("the log does not say where profiles are: %s", log)
	}
	if body := page200(t, url+"heap?debug=1"); !strings.Contains(body, "heap profile") || !strings.Contains(body, "# HeapAlloc") {
		t.Errorf("heap profile: %.200s", body)
	}
	cancel()
	if code := <-exited; code != exitOK {
		t.Errorf("stopped with exit code %d: %s", code, log)
	}
	if _, err := http.Get(url); err == nil {
		t.Error("profiles are served after the end")
	}
}

// page200 gets a page that is there.
func page200(t *testing.T, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s, %v", url, resp.Status, err)
	}
	return string(body)
}

// Other machines never reach the profiles, and without the flag nobody does.
func TestServePprofRefuses(t *testing.T) {
	for _, addr := range []string{":0", "0.0.0.0:0", "[::]:0", "192.0.2.1:0", "127.0.0.1"} {
		expect(t, exitUsage, "--pprof", "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--pprof", addr)
	}
	s := start(t)
	expect(t, exitUnavailable, "can't listen", "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--pprof", s.addr)
	if strings.Contains(s.log.String(), "profiles") {
		t.Errorf("profiles are served though nobody asked: %s", s.log)
	}
}
