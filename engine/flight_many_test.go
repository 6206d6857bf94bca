package engine_test

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"aloi"
	"aloi/engine"
	"aloi/store/storetest"
)

// TestFlightsOfMany has several callers send small and large requests at once, while commits end
// as they please: each operation finds what those before it have left.
func TestFlightsOfMany(t *testing.T) {
	const callers, requests = 4, 25
	h := storetest.NewHeld()
	f := on(t, h)
	go func() {
		rng := engine.LawRand(1)
		for more := true; more; {
			if rng.IntN(3) == 0 {
				more = h.Refuse(undone[rng.IntN(len(undone))])
				continue
			}
			more = h.Apply()
			runtime.Gosched()
			more = more && h.Return()
		}
	}()
	var group sync.WaitGroup
	left := make([]map[int]bool, callers)
	for c := range callers {
		group.Go(func() { left[c] = f.caller(t, c, requests) })
	}
	group.Wait()
	for c, stored := range left {
		for n := range callersRecords {
			_, err := f.Record(t.Context(), stranger(c*callersRecords+n).Ref)
			if stored[n] != (err == nil) {
				t.Errorf("record %d of caller %d: %v, should be there: %t", n, c, err, stored[n])
			}
		}
	}
	f.clean(t)
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if err := h.Close(); err != nil {
		t.Error(err)
	}
}

// callersRecords is how many records each caller has: more than a short commit has operations.
const callersRecords = 3 * engine.ShortCommit

// caller sends requests one behind the other, and returns which of its records are stored in the
// end. A deletion tells what the operations before it left.
func (f *fixture) caller(t *testing.T, c, requests int) map[int]bool {
	rng, line, stored := engine.LawRand(uint64(c)), f.Line(), map[int]bool{}
	var calls []*engine.Call
	var want [][]aloi.Outcome // of deletions, empty for another operation
	for range requests {
		var list []engine.Operation
		var outcomes []aloi.Outcome
		for range []int{1, 3, callersRecords}[rng.IntN(3)] {
			n, outcome := rng.IntN(callersRecords), aloi.Outcome("")
			r := stranger(c*callersRecords + n)
			if rng.IntN(2) == 0 {
				list, stored[n] = append(list, put(r)), true
			} else {
				if outcome = aloi.OutcomeNotFound; stored[n] {
					outcome = aloi.OutcomeDeleted
				}
				list, stored[n] = append(list, remove(r.Ref)), false
			}
			outcomes = append(outcomes, outcome)
		}
		call, err := line.Begin(context.Background(), list)
		if err != nil {
			t.Error(err)
			return stored
		}
		calls, want = append(calls, call), append(want, outcomes)
	}
	for i, call := range calls {
		acks, err := call.Wait()
		if err != nil || len(acks) != len(want[i]) {
			t.Errorf("request %d of caller %d: %d answers, %v, want %d", i, c, len(acks), err, len(want[i]))
			continue
		}
		for k, ack := range acks {
			if want[i][k] != "" && ack.Outcome != want[i][k] || ack.Outcome == aloi.OutcomeRejected {
				t.Errorf("operation %d of request %d of caller %d: %s, want %s", k, i, c, ack.Outcome, want[i][k])
			}
		}
	}
	return stored
}
