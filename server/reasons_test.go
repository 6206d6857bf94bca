package server

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"aloi"
)

var writeReasons = flag.Bool("write-reasons", false, "write testdata/reasons.txt anew")

// The reasons that programs read stay what they are: a new one is added, none is renamed,
// and none changes its code.
func TestReasons(t *testing.T) {
	var lines []string
	for _, err := range everyError(t) {
		s := statusOf(err)
		if err == nil || s.Code() == codes.OK {
			t.Fatalf("%v is no error", err)
		}
		s = withReason(s)
		reason, _, retry := details(s)
		line := reason + " " + s.Code().String()
		if retry {
			line += " retry"
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	got := strings.Join(slices.Compact(lines), "\n") + "\n"
	golden := filepath.Join("testdata", "reasons.txt")
	if *writeReasons {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the reasons are\n%s\nand were\n%s\nif that is meant: go test ./server -run TestReasons -write-reasons", got, want)
	}
	for _, name := range written(t, ".", `reason\("([A-Z_]+)"\)|reason[A-Z]\w*\s*=\s*"([A-Z_]+)"`) {
		if !strings.Contains(got, name+" ") {
			t.Errorf("%s is written in the sources and in no error of this test", name)
		}
	}
}

// everyError returns an error of each kind that the server answers with.
func everyError(t *testing.T) []error {
	all := []error{
		errOverloaded, errSlowReader, errMalformedRequest, errTooHeavy, errPastEnd, errStopping,
		context.Canceled, context.DeadlineExceeded, errors.New("anything else"),
		status.Error(codes.ResourceExhausted, "of gRPC"),
	}
	for _, code := range []aloi.Code{
		aloi.CodeInvalid, aloi.CodeNotFound, aloi.CodeUnavailable, aloi.CodeCorrupt, aloi.CodeTooLarge, aloi.CodeFull, aloi.CodeInternal,
	} {
		all = append(all, &aloi.Error{Code: code})
	}
	refusals := []string{reasonNotLocal}
	for dir, pattern := range map[string]string{
		filepath.Join("..", "engine"):              `refused\w+\s*=\s*"([A-Z_]+)"`,
		filepath.Join("..", "internal", "datadir"): `reason\w*\s*=\s*"([A-Z_]+)"|Reason:\s*"([A-Z_]+)"`,
	} {
		found := written(t, dir, pattern)
		if len(found) == 0 {
			t.Fatalf("no refusal was found in %s", dir)
		}
		refusals = append(refusals, found...)
	}
	for _, reason := range refusals {
		all = append(all, &aloi.Error{Code: aloi.CodeRefused, Reason: reason})
	}
	return all
}

// written returns what a pattern finds in the sources of a package.
func written(t *testing.T, dir, pattern string) (found []string) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(string(text), -1) {
			found = append(found, strings.Join(m[1:], ""))
		}
	}
	return found
}
