package main

import (
	"net"
	"testing"

	"google.golang.org/grpc"
)

func TestParseRef(t *testing.T) {
	for text, want := range map[string][2]string{
		"web/1042":            {"web", "1042"},
		"web/a/b":             {"web", "a/b"},
		"shop%2Ffr/1042":      {"shop/fr", "1042"},
		"web/100%2F":          {"web", "100%2F"}, // escapes are for the source only
		"web/anne@example.fr": {"web", "anne@example.fr"},
	} {
		ref, err := parseRef(text)
		if err != nil || ref.Source != want[0] || ref.RecordId != want[1] {
			t.Errorf("parseRef(%q) = %v, %v", text, ref, err)
			continue
		}
		if back := refText(ref); back != text {
			t.Errorf("refText(parseRef(%q)) = %q", text, back)
		}
	}
	for _, text := range []string{"", "web", "web/", "/1"} {
		if _, err := parseRef(text); exitCode(err) != exitUsage {
			t.Errorf("parseRef(%q): %v", text, err)
		}
	}
}

// What answers, and is not Aloi, is told from what does not answer.
func TestOtherServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	other := grpc.NewServer()
	go other.Serve(l)
	t.Cleanup(other.Stop)
	expect(t, exitUnavailable, "no Aloi server", "get", "web/1", "--addr", l.Addr().String())
}

func TestAddressFromTheEnvironment(t *testing.T) {
	s := withPeople(t)
	t.Setenv("ALOI_ADDR", s.addr)
	code, stdout, stderr := aloiRun(t, "", "get", "web/1")
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	contains(t, stdout, "Lefèvre")
}
