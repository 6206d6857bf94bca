// Package python tests the examples with the grpcio that its requirements name.
package python

import (
	"context"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aloi/server/servertest"
)

// limit bounds the installation of the requirements and the runs of the examples.
const limit = 5 * time.Minute

func TestExamples(t *testing.T) {
	system, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3 on this machine")
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	venv := filepath.Join(t.TempDir(), "venv")
	run(t, ctx, system, "-m", "venv", venv)
	python := filepath.Join(venv, "bin", "python")
	run(t, ctx, python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "requirements.txt")
	s := servertest.Start(t)
	t.Run("ingest", func(t *testing.T) { testIngest(t, ctx, python, s.Addr) })
	t.Run("consent", func(t *testing.T) { testConsent(t, ctx, python, s.Addr) })
}

func testIngest(t *testing.T, ctx context.Context, python, addr string) {
	first := run(t, ctx, python, "ingest.py", "clients.csv", addr, "boutique")
	if len(first) != 4 {
		t.Fatalf("%d lines, want 4:\n%s", len(first), strings.Join(first, "\n"))
	}
	for i, want := range []string{"line 2: CREATED E", "line 3: CREATED E", "line 4: JOINED E", "line 5: REJECTED "} {
		if !strings.HasPrefix(first[i], want) {
			t.Errorf("got %q, want %q…", first[i], want)
		}
	}
	if entity := strings.Fields(first[0])[3]; !strings.Contains(first[2], entity) {
		t.Errorf("%q is not the person of %q", first[2], first[0])
	}
	if !strings.Contains(first[3], "record_id is empty") {
		t.Errorf("%q does not say what is wrong", first[3])
	}
	for _, line := range run(t, ctx, python, "ingest.py", "clients.csv", addr, "boutique")[:3] {
		if !strings.Contains(line, "UNCHANGED") {
			t.Errorf("sent again: %q", line)
		}
	}
}

func testConsent(t *testing.T, ctx context.Context, python, addr string) {
	const her = " email:claire.marchand71@example.org"
	want := []string{
		"before: DENY NO_BASIS" + her,
		"box ticked: DENY DOI_PENDING" + her,
		"link clicked: PERMIT CONSENT_VALID" + her,
		"unsubscribed: DENY CONSENT_WITHDRAWN" + her,
	}
	if got := run(t, ctx, python, "consent.py", addr, "newsletter"); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// run runs a program in this folder and returns the lines that it prints.
func run(t *testing.T, ctx context.Context, name string, args ...string) []string {
	t.Helper()
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(name), strings.Join(args, " "), err, out)
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}
