package main

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aloi/store"
)

// TestVersionsAcrossChunks reads two files of which the second has later versions of some
// records of the first, rows of one record lie in different chunks, and a row is bad.
func TestVersionsAcrossChunks(t *testing.T) {
	dir := t.TempDir()
	const rows = chunkRows + 10
	var first, second strings.Builder
	first.WriteString("id,updated_at,nom,carte_fidelite\n")
	second.WriteString("id,updated_at,nom,carte_fidelite\n")
	for i := range rows {
		fmt.Fprintf(&first, "%d,2024-01-02 10:00:00,,C%07d\n", i, 7919*i)
	}
	second.WriteString("too short\n")
	for i := rows - 1; i >= 0; i -= 1000 {
		fmt.Fprintf(&second, "%d,2024-01-02 10:00:%02d,LATER,C%07d\n", i, i/1000%2, 7919*i)
	}
	inputs := put(t, dir, "a.csv", first.String()) + "," + put(t, dir, "b.csv", second.String())
	clusters, golden := filepath.Join(dir, "c.csv"), filepath.Join(dir, "g.jsonl")
	code, _, stderr := aloiRun(t, "", "dedupe", "--in", inputs, "--source", "crm", "--model", "shipped", "--clusters", clusters, "--golden", golden)
	if code != exitFinding {
		t.Fatalf("exit code %d: %s", code, stderr)
	}
	got := readCSV(t, clusters)[1:]
	for i, row := range got {
		want := []string{fmt.Sprint(i), fmt.Sprint(i + 1)}
		if i == rows {
			want[0] = "too short"
		} else if again := rows - 1 - 1000*(i-rows-1); i > rows {
			want = []string{fmt.Sprint(again), fmt.Sprint(again + 1)}
		}
		if row[0] != want[0] || row[1] != want[1] {
			t.Fatalf("row %d: %v, want %v", i, row, want)
		}
	}
	text, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if lines := bytes.Count(text, []byte("\n")); lines != rows {
		t.Errorf("%d golden records, want %d", lines, rows)
	}
	for i := rows - 1; i >= 0; i -= 1000 {
		later := false
		for _, a := range goldenWith(t, golden, fmt.Sprint(i)).Golden {
			later = later || a.Value == "LATER"
		}
		if i/1000%2 == 1 && !later {
			t.Errorf("record %d: the later version is not in force", i)
		}
	}
}

// TestRowOrder holds the order of versions to its plain definition.
func TestRowOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	version := func() (int64, time.Time, store.ContentHash) {
		at := time.Time{}
		if rng.IntN(4) > 0 {
			at = time.Unix(rng.Int64N(3)-1, rng.Int64N(3)).UTC()
		}
		return rng.Int64N(2), at, store.ContentHash{byte(rng.IntN(3)), byte(rng.IntN(3))}
	}
	for range 5000 {
		va, ta, ca := version()
		vb, tb, cb := version()
		a, b := orderOf(va, ta, ca), orderOf(vb, tb, cb)
		if got, want := a.compare(&b), cmp.Or(cmp.Compare(va, vb), ta.Compare(tb), bytes.Compare(ca[:], cb[:])); got != want {
			t.Fatalf("%v %v %v and %v %v %v: %d, want %d", va, ta, ca, vb, tb, cb, got, want)
		}
	}
}
