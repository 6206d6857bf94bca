package storetest

import (
	"bytes"
	"context"
	"errors"
	"slices"

	"aloi/store/kv"
)

// tester is what the helpers need of a testing.TB; *rapid.T has no more.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// pair is a key and its value.
type pair struct{ key, value string }

// errStop ends a function under test; it is compared by identity.
var errStop = errors.New("storetest: stop")

// update runs fn in an Update that must succeed.
func update(t tester, db kv.DB, fn func(tx kv.Txn) error) {
	t.Helper()
	if err := db.Update(context.Background(), fn); err != nil {
		t.Fatalf("Update: %v", err)
	}
}

// view runs fn in a View that must succeed.
func view(t tester, db kv.DB, fn func(r kv.Reader) error) {
	t.Helper()
	if err := db.View(context.Background(), fn); err != nil {
		t.Fatalf("View: %v", err)
	}
}

// set commits the pairs in one Update.
func set(t tester, db kv.DB, pairs ...pair) {
	t.Helper()
	update(t, db, func(tx kv.Txn) error { return setAll(tx, pairs...) })
}

func setAll(tx kv.Txn, pairs ...pair) error {
	for _, p := range pairs {
		if err := tx.Set([]byte(p.key), []byte(p.value)); err != nil {
			return err
		}
	}
	return nil
}

// remove commits the deletion of keys in one Update.
func remove(t tester, db kv.DB, keys ...string) {
	t.Helper()
	update(t, db, func(tx kv.Txn) error {
		for _, key := range keys {
			if err := tx.Delete([]byte(key)); err != nil {
				return err
			}
		}
		return nil
	})
}

// all is the range of every key.
var all = kv.Range{}

// scan returns the pairs of a range in the order in which Scan gives them.
func scan(r kv.Reader, rg kv.Range) ([]pair, error) {
	var out []pair
	err := r.Scan(rg, func(key, value []byte) error {
		out = append(out, pair{string(key), string(value)})
		return nil
	})
	return out, err
}

// wantScan compares a range with what it must hold.
func wantScan(t tester, r kv.Reader, rg kv.Range, want ...pair) {
	t.Helper()
	got, err := scan(r, rg)
	if err != nil {
		t.Fatalf("Scan: %v", err)
	}
	if !slices.Equal(got, want) {
		t.Errorf("Scan [%q, %q) gave\n %q, want\n %q", rg.Start, rg.End, got, want)
	}
}

// wantAll compares the whole database with what it must hold.
func wantAll(t tester, db kv.DB, want ...pair) {
	t.Helper()
	view(t, db, func(r kv.Reader) error {
		wantScan(t, r, all, want...)
		return nil
	})
}

// wantGet compares the value of key.
func wantGet(t tester, r kv.Reader, key, want string) {
	t.Helper()
	got, err := r.Get([]byte(key))
	if err != nil || string(got) != want {
		t.Errorf("Get(%q) = %q, %v, want %q", key, got, err, want)
	}
}

// wantAbsent checks that key is not there.
func wantAbsent(t tester, r kv.Reader, key string) {
	t.Helper()
	if got, err := r.Get([]byte(key)); !errors.Is(err, kv.ErrNotFound) {
		t.Errorf("Get(%.20q) = %.20q, %v, want kv.ErrNotFound", key, got, err)
	}
}

// wantErr checks that err is want.
func wantErr(t tester, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: error %v, want %v", what, err, want)
	}
}

// fill returns n bytes that differ from one another, so that a value that is cut or
// moved does not look right.
func fill(n int) string {
	b := bytes.Repeat([]byte("0123456789abcdefghijklmnopqrstuvwxyz!"), n/37+1)
	return string(b[:n])
}
