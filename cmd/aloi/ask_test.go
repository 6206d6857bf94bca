package main

import (
	"bytes"
	"context"
	"io"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	aloiv1 "aloi/proto/aloi/v1"
)

// people is a file of two channels: Anne twice, and a couple.
const people = `source,id,prenom,nom,date_naissance,courriel,tel,adresse,cp,ville
store,1,ANNE,LEFEVRE,12/03/1985,anne.lefevre@example.fr,,12 rue des Tilleuls,44000,Nantes
web,1,Anne,Lefèvre,1985-03-12,anne.lefevre@example.fr,,"12, rue des Tilleuls",44000,Nantes
web,2,Paul,Fontaine,1979-01-18,famille.fontaine@example.fr,04 65 71 00 31,27 chemin des Vignes,84000,Avignon
web,3,Claire,Fontaine,1981-05-30,famille.fontaine@example.fr,04 65 71 00 31,27 chemin des Vignes,84000,Avignon
`

// withPeople starts a server that holds people.
func withPeople(t *testing.T) *serving {
	t.Helper()
	s := start(t)
	if sum, _ := s.ingest(t, exitOK, people, "-"); sum.Records != 4 {
		t.Fatalf("%+v", sum)
	}
	return s
}

// askJSON runs a command with --json and decodes its one document.
func askJSON[M proto.Message](t *testing.T, s *serving, m M, args ...string) M {
	t.Helper()
	text := s.ask(t, append(args, "--json")...)
	if strings.Count(text, "\n") != 1 || protojson.Unmarshal([]byte(text), m) != nil {
		t.Fatalf("aloi %s: not one line of JSON: %s", strings.Join(args, " "), text)
	}
	return m
}

// contains reports what a text lacks.
func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%q is not in:\n%s", part, text)
		}
	}
}

func TestGet(t *testing.T) {
	s := withPeople(t)
	anne := askJSON(t, s, &aloiv1.Entity{}, "get", "web/1")
	if len(anne.Members) != 2 {
		t.Fatalf("members: %v", anne.Members)
	}
	contains(t, s.ask(t, "get", "store/1"), anne.EntityId+", 2 records: store/1, web/1",
		"ATTRIBUTE", "VALUE", "FROM", "RULE", "AGREE", "name.family", "Lefèvre", "44000", "2/2")
	if byID := askJSON(t, s, &aloiv1.Entity{}, "get", anne.EntityId); !proto.Equal(byID, anne) {
		t.Errorf("by id: %v", byID)
	}
	contains(t, s.ask(t, "get", "store/1", "--json"), `"entity_id":"`+anne.EntityId, `"redirected_from":""`)
	expect(t, exitNotFound, "not found", "get", "web/nobody", "--addr", s.addr)
	expect(t, exitUsage, "entity", "get", "nobody", "--addr", s.addr)
	expect(t, exitUsage, "SOURCE/RECORD", "get", "web/", "--addr", s.addr)
}

