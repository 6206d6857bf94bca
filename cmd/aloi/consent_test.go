package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"

	aloiv1 "aloi/proto/aloi/v1"
)

const anne = "email:anne.lefevre@example.fr"

// newsletter are the flags of the question that these tests ask.
var newsletter = []string{"--controller", "shop", "--purpose", "Newsletter", "--channel", "EMAIL"}

// daysAgo is a moment in the past, as a flag takes it.
func daysAgo(n int) string {
	return time.Now().UTC().Add(-time.Duration(n) * 24 * time.Hour).Format(time.RFC3339)
}

// record records an act and returns the id of its event.
func (s *serving) record(t *testing.T, args ...string) string {
	t.Helper()
	a := askJSON(t, s, &aloiv1.Acknowledgement{}, append([]string{"consent", "record"}, args...)...)
	if a.Outcome != aloiv1.Outcome_OUTCOME_RECORDED || a.EventId == "" {
		t.Fatalf("%v: %v", args, a)
	}
	return a.EventId
}

// consents records that a person consented to the newsletter, on an address.
func (s *serving) consents(t *testing.T, record, point string) string {
	t.Helper()
	return s.record(t, "--record", record, "--kind", "GIVEN", "--purpose", "Newsletter", "--channel", "EMAIL", "--controller", "shop",
		"--point", point, "--time", daysAgo(9), "--method", "web_form", "--evidence", "auth=doi")
}

// decide asks and expects an exit code and a reason.
func (s *serving) decide(t *testing.T, code int, reason string, args ...string) string {
	t.Helper()
	args = append([]string{"consent", "decide", "--addr", s.addr}, append(args, newsletter...)...)
	got, stdout, stderr := aloiRun(t, "", args...)
	if got != code || !strings.Contains(stdout, reason) {
		t.Errorf("aloi %s: exit code %d, want %d and %s: %s%s", strings.Join(args, " "), got, code, reason, stdout, stderr)
	}
	return stdout
}

func TestConsentDecide(t *testing.T) {
	s := withPeople(t)
	contains(t, s.decide(t, exitFinding, "NO_BASIS", "--record", "web/1"), "DENY  "+anne, "Nothing permits it", "rule ", "1: Directive 2002/58/CE")
	given := s.consents(t, "web/1", anne)
	contains(t, s.decide(t, exitOK, "CONSENT_VALID", "--record", "web/1"), "PERMIT  "+anne+"  E", "She consented to this",
		"basis", "CONSENT", "decided by", given, "OPT_OUT_IN_EVERY_MESSAGE (offer a simple", "valid until", "fr-2026-11")
	s.decide(t, exitFinding, "GRANT_IDENTITY_TOO_WEAK", "--record", "store/1") // only likely the same person
	s.consents(t, "web/3", "email:famille.fontaine@example.fr")
	contains(t, s.decide(t, exitOK, "CONSENT_VALID", "--contact-point", "email:Famille.Fontaine@EXAMPLE.fr", "--lang", "fr"), "La personne y a consenti", "fondement", "dire qui envoie", "\n\n")
	s.decide(t, exitFinding, "NO_BASIS", "--record", "web/1", "--known-at", daysAgo(2)) // nobody knew
	s.decide(t, exitFinding, "CONTACT_POINT_UNKNOWN", "--record", "web/1", "--point", "email:paul@example.fr")

	resp := askJSON(t, s, &aloiv1.DecideResponse{}, append([]string{"consent", "decide", "--record", "web/1"}, newsletter...)...)
	if len(resp.Verdicts) != 1 || !resp.Verdicts[0].Permit || resp.Checkpoint == "" {
		t.Errorf("%v", resp)
	}
	objected := s.record(t, "--contact-point", anne, "--kind", "OBJECTED", "--purpose", "Marketing", "--time", daysAgo(1), "--source", "sav", "--event-id", "call-9")
	contains(t, s.decide(t, exitFinding, "OBJECTED_ART21", "--entity", resp.Verdicts[0].EntityId), "stops", objected)

	expect(t, exitNotFound, "", append([]string{"consent", "decide", "--record", "web/99", "--addr", s.addr}, newsletter...)...)
	expect(t, exitUsage, "--record", append([]string{"consent", "decide", "--addr", s.addr}, newsletter...)...)
	expect(t, exitUsage, "--record", append([]string{"consent", "decide", "--record", "web/1", "--entity", "E1", "--addr", s.addr}, newsletter...)...)
	expect(t, exitUsage, "is no moment", append([]string{"consent", "decide", "--record", "web/1", "--at", "hier", "--addr", s.addr}, newsletter...)...)
}

