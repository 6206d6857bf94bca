package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"aloi/internal/audit"
)

// withConsents starts a server that holds n people: each has an address, each second a
// further one, and all consented on all of theirs, which each fifth withdrew.
func withConsents(t *testing.T, n int) *serving {
	t.Helper()
	var b strings.Builder
	for i := range n {
		emails := []string{fmt.Sprintf("a%d@example.fr", i)}
		if i%2 == 1 {
			emails = append(emails, fmt.Sprintf("b%d@example.org", i))
		}
		consents := []map[string]any{}
		for _, email := range emails {
			consents = append(consents, map[string]any{"kind": "GIVEN", "time": daysAgo(5), "purposes": []string{"Newsletter"}, "channels": []string{"EMAIL"},
				"controllers": []string{"shop"}, "contact_point": "email:" + email, "method": "web_form", "evidence": []map[string]string{{"name": "auth", "value": "doi"}}})
			if i%5 == 4 {
				consents = append(consents, map[string]any{"kind": "WITHDRAWN", "time": daysAgo(1), "contact_point": "email:" + email})
			}
		}
		json.NewEncoder(&b).Encode(map[string]any{"record_id": fmt.Sprint(i), "emails": emails, "prenom": "Анна", "nom": fmt.Sprintf("Lefèvre%d", i), "consents": consents})
	}
	s := start(t)
	if sum, _ := s.ingest(t, exitOK, b.String(), "-", "--source", "web"); sum.Records != n {
		t.Fatalf("%+v", sum)
	}
	return s
}

// audience writes a list and returns its path and rows.
func (s *serving) audience(t *testing.T, args ...string) (path string, rows [][]string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "list.csv")
	s.ask(t, slices.Concat([]string{"audience", "--out", path}, newsletter, args)...)
	return path, listRows(t, path)
}

func listRows(t *testing.T, path string) [][]string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(fileText(t, path))).ReadAll()
	if err != nil || !slices.Equal(rows[0], audienceColumns) {
		t.Fatalf("%v, %v", rows, err)
	}
	return rows[1:]
}

