package storetest

import (
	"context"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"github.com/cespare/xxhash/v2"

	"aloi/store/kv"
)

// The shape of the engine's work on the store: a batch of records is one Update, and
// each record reads what shares its blocking keys and writes itself, its entity and
// its index entries.
const (
	benchBatch     = 256  // records in one Update
	benchGets      = 30   // values read for a record, a third of them not there
	benchScans     = 5    // blocks scanned for a record
	benchBlockSize = 4    // records that share a blocking key
	benchIndex     = 13   // index entries written for a record
	benchLarge     = 1000 // bytes of a record, and of an entity
	benchSmall     = 24   // bytes of an index entry's value
)

// load makes the keys and values of numbered records.
type load struct {
	large, small []byte
}

func newLoad() *load {
	l := &load{large: make([]byte, benchLarge), small: make([]byte, benchSmall)}
	for i := range l.large {
		// Half text, half codes: compressible about as much as an encoded record.
		l.large[i] = "un enregistrement de client "[i%28]
		if i%2 == 1 {
			l.large[i] = byte(xxhash.Sum64String(fmt.Sprint(i)))
		}
	}
	return l
}

// key returns a key of the table for n: keys are hashes, so that they come in no order.
func (l *load) key(table byte, n int) []byte {
	var seed [9]byte
	seed[0] = table
	binary.BigEndian.PutUint64(seed[1:], uint64(n))
	h := xxhash.Sum64(seed[:])
	key := make([]byte, 0, 32)
	key = append(key, table)
	key = binary.BigEndian.AppendUint64(key, h)
	return binary.BigEndian.AppendUint64(key, h*0x9E3779B97F4A7C15)
}

// blockKey returns the key of record n in its i-th block.
func (l *load) blockKey(n, i int) []byte {
	block := l.key('b', n/benchBlockSize*benchIndex+i)
	return binary.BigEndian.AppendUint64(block, uint64(n))
}

// value returns a value of its own for n; the transaction keeps it.
func value(of []byte, n int) []byte {
	v := append([]byte(nil), of...)
	binary.BigEndian.PutUint64(v, uint64(n))
	return v
}

// batch writes records from..from+benchBatch as the engine does.
func (l *load) batch(tx kv.Txn, from int) error {
	for n := from; n < from+benchBatch; n++ {
		if err := l.gather(tx, n); err != nil {
			return err
		}
		if err := l.store(tx, n); err != nil {
			return err
		}
	}
	return nil
}

func (l *load) gather(tx kv.Txn, n int) error {
	for i := range benchScans {
		block := kv.Prefix(l.blockKey(n, i)[:17])
		if err := tx.Scan(block, func(_, _ []byte) error { return nil }); err != nil {
			return err
		}
	}
	for i := range benchGets {
		other := (n * 7919 * (i + 1)) % (n + 1)
		if i%3 == 0 {
			other = -n*benchGets - i - 1
		}
		if _, err := tx.Get(l.key('r', other)); err != nil && err != kv.ErrNotFound {
			return err
		}
	}
	return nil
}

func (l *load) store(tx kv.Txn, n int) error {
	if err := tx.Set(l.key('r', n), value(l.large, n)); err != nil {
		return err
	}
	if err := tx.Set(l.key('e', n/2), value(l.large, n)); err != nil {
		return err
	}
	for i := range benchIndex {
		if err := tx.Set(l.blockKey(n, i), value(l.small, n)); err != nil {
			return err
		}
	}
	return nil
}

// Bench measures db, which must be empty, with the engine's shape of work: Load fills
// it with records; in the store so filled, Batch is a batch of new records, Commit an
// Update of one key, Get and Absent the read of one value that is there or not, and
// Scan that of one block. One goroutine does it all.
func Bench(b *testing.B, db kv.DB, records int) {
	l, ctx := newLoad(), context.Background()
	next := 0
	write := func(b *testing.B) {
		if err := db.Update(ctx, func(tx kv.Txn) error { return l.batch(tx, next) }); err != nil {
			b.Fatal(err)
		}
		next += benchBatch
	}
	var rate float64
	b.Run("Load", func(b *testing.B) {
		// It is longer than a benchmark's usual time, so that one round is enough, and
		// there is nothing left to do in another.
		for start := time.Now(); next < records; {
			write(b)
			rate = float64(next) / time.Since(start).Seconds()
		}
		b.ReportMetric(rate, "records/s")
	})
	b.Run("Batch", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			write(b)
		}
		b.ReportMetric(float64(b.N*benchBatch)/b.Elapsed().Seconds(), "records/s")
	})
	b.Run("Commit", func(b *testing.B) {
		for n := 0; b.Loop(); n++ {
			key, v := l.key('c', n), value(l.small, n)
			if err := db.Update(ctx, func(tx kv.Txn) error { return tx.Set(key, v) }); err != nil {
				b.Fatal(err)
			}
		}
	})
	view := func(name string, read func(r kv.Reader, n int) error) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			err := db.View(ctx, func(r kv.Reader) error {
				for n := 0; b.Loop(); n++ {
					if err := read(r, n*7919%next); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
	view("Get", func(r kv.Reader, n int) error {
		_, err := r.Get(l.key('r', n))
		return err
	})
	view("Absent", func(r kv.Reader, n int) error {
		if _, err := r.Get(l.key('r', -n-1)); err != kv.ErrNotFound {
			return fmt.Errorf("absent key: %v", err)
		}
		return nil
	})
	view("Scan", func(r kv.Reader, n int) error {
		return r.Scan(kv.Prefix(l.blockKey(n, 0)[:17]), func(_, _ []byte) error { return nil })
	})
}
