package storetest

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"aloi/internal/property"
	"aloi/store/kv"
)

// reopenOneIn makes reopening rare among the steps of the model test: it costs a
// hundred times as much as a transaction.
const reopenOneIn = 16

// model is a database beside the map that says what it must hold.
type model struct {
	db     kv.DB
	want   map[string]string
	ahead  *aheadCommit // nil for none
	prefix string       // all keys of this run start with it
	writes int          // numbers the values, so that no two are alike
}

// aheadCommit is the last commit of UpdateAhead, while it may be under way.
type aheadCommit struct {
	kv.Pending
	before map[string]string // what others may see in its place
}

// testModel runs random transactions on db and on a map, and compares everything that
// they read. A transaction ends well, with an error, or by a panic, and the commits of some
// are left under way. When reopen is not nil, the database is closed and opened again between
// some of them. It closes db.
func testModel(t *testing.T, db kv.DB, reopen func(kv.DB) kv.DB) {
	runs := 0
	property.Check(t, func(rt *rapid.T) {
		runs++
		m := &model{db: db, want: map[string]string{}, prefix: fmt.Sprintf("run%d/", runs)}
		actions := map[string]func(*rapid.T){
			"commit": func(rt *rapid.T) { m.update(rt, "commit") },
			"fail":   func(rt *rapid.T) { m.update(rt, "fail") },
			"panic":  func(rt *rapid.T) { m.update(rt, "panic") },
			"ahead":  m.updateAhead,
			"wait":   m.wait,
			"":       m.check,
		}
		if reopen != nil {
			actions["reopen"] = func(rt *rapid.T) {
				if rapid.IntRange(0, reopenOneIn-1).Draw(rt, "reopen") == reopenOneIn-1 {
					m.db, m.ahead = reopen(m.db), nil
				}
			}
		}
		rt.Repeat(actions)
		db = m.db
	})
	if err := db.Close(); err != nil {
		t.Error(err)
	}
}

// modelKey draws one of few keys, so that they meet again, with odd ends.
var modelKey = rapid.SampledFrom([]string{
	"", "\x00", "\x00\x00", "a", "a\x00", "ab", "a\xff", "a\xff\xff", "b", "m", "z", "\xff", "\xff\xff",
})

// bounds draws a range within the keys of the run.
func (m *model) bounds(rt *rapid.T) kv.Range {
	r := kv.Prefix([]byte(m.prefix))
	switch rapid.IntRange(0, 3).Draw(rt, "range") {
	case 0:
		r = kv.Prefix([]byte(m.prefix + modelKey.Draw(rt, "prefix")))
	case 1:
		r.Start = []byte(m.prefix + modelKey.Draw(rt, "start"))
	case 2:
		r.Start = []byte(m.prefix + modelKey.Draw(rt, "start"))
		r.End = []byte(m.prefix + modelKey.Draw(rt, "end"))
	}
	return r
}

// update runs a transaction of a few steps on the database and on a copy of the map,
// and keeps the copy when it commits.
func (m *model) update(rt *rapid.T, end string) {
	next := maps.Clone(m.want)
	err := m.run(rt, next, end, func(fn func(kv.Txn) error) error {
		return m.db.Update(context.Background(), fn)
	})
	m.ahead = nil // Update has waited for it
	if end == "commit" && err == nil {
		m.want = next
	}
}

// updateAhead is update whose commit is left under way.
func (m *model) updateAhead(rt *rapid.T) {
	next, p := maps.Clone(m.want), kv.Pending(nil)
	end := rapid.SampledFrom([]string{"commit", "commit", "fail", "panic"}).Draw(rt, "end")
	err := m.run(rt, next, end, func(fn func(kv.Txn) error) (err error) {
		p, err = m.db.UpdateAhead(context.Background(), fn)
		return err
	})
	switch {
	case end == "commit" && err == nil:
		m.want, m.ahead = next, &aheadCommit{p, m.want}
	case end == "fail":
		m.ahead = nil // it was waited for
	}
}

// run runs a transaction of a few steps on the database and on a map, and checks its error.
func (m *model) run(rt *rapid.T, next map[string]string, end string, update func(func(kv.Txn) error) error) error {
	steps := rapid.IntRange(0, 12).Draw(rt, "steps")
	err := func() (err error) {
		defer func() {
			if p := recover(); p != nil && p != any(errStop) {
				panic(p)
			}
		}()
		return update(func(tx kv.Txn) error {
			for range steps {
				if err := m.step(rt, tx, next); err != nil {
					rt.Fatal(err)
				}
			}
			switch end {
			case "fail":
				return errStop
			case "panic":
				panic(errStop)
			}
			return nil
		})
	}()
	if end == "commit" && err != nil || end == "fail" && err != errStop {
		rt.Fatalf("an update that is to %s ends with %v", end, err)
	}
	return err
}

// wait waits for the last commit.
func (m *model) wait(rt *rapid.T) {
	if m.ahead != nil {
		endsWell(rt, m.ahead)
		m.ahead = nil
	}
}

// step writes or reads once, and compares what it reads with want.
func (m *model) step(rt *rapid.T, tx kv.Txn, want map[string]string) error {
	key := m.prefix + modelKey.Draw(rt, "key")
	switch rapid.SampledFrom([]string{"set", "set", "delete", "get", "scan"}).Draw(rt, "do") {
	case "set":
		m.writes++
		want[key] = strconv.Itoa(m.writes)
		return tx.Set([]byte(key), []byte(want[key]))
	case "delete":
		delete(want, key)
		return tx.Delete([]byte(key))
	case "get":
		compareGet(rt, tx, key, want)
	case "scan":
		compareScan(rt, tx, m.bounds(rt), want)
	}
	return nil
}

// check compares all that is stored: with what was before the last commit, if that may be
// under way, and there is.
func (m *model) check(rt *rapid.T) {
	err := m.db.View(context.Background(), func(r kv.Reader) error {
		mine, want := kv.Prefix([]byte(m.prefix)), m.want
		if m.ahead != nil {
			got, err := scan(r, mine)
			if err != nil {
				return err
			}
			if slices.Equal(got, pairsIn(mine, m.ahead.before)) {
				want = m.ahead.before
			}
		}
		compareScan(rt, r, mine, want)
		compareScan(rt, r, m.bounds(rt), want)
		compareGet(rt, r, m.prefix+modelKey.Draw(rt, "key"), want)
		return nil
	})
	if err != nil {
		rt.Fatal(err)
	}
}

func compareGet(rt *rapid.T, r kv.Reader, key string, want map[string]string) {
	if value, there := want[key]; there {
		wantGet(rt, r, key, value)
	} else {
		wantAbsent(rt, r, key)
	}
}

func compareScan(rt *rapid.T, r kv.Reader, rg kv.Range, want map[string]string) {
	wantScan(rt, r, rg, pairsIn(rg, want)...)
}

// pairsIn are the pairs of a map whose keys are in a range, in order.
func pairsIn(rg kv.Range, want map[string]string) (pairs []pair) {
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if key >= string(rg.Start) && (rg.End == nil || key < string(rg.End)) {
			pairs = append(pairs, pair{key, want[key]})
		}
	}
	return pairs
}