func TestConsentHistory(t *testing.T) {
	s := withPeople(t)
	contains(t, s.ask(t, "consent", "history", "--record", "web/1"), "Nothing was said.")
	given := s.consents(t, "web/1", anne)
	objected := s.record(t, "--record", "store/1", "--kind", "OBJECTED", "--time", daysAgo(1))
	text := s.ask(t, "consent", "history", "--record", "web/1")
	contains(t, text, "Newsletter by EMAIL for shop", anne+", web_form", given, objected, "COMMITMENT", "LOG")
	if strings.Index(text, "GIVEN") > strings.Index(text, "OBJECTED") {
		t.Errorf("not in order of time:\n%s", text)
	}
	h := askJSON(t, s, &aloiv1.HistoryResponse{}, "consent", "history", "--record", "web/1")
	if len(h.Events) != 2 || h.Events[0].EventId != given || h.Events[0].LogIndex == 0 || len(h.Events[0].Commitment) != 32 {
		t.Errorf("%v", h)
	}
}

// What is incomplete is kept, and its flags are told with a sentence.
func TestConsentRecordFlags(t *testing.T) {
	s := withPeople(t)
	text := s.ask(t, "consent", "record", "--record", "web/1", "--kind", "GIVEN", "--purpose", "News", "--channel", "EMAIL", "--controller", "shop")
	contains(t, text, "RECORDED  ", "EVENT_UNDATED", "GRANT_WITHOUT_PROOF", "PURPOSE_UNKNOWN", "a consent without proof permits nothing")
	contains(t, s.ask(t, "consent", "record", "--record", "web/1", "--kind", "GIVEN", "--lang", "fr"), "sans date")
	s.record(t, "--contact-point", "phone:+33639981299", "--kind", "OBJECTED", "--time", daysAgo(1)) // nobody's
	s.record(t, "--record", "web/99", "--kind", "OBJECTED", "--time", daysAgo(1))                    // not stored yet
	expect(t, exitUsage, "not an entity id", "consent", "record", "--entity", "E9", "--kind", "OBJECTED", "--addr", s.addr)
	expect(t, exitUsage, "kind", "consent", "record", "--record", "web/1", "--kind", "MAYBE", "--addr", s.addr)
}

// The report of an ingest counts the flags by their code.
func TestIngestFlags(t *testing.T) {
	s, dir := start(t), t.TempDir()
	file := put(t, dir, "web.jsonl", `{"record_id":"1","prenom":"Zoé","nom":"Lopez","consents":[{"kind":"GIVEN","purposes":["Newsletter"],"channels":["EMAIL"],"controllers":["shop"]}]}
{"record_id":"2","prenom":"Luc","nom":"Morel","consents":[{"kind":"OBJECTED"}]}
`)
	contains(t, s.ask(t, "ingest", file), "2 records acknowledged", "Remarks on consent events", "EVENT_UNDATED", "GRANT_WITHOUT_PROOF  1 ", "it has no time")
}

