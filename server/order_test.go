package server_test

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
	"aloi/server/servertest"
)

// TestStreamOrder stores and deletes few records again and again, in messages of one
// operation and of hundreds, without waiting for an answer. Whatever is committed together,
// each deletion must find what the operations before it left.
func TestStreamOrder(t *testing.T) {
	s := servertest.Open(t, t.TempDir(), server.Options{})
	stream, err := s.Ingest.Stream(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(11, 4))
	var want []aloiv1.Outcome // of deletions, 0 for others
	stored := map[int]bool{}
	var messages []*aloiv1.StreamRequest
	for len(want) < 6000 {
		m := &aloiv1.StreamRequest{}
		for range []int{1, 1 + rng.IntN(20), 300 + rng.IntN(400)}[rng.IntN(3)] {
			n := rng.IntN(30)
			op := servertest.Put(person("till", n))
			outcome := aloiv1.Outcome_OUTCOME_UNSPECIFIED
			if rng.IntN(3) == 0 {
				op = &aloiv1.Operation{Operation: &aloiv1.Operation_Delete{Delete: person("till", n).Ref}}
				if outcome = aloiv1.Outcome_OUTCOME_NOT_FOUND; stored[n] {
					outcome = aloiv1.Outcome_OUTCOME_DELETED
				}
			}
			stored[n] = outcome == 0
			op.Sequence = uint64(len(want))
			m.Operations, want = append(m.Operations, op), append(want, outcome)
		}
		messages = append(messages, m)
	}
	sent := make(chan error, 1)
	go func() {
		for _, m := range messages {
			if err := stream.Send(m); err != nil {
				sent <- err
				return
			}
		}
		sent <- stream.CloseSend()
	}()
	next, wrong := 0, 0
	for {
		resp, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		for _, a := range resp.GetAcknowledgements() {
			if a.GetSequence() != uint64(next) {
				t.Fatalf("acknowledgement %d came after %d", a.GetSequence(), next)
			}
			if want[next] != 0 && a.GetOutcome() != want[next] {
				wrong++
			}
			next++
		}
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	if next != len(want) || wrong > 0 {
		t.Errorf("%d of %d operations were acknowledged, %d deletions wrongly", next, len(want), wrong)
	}
	for n := range 30 {
		_, err := s.Entities.GetRecord(t.Context(), &aloiv1.GetRecordRequest{Ref: person("till", n).Ref})
		if there := err == nil; there != stored[n] {
			t.Error(fmt.Sprintf("record %d is stored: %v", n, there))
		}
	}
}
