package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aloi/internal/quality"
)

// aloiRun runs the program in-process.
func aloiRun(t *testing.T, stdin string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(t.Context(), args, strings.NewReader(stdin), &out, &errs)
	return code, out.String(), errs.String()
}

// put writes a file into a folder and returns its path.
func put(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// sample is the path of a sample file.
func sample(name string) string { return filepath.Join("..", "..", "samples", name) }

// sampleInputs are the four sample files as --in takes them.
var sampleInputs = strings.Join([]string{sample("store.csv"), sample("web.jsonl"), sample("sav.csv"), sample("social.jsonl")}, ",")

func TestSamplesResolve(t *testing.T) {
	dir := t.TempDir()
	clusters, golden := filepath.Join(dir, "c.csv"), filepath.Join(dir, "g.jsonl")
	code, _, stderr := aloiRun(t, "", "dedupe", "--in", sampleInputs, "--mapping", "sav.csv="+sample("sav.yaml"), "--clusters", clusters, "--golden", golden)
	if code != exitOK {
		t.Fatalf("dedupe: exit code %d: %s", code, stderr)
	}
	code, stdout, stderr := aloiRun(t, "", "evaluate", "--truth", sample("truth.csv"), "--clusters", clusters, "--json")
	var r quality.Result
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || code != exitOK {
		t.Fatalf("evaluate: exit code %d, %v: %s", code, err, stderr)
	}
	if r.ExactEntities != r.Entities {
		t.Errorf("of %d people, %d are one cluster each: %+v", r.Entities, r.ExactEntities, r)
	}
	anne := goldenWith(t, golden, "W-1001")
	if len(anne.Members) != 4 || len(anne.Consents) != 2 || anne.Consents[0].Kind != "GIVEN" || anne.Consents[0].Record.RecordID != "W-1001" ||
		anne.Consents[1].Kind != "WITHDRAWN" || anne.Consents[1].Record.RecordID != "SAV-501" || len(anne.Interactions) != 2 {
		t.Errorf("the history of one person in four systems: %+v", anne)
	}
}

// goldenWith returns the golden record that a record is a member of.
func goldenWith(t *testing.T, path, record string) goldenLine {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var g goldenLine
		if err := json.Unmarshal([]byte(line), &g); err != nil {
			t.Fatal(err)
		}
		for _, m := range g.Members {
			if m.RecordID == record {
				return g
			}
		}
	}
	t.Fatalf("no golden record has the member %s", record)
	return goldenLine{}
}

func TestDedupeWritesOneLineForEachRow(t *testing.T) {
	dir := t.TempDir()
	in := put(t, dir, "clients.csv", strings.Join([]string{
		"id;prenom;nom;date_naissance;courriel",
		"1;Anne;Lefèvre;12/03/1985;anne@example.fr",
		"2;Hugo;Perrin", // too short
		"3;ANNE;LEFEVRE;1985-03-12;anne@example.fr", // the first again
		";Nadia;Benali;27/04/1990;",                 // no id
		"1;Anne;Girard;12/03/1985;anne@example.fr",  // a second version of 1
	}, "\n"))
	clusters, bad := filepath.Join(dir, "c.csv"), filepath.Join(dir, "bad.csv")
	code, _, stderr := aloiRun(t, "", "dedupe", "--in", in, "--clusters", clusters, "--rejects", bad)
	if code != exitFinding || !strings.Contains(stderr, "2 rows were rejected") {
		t.Errorf("exit code %d: %s", code, stderr)
	}
	want := [][]string{{"record_id", "cluster_id"}, {"1", "1"}, {"2", "2"}, {"3", "1"}, {"", "3"}, {"1", "1"}}
	if got := readCSV(t, clusters); !equalRows(got, want) {
		t.Errorf("clusters: %v, want %v", got, want)
	}
	want = [][]string{{"line", "field", "reason"}, {"3", "", "3 columns where the header has 5"}, {"5", "record_id", "is empty"}}
	if got := readCSV(t, bad); !equalRows(got, want) {
		t.Errorf("rejects: %v, want %v", got, want)
	}
}