func TestConsentConfirm(t *testing.T) {
	s := withPeople(t)
	asked := func(record, token string) {
		t.Helper()
		s.record(t, "--record", record, "--kind", "GIVEN", "--purpose", "Newsletter", "--channel", "EMAIL", "--controller", "shop",
			"--point", anne, "--time", daysAgo(1), "--method", "web_form", "--evidence", "form_sha256=ab12", "--token", token)
	}
	asked("web/1", "k1")
	s.decide(t, exitFinding, "DOI_PENDING", "--record", "web/1")
	expect(t, exitNotFound, "", "consent", "confirm", "k2", "--addr", s.addr)
	contains(t, s.ask(t, "consent", "confirm", "k1", "--evidence", "click=mail"), "RECORDED  ")
	s.decide(t, exitOK, "CONSENT_VALID", "--record", "web/1")
	asked("store/1", "k3")
	s.record(t, "--record", "store/1", "--kind", "WITHDRAWN", "--time", time.Now().UTC().Format(time.RFC3339))
	expect(t, exitFinding, "token", "consent", "confirm", "k3", "--addr", s.addr)
}

func TestConsentLists(t *testing.T) {
	s := withPeople(t)
	s.consents(t, "web/1", anne)
	contains(t, s.ask(t, "consent", "suppress", anne, "phone:+33639981299", "--reason", "ERASED"), "RECORDED")
	s.decide(t, exitFinding, "SUPPRESSED_ERASED", "--record", "web/1")
	list := s.ask(t, "consent", "suppressions")
	if strings.Count(list, "ERASED") != 2 || strings.Contains(list, "anne") || strings.Contains(list, "33639981299") {
		t.Errorf("suppressions: %s", list)
	}
	if lines := strings.Count(s.ask(t, "consent", "suppressions", "--json"), "\n"); lines != 2 {
		t.Errorf("%d lines of JSON", lines)
	}
	expect(t, exitUsage, "--reason", "consent", "suppress", anne, "--reason", "FUN", "--addr", s.addr)

	dir, text := t.TempDir(), "Recevez nos nouveautés par courriel.\nDésinscription à tout moment.\n"
	sum := strings.TrimSpace(s.ask(t, "consent", "notice", "put", put(t, dir, "newsletter-v3.txt", text), "--language", "fr"))
	if len(sum) != 64 || s.ask(t, "consent", "notice", "get", sum) != text {
		t.Errorf("notice %q", sum)
	}
	if n := askJSON(t, s, &aloiv1.GetNoticeResponse{}, "consent", "notice", "get", sum); n.Name != "newsletter-v3" || n.Language != "fr" || n.Text != text {
		t.Errorf("%v", n)
	}
	expect(t, exitNotFound, "", "consent", "notice", "get", strings.Repeat("0", 64), "--addr", s.addr)
	expect(t, exitUsage, "larger than", "consent", "notice", "put", put(t, dir, "long.txt", strings.Repeat("a", maxNoticeBytes+1)), "--addr", s.addr)
	expect(t, exitUsage, "empty", "consent", "notice", "put", put(t, dir, "empty.txt", ""), "--addr", s.addr)
}

// A judgement is previewed: what would change is told, and nothing does.
func TestJudgePreview(t *testing.T) {
	s := withPeople(t)
	s.consents(t, "web/1", anne)
	s.record(t, "--record", "web/2", "--kind", "OBJECTED", "--purpose", "Marketing", "--time", daysAgo(1))
	pair := []string{"web/1", "web/2"}
	text := s.ask(t, append([]string{"judge", "same", "--preview"}, pair...)...)
	contains(t, text, "decisions would change.", "web/1  Newsletter, EMAIL, shop, "+anne, "before  PERMIT  CONSENT_VALID", "after   DENY    OBJECTED_ART21", "She objected")
	contains(t, s.ask(t, append([]string{"judge", "same", "--preview", "--lang", "fr"}, pair...)...), "changeraient", "avant", "s’est opposée")
	if list := s.ask(t, "judge", "list"); list != "" {
		t.Errorf("a preview judged: %s", list)
	}
	s.decide(t, exitOK, "CONSENT_VALID", "--record", "web/1")
	expect(t, exitUsage, "--steward and --reason", append([]string{"judge", "same", "--addr", s.addr}, pair...)...)

	s.ask(t, append([]string{"judge", "same", "--steward", "claire", "--reason", "livret de famille"}, pair...)...)
	s.decide(t, exitFinding, "OBJECTED_ART21", "--record", "web/1")
	p := askJSON(t, s, &aloiv1.ConsentPreviewResponse{}, append([]string{"judge", "withdraw", "--preview"}, pair...)...)
	freed := slices.ContainsFunc(p.Changes, func(c *aloiv1.ChangedDecision) bool { return !c.Before.Permit && c.After.Permit })
	if !freed || p.Asked < uint64(len(p.Changes)) {
		t.Errorf("%v", p)
	}
	s.decide(t, exitFinding, "OBJECTED_ART21", "--record", "web/1")
}

