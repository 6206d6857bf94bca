package storetest

import (
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"aloi/store/kv"
)

var limits = []promise{
	{"LargestKeyAndValue", func(t *testing.T, db kv.DB) {
		want := pair{fill(kv.MaxKeyBytes), fill(kv.MaxValueBytes)}
		set(t, db, want)
		wantAll(t, db, want)
		view(t, db, func(r kv.Reader) error { wantGet(t, r, want.key, want.value); return nil })
	}},
	{"PastTheLimits", func(t *testing.T, db kv.DB) {
		// Only the call is refused, not the transaction. The text of the error goes to
		// logs: it must not hold the key, which Badger's does.
		const secret = "dupont"
		long := strings.Repeat(secret, kv.MaxKeyBytes/len(secret)+1)
		update(t, db, func(tx kv.Txn) error {
			for what, err := range map[string]error{
				"Set of a long key":        tx.Set([]byte(long), []byte("v")),
				"Set of an empty key":      tx.Set(nil, []byte("v")),
				"Set of a reserved key":    tx.Set([]byte("!"+secret), []byte("v")),
				"Set of a long value":      tx.Set([]byte(secret), make([]byte, kv.MaxValueBytes+1)),
				"Delete of a long key":     tx.Delete([]byte(long)),
				"Delete of an empty key":   tx.Delete(nil),
				"Delete of a reserved key": tx.Delete([]byte("!badger!head")),
			} {
				switch {
				case err == nil:
					t.Errorf("%s was taken", what)
				case errors.Is(err, kv.ErrTooBig):
					t.Errorf("%s: %v, but the transaction is not too big", what, err)
				case errors.Is(err, kv.ErrValueTooBig) != (what == "Set of a long value"):
					t.Errorf("%s: %v, want ErrValueTooBig for a long value and for nothing else", what, err)
				case strings.Contains(err.Error(), secret):
					t.Errorf("%s: the error holds the key", what)
				}
			}
			for _, key := range []string{long, "", "!" + secret, secret} {
				wantAbsent(t, tx, key)
			}
			return setAll(tx, pair{"a", "1"})
		})
		wantAll(t, db, pair{"a", "1"})
	}},
	{"LargestTransactionInBytes", func(t *testing.T, db kv.DB) {
		// Keys of eight bytes, values so that all is exactly at the limit.
		const n = 2 * kv.MaxTxnBytes / kv.MaxValueBytes
		value := make([]byte, kv.MaxTxnBytes/n-8)
		testTooBig(t, db, n, value)
	}},
	{"LargestTransactionInKeys", func(t *testing.T, db kv.DB) {
		testTooBig(t, db, kv.MaxTxnKeys, nil)
	}},
	{"KeyWrittenTwiceCountsOnce", func(t *testing.T, db kv.DB) {
		value := make([]byte, kv.MaxValueBytes)
		update(t, db, func(tx kv.Txn) error {
			for i := range 4 * kv.MaxTxnBytes / kv.MaxValueBytes {
				if err := tx.Set(numbered(i%2), value); err != nil {
					return err
				}
			}
			return tx.Delete(numbered(0))
		})
		wantAll(t, db, pair{string(numbered(1)), string(value)})
	}},
}

func numbered(n int) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

// testTooBig commits n keys with value, then tries n+1, with the error returned and
// with the error ignored: nothing of either may be left, and the database goes on.
func testTooBig(t *testing.T, db kv.DB, n int, value []byte) {
	fill := func(tx kv.Txn, from, n int) error {
		for i := range n {
			if err := tx.Set(numbered(from+i), value); err != nil {
				return err
			}
		}
		return nil
	}
	update(t, db, func(tx kv.Txn) error { return fill(tx, 0, n) })
	err := db.Update(context.Background(), func(tx kv.Txn) error { return fill(tx, n, n+1) })
	wantErr(t, "Update past the limit", err, kv.ErrTooBig)
	err = db.Update(context.Background(), func(tx kv.Txn) error {
		wantErr(t, "Set past the limit", fill(tx, n, n+1), kv.ErrTooBig)
		return nil
	})
	wantErr(t, "Update that ignores it", err, kv.ErrTooBig)
	set(t, db, pair{"\xff", "after"})
	view(t, db, func(r kv.Reader) error {
		got, err := scan(r, all)
		if len(got) != n+1 || got[n] != (pair{"\xff", "after"}) {
			t.Errorf("%d keys are left, want %d", len(got), n+1)
		}
		return err
	})
}
