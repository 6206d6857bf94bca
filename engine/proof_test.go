package engine_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"aloi"
	"aloi/engine"
	"aloi/internal/audit"
)

func (f *fixture) verifier(t *testing.T) note.Verifier {
	t.Helper()
	v, err := note.NewVerifier(f.VerifierKey())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (f *fixture) head(t *testing.T) audit.Checkpoint {
	t.Helper()
	text, err := f.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := audit.Open(text, f.verifier(t))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const noticeText = "Nous vous écrirons une fois par mois."

// Every event that the log has gets a receipt that proves it offline, however it came.
func TestReceipts(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		hash := sha256.Sum256([]byte(noticeText))
		g := grant("1", annesMail)
		g.Evidence = append(g.Evidence, aloi.FreeAttribute{Name: "notice_sha256", Value: hex.EncodeToString(hash[:])})
		f.do(t, ops(
			engine.Operation{Notice: &aloi.Notice{Name: "v3", Language: "fr", Text: noticeText}},
			act(ofRecord("web", "a"), objected("waits")), // before its record
			act(onMail(annesMail), withdrawn("9", "")),
		), aloi.OutcomeRecorded, aloi.OutcomeRecorded, aloi.OutcomeRecorded)
		waiting, err := f.History(t.Context(), ofRecord("web", "a"))
		if err != nil || len(waiting) != 1 || waiting[0].Event.SourceEventID != "waits" {
			t.Fatalf("%d events wait: %v", len(waiting), err)
		}
		f.proves(t, ofRecord("web", "a"), waiting[0])
		f.store(t, saying(anneWeb(), g), anneSAV())
		f.do(t, ops(act(ofEntity(f.personOf(t, inWeb)), objected("said"))), aloi.OutcomeRecorded)

		history, err := f.History(t.Context(), ofRecord("web", "a"))
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, h := range history {
			names = append(names, h.Event.SourceEventID)
			r := f.proves(t, ofRecord("web", "a"), h)
			if want := h.Event.SourceEventID == "1"; (r.Notice == noticeText) != want || (h.NoticeText == noticeText) != want {
				t.Errorf("event %s: notice %v", h.Event.SourceEventID, r.Notice != "")
			}
			if h.Event.SourceEventID == "9" && (h.Record != (aloi.RecordRef{}) || h.Event.ContactPoint != annesMail) {
				t.Errorf("the stop on the address is of %v, on it: %v", h.Record, h.Event.ContactPoint == annesMail)
			}
		}
		if want := []string{"1", "said", "waits", "9"}; len(names) != len(want) || names[0] != "1" || !slices.Contains(names, "9") || !slices.Contains(names, "waits") {
			t.Errorf("history %v, want %v", names, want)
		}
		point, err := f.History(t.Context(), onMail(annesMail))
		if err != nil || len(point) != 1 || point[0].Event.SourceEventID != "9" {
			t.Errorf("history of the address: %d events, %v", len(point), err)
		}
		if _, err := f.Receipt(t.Context(), ofRecord("web", "a"), "00"); aloi.CodeOf(err) != aloi.CodeNotFound {
			t.Errorf("an event that is none: %v", err)
		}
		if _, err := f.Receipt(t.Context(), ofRecord("store", "2"), history[0].ID); aloi.CodeOf(err) != aloi.CodeNotFound {
			t.Errorf("an event of a record that is not stored: %v", err)
		}
	})
}

// proves fails unless an event has a receipt that holds, of what the history says of it.
func (f *fixture) proves(t *testing.T, s engine.Subject, h engine.HistoryEvent) *audit.Receipt {
	t.Helper()
	r, err := f.Receipt(t.Context(), s, h.ID)
	if err != nil {
		t.Fatalf("event %s: %v", h.Event.SourceEventID, err)
	}
	if err := r.Verify(f.verifier(t)); err != nil {
		t.Errorf("event %s: %v", h.Event.SourceEventID, err)
	}
	leaf, err := audit.ParseLeaf(r.Leaf)
	if err != nil {
		t.Fatal(err)
	}
	if h.Commit != leaf.Commit || h.LogIndex != r.Index+1 || leaf.Commit != audit.Commit(r.Salt, r.Payload) {
		t.Errorf("event %s: the history has another proof than the receipt", h.Event.SourceEventID)
	}
	return r
}