func readCSV(t *testing.T, path string) [][]string {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func equalRows(a, b [][]string) bool {
	join := func(rows [][]string) string {
		var s strings.Builder
		for _, r := range rows {
			s.WriteString(strings.Join(r, "\x00") + "\x01")
		}
		return s.String()
	}
	return join(a) == join(b)
}

func TestBatchUsage(t *testing.T) {
	dir := t.TempDir()
	csvFile := put(t, dir, "a.csv", "id,prenom\n1,Anne\n")
	badYAML := put(t, dir, "m.yaml", "columns:\n  id: name.given\n  prenom: name.givn\n")
	noHeader := put(t, dir, "b.csv", "x,y\n1,2\n")
	old := put(t, dir, "out.csv", "what was there")
	for _, c := range []struct {
		name string
		args []string
		code int
		text string
	}{
		{"no input file", []string{"dedupe", "--in", filepath.Join(dir, "none.csv"), "--clusters", old}, exitUnavailable, "no such file"},
		{"path not known, with its line", []string{"dedupe", "--in", csvFile, "--mapping", badYAML, "--clusters", old}, exitUsage, "line 3: unknown attribute path"},
		{"no known column", []string{"dedupe", "--in", noHeader, "--clusters", old}, exitUsage, "give a mapping"},
		{"no --clusters", []string{"dedupe", "--in", csvFile}, exitUsage, "--clusters"},
		{"no truth", []string{"evaluate", "--truth", filepath.Join(dir, "t.csv"), "--clusters", csvFile}, exitUnavailable, "no such file"},
		{"empty truth", []string{"evaluate", "--truth", put(t, dir, "t0.csv", "record_id,entity_id\n"), "--clusters", csvFile}, exitUsage, "no record"},
		{"one column", []string{"evaluate", "--truth", put(t, dir, "t1.csv", "record_id\n1\n"), "--clusters", csvFile}, exitUsage, "line 2 has no second column"},
	} {
		if code, _, stderr := aloiRun(t, "", c.args...); code != c.code || !strings.Contains(stderr, c.text) {
			t.Errorf("%s: exit code %d, want %d: %s", c.name, code, c.code, stderr)
		}
	}
	if text, _ := os.ReadFile(old); string(text) != "what was there" {
		t.Errorf("a run that failed changed its output: %q", text)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("a run that failed left %v", left)
	}
}

func TestEvaluate(t *testing.T) {
	dir := t.TempDir()
	truth := put(t, dir, "t.csv", "record_id,entity_id,more\na,1,x\nb,1,x\nc,2,x\n")
	clusters := put(t, dir, "c.csv", "record_id,cluster_id\na,x\nb,x\nz,x\n")
	code, stdout, stderr := aloiRun(t, "", "evaluate", "--truth", truth, "--clusters", clusters)
	if code != exitOK || !strings.Contains(stdout, "pairwise        1.0000  1.0000  1.0000") || !strings.Contains(stderr, "1 records") {
		t.Errorf("exit code %d:\n%s%s", code, stdout, stderr)
	}
}

func TestDedupeReadsStandardInput(t *testing.T) {
	clusters := filepath.Join(t.TempDir(), "c.csv")
	code, stdout, stderr := aloiRun(t, `{"id":"1","email":"anne@example.fr","full_name":"Anne Lefèvre"}`, "dedupe", "--in", "-", "--clusters", clusters, "--json")
	var s dedupeSummary
	if err := json.Unmarshal([]byte(stdout), &s); err != nil || code != exitOK || s.Rows != 1 || s.Clusters != 1 || len(s.Files) != 1 {
		t.Errorf("exit code %d, %v, %+v: %s", code, err, s, stderr)
	}
}
