package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"aloi"
	"aloi/internal/audit"
	aloiv1 "aloi/proto/aloi/v1"
)

// FuzzParseRef reads any text as a record on the command line: what a server could hold is
// written and read again as the same, and no two records are written alike.
func FuzzParseRef(f *testing.F) {
	f.Add("web/1042", "crm", "a/b")
	f.Add("erp%2Ffr/1", "erp/fr", "1%2F2")
	f.Add("/x", "a", "")
	f.Add("a/", "x/y/z", "/")
	f.Add("%2F/%2F", "%2F", "%")
	f.Fuzz(func(t *testing.T, text, source, id string) {
		if ref, err := parseRef(text); err == nil {
			if ref.Source == "" || ref.RecordId == "" {
				t.Fatalf("%q is %v", text, ref)
			}
			if again, err := parseRef(refText(ref)); err != nil || again.Source != ref.Source || again.RecordId != ref.RecordId {
				t.Fatalf("%q is %v, written as %q and read as %v, %v", text, ref, refText(ref), again, err)
			}
		} else if len(text) > 12 && strings.Contains(err.Error(), text) {
			t.Fatal("the error holds the record")
		}
		if len(aloi.ValidateRef("ref", aloi.RecordRef{Source: source, ID: id})) > 0 {
			return
		}
		written := refText(&aloiv1.RecordRef{Source: source, RecordId: id})
		if back, err := parseRef(written); err != nil || back.Source != source || back.RecordId != id {
			t.Fatalf("%q of %q is written %q and read as %v, %v", id, source, written, back, err)
		}
		if name, ref, err := parseWho(written); err != nil || name != "" || ref == nil {
			t.Fatalf("%q is the entity %q, %v", written, name, err)
		}
	})
}

// FuzzShown prints any text: nothing that drives a terminal, hides or turns text comes
// through, and no line of a page is wider than the page but for a word that is.
func FuzzShown(f *testing.F) {
	f.Add("Anne Lefèvre")
	f.Add("\x1b[31mred\x07\u202e\u200b\u2028\xff")
	f.Add(strings.Repeat("李", 60) + " " + strings.Repeat("é\u0301 ", 80))
	f.Add("a\u00a0: b\r\nc\t|")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4<<10 {
			return
		}
		s := shown(text)
		if !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) }) {
			t.Fatalf("%q is shown as %q", text, s)
		}
		if shown(s) != s {
			t.Fatalf("%q is shown as %q, then %q", text, s, shown(s))
		}
		var p page
		p.paragraph(2, text)
		p.rows(2, [][]string{{text, "x"}, {"y", text}})
		var out bytes.Buffer
		if err := p.writeTo(&out); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if shown(strings.TrimSuffix(line, "\n")) != strings.TrimSuffix(line, "\n") {
				t.Fatalf("the line %q of %q", line, text)
			}
		}
		for _, line := range wrap(s, lineWidth) {
			if width(line) > lineWidth && strings.Contains(strings.TrimSpace(line), " ") {
				t.Fatalf("a line of %d cells: %q", width(line), line)
			}
		}
	})
}

// FuzzReadAnswers reads any text as a file of answers: each answer has two records and a
// verdict, no row is lost, and no error holds a value.
func FuzzReadAnswers(f *testing.F) {
	f.Add("a,b,verdict,reason\nweb/1,crm/2,same,tel\nweb/3,crm/4,,\n")
	f.Add("\ufeffB;A;Verdict\nweb/1;crm/2;DIFFERENT\n")
	f.Add("verdict\ta\tb\nsame\tx\ty\n")
	f.Add("a,b,verdict\n\"x\n")
	f.Fuzz(func(t *testing.T, text string) {
		const canary = "lefevre-canary"
		answers, open, err := readAnswers(strings.NewReader(text))
		if err == nil && len(answers)+open > strings.Count(text, "\n")+strings.Count(text, "\r") {
			t.Fatalf("%d answers and %d open rows in %q", len(answers), open, text)
		}
		for _, a := range answers {
			if a.A == nil || a.B == nil || a.Verdict != aloiv1.Verdict_VERDICT_SAME && a.Verdict != aloiv1.Verdict_VERDICT_DIFFERENT {
				t.Fatalf("the answer %v", a)
			}
		}
		head, _, _ := strings.Cut(text, "\n")
		if _, _, err := readAnswers(strings.NewReader(head + "\n" + canary + string(separatorOf([]byte(head))) + canary + "\n")); err != nil && strings.Contains(err.Error(), canary) && !strings.Contains(head, canary) {
			t.Fatalf("the error holds a value: %v", err)
		}
	})
}

