package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// chartPath is the chart that docs/matching.md shows, of a pair of invented people.
const chartPath = "../../docs/why.svg"

// docPath is the page that shows the answer to a why-not.
const docPath = "../../docs/matching.md"

// between returns the text of a file with what stands between two marks replaced.
func between(t *testing.T, path, start, end, text string) string {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(page), start)
	_, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no place for %s", path, start)
	}
	return before + start + text + end + after
}

// withSamples runs use beside a server that holds the samples.
func withSamples(t *testing.T, use func(addr string)) {
	t.Helper()
	err := withServer(t.Context(), t.TempDir(), func(to target) error {
		return to.call(t.Context(), func(cl *client) error {
			for _, c := range demoChannels() {
				if err := c.send(t.Context(), cl); err != nil {
					return fmt.Errorf("%s: %w", c.file, err)
				}
			}
			use(to.Addr)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// explained are the questions whose answers testdata/explain.txt holds.
var explained = [][]string{
	{"why", demoNearA, demoNearB},
	{"why", "store/MAG-0001", "social/SOC-901"},
	{"why-not", "store/MAG-0006", "store/MAG-0007"},
	{"why-not", "store/MAG-0001", "store/MAG-0019"},
	{"why-not", "store/MAG-0003", "web/W-1003"},
	{"how", "store/MAG-0004"},
	{"how", "store/MAG-0017"},
}

// TestDemoOutputExplained shows, in both languages, what the answers to questions about
// the samples say. Its name is one that `go test -run TestDemoOutput -update` finds.
func TestDemoOutputExplained(t *testing.T) {
	var got strings.Builder
	chart := filepath.Join(t.TempDir(), "why.svg")
	withSamples(t, func(addr string) {
		for _, args := range explained {
			for _, lang := range []string{"en", "fr"} {
				args := append(args[:len(args):len(args)], "--lang", lang)
				code, stdout, stderr := aloiRun(t, "", append(args, "--addr", addr)...)
				if code != exitOK {
					t.Fatalf("%v: exit code %d: %s", args, code, stderr)
				}
				fmt.Fprintf(&got, "$ aloi %s\n%s\n", strings.Join(args, " "), stdout)
			}
		}
		if code, _, stderr := aloiRun(t, "", "why", demoNearA, demoNearB, "--svg", chart, "--addr", addr); code != exitOK {
			t.Fatalf("--svg: exit code %d: %s", code, stderr)
		}
	})
	drawn, err := os.ReadFile(chart)
	if err != nil {
		t.Fatal(err)
	}
	hold(t, filepath.Join("testdata", "explain.txt"), got.String())
	hold(t, chartPath, string(drawn))
	shown, _, _ := strings.Cut(got.String()[strings.Index(got.String(), "$ aloi why-not"):], "\n\n$")
	hold(t, docPath, between(t, docPath, "<!-- why-not -->\n", "<!-- /why-not -->", "\n```text\n"+shown+"\n```\n\n"))
	for _, artefact := range []string{"%!", "map[", "<nil>", "  en tout  "} {
		if strings.Contains(got.String(), artefact) {
			t.Errorf("%q in the answers", artefact)
		}
	}
}

// hold compares a text with that of a file, or writes the file under -update.
func hold(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want, err := os.ReadFile(path); err != nil || got != string(want) {
		t.Errorf("%s is another (%v); when it is right: go test ./cmd/aloi -run TestDemoOutput -update\n%s", path, err, got)
	}
}

// An unknown language is refused by the program and, for those who ask without it, by
// the server.
func TestExplainInNoLanguage(t *testing.T) {
	expect(t, exitUsage, "--lang must be one of", "why", "web/1", "web/2", "--lang", "de")
	expect(t, exitUsage, "--lang must be one of", "how", "web/1", "--lang", "")
}
