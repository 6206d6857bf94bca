package vault

import (
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"aloi/store/internal/txn"
	"aloi/store/kv"
	"aloi/store/seal"
	"aloi/store/witness"
)

// none is a database that keeps nothing.
type none struct{}

func (none) Snapshot() txn.Snapshot                             { return none{} }
func (none) Commit([]txn.Write) error                           { return nil }
func (none) Close(bool) error                                   { return nil }
func (none) Release()                                           {}
func (none) Last(kv.Range) ([]byte, error)                      { return nil, nil }
func (none) Get([]byte) ([]byte, error)                         { return nil, kv.ErrNotFound }
func (none) Scan(kv.Range, func(key, value []byte) error) error { return nil }

// benchWrites returns the writes of 256 new records: eight values each.
func benchWrites(from uint64) (writes []txn.Write) {
	const records = 256
	for _, family := range []byte("cefilmnr") {
		for n := range uint64(records) {
			value := fmt.Appendf(nil, "%c %0*d", family, 20+int(family)%5*60, n)
			writes = append(writes, txn.Write{Key: binary.BigEndian.AppendUint64([]byte{family}, from+n), Value: value})
		}
	}
	return writes
}

// BenchmarkCommit is what a commit of 256 records costs here, with its archive and without
// the database below.
func BenchmarkCommit(b *testing.B) {
	k := seal.NewKeyring(nil, "")
	log, err := witness.Open(b.TempDir(), k.Witness, 1<<20)
	if err != nil {
		b.Fatal(err)
	}
	s, err := New(none{}, Options{Keyring: k, Witness: log, Archive: true, Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close(false)
	writes := benchWrites(1)
	b.ReportAllocs()
	for b.Loop() {
		draft := s.Draft()
		for _, w := range writes[:256] {
			if _, err := draft.Get(w.Key); err == nil {
				b.Fatal("it keeps something")
			}
		}
		draft.Release()
		if err := s.CommitDraft(draft, writes); err != nil {
			b.Fatal(err)
		}
	}
}