// A stop that was said to a person who was taken apart binds both until a steward rules.
func TestConsentAssign(t *testing.T) {
	s := withPeople(t)
	s.consents(t, "web/1", anne)
	s.ask(t, "judge", "same", "web/1", "web/2", "--steward", "claire", "--reason", "au téléphone")
	person := askJSON(t, s, &aloiv1.Entity{}, "get", "web/1").EntityId
	stop := s.record(t, "--entity", person, "--kind", "OBJECTED", "--purpose", "Marketing", "--time", daysAgo(1), "--source", "sav", "--event-id", "call-1")
	s.decide(t, exitFinding, "OBJECTED_ART21", "--record", "web/1")
	s.ask(t, "judge", "withdraw", "web/1", "web/2")
	contains(t, s.decide(t, exitFinding, "STOP_INHERITED_PENDING_REVIEW", "--record", "web/1"), "whom it concerns")
	contains(t, s.ask(t, "consent", "history", "--record", "web/1"), "INHERITED")
	contains(t, s.ask(t, "consent", "assign", historyID(t, s, "web/2"), "web/2", "--steward", "claire", "--reason", "c’était Paul"), "RECORDED")
	s.decide(t, exitOK, "CONSENT_VALID", "--record", "web/1")
	expect(t, exitNotFound, "", "consent", "assign", strings.Repeat("0", len(stop)), "web/2", "--steward", "claire", "--reason", "x", "--addr", s.addr)
}

// historyID is the id of the one event of a record.
func historyID(t *testing.T, s *serving, record string) string {
	t.Helper()
	h := askJSON(t, s, &aloiv1.HistoryResponse{}, "consent", "history", "--record", record)
	if len(h.Events) != 1 {
		t.Fatalf("events of %s: %v", record, h.Events)
	}
	return h.Events[0].EventId
}

// TestReviewContact: before a steward answers, the screen says how many decisions on
// contact each answer would change, and a key shows them.
func TestReviewContact(t *testing.T) {
	s := start(t)
	s.ingest(t, exitOK, "source,id,prenom,nom,courriel\nstore,1,Nathalie,Bernard,n.bernard@example.fr\nweb,1,Nathalie,Bernard,\n", "-")
	if pairs := waiting(t, s); len(pairs) != 1 {
		t.Fatalf("pairs that wait: %v", pairs)
	}
	s.consents(t, "store/1", "email:n.bernard@example.fr")
	s.record(t, "--record", "web/1", "--kind", "OBJECTED", "--purpose", "Marketing", "--time", daysAgo(1))
	s.decide(t, exitFinding, "OBJECTED_ART21", "--record", "store/1") // it may be hers
	screen, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal: ", err)
	}
	defer screen.Close()
	exited := make(chan int, 1)
	go func() {
		exited <- run(t.Context(), []string{"review", "--steward", "claire", "--addr", s.addr}, tty, tty, tty)
	}()
	d := &desk{t: t, screen: screen}
	d.press("would change: 2 if they are one person, 2 if they are two", "")
	d.press("c contact", "c")
	d.press("If they are one person:", "")
	d.press("2 of 4 decisions would change.", "")
	d.press("If they are two:", "")
	d.press("before  DENY    OBJECTED_ART21", "")
	d.press("after   PERMIT  CONSENT_VALID", "")
	d.press("q quit  > ", "d")
	d.press("Nothing else waits.", "")
	if code := <-exited; code != exitOK {
		t.Errorf("exit code %d", code)
	}
	tty.Close()
	s.decide(t, exitOK, "CONSENT_VALID", "--record", "store/1")
}
