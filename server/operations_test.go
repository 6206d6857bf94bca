package server_test

import (
	"errors"
	"io"
	"path/filepath"
	"strconv"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"aloi/internal/datadir"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
	"aloi/server/servertest"
)

// onData starts a server over a new data directory with some people in it.
func onData(t *testing.T, people int) *servertest.Server {
	t.Helper()
	s := servertest.OpenData(t, filepath.Join(t.TempDir(), "data"), datadir.Options{ArchiveBytes: 1 << 20}, server.Options{})
	var ops []*aloiv1.Operation
	for i := range people {
		ops = append(ops, servertest.Put(&aloiv1.Record{Ref: servertest.Ref("web", strconv.Itoa(i)), Emails: []string{strconv.Itoa(i) + "@example.org"}}))
	}
	s.Stream(ops...)
	return s
}

// received reads a stream to its end.
func received[M any](t *testing.T, stream grpc.ServerStreamingClient[M], err error) (all []*M) {
	t.Helper()
	for err == nil {
		var m *M
		if m, err = stream.Recv(); err == nil {
			all = append(all, m)
		}
	}
	if !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("nothing came")
	}
	return all
}

func TestGetStatus(t *testing.T) {
	s := onData(t, 5)
	got, err := s.Operations.GetStatus(t.Context(), &aloiv1.GetStatusRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if got.Store != s.Data.Keyring.Store || got.Version == "" || got.Records != 5 || got.Entities != 5 || got.JournalSequence == 0 {
		t.Errorf("%v", got)
	}
	if got.Commit == 0 || got.CommittedAt == nil || got.ArchiveFrom == 0 || got.ArchiveFrom > got.Commit {
		t.Errorf("commit %d of %v, archive from %d", got.Commit, got.CommittedAt, got.ArchiveFrom)
	}
	if st := got.Storage; st.ReadOnly || st.FreeBytes == 0 || st.ReserveBytes == 0 || st.StoreBytes == 0 {
		t.Errorf("%v", st)
	}
	if k := got.Keys; k.Active != 1 || k.Keys != 1 || k.Rotating || k.Values == 0 {
		t.Errorf("%v", k)
	}
	if sc := got.Scrub; sc == nil || sc.Passes != 0 || sc.LastPass != nil {
		t.Errorf("%v", sc)
	}
}

// Verify tells how far it is, and ends with a report, on a server that goes on.
func TestVerifyRunning(t *testing.T) {
	s := onData(t, 50)
	stream, err := s.Operations.Verify(t.Context(), &aloiv1.VerifyRequest{})
	all := received(t, stream, err)
	steps := map[string]bool{}
	for _, m := range all[:len(all)-1] {
		steps[m.Step] = true
		if m.Report != nil || m.Total == 0 || m.Done > m.Total {
			t.Errorf("%v", m)
		}
	}
	r := all[len(all)-1].Report
	if r == nil || r.Records != 50 || r.Values == 0 || r.Differences != 0 || len(r.Findings) != 0 || len(r.Invariants) != 16 || len(steps) < 2 {
		t.Fatalf("after %v: %v", steps, r)
	}
	checked := 0
	for i, inv := range r.Invariants {
		if inv.Id != "I"+strconv.Itoa(i+1) || inv.Sentence == "" {
			t.Errorf("%v", inv)
		}
		if inv.Checked {
			checked++
		}
	}
	if checked < 10 {
		t.Errorf("only %d invariants were checked", checked)
	}
}

// A rotation ends with one key, which is another one; two at once are one too many.
func TestRotateKeys(t *testing.T) {
	s := onData(t, 200)
	for want := uint32(2); want < 4; want++ {
		stream, err := s.Operations.RotateKeys(t.Context(), &aloiv1.RotateKeysRequest{})
		all := received(t, stream, err)
		for _, m := range all[:len(all)-1] {
			if m.Finished || m.Done > m.Total {
				t.Errorf("%v", m)
			}
		}
		if last := all[len(all)-1]; !last.Finished || last.Active != want || last.Done != last.Total {
			t.Errorf("%v", last)
		}
		got, err := s.Operations.GetStatus(t.Context(), &aloiv1.GetStatusRequest{})
		if err != nil || got.Keys.Active != want || got.Keys.Keys != 1 || got.Keys.Rotating {
			t.Errorf("%v, %v", got.GetKeys(), err)
		}
	}
	_, err := s.Data.Rotate(t.Context(), func(uint64, uint64) {
		stream, err := s.Operations.RotateKeys(t.Context(), &aloiv1.RotateKeysRequest{})
		if err == nil {
			_, err = stream.Recv()
		}
		if status.Code(err) != codes.FailedPrecondition {
			t.Errorf("a second rotation: %v", err)
		}
	})
	if err != nil {
		t.Error(err)
	}
}

// The service is not there without a data directory.
func TestOperationsNeedData(t *testing.T) {
	s := servertest.Start(t)
	_, err := aloiv1.NewOperationsClient(s.Conn).GetStatus(t.Context(), &aloiv1.GetStatusRequest{})
	if status.Code(err) != codes.Unimplemented {
		t.Errorf("%v", err)
	}
}
