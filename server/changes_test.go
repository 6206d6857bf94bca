package server_test

import (
	"context"
	"io"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server/servertest"
)

// journal returns the responses of a watch that does not follow.
func journal(t *testing.T, s *servertest.Server, cursor string) []*aloiv1.WatchResponse {
	t.Helper()
	watch, err := s.Changes.Watch(t.Context(), &aloiv1.WatchRequest{Cursor: cursor})
	if err != nil {
		t.Fatal(err)
	}
	var all []*aloiv1.WatchResponse
	for {
		resp, err := watch.Recv()
		if err == io.EOF {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, resp)
	}
}

func changesOf(responses []*aloiv1.WatchResponse) []*aloiv1.Change {
	var all []*aloiv1.Change
	for _, r := range responses {
		all = append(all, r.Changes...)
	}
	return all
}

// The journal tells a story in order: created, joined, updated, split, merged, deleted.
func TestWatchTellsTheStory(t *testing.T) {
	s := servertest.Start(t)
	ctx := t.Context()
	a, b := anne("store-12", "881"), anne("web", "u-19")
	first := s.Stream(servertest.Put(a))[0]
	s.Stream(servertest.Put(b))
	a.Version, a.Note = 2, "préfère le courrier"
	s.Stream(servertest.Put(a))
	if _, err := s.Judgements.Judge(ctx, &aloiv1.JudgeRequest{A: a.Ref, B: b.Ref, Verdict: aloiv1.Verdict_VERDICT_DIFFERENT}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Judgements.Withdraw(ctx, &aloiv1.WithdrawRequest{A: a.Ref, B: b.Ref}); err != nil {
		t.Fatal(err)
	}
	s.Stream(servertest.Delete(a.Ref), servertest.Delete(b.Ref))

	var kinds []aloiv1.ChangeKind
	last := uint64(0)
	for _, c := range changesOf(journal(t, s, "")) {
		if !slices.Contains(kinds, c.Kind) {
			kinds = append(kinds, c.Kind)
		}
		if c.Sequence < last || !c.Time.IsValid() || c.EntityId == "" {
			t.Errorf("change after %d: %v", last, c)
		}
		last = c.Sequence
		if c.Kind == aloiv1.ChangeKind_CHANGE_KIND_CREATED {
			if c.EntityId != first.EntityId || c.Added[0].RecordNumber != first.RecordNumber || c.Added[0].Ref != nil {
				t.Errorf("created: %v; the record is deleted by now", c)
			}
		}
	}
	if want := []aloiv1.ChangeKind{1, 2, 5, 4, 3, 6}; !slices.Equal(kinds, want) {
		t.Errorf("kinds %v, want %v", kinds, want)
	}
}

// From whichever cursor a client goes on, it sees what is left, each change once,
// also in the middle of a batch that takes several responses.
func TestWatchGoesOn(t *testing.T) {
	s := servertest.Start(t)
	const people = 700
	m := &aloiv1.StreamRequest{}
	for i := range people {
		m.Operations = append(m.Operations, servertest.Put(person("web", i)))
	}
	sendAll(t, s, m)
	s.Stream(servertest.Put(anne("web", "u-19")))
	all := journal(t, s, "")
	if n := len(changesOf(all)); n != people+1 {
		t.Fatalf("%d changes, want %d", n, people+1)
	}
	if len(all) < 3 {
		t.Fatalf("%d responses: no batch was divided", len(all))
	}
	for i, r := range all {
		if len(r.Changes) > 256 {
			t.Errorf("response %d holds %d changes", i, len(r.Changes))
		}
		rest := changesOf(journal(t, s, r.Cursor))
		if !slices.EqualFunc(rest, changesOf(all[i+1:]), func(a, b *aloiv1.Change) bool { return proto.Equal(a, b) }) {
			t.Errorf("after response %d: %d changes, want %d", i, len(rest), len(changesOf(all[i+1:])))
		}
	}
}

// sendAll sends one message and waits for its stream to end.
func sendAll(t *testing.T, s *servertest.Server, m *aloiv1.StreamRequest) {
	t.Helper()
	stream, err := s.Ingest.Stream(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(m); err != nil {
		t.Fatal(err)
	}
	if err := stream.CloseSend(); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = stream.Recv()
	}
	if err != io.EOF {
		t.Fatal(err)
	}
}

// A client that follows sees what comes after; batches that changed no entity are
// passed over.
func TestWatchFollows(t *testing.T) {
	s := servertest.Start(t)
	ctx, cancel := context.WithCancel(t.Context())
	watch, err := s.Changes.Watch(ctx, &aloiv1.WatchRequest{Follow: true})
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		if _, err := s.Judgements.Judge(ctx, &aloiv1.JudgeRequest{
			A: person("web", 10).Ref, B: person("web", 11+i).Ref, Verdict: aloiv1.Verdict_VERDICT_DIFFERENT,
		}); err != nil {
			t.Fatal(err)
		}
		ack := s.Stream(servertest.Put(person("web", i)))[0]
		resp, err := watch.Recv()
		if err != nil {
			t.Fatal(err)
		}
		if c := resp.Changes[0]; c.EntityId != ack.EntityId || c.Sequence != ack.JournalSequence || c.Added[0].Ref.RecordId != person("web", i).Ref.RecordId {
			t.Errorf("change %v, acknowledged %v", c, ack)
		}
	}
	if n := len(changesOf(journal(t, s, ""))); n != 3 {
		t.Errorf("%d changes from the beginning, want 3", n)
	}
	cancel()
	if _, err := watch.Recv(); status.Code(err) != codes.Canceled {
		t.Errorf("ended with %v", err)
	}
}

// A cursor that is none, and one of a store that is further, are refused.
func TestWatchRefusesCursors(t *testing.T) {
	further, s := servertest.Start(t), servertest.Start(t)
	further.Stream(servertest.Put(person("web", 1)))
	cursor := journal(t, further, "")[0].Cursor
	for _, c := range []struct {
		cursor string
		code   codes.Code
	}{
		{"garbage", codes.InvalidArgument}, {"\xff", codes.InvalidArgument}, {cursor + "A", codes.InvalidArgument},
		{cursor[1:], codes.InvalidArgument}, {cursor, codes.OutOfRange},
	} {
		for _, follow := range []bool{false, true} {
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			watch, err := s.Changes.Watch(ctx, &aloiv1.WatchRequest{Cursor: c.cursor, Follow: follow})
			if err == nil {
				_, err = watch.Recv()
			}
			if status.Code(err) != c.code || fieldOf(err) != "cursor" {
				t.Errorf("cursor %q: %v, want %v", c.cursor, err, c.code)
			}
			cancel()
		}
	}
}
