package audit

import (
	"fmt"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"aloi/internal/property"
)

// hashes is a log in memory.
type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	found := make([]tlog.Hash, len(indexes))
	for i, at := range indexes {
		found[i] = h[at]
	}
	return found, nil
}

// grow appends an entry, the n-th.
func (h *hashes) grow(t rapid.TB, n int64, data []byte) {
	t.Helper()
	more, err := tlog.StoredHashes(n, data, *h)
	if err != nil {
		t.Fatal(err)
	}
	*h = append(*h, more...)
}

func (h hashes) root(t rapid.TB, n int64) tlog.Hash {
	t.Helper()
	root, err := tlog.TreeHash(n, h)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// Root is the root of the log that holds salted rows, after every row.
func TestRoot(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		salt := rapid.SliceOfN(rapid.Byte(), 0, SaltBytes).Draw(t, "salt")
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.Byte(), 0, 5), 0, 70).Draw(t, "rows")
		r := Root{Salt: salt}
		var log hashes
		for n, row := range rows {
			if r.Sum() != log.root(t, int64(n)) {
				t.Fatalf("another root of %d rows", n)
			}
			r.Add(row)
			log.grow(t, int64(n), append(append([]byte{}, salt...), row...))
		}
		if r.Sum() != log.root(t, int64(len(rows))) {
			t.Fatalf("another root of %d rows", len(rows))
		}
		if len(r.stack) > 7 {
			t.Fatalf("%d hashes are kept of %d rows", len(r.stack), len(rows))
		}
	})
}

// signers makes a key for a log.
func signers(t testing.TB, name string) (note.Signer, note.Verifier) {
	t.Helper()
	private, public, err := NewKey(name)
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return s, v
}

// logOf is a log of n entries and its heads, from none to all.
func logOf(t rapid.TB, origin string, n int, entry func(i int) string) (hashes, []Checkpoint) {
	t.Helper()
	var log hashes
	heads := []Checkpoint{{origin, 0, emptyRoot}}
	for i := range n {
		log.grow(t, int64(i), []byte(entry(i)))
		heads = append(heads, Checkpoint{origin, uint64(i) + 1, log.root(t, int64(i)+1)})
	}
	return log, heads
}

func plain(i int) string { return fmt.Sprint("entry ", i) }
