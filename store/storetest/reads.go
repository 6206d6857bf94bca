package storetest

import (
	"bytes"
	"fmt"
	"slices"
	"testing"

	"aloi/store/kv"
)

var reads = []promise{
	{"AbsentKey", func(t *testing.T, db kv.DB) {
		set(t, db, pair{"a", "1"}, pair{"ab", "2"})
		view(t, db, func(r kv.Reader) error {
			for _, key := range []string{"b", "", "a\x00", "aa", "abc"} {
				wantAbsent(t, r, key)
			}
			return nil
		})
	}},
	{"EmptyValueIsThere", func(t *testing.T, db kv.DB) {
		// Badger takes an entry with no value and no flags for none at all.
		update(t, db, func(tx kv.Txn) error {
			if err := tx.Set([]byte("nil"), nil); err != nil {
				return err
			}
			wantGet(t, tx, "nil", "")
			return tx.Set([]byte("none"), []byte{})
		})
		view(t, db, func(r kv.Reader) error {
			wantGet(t, r, "nil", "")
			wantGet(t, r, "none", "")
			wantScan(t, r, all, pair{"nil", ""}, pair{"none", ""})
			return nil
		})
	}},
	{"CallerOwnsValue", testCallerOwnsValue},
	{"OrderIsByBytes", testOrder},
	{"Ranges", testRanges},
	{"ScanReturnsErrorAsIs", func(t *testing.T, db kv.DB) {
		set(t, db, pair{"a", "1"}, pair{"b", "2"}, pair{"c", "3"})
		update(t, db, func(tx kv.Txn) error {
			if err := setAll(tx, pair{"b2", "4"}); err != nil {
				return err
			}
			// Errors from a stored key and from one that is only written.
			for _, last := range []string{"a", "b2", "c"} {
				var seen string
				err := tx.Scan(all, func(key, _ []byte) error {
					if seen = string(key); seen == last {
						return errStop
					}
					return nil
				})
				if err != errStop || seen != last {
					t.Errorf("Scan = %v at %q, want the function's error at %q", err, seen, last)
				}
			}
			return nil
		})
	}},
	{"ReadsInsideScan", func(t *testing.T, db kv.DB) {
		// The engine reads the records of a block while it scans the block.
		set(t, db, pair{"a", "1"}, pair{"b", "2"}, pair{"c", "3"})
		view(t, db, func(r kv.Reader) error {
			n := 0
			err := r.Scan(all, func(key, value []byte) error {
				wantGet(t, r, string(key), string(value))
				return r.Scan(kv.Range{Start: key}, func(_, _ []byte) error { n++; return nil })
			})
			if n != 3+2+1 {
				t.Errorf("the inner scans saw %d keys, want 6", n)
			}
			return err
		})
	}},
	{"LongScanIsWhole", func(t *testing.T, db kv.DB) {
		// An iterator without an error result (Badger's) can end early in silence.
		const keys = 20_000
		update(t, db, func(tx kv.Txn) error {
			for i := range keys {
				if err := setAll(tx, pair{fmt.Sprintf("k%06d", i), fill(i % 100)}); err != nil {
					return err
				}
			}
			return nil
		})
		view(t, db, func(r kv.Reader) error {
			got, err := scan(r, kv.Prefix([]byte("k")))
			for i, p := range got {
				if want := fmt.Sprintf("k%06d", i); p.key != want || p.value != fill(i%100) {
					t.Fatalf("key %d is %q, want %q with its value", i, p.key, want)
				}
			}
			if len(got) != keys {
				t.Errorf("Scan gave %d keys, want %d", len(got), keys)
			}
			return err
		})
	}},
}

