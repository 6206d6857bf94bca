package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aloi/internal/datadir"
	aloiv1 "aloi/proto/aloi/v1"
)

// said records acts of the first person of a server.
func said(t *testing.T, s *serving, kinds ...string) {
	t.Helper()
	for _, kind := range kinds {
		s.ask(t, "consent", "record", "--record", "web/1", "--kind", kind, "--purpose", "Newsletter", "--channel", "EMAIL", "--controller", "maison",
			"--point", "email:anne.lefevre@example.fr", "--time", "2026-03-01T09:30:00Z", "--evidence", "auth=doi")
	}
}

// checkpoint keeps the head of a server's log, and returns where and the public key.
func checkpoint(t *testing.T, s *serving) (file, key string) {
	t.Helper()
	head := askJSON(t, s, &aloiv1.CheckpointResponse{}, "audit", "checkpoint")
	return put(t, t.TempDir(), "kept.checkpoint", head.Checkpoint), head.VerifierKey
}

// Who has a receipt and the key needs no server, whomever an act was said of, and
// whatever became of her since.
func TestReceiptsOfActs(t *testing.T) {
	s := withPeople(t)
	const free, soon = "email:nobody@example.fr", "web/9"
	anne := askJSON(t, s, &aloiv1.Entity{}, "get", "web/1").EntityId
	act := []string{"consent", "record", "--purpose", "Newsletter", "--channel", "EMAIL", "--time", "2026-03-01T09:30:00Z", "--kind"}
	s.ask(t, append(act, "GIVEN", "--record", "web/1", "--controller", "maison", "--point", "email:anne.lefevre@example.fr", "--evidence", "auth=doi")...)
	s.ask(t, append(act, "OBJECTED", "--entity", anne, "--source", "appels", "--event-id", "a-1")...)
	s.ask(t, append(act, "WITHDRAWN", "--contact-point", free, "--source", "appels", "--event-id", "a-2")...)
	s.ask(t, append(act, "REFUSED", "--record", soon, "--event-id", "a-3")...)
	s.ask(t, append(act, "WITHDRAWN", "--record", "web/2", "--point", "email:famille.fontaine@example.fr", "--event-id", "a-4")...)
	dir := t.TempDir()
	receipts := 0
	get := func(acts int, of ...string) {
		t.Helper()
		history := askJSON(t, s, &aloiv1.HistoryResponse{}, append([]string{"consent", "history"}, of...)...)
		if len(history.Events) != acts {
			t.Errorf("%s: %d events, want %d", of, len(history.Events), acts)
		}
		for _, e := range history.Events {
			receipts++
			file := filepath.Join(dir, fmt.Sprint(receipts, ".json"))
			contains(t, s.ask(t, append([]string{"receipt", "get", "--event", e.EventId, "--out", file}, of...)...), "aloi receipt verify")
		}
	}
	all := func(waiting int) {
		t.Helper()
		get(2, "--entity", anne)
		get(1, "--contact-point", free)
		get(waiting, "--record", soon)
		get(1, "--contact-point", "email:famille.fontaine@example.fr")
	}
	all(1)
	// The record that was waited for comes, with the address that nobody owned; another goes;
	// Anne is taken apart.
	s.ingest(t, exitOK, "source,id,prenom,nom,courriel\nweb,9,Nora,Petit,nobody@example.fr\n", "-")
	s.ask(t, "delete", "web/2")
	all(2)
	s.ask(t, "judge", "different", "store/1", "web/1", "--steward", "claire", "--reason", "deux personnes")
	get(2, "--record", "web/1")
	_, key := checkpoint(t, s)
	expect(t, exitNotFound, "event", "receipt", "get", "--record", "web/1", "--event", "none", "--addr", s.addr)
	s.stop()
	for i := range receipts {
		code, out, errs := aloiRun(t, "", "receipt", "verify", filepath.Join(dir, fmt.Sprint(i+1, ".json")), "--key", key)
		if code != exitOK {
			t.Errorf("receipt %d: exit %d: %s", i+1, code, errs)
		}
		contains(t, out, "The receipt holds", "2026-03-01 09:30:00 UTC")
	}
}

