package server_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
	"aloi/server/servertest"
)

// stalled opens a connection on which the client takes so little that an answer soon waits.
func stalled(t *testing.T, s *servertest.Server) *grpc.ClientConn {
	t.Helper()
	const window = 64 << 10
	conn, err := grpc.NewClient(s.Addr, grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithStaticStreamWindowSize(window), grpc.WithStaticConnWindowSize(window))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// slowReader reads to the end and holds that the server has ended the stream, and why.
func slowReader[M any](t *testing.T, recv func() (M, error)) {
	t.Helper()
	for {
		if _, err := recv(); err != nil {
			if reason, retry := detailsOf(err); status.Code(err) != codes.Unavailable || reason != "SLOW_READER" || !retry {
				t.Errorf("ended with %v, reason %q, retry %v", err, reason, retry)
			}
			return
		}
	}
}

// A client that never reads its acknowledgements is stopped by its window, then its stream
// is ended, and what it held is given back; what was acknowledged is there.
func TestNeverReadsAcknowledgements(t *testing.T) {
	s := limited(t, func(l *server.Limits) { l.Send = 200 * time.Millisecond })
	stream, err := aloiv1.NewIngestClient(stalled(t, s)).Stream(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sent := make(chan struct{})
	go func() {
		defer close(sent)
		for n := 0; ; n++ {
			op := servertest.Delete(servertest.Ref("web", fmt.Sprintf("nobody-%d", n)))
			if stream.Send(&aloiv1.StreamRequest{Operations: []*aloiv1.Operation{op}}) != nil {
				return
			}
		}
	}()
	eventually(t, "the server holds something", func() bool { return s.Served.Held().Ingest > 0 })
	nothingHeld(t, s)
	slowReader(t, stream.Recv)
	<-sent
}

// Clients that never read do not keep one that does from being served, not even when they
// came first and hold all that there is.
func TestServedBesideThoseWhoNeverRead(t *testing.T) {
	const budget = 256 << 10
	s := limited(t, func(l *server.Limits) { l.Ingest, l.Send, l.Contended = budget, time.Hour, 200*time.Millisecond })
	for i := range 5 {
		stream, err := aloiv1.NewIngestClient(stalled(t, s)).Stream(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for n := 0; ; n++ {
				op := servertest.Delete(servertest.Ref("web", fmt.Sprintf("nobody-%d-%d", i, n)))
				if stream.Send(&aloiv1.StreamRequest{Operations: []*aloiv1.Operation{op}}) != nil {
					return
				}
			}
		}()
	}
	eventually(t, "they hold most of the budget", func() bool { return s.Served.Held().Ingest > budget*3/4 })
	var ops []*aloiv1.Operation
	for n := range 300 {
		ops = append(ops, servertest.Put(person("web", n)))
	}
	s.Stream(ops...)
}

// The same of a campaign's verdicts, and of the journal.
func TestNeverReadsAnswers(t *testing.T) {
	s := limited(t, func(l *server.Limits) { l.Send = 200 * time.Millisecond })
	const people = 1000
	var ops []*aloiv1.Operation
	ask := &aloiv1.DecideManyRequest{Campaign: &aloiv1.Question{Purpose: "marketing", Channel: "EMAIL"}, Explain: true}
	for n := range people {
		ops = append(ops, servertest.Put(person("web", n)))
		ask.Subjects = append(ask.Subjects, servertest.ByRecord(person("web", n).Ref))
	}
	s.Stream(ops...)
	t.Run("verdicts", func(t *testing.T) {
		stream, err := aloiv1.NewConsentClient(stalled(t, s)).DecideMany(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := stream.Send(ask); err != nil {
			t.Fatal(err)
		}
		ask.Campaign, ask.Explain = nil, false
		go func() {
			for stream.Send(ask) == nil {
			}
		}()
		eventually(t, "the server holds verdicts", func() bool { return s.Served.Held().Answers > 0 })
		nothingHeld(t, s)
		slowReader(t, stream.Recv)
	})
	t.Run("journal", func(t *testing.T) {
		for version := range 5 { // until it is more than what waits on the way
			for n, op := range ops {
				record := person("web", n)
				record.Version, record.Note = int64(version)+2, fmt.Sprint(version)
				op.Operation = servertest.Put(record).Operation
			}
			s.Stream(ops...)
		}
		stream, err := aloiv1.NewChangesClient(stalled(t, s)).Watch(t.Context(), &aloiv1.WatchRequest{Follow: true})
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "the server holds changes", func() bool { return s.Served.Held().Watch > 0 })
		nothingHeld(t, s)
		slowReader(t, stream.Recv)
	})
}

// However many streams send, the server holds no more than its budget, and all of them are
// answered.
func TestBudgetOfAllStreams(t *testing.T) {
	const budget, streams, people = 256 << 10, 40, 60
	s := limited(t, func(l *server.Limits) { l.Ingest = budget })
	done := make(chan error, streams)
	for i := range streams {
		var ops []*aloiv1.Operation
		for n := range people {
			ops = append(ops, servertest.Put(person(fmt.Sprintf("source-%d", i), n)))
		}
		go func() {
			_, err := servertest.Stream(t.Context(), s.Ingest, ops...)
			done <- err
		}()
	}
	for left := streams; left > 0; {
		select {
		case err := <-done:
			if left--; err != nil {
				t.Error(err)
			}
		case <-time.After(time.Millisecond):
			if held := s.Served.Held().Ingest; held > budget {
				t.Fatalf("%d bytes are held of %d", held, int64(budget))
			}
		}
	}
	nothingHeld(t, s)
}

// Records that all have one phone and one e-mail address cost what others cost, however many
// there are: such a value is no evidence, and is compared with nothing.
func TestHotContactPoint(t *testing.T) {
	s := servertest.Start(t)
	const rounds, people = 6, 500
	var spent [rounds]uint64
	for round := range rounds {
		var ops []*aloiv1.Operation
		for n := range people {
			r := person("hot", round*people+n)
			r.BirthDate, r.Addresses = "", nil
			r.Names[0] = &aloiv1.Name{Given: letters(round*people + n), Family: letters(7919 * (round*people + n))}
			r.Emails, r.Phones = []string{"accueil@example.org"}, []string{"04 78 11 22 33"}
			ops = append(ops, servertest.Put(r))
		}
		spent[round] = allocated(func() { s.Stream(ops...) })
	}
	if first, last := spent[1], spent[rounds-1]; last > 2*first { // the first fills what all need
		t.Errorf("%d records take %d MiB after %d, and %d MiB after %d", people, last>>20, (rounds-1)*people, first>>20, people)
	}
}

// letters writes a number as a name that is like no other.
func letters(n int) string {
	var b strings.Builder
	for x := uint32(n+1) * 2654435761; x > 0; x /= 26 {
		b.WriteByte(byte('a' + x%26))
	}
	return b.String()
}
