package store

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"aloi/store/kv"
)

var updateFormat = flag.Bool("update", false, "write testdata/format1.txt again")

const formatFile = "testdata/format1.txt"

const formatHead = `# What a store of format 1 has on disk: the values of values_test.go under the secret
# of fixture_test.go, as name, key, value. A line that changes is a store that can't
# be read any more: give it another format number, and say how it is carried over.
`

// formatText writes out a store: a line for each value, in order of the keys.
func formatText(pairs []pair, values []stored) string {
	var b strings.Builder
	b.WriteString(formatHead)
	for _, p := range pairs {
		name := "secret check"
		for _, v := range values {
			if bytes.Equal(v.key, p.key) {
				name = v.name
			}
		}
		fmt.Fprintf(&b, "%-22s %c %x %x\n", strings.ReplaceAll(name, " ", "-"), p.key[0], p.key, p.value)
	}
	return b.String()
}

func TestDiskFormatIsWhatItWas(t *testing.T) {
	db := openMemory(t)
	values := fill(t, openStore(t, db))
	got := formatText(dump(t, db), values)
	if *updateFormat {
		if err := os.WriteFile(formatFile, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(formatFile)
	if err != nil {
		t.Fatal(err)
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	if len(g) != len(w) {
		t.Errorf("%d lines, want %d", len(g), len(w))
	}
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Errorf("line %d:\n got %s\nwant %s", i+1, g[i], w[i])
		}
	}
}

// The bytes of the file alone make a store that reads as it should, whatever the code
// of today writes.
func TestAStoreOfFormat1IsRead(t *testing.T) {
	text, err := os.ReadFile(formatFile)
	if err != nil {
		t.Fatal(err)
	}
	db := openMemory(t)
	families := map[byte]bool{}
	err = db.Update(t.Context(), func(tx kv.Txn) error {
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			f := strings.Fields(line)
			key := must(hex.DecodeString(f[2]))
			families[key[0]] = true
			if err := tx.Set(key, must(hex.DecodeString(f[3]))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range "Mnrfbslmexjgvicwputdoah" {
		if !families[byte(family)] {
			t.Errorf("no value of family %c", family)
		}
	}
	s := openStore(t, db)
	view(t, s, func(r *Reader) error {
		for _, v := range storedValues(s) {
			v.check(t, r)
		}
		return nil
	})
}