func TestSearchAndPreview(t *testing.T) {
	s := withPeople(t)
	for name, args := range map[string][]string{
		"misspelt": {"--given", "Ane", "--family", "Lefebvre", "--birth-date", "12/03/1985"},
		"e-mail":   {"--email", "Anne.Lefevre@example.fr"},
		"one line": {"--full", "lefevre anne", "--postal-code", "44000", "--line", "12 r. des tilleuls", "--city", "nantes"},
	} {
		hits := askJSON(t, s, &aloiv1.SearchResponse{}, append([]string{"search"}, args...)...).Hits
		if len(hits) == 0 || len(hits[0].Entity.Members) != 2 || len(hits[0].Evidence) == 0 {
			t.Errorf("%s: %v", name, hits)
		}
	}
	contains(t, s.ask(t, "search", "--phone", "0465710031", "--limit", "1"), "bits, by web/", "Fontaine", "before any evidence", "in all")
	contains(t, s.ask(t, "search", "--identifier", "loyalty_card=1"), "Nobody")
	expect(t, exitUsage, "at least one attribute", "search", "--addr", s.addr)
	expect(t, exitUsage, "TYPE=VALUE", "search", "--identifier", "12", "--addr", s.addr)
	expect(t, exitUsage, "type", "search", "--identifier", "Loyalty Card=12", "--addr", s.addr)

	anne := askJSON(t, s, &aloiv1.Entity{}, "get", "web/1")
	flags := []string{"--given", "Anne", "--family", "Lefevre", "--email", "anne.lefevre@example.fr", "--birth-date", "12/03/1985"}
	preview := askJSON(t, s, &aloiv1.PreviewResponse{}, append([]string{"preview"}, flags...)...)
	if preview.EntityId != anne.EntityId || preview.Outcome != aloiv1.Outcome_OUTCOME_JOINED {
		t.Errorf("preview: %v", preview)
	}
	line := `{"record_id":"9","source":"sav","full_name":"Anne Lefèvre","emails":["anne.lefevre@example.fr"],"birth_date":"01/01/1900"}` + "\n"
	code, stdout, stderr := aloiRun(t, line, "preview", "--in", "-", "--addr", s.addr)
	if code != exitOK {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	contains(t, stdout, "It would be a record of "+anne.EntityId, "take no part in matching", "birth_date")
	if after := askJSON(t, s, &aloiv1.Entity{}, "get", "web/1"); !proto.Equal(after, anne) {
		t.Error("a preview stored something")
	}
	expect(t, exitUsage, "either", "preview", "--addr", s.addr)
	expect(t, exitFinding, "", "preview", "--attribute", "Bad Name=1", "--addr", s.addr)
}

func TestWhyHowJudge(t *testing.T) {
	s := withPeople(t)
	contains(t, s.ask(t, "why", "store/1", "web/1"), "store/1 and web/1: SAME", "birth date", "exact", "same from", "held to be of one person")
	apart := askJSON(t, s, &aloiv1.WhyResponse{}, "why", "web/2", "web/3")
	if apart.SameEntity {
		t.Fatal("a couple was taken for one person")
	}
	contains(t, s.ask(t, "how", "store/1"), "store/1 – web/1", "1 + 1")
	contains(t, s.ask(t, "judge", "same", "web/2", "web/3", "--steward", "claire", "--reason", "une erreur de saisie"), "MERGED")
	merged := askJSON(t, s, &aloiv1.Entity{}, "get", "web/2")
	if len(merged.Members) != 2 {
		t.Errorf("judged the same: %v", merged.Members)
	}
	contains(t, s.ask(t, "why", "web/3", "web/2"), "Judged SAME by claire: une erreur de saisie")
	contains(t, s.ask(t, "how", merged.EntityId), "judged")
	contains(t, s.ask(t, "judge", "list"), "web/2", "web/3", "claire", "SAME")
	contains(t, s.ask(t, "judge", "list", "--record", "web/3", "--json"), `"verdict":"VERDICT_SAME"`)
	if got := s.ask(t, "judge", "list", "--record", "store/1"); got != "" {
		t.Errorf("judgements on store/1: %s", got)
	}
	contains(t, s.ask(t, "judge", "withdraw", "web/3", "web/2"), "SPLIT")
	expect(t, exitNotFound, "", "judge", "withdraw", "web/3", "web/2", "--addr", s.addr)
	contains(t, s.ask(t, "judge", "different", "store/1", "web/1", "--steward", "claire", "--reason", "homonymes"), "SPLIT")
	if got := askJSON(t, s, &aloiv1.Entity{}, "get", "web/1"); len(got.Members) != 1 {
		t.Errorf("judged different: %v", got.Members)
	}
	expect(t, exitUsage, "--steward", "judge", "same", "web/1", "web/2", "--addr", s.addr)
	expect(t, exitUsage, "same record", "why", "web/1", "web/1", "--addr", s.addr)
	expect(t, exitNotFound, "not found", "why", "web/1", "web/9", "--addr", s.addr)
}

func TestChangesAndDelete(t *testing.T) {
	s := withPeople(t)
	contains(t, s.ask(t, "changes"), "CREATED", "+store/1", "+web/2")
	var cursor string
	for line := range strings.Lines(s.ask(t, "changes", "--json")) {
		var resp aloiv1.WatchResponse
		if err := protojson.Unmarshal([]byte(line), &resp); err != nil {
			t.Fatal(err)
		}
		cursor = resp.Cursor
	}
	if rest := s.ask(t, "changes", "--cursor", cursor); rest != "" {
		t.Errorf("after the last cursor: %s", rest)
	}
	ctx, cancel := context.WithCancel(t.Context())
	out, in := io.Pipe()
	followed := make(chan int, 1)
	go func() {
		followed <- run(ctx, []string{"changes", "--follow", "--cursor", cursor, "--addr", s.addr}, strings.NewReader(""), in, io.Discard)
		in.Close()
	}()
	contains(t, s.ask(t, "delete", "web/1"), "DELETED")
	var seen bytes.Buffer
	for !strings.Contains(seen.String(), "\n") {
		if _, err := io.CopyN(&seen, out, 1); err != nil {
			t.Fatal(err)
		}
	}
	// The record is gone, so that the journal has its number only.
	contains(t, seen.String(), "UPDATED", "-record-")
	cancel()
	if code := <-followed; code != exitOK {
		t.Errorf("interrupted with exit code %d", code)
	}
	expect(t, exitNotFound, "", "delete", "web/1", "--addr", s.addr)
	expect(t, exitNotFound, "not found", "get", "web/1", "--addr", s.addr)
	expect(t, exitUsage, "cursor", "changes", "--cursor", "nonsense", "--addr", s.addr)
	if got := askJSON(t, s, &aloiv1.Entity{}, "get", "store/1"); len(got.Members) != 1 {
		t.Errorf("without its other record: %v", got.Members)
	}
}

// A value from outside must not drive the terminal of whoever looks at it.
func TestHostileValues(t *testing.T) {
	s := start(t)
	hostile := "id,prenom,nom\n1,\x1b[31mRouge\x1b]0;titre\x07,Vilain\u202Etxet\n"
	s.ingest(t, exitOK, hostile, "-", "--source", "web")
	for _, args := range [][]string{{"get", "web/1"}, {"search", "--given", "rouge", "--family", "Vilain"}} {
		text := s.ask(t, args...)
		if i := strings.IndexAny(text, "\x1b\x07\u202E"); i >= 0 {
			t.Errorf("%v: a control character is printed: %q", args, text)
		}
	}
	contains(t, s.ask(t, "get", "web/1"), "·[31mRouge·")
	raw := askJSON(t, s, &aloiv1.Entity{}, "get", "web/1")
	found := false
	for _, a := range raw.Golden {
		found = found || strings.Contains(a.Value, "\x1b[31mRouge")
	}
	if !found {
		t.Errorf("JSON keeps the value as it came: %v", raw.Golden)
	}
}