// FuzzAudienceCheck changes the file of an audience, or what stands beside it: the list is
// the one that was given out, to the proved column, or it is not taken for it.
func FuzzAudienceCheck(f *testing.F) {
	list, summary := givenOut(f)
	f.Add(uint16(len(list)/2), byte(1), uint16(0), []byte{}, summary)
	f.Add(uint16(0), byte(0), uint16(40), []byte{}, summary)
	f.Add(uint16(3), byte(0), uint16(0), []byte("E1,email:z@example.org,CONSENT_VALID,CONSENT,,,,4\n"), summary)
	f.Add(uint16(0), byte(0), uint16(0), []byte{}, bytes.Replace(summary, []byte(`"permit":2`), []byte(`"permit":1`), 1))
	f.Add(uint16(0), byte(0), uint16(0), []byte{}, []byte(`{"format":"`+audienceFormat+`","summary":{},"left_out":[{"permit":1}]}`))
	path := filepath.Join(f.TempDir(), "list.csv")
	f.Fuzz(func(t *testing.T, at uint16, flip byte, cut uint16, more, beside []byte) {
		data := bytes.Clone(list)
		data[int(at)%len(data)] ^= flip
		data = append(data[:max(0, len(data)-int(cut))], more...)
		check := func(list, summary []byte) error {
			for name, b := range map[string][]byte{path: list, summaryPath(path): summary} {
				if err := os.WriteFile(name, b, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			_, _, err := checkList(path)
			return err
		}
		if err := check(data, summary); err == nil && !sameProof(data, list) {
			t.Fatalf("another list is taken for the one that was given out:\n%s", data)
		}
		check(list, beside) // whatever stands beside it, it ends
	})
}

// givenOut returns a list of three PERMITs, one of which was left out, and its summary.
func givenOut(f *testing.F) (list, summary []byte) {
	f.Helper()
	var out bytes.Buffer
	w := newAudienceWriter(&out, false)
	root := audit.Root{Salt: []byte("salt")}
	for _, v := range []*aloiv1.ConsentVerdict{
		{Permit: true, EntityId: "E1", ContactPoint: "email:a@example.org", Reason: "CONSENT_VALID", Basis: "CONSENT"},
		{Permit: true, EntityId: "E1", ContactPoint: "phone:+33612345678", Reason: "CONSENT_VALID", Basis: "CONSENT"},
		{Permit: true, EntityId: "E2", ContactPoint: "email:b@example.org", Reason: "SOFT_OPT_IN", Basis: "SOFT_OPT_IN"},
	} {
		w.add(v)
		root.Add(audit.Row(v.EntityId, v.ContactPoint, v.Reason, v.Basis))
	}
	if err := w.flush(); err != nil {
		f.Fatal(err)
	}
	sum := root.Sum()
	said, err := w.summary(&aloiv1.Question{}, &aloiv1.CampaignSummary{Salt: []byte("salt"), Root: sum[:], Permitted: 3}, "list.csv")
	if err != nil {
		f.Fatal(err)
	}
	if summary, err = json.Marshal(said); err != nil {
		f.Fatal(err)
	}
	return out.Bytes(), summary
}

// sameProof tells whether two lists have the same cells in the columns that are proved.
func sameProof(a, b []byte) bool {
	cells := func(list []byte) string {
		var proved []string
		for line := range strings.Lines(strings.ReplaceAll(string(list), "\r", "")) {
			for i, cell := range strings.Split(strings.TrimSpace(line), ",") {
				if i <= basisColumn || i == permitColumn {
					proved = append(proved, strings.Trim(cell, `"`))
				}
			}
		}
		return strings.Join(proved, "\n")
	}
	return cells(a) == cells(b)
}