func testCallerOwnsValue(t *testing.T, db kv.DB) {
	spoil := func(r kv.Reader, key string) {
		v, err := r.Get([]byte(key))
		if err != nil {
			t.Fatal(err)
		}
		_ = append(v, "tail"...)
		for i := range v {
			v[i] = 'x'
		}
	}
	set(t, db, pair{"stored", "one"}, pair{"stored2", "two"})
	update(t, db, func(tx kv.Txn) error {
		if err := setAll(tx, pair{"written", "three"}); err != nil {
			return err
		}
		for _, key := range []string{"stored", "written"} {
			spoil(tx, key)
		}
		wantGet(t, tx, "stored", "one")
		wantGet(t, tx, "written", "three")
		return nil
	})
	view(t, db, func(r kv.Reader) error {
		spoil(r, "stored")
		wantScan(t, r, all, pair{"stored", "one"}, pair{"stored2", "two"}, pair{"written", "three"})
		return nil
	})
}

// oddKeys are keys whose order a database may get wrong, in the order of their bytes.
// A key that another one continues comes first; no letter case, accent or length
// counts; and the bytes are no text.
var oddKeys = []string{
	"\x00", "\x00\x00", "\x00\xff", "\x01", "A", "B", "Z", "a", "a\x00", "a\x00\x00",
	"a\x00b", "aa", "a\xff", "a\xff\x00", "a\xff\xff", "a\xff\xff\x01", "b", "e", "z",
	"\xc3", "\xc3\xa9", "\xfe\xff", "\xff", "\xff\x00", "\xff\xff", "\xff\xff\xff",
}

// testOrder writes the odd keys backwards: some are stored, some only written.
func testOrder(t *testing.T, db kv.DB) {
	var want []pair
	for i, key := range oddKeys {
		want = append(want, pair{key, fmt.Sprint(i)})
	}
	var stored, pending []pair
	for i, p := range slices.Backward(want) {
		if i%3 == 0 {
			pending = append(pending, p)
		} else {
			stored = append(stored, p)
		}
	}
	set(t, db, stored...)
	update(t, db, func(tx kv.Txn) error {
		if err := setAll(tx, pending...); err != nil {
			return err
		}
		wantScan(t, tx, all, want...)
		return nil
	})
	wantAll(t, db, want...)
}

// testRanges compares every range between two odd keys, and every prefix, with what
// bytes.Compare and bytes.HasPrefix say, in a transaction with half of the keys only
// written and in a view.
func testRanges(t *testing.T, db kv.DB) {
	bounds := append([]string{"\x00\x01", "a\xfe", "y", "\xff\xff\xff\xff"}, oddKeys...)
	check := func(r kv.Reader) {
		within := func(in func(key string) bool) []pair {
			var out []pair
			for _, key := range oddKeys {
				if in(key) {
					out = append(out, pair{key, "v"})
				}
			}
			return out
		}
		for _, start := range bounds {
			wantScan(t, r, kv.Range{Start: []byte(start)}, within(func(k string) bool { return k >= start })...)
			wantScan(t, r, kv.Range{End: []byte(start)}, within(func(k string) bool { return k < start })...)
			wantScan(t, r, kv.Prefix([]byte(start)), within(func(k string) bool {
				return bytes.HasPrefix([]byte(k), []byte(start))
			})...)
			// Ranges that end before they start are empty.
			for _, end := range bounds {
				wantScan(t, r, kv.Range{Start: []byte(start), End: []byte(end)},
					within(func(k string) bool { return k >= start && k < end })...)
			}
		}
		wantScan(t, r, kv.Prefix(nil), within(func(string) bool { return true })...)
	}
	for i, key := range oddKeys {
		if i%2 == 0 {
			set(t, db, pair{key, "v"})
		}
	}
	update(t, db, func(tx kv.Txn) error {
		for i, key := range oddKeys {
			if i%2 == 0 {
				continue
			}
			if err := setAll(tx, pair{key, "v"}); err != nil {
				return err
			}
		}
		check(tx)
		return nil
	})
	view(t, db, func(r kv.Reader) error { check(r); return nil })
}