// TestConsistency proves growth from each head that there was to the last.
func TestConsistency(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		heads := []audit.Checkpoint{f.head(t)}
		for i := range 9 {
			f.store(t, saying(marc(), withdrawn(fmt.Sprint(i), "")))
			heads = append(heads, f.head(t))
		}
		last := heads[len(heads)-1]
		if last.Size != heads[0].Size+9 {
			t.Errorf("the log grew from %d to %d", heads[0].Size, last.Size)
		}
		for _, h := range heads {
			proof, text, err := f.Consistency(t.Context(), h.Size)
			if err != nil {
				t.Fatal(err)
			}
			now, err := audit.Open(text, f.verifier(t))
			if err != nil || now != last {
				t.Errorf("the head is another: %v", err)
			}
			if err := audit.CheckGrowth(h, now, proof); err != nil {
				t.Errorf("from %d: %v", h.Size, err)
			}
		}
		if proof, _, err := f.Consistency(t.Context(), 0); err != nil || len(proof) != 0 {
			t.Errorf("from nothing: %d hashes, %v", len(proof), err)
		}
		if _, _, err := f.Consistency(t.Context(), last.Size+1); aloi.CodeOf(err) != aloi.CodeInvalid {
			t.Errorf("from past the end: %v", err)
		}
	})
}

func TestEntityIDs(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.store(t, marc(), anneWeb(), anneStore(), odile("1"), anneSAV()) // the last joins two
		f.do(t, ops(remove(ofMarc)), aloi.OutcomeDeleted)
		all, err := f.EntityIDs(t.Context(), "", 10)
		want := []aloi.EntityID{f.personOf(t, inWeb), f.personOf(t, ref("crm", "1"))}
		slices.Sort(want)
		if err != nil || !slices.Equal(all, want) {
			t.Fatalf("%v, want %v: %v", all, want, err)
		}
		var paged []aloi.EntityID
		after := aloi.EntityID("")
		for range len(want) + 1 {
			page, err := f.EntityIDs(t.Context(), after, 1)
			if err != nil {
				t.Fatal(err)
			}
			for _, after = range page {
				paged = append(paged, after)
			}
		}
		if !slices.Equal(paged, want) {
			t.Errorf("one by one %v", paged)
		}
		if _, err := f.EntityIDs(t.Context(), "E1", 1); aloi.CodeOf(err) != aloi.CodeInvalid {
			t.Errorf("an id that is none: %v", err)
		}
	})
}

func TestSuppressions(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		want := map[string][]string{}
		for i := range 5 {
			point := fmt.Sprintf("email:mail%d@example.org", i)
			hash := f.st.PointHash(point)
			for k := range 1 + i%2 {
				s := aloi.Suppression{Point: point, Reason: "OBJECTED", Controllers: []string{fmt.Sprint("C", k)}, Time: testNow}
				f.do(t, ops(engine.Operation{Suppress: &s}), aloi.OutcomeRecorded)
				key := hex.EncodeToString(hash[:])
				want[key] = append(want[key], s.Controllers[0])
			}
		}
		got, pages := map[string][]string{}, 0
		for after := ""; pages < 9; pages++ {
			page, err := f.Suppressions(t.Context(), 2, after)
			if err != nil {
				t.Fatal(err)
			}
			for _, s := range page.Suppressions {
				if s.Point != "" || s.Reason != "OBJECTED" {
					t.Errorf("a suppression shows its contact point, or lost its reason %q", s.Reason)
				}
				got[s.Key] = append(got[s.Key], s.Controllers...)
			}
			if after = page.Next; after == "" {
				break
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) || pages < 2 {
			t.Errorf("%v in %d pages, want %v", got, pages+1, want)
		}
		if _, err := f.Suppressions(t.Context(), 1, "zz"); aloi.CodeOf(err) != aloi.CodeInvalid {
			t.Errorf("a place that is none: %v", err)
		}
	})
}

func TestNotice(t *testing.T) {
	everywhere(t, func(t *testing.T, f *fixture) {
		f.do(t, ops(engine.Operation{Notice: &aloi.Notice{Name: "v3", Language: "fr", Text: noticeText}}), aloi.OutcomeRecorded)
		hash := sha256.Sum256([]byte(noticeText))
		n, err := f.Notice(t.Context(), hex.EncodeToString(hash[:]))
		if err != nil || *n != (aloi.Notice{Name: "v3", Language: "fr", Text: noticeText}) {
			t.Errorf("%+v: %v", n, err)
		}
		if _, err := f.Notice(t.Context(), hex.EncodeToString(make([]byte, 32))); aloi.CodeOf(err) != aloi.CodeNotFound {
			t.Errorf("a text that is not stored: %v", err)
		}
		if _, err := f.Notice(t.Context(), "v3"); aloi.CodeOf(err) != aloi.CodeInvalid {
			t.Errorf("a hash that is none: %v", err)
		}
	})
}
