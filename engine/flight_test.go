package engine_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"aloi"
	"aloi/engine"
	"aloi/store/kv"
	"aloi/store/storetest"
)

// flightDB is a database that tells of commits ahead, which last until the test ends them.
type flightDB struct {
	*storetest.Held
	asked chan struct{} // one for each that is computed, or refused for the one before
	begun chan struct{} // one for each that has begun
}

func newFlightDB() *flightDB {
	const most = 1000 // more than any test makes
	return &flightDB{storetest.NewHeld(), make(chan struct{}, most), make(chan struct{}, most)}
}

func (db *flightDB) UpdateAhead(ctx context.Context, fn func(kv.Txn) error) (kv.Pending, error) {
	db.asked <- struct{}{}
	p, err := db.Held.UpdateAhead(ctx, fn)
	if err == nil {
		db.begun <- struct{}{}
	}
	return p, err
}

// undone are errors of a commit that has begun and leaves nothing.
var undone = []error{kv.ErrFull, kv.ErrTooBig}

// begin begins operations of a line.
func begin(t *testing.T, line *engine.Line, list ...engine.Operation) *engine.Call {
	t.Helper()
	call, err := line.Begin(context.Background(), list)
	if err != nil {
		t.Fatal(err)
	}
	return call
}

// drawRequest draws operations on few records that are linked in every way, and one that no
// other request names: so that there is something to commit.
func drawRequest(rng *rand.Rand, i int) []engine.Operation {
	people := []func() *aloi.Record{anneStore, anneWeb, anneSAV, marc}
	list := ops(put(stranger(1000 + i)))
	for range rng.IntN(6) {
		a, b := rng.IntN(len(people)), rng.IntN(len(people)-1)
		if b >= a {
			b++
		}
		r := people[a]()
		r.Version = rng.Int64N(4)
		var op engine.Operation
		switch other := people[b]().Ref; rng.IntN(8) {
		case 0, 1:
			op = remove(r.Ref)
		case 2:
			op = same(r.Ref, other)
		case 3:
			op = different(r.Ref, other)
		case 4:
			op = withdraw(r.Ref, other)
		default:
			op = put(r)
		}
		list = append(list, op)
	}
	return list
}

// flights sends requests, each of which is a commit, and has those under way end at random.
type flights struct {
	t     *testing.T
	rng   *rand.Rand
	seed  uint64
	db    *flightDB
	line  *engine.Line
	want  [][]aloi.Acknowledgement // by request
	calls []*engine.Call
	first int  // that was not looked at
	held  bool // the last commit is under way
	over  int  // flights that failed with another computed on them
}

// TestFlightsAreDoneOver holds that a commit which fails when it has begun is done over before
// the next, which was computed on it: all answers and all that is stored are as if each request
// had been carried out after the one before, and answers come in order.
func TestFlightsAreDoneOver(t *testing.T) {
	over := 0
	for seed := range uint64(60) {
		rng := engine.LawRand(seed)
		var requests [][]engine.Operation
		for i := range 2 + rng.IntN(8) {
			requests = append(requests, drawRequest(rng, i))
		}
		db, plain := newFlightDB(), open(t)
		f := on(t, db)
		x := &flights{t: t, rng: rng, seed: seed, db: db, line: f.Line()}
		for _, list := range requests {
			acks, err := plain.Apply(t.Context(), list)
			if err != nil {
				t.Fatal(err)
			}
			x.want = append(x.want, acks)
		}
		for _, list := range requests {
			x.send(list)
		}
		x.end()
		x.answered(len(requests))
		if fault := differ(f.besidesTheLog(t), plain.besidesTheLog(t)); fault != "" {
			t.Errorf("seed %d: stored is %s", seed, fault)
		}
		f.clean(t)
		over += x.over
	}
	if over == 0 {
		t.Error("none that failed had another computed on it")
	}
}

// besidesTheLog is all that is stored but for the log, in which there are random numbers.
func (f *fixture) besidesTheLog(t *testing.T) map[string]string {
	t.Helper()
	pairs := map[string]string{}
	err := f.db.View(t.Context(), func(r kv.Reader) error {
		return r.Scan(kv.Range{}, func(key, value []byte) error {
			if key[0] != 'a' && key[0] != 'h' && string(key) != "Mcheckpoint" {
				pairs[string(key)] = string(value)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return pairs
}

// differ names a key of which two stores hold different things, empty for none.
func differ(a, b map[string]string) string {
	for key := range a {
		if b[key] != a[key] {
			return fmt.Sprintf("%q under %q, want %q", a[key], key, b[key])
		}
	}
	for key := range b {
		if _, ok := a[key]; !ok {
			return fmt.Sprintf("nothing under %q", key)
		}
	}
	return ""
}

// send sends a request, which is computed beside the commit under way, if there is one. That
// ends then, and maybe that of the request too.
func (x *flights) send(list []engine.Operation) {
	call := begin(x.t, x.line, list...)
	x.calls = append(x.calls, call)
	<-x.db.asked
	if x.held {
		if failed := x.end(); failed {
			x.over++
			x.answered(len(x.calls))
			return
		}
		x.answered(len(x.calls) - 1)
	}
	select {
	case <-x.db.begun:
		x.held = true
	case <-engine.Ready(call): // done over with the one before, of whose failure nobody had heard
	}
	if x.held && x.rng.IntN(3) == 0 {
		x.end()
		if x.rng.IntN(2) == 0 {
			x.answered(len(x.calls))
		}
	}
}

// end ends the commit under way, if there is one, and reports whether it failed.
func (x *flights) end() (failed bool) {
	if !x.held {
		return false
	}
	x.held = false
	if x.rng.IntN(2) == 0 {
		x.db.Refuse(undone[x.rng.IntN(len(undone))])
		return true
	}
	x.db.End()
	return false
}

// answered compares the answers to the first requests.
func (x *flights) answered(n int) {
	x.t.Helper()
	for ; x.first < n; x.first++ {
		<-engine.Ready(x.calls[x.first])
		acks, err := x.calls[x.first].Wait()
		if err != nil || !reflect.DeepEqual(acks, x.want[x.first]) {
			x.t.Fatalf("seed %d: request %d is answered\n%+v, %v, want\n%+v", x.seed, x.first, acks, err, x.want[x.first])
		}
	}
	for i, call := range x.calls[:n] {
		select {
		case <-engine.Ready(call):
		default:
			x.t.Errorf("seed %d: a request is answered before request %d", x.seed, i)
		}
	}
}