// checked checks a list that is as it was given out.
func checked(t *testing.T, path string, flags ...string) string {
	t.Helper()
	code, stdout, stderr := aloiRun(t, "", append([]string{"audience", "check", path}, flags...)...)
	if code != exitOK {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	return stdout
}

func TestAudience(t *testing.T) {
	s := withConsents(t, 25) // 20 may be written to, of them 10 on two addresses
	path, rows := s.audience(t)
	if len(rows) != 20 {
		t.Errorf("%d rows", len(rows))
	}
	people := map[string]bool{}
	for _, row := range rows {
		if people[row[entityColumn]] || !strings.HasPrefix(row[pointColumn], "email:") || row[reasonColumn] != "CONSENT_VALID" || row[basisColumn] != "CONSENT" ||
			!strings.Contains(row[6], "IDENTIFY_SENDER OPT_OUT") || !strings.Contains(row[5], "T") {
			t.Errorf("row %q", row)
		}
		people[row[entityColumn]] = true
	}
	contains(t, checked(t, path), "20 rows, as given out", "root", "log entry")
	var said audienceSummary
	if err := json.Unmarshal([]byte(fileText(t, summaryPath(path))), &said); err != nil || said.Rows != 20 || len(said.LeftOut) != 10 {
		t.Errorf("%+v, %v", said, err)
	}
	if strings.Contains(fileText(t, summaryPath(path)), "@") {
		t.Error("the summary holds an address")
	}

	all, rows := s.audience(t, "--all-points")
	if len(rows) != 30 {
		t.Errorf("%d rows with all points", len(rows))
	}
	contains(t, checked(t, all, "--json"), `"as_given_out":true`, `"rows":30`)

	text := s.ask(t, slices.Concat([]string{"audience", "--out", path, "--lang", "fr"}, newsletter)...)
	contains(t, text, "20 rows for 25 people", "30  PERMIT  CONSENT_VALID", "La personne y a consenti", "DENY    CONSENT_WITHDRAWN")
	path, rows = s.audience(t, "--goods", "coffee", "--at", "2020-01-01")
	if len(rows) != 0 {
		t.Errorf("rows of before anybody consented: %v", rows)
	}
	contains(t, checked(t, path), "0 rows, as given out")
}

// A list that was changed in any way is known for it.
func TestAudienceChanged(t *testing.T) {
	s := withConsents(t, 9)
	path, _ := s.audience(t)
	list, summary := fileText(t, path), fileText(t, summaryPath(path))
	lines := strings.SplitAfter(list, "\n")
	changed := func(change func(l []string) []string) string {
		return strings.Join(change(slices.Clone(lines[:len(lines)-1])), "")
	}
	for name, c := range map[string]struct{ list, summary string }{
		"address":         {strings.Replace(list, "email:a0@", "email:z0@", 1), summary},
		"basis":           {strings.Replace(list, ",CONSENT,", ",CONTRACT,", 1), summary},
		"taken out":       {changed(func(l []string) []string { return slices.Delete(l, 2, 3) }), summary},
		"last taken out":  {changed(func(l []string) []string { return l[:len(l)-1] }), summary},
		"twice":           {changed(func(l []string) []string { return append(l, l[1]) }), summary},
		"moved":           {changed(func(l []string) []string { l[1], l[2] = l[2], l[1]; return l }), summary},
		"left out":        {list, otherLeaf(summary)},
		"number of rows":  {list, strings.Replace(summary, `"rows": 8`, `"rows": 7`, 1)},
		"two but numbers": {changed(func(l []string) []string { l[1], l[2] = renumbered(l[2], l[1]), renumbered(l[1], l[2]); return l }), summary},
	} {
		if c.list == list && c.summary == summary {
			t.Fatalf("%s: nothing was changed", name)
		}
		replace(t, path, c.list)
		replace(t, summaryPath(path), c.summary)
		code, stdout, stderr := aloiRun(t, "", "audience", "check", path)
		if code != exitFinding || stdout != "" || stderr == "" || strings.Contains(stderr, "@") {
			t.Errorf("%s: exit code %d: %s%s", name, code, stdout, stderr)
		}
	}
	replace(t, path, list)
	replace(t, summaryPath(path), "{}")
	expect(t, exitUsage, "no summary", "audience", "check", path)
	replace(t, summaryPath(path), summary)
	replace(t, path, "id,email\n1,a@example.fr\n")
	expect(t, exitUsage, "header", "audience", "check", path)
	expect(t, exitUnavailable, "none.csv", "audience", "check", "none.csv")
}

// otherLeaf is a summary with another leaf of the same length.
func otherLeaf(summary string) string {
	const before = `"leaf": "`
	at := strings.Index(summary, before) + len(before)
	first := "A"
	if summary[at] == 'A' {
		first = "B"
	}
	return summary[:at] + first + summary[at+1:]
}

// renumbered is a line with the number of another.
func renumbered(line, as string) string {
	return line[:strings.LastIndex(line, ",")] + as[strings.LastIndex(as, ","):]
}

// A run that is interrupted, or fails, leaves no list, and not the half of one.
func TestAudienceInterrupted(t *testing.T) {
	s, dir := withConsents(t, 5), t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(dir, "list.csv")
	args := slices.Concat([]string{"audience", "--out", path, "--addr", s.addr}, newsletter)
	if code := run(ctx, args, strings.NewReader(""), io.Discard, io.Discard); code != exitUnavailable {
		t.Errorf("exit code %d", code)
	}
	s.stop()
	expect(t, exitUnavailable, "no server", args...)
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

// merkleRoot is the root that the server adds up row by row.
func TestMerkleRoot(t *testing.T) {
	salt := []byte("salt")
	sum := audit.Root{Salt: salt}
	var leaves []tlog.Hash
	for i := range 70 {
		if root := sum.Sum(); merkleRoot(leaves) != root {
			t.Fatalf("another root of %d rows", i)
		}
		row := audit.Row(fmt.Sprint(i), "email:a@example.fr", "CONSENT_VALID", "CONSENT")
		sum.Add(row)
		leaves = append(leaves, campaignLeaf(salt, row))
	}
}

// The log of the store says whether it was the server that gave a list out.
func TestAudienceInTheLog(t *testing.T) {
	s := withConsents(t, 5)
	path, _ := s.audience(t)
	other := withConsents(t, 5)
	strange, _ := other.audience(t, "--goods", "coffee")
	s.stop()
	code, out, errs := aloiRun(t, "", "audit", "verify", "--data", s.data, "--list", path)
	if code != exitOK {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	code, out, _ = aloiRun(t, "", "audit", "verify", "--data", s.data, "--list", path, "--list", strange)
	if code != exitFinding {
		t.Errorf("a list of another server: exit %d: %s", code, out)
	}
	contains(t, out, "1 finding:", "decisions not as committed", "a list says that it was given out")
	if err := os.WriteFile(path, []byte(strings.Replace(fileText(t, path), "email:a0@", "email:z0@", 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	expect(t, exitFinding, "is not the list that was given out", "audit", "verify", "--data", s.data, "--list", path)
}
