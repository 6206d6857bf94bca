package engine_test

import (
	"testing"
	"time"

	"aloi"
	"aloi/engine"
)

// What one caller begins is carried out in that order, few operations behind many too.
func TestLineKeepsOrder(t *testing.T) {
	j := jammed(t, nil)
	line := j.Line()
	var many []engine.Operation
	for _, r := range strangers(100, 2*engine.ShortCommit) {
		many = append(many, put(r))
	}
	first, err := line.Begin(t.Context(), many)
	if err != nil {
		t.Fatal(err)
	}
	last := stranger(100 + len(many) - 1).Ref
	deleted := make(chan []aloi.Acknowledgement, 1)
	go func() {
		second, err := line.Begin(t.Context(), ops(remove(last)))
		if err != nil {
			t.Error(err)
			close(deleted)
			return
		}
		acks, _ := second.Wait()
		deleted <- acks
	}()
	time.Sleep(20 * time.Millisecond) // for one that does not wait
	close(j.go1)
	if acks, err := first.Wait(); err != nil || len(acks) != len(many) {
		t.Fatalf("%d acknowledgements, %v", len(acks), err)
	}
	if acks := <-deleted; len(acks) != 1 || acks[0].Outcome != aloi.OutcomeDeleted {
		t.Errorf("the deletion was answered %+v", acks)
	}
}
