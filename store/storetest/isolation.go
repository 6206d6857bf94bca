package storetest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"aloi/store/kv"
)

// writersAtOnce is how many goroutines contend for one range.
const writersAtOnce = 16

var isolation = []promise{
	{"SnapshotStays", testSnapshot},
	{"NoPhantoms", testPhantoms},
	{"UpdatesAreSerial", testSerial},
	{"ReadersSeeWholeCommits", testWholeCommits},
	{"ReadersShareSnapshot", func(t *testing.T, db kv.DB) {
		const keys = 200
		update(t, db, func(tx kv.Txn) error {
			for i := range keys {
				if err := setAll(tx, pair{fmt.Sprintf("k%03d", i), strconv.Itoa(i)}); err != nil {
					return err
				}
			}
			return nil
		})
		read := func(r kv.Reader) {
			var group sync.WaitGroup
			for range writersAtOnce {
				group.Go(func() {
					for i := range keys {
						wantGet(t, r, fmt.Sprintf("k%03d", i), strconv.Itoa(i))
					}
					if got, err := scan(r, all); err != nil || len(got) != keys {
						t.Errorf("Scan gave %d keys, %v, want %d", len(got), err, keys)
					}
				})
			}
			group.Wait()
		}
		view(t, db, func(r kv.Reader) error { read(r); return nil })
		update(t, db, func(tx kv.Txn) error {
			if err := setAll(tx, pair{"k005", "5"}); err != nil {
				return err
			}
			read(tx)
			return nil
		})
	}},
}

// testSnapshot changes everything while a view is open.
func testSnapshot(t *testing.T, db kv.DB) {
	before := []pair{{"a", "1"}, {"b", "1"}, {"c", "1"}}
	set(t, db, before...)
	opened, changed := make(chan struct{}), make(chan struct{})
	done := make(chan error)
	go func() {
		done <- db.View(context.Background(), func(r kv.Reader) error {
			close(opened)
			<-changed
			wantScan(t, r, all, before...)
			wantGet(t, r, "a", "1")
			wantGet(t, r, "b", "1")
			wantAbsent(t, r, "d")
			return nil
		})
	}()
	<-opened
	for i := range 5 {
		set(t, db, pair{"a", strconv.Itoa(i)}, pair{"d", "1"})
		remove(t, db, "b")
	}
	close(changed)
	if err := <-done; err != nil {
		t.Error(err)
	}
	wantAll(t, db, pair{"a", "4"}, pair{"c", "1"}, pair{"d", "1"})
}

// testPhantoms lets writers look for a record in an empty block and add it when it is
// not there: two first sightings of one person at once. Databases that only compare
// the keys that were read let several through, as the block held none to read
// (dgraph-io/badger#2057).
func testPhantoms(t *testing.T, db kv.DB) {
	for round := range 10 {
		block := fmt.Sprintf("block/%d/", round)
		var group sync.WaitGroup
		for w := range writersAtOnce {
			group.Go(func() {
				update(t, db, func(tx kv.Txn) error {
					found, err := scan(tx, kv.Prefix([]byte(block)))
					if err != nil || len(found) > 0 {
						return err
					}
					return setAll(tx, pair{block + strconv.Itoa(w), "first"})
				})
			})
		}
		group.Wait()
		view(t, db, func(r kv.Reader) error {
			found, err := scan(r, kv.Prefix([]byte(block)))
			if len(found) != 1 {
				t.Errorf("round %d: %d first sightings, want 1", round, len(found))
			}
			return err
		})
	}
}

// testSerial lets writers append to one journal: each reads its end and adds the next
// number. A gap or a number lost means that two ran side by side.
func testSerial(t *testing.T, db kv.DB) {
	const each = 25
	journal := kv.Prefix([]byte("j"))
	var group sync.WaitGroup
	for range writersAtOnce {
		group.Go(func() {
			for range each {
				update(t, db, func(tx kv.Txn) error {
					entries, err := scan(tx, journal)
					if err != nil {
						return err
					}
					key := binary.BigEndian.AppendUint32([]byte("j"), uint32(len(entries)))
					if _, err := tx.Get(key); !errors.Is(err, kv.ErrNotFound) {
						return fmt.Errorf("entry %d is there already: %v", len(entries), err)
					}
					return tx.Set(key, []byte("entry"))
				})
			}
		})
	}
	group.Wait()
	view(t, db, func(r kv.Reader) error {
		entries, err := scan(r, journal)
		if len(entries) != writersAtOnce*each {
			t.Errorf("%d entries, want %d", len(entries), writersAtOnce*each)
		}
		for i, e := range entries {
			if n := binary.BigEndian.Uint32([]byte(e.key[1:])); n != uint32(i) {
				t.Fatalf("entry %d has number %d", i, n)
			}
		}
		return err
	})
}

// testWholeCommits moves an amount between accounts while readers sum them up: who
// sees half of a commit sees another sum.
func testWholeCommits(t *testing.T, db kv.DB) {
	const accounts, total, moves = 8, 800, 150
	account := func(i int) string { return "acc" + strconv.Itoa(i) }
	for i := range accounts {
		set(t, db, pair{account(i), strconv.Itoa(total / accounts)})
	}
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				view(t, db, func(r kv.Reader) error { wantSum(t, r, total); return nil })
			}
		})
	}
	for i := range moves {
		from, to := account(i%accounts), account(i*3%accounts)
		update(t, db, func(tx kv.Txn) error {
			return errors.Join(add(tx, from, -i), add(tx, to, i))
		})
	}
	close(stop)
	readers.Wait()
	view(t, db, func(r kv.Reader) error { wantSum(t, r, total); return nil })
}

func add(tx kv.Txn, account string, amount int) error {
	v, err := tx.Get([]byte(account))
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(string(v))
	if err != nil {
		return err
	}
	return setAll(tx, pair{account, strconv.Itoa(n + amount)})
}

func wantSum(t tester, r kv.Reader, want int) {
	t.Helper()
	accounts, err := scan(r, all)
	if err != nil {
		t.Errorf("%v", err)
	}
	sum := 0
	for _, a := range accounts {
		n, err := strconv.Atoi(a.value)
		if err != nil {
			t.Errorf("%v", err)
		}
		sum += n
	}
	if sum != want {
		t.Errorf("the accounts hold %d, want %d", sum, want)
	}
}
