package main

import (
	"encoding/json"
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"

	aloiv1 "aloi/proto/aloi/v1"
)

var update = flag.Bool("update", false, "write again what TestDemoOutput and TestDemoOutputExplained hold")

// The marks in README.md between which the demo's output stands.
const (
	readmePath  = "../../README.md"
	readmeStart = "<!-- demo -->\n"
	readmeEnd   = "<!-- /demo -->"
)

func TestDemoOutput(t *testing.T) {
	code, got, stderr := aloiRun(t, "", "demo")
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	hold(t, filepath.Join("testdata", "demo.txt"), got)
	hold(t, readmePath, between(t, readmePath, readmeStart, readmeEnd, "\n```text\n"+got+"```\n\n"))
	for i, line := range strings.Split(got, "\n") {
		if width(line) > 100 {
			t.Errorf("line %d is %d cells wide: %s", i+1, width(line), line)
		}
		if strings.Contains(line, "\x1b") {
			t.Errorf("line %d has terminal codes", i+1)
		}
	}
}

// What the demo tells is so, however it is laid out.
func TestDemoStory(t *testing.T) {
	code, stdout, stderr := aloiRun(t, "", "demo", "--json")
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	var d struct {
		Channels []struct {
			Records  int
			Outcomes map[string]int
		}
		Entities int
		Golden   json.RawMessage
		NearMiss json.RawMessage `json:"near_miss"`
	}
	if err := json.Unmarshal([]byte(stdout), &d); err != nil {
		t.Fatal(err)
	}
	records, created, merged := 0, 0, 0
	for _, c := range d.Channels {
		records, created, merged = records+c.Records, created+c.Outcomes["CREATED"], merged+c.Outcomes["MERGED"]
	}
	if records != 50 || merged == 0 || created < d.Entities {
		t.Errorf("%d records, %d created, %d merged, %d people", records, created, merged, d.Entities)
	}
	var anne aloiv1.Entity
	var near aloiv1.WhyResponse
	if err := protojson.Unmarshal(d.Golden, &anne); err != nil {
		t.Fatal(err)
	}
	if err := protojson.Unmarshal(d.NearMiss, &near); err != nil {
		t.Fatal(err)
	}
	channels := map[string]bool{}
	for _, m := range anne.Members {
		channels[m.Source] = true
	}
	if len(channels) != 4 {
		t.Errorf("the golden record has members %v, want all four channels", anne.Members)
	}
	if len(anne.Consents) != 2 || anne.Consents[0].Record.Source == anne.Consents[1].Record.Source {
		t.Errorf("consents: %v", anne.Consents)
	}
	if near.SameEntity || near.Verdict == aloiv1.Verdict_VERDICT_SAME || len(near.Evidence) == 0 {
		t.Errorf("near miss: %v", &near)
	}
}

// A store that is kept can be served and verified, and none is written over.
func TestDemoKeep(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "kept")
	code, stdout, stderr := aloiRun(t, "", "demo", "--keep", dir)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	contains(t, stdout, "aloi serve --data "+dir)
	expect(t, exitUsage, "there already", "demo", "--keep", dir)
	expect(t, exitOK, "", "verify", "--data", dir)
	s := serve(t, dir, "127.0.0.1:0")
	contains(t, s.ask(t, "get", demoGolden), "Lefèvre")
}