func TestAuditCheckpoint(t *testing.T) {
	s := withPeople(t)
	file := filepath.Join(t.TempDir(), "head")
	code, out, errs := aloiRun(t, "", "audit", "checkpoint", "--addr", s.addr)
	if code != exitOK {
		t.Fatalf("exit %d: %s", code, errs)
	}
	public, err := os.ReadFile(filepath.Join(s.data, datadir.PublicFile))
	if err != nil {
		t.Fatal(err)
	}
	contains(t, errs, strings.TrimSpace(string(public)))
	if again := s.ask(t, "audit", "checkpoint", "--out", file); again != "" {
		t.Errorf("printed besides: %s", again)
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != out {
		t.Errorf("%v: %s, printed %s", err, text, out)
	}
}

func TestAuditConsistency(t *testing.T) {
	s := withPeople(t)
	before, key := checkpoint(t, s)
	said(t, s, "GIVEN", "WITHDRAWN")
	after, _ := checkpoint(t, s)
	public := filepath.Join(s.data, datadir.PublicFile)
	for _, kept := range []string{before, after} {
		contains(t, s.ask(t, "audit", "consistency", kept, "--key", key), "grew")
		var said struct{ Consistent bool }
		if out := s.ask(t, "audit", "consistency", kept, "--key", public, "--json"); json.Unmarshal([]byte(out), &said) != nil || !said.Consistent {
			t.Error(out)
		}
	}
	other := start(t)
	_, otherKey := checkpoint(t, other)
	expect(t, exitUsage, "not signed by this key", "audit", "consistency", after, "--key", otherKey, "--addr", s.addr)
	expect(t, exitFinding, "not signed by this key", "audit", "consistency", after, "--key", key, "--addr", other.addr)
	expect(t, exitUsage, "not of the form", "audit", "consistency", public, "--key", key, "--addr", s.addr)

	// The same key over another log is what an operator has who writes it anew.
	s.stop()
	for _, part := range []string{datadir.StoreFolder, datadir.WitnessFolder, datadir.PublicFile} {
		if err := os.RemoveAll(filepath.Join(s.data, part)); err != nil {
			t.Fatal(err)
		}
	}
	anew := serve(t, s.data, "127.0.0.1:0")
	expect(t, exitFinding, "entries are gone", "audit", "consistency", after, "--key", key, "--addr", anew.addr)
	anew.ingest(t, exitOK, people, "-")
	said(t, anew, "GIVEN", "WITHDRAWN", "OBJECTED")
	expect(t, exitFinding, "does not extend", "audit", "consistency", after, "--key", key, "--addr", anew.addr)
}

func TestAuditVerify(t *testing.T) {
	s := withPeople(t)
	said(t, s, "GIVEN")
	kept, _ := checkpoint(t, s)
	said(t, s, "WITHDRAWN")
	expect(t, exitUnavailable, "is in use", "audit", "verify", "--data", s.data)
	s.stop()
	code, out, errs := aloiRun(t, "", "audit", "verify", "--data", s.data, "--checkpoint", kept)
	if code != exitOK {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	contains(t, out, "The audit log holds")

	other := start(t)
	strange, _ := checkpoint(t, other)
	code, out, _ = aloiRun(t, "", "audit", "verify", "--data", s.data, "--checkpoint", kept, "--checkpoint", strange)
	if code != exitFinding {
		t.Errorf("exit %d: %s", code, out)
	}
	contains(t, out, "1 finding:", "CHECK")
	var report struct {
		Differences int
		Findings    []struct{ Check, Where, Detail string }
	}
	code, out, _ = aloiRun(t, "", "audit", "verify", "--data", s.data, "--checkpoint", strange, "--json")
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != exitFinding || report.Differences != 1 || len(report.Findings) != 1 {
		t.Errorf("exit %d, %v: %s", code, err, out)
	}
	expect(t, exitUnavailable, "no such file", "audit", "verify", "--data", s.data, "--checkpoint", kept+".none")
}
