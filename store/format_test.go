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

var updateFormat = flag.Bool("update", false, "write the file of the present format in testdata again")

// The files of the formats, the present one and the one that Carry brings to it. That of a
// format that is no more written stays as it is.
const (
	formatFile    = "testdata/format2.txt"
	oldFormatFile = "testdata/format1.txt"
)

const formatHead = `# What a store of format 2 has on disk: the values of values_test.go under the secret
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

// ofFile fills a database with what a file of testdata has, and returns that too, by key.
func ofFile(t *testing.T, db kv.DB, name string) []pair {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), func(tx kv.Txn) error {
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "#") {
				continue
			}
			f := strings.Fields(line)
			if err := tx.Set(must(hex.DecodeString(f[2])), must(hex.DecodeString(f[3]))); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return dump(t, db)
}

// holdsFamilies fails unless there is a value of each family.
func holdsFamilies(t *testing.T, pairs []pair, families string) {
	t.Helper()
	found := map[byte]bool{}
	for _, p := range pairs {
		found[p.key[0]] = true
	}
	for _, family := range []byte(families) {
		if !found[family] {
			t.Errorf("no value of family %c", family)
		}
	}
}

// families are those of the present format.
const families = "Mnrflmexjgvicwputdoah"

// The bytes of the file alone make a store that reads as it should, whatever the code
// of today writes.
func TestAStoreOfTheFormatIsRead(t *testing.T) {
	db := openMemory(t)
	holdsFamilies(t, ofFile(t, db, formatFile), families)
	s := openStore(t, db)
	if s.Outdated() {
		t.Error("it is taken for one of an earlier format")
	}
	view(t, s, func(r *Reader) error {
		for _, v := range storedValues(s) {
			v.check(t, r)
		}
		return nil
	})
}
