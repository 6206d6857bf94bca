package main

import (
	"context"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	aloiv1 "aloi/proto/aloi/v1"
)

// limits measures what the parts below Aloi could do at most on this machine, each alone, and
// which share of that Aloi reaches.
func (b *bench) limits(ctx context.Context, r *report) error {
	m, err := b.load("messages", nil)
	if err != nil {
		return err
	}
	dir, err := b.filled(ctx, r, m)
	if err != nil {
		return err
	}
	ours, _, err := b.kept("stream", b.records)
	if err != nil {
		return err
	}
	r.printf("limits: what is below Aloi, each alone, both ends on this machine. Aloi took %.0f records/s, %.1f µs of the server's CPU each\n\n", ours.RecordsPerSecond, ours.ServerMicros)
	share := func(limit float64) float64 { return 100 * ratio(ours.RecordsPerSecond, limit) }
	messages, err := b.rawMessages(ctx, r, m)
	if err != nil {
		return err
	}
	r.printf("  Aloi reaches %.0f %% of that\n", share(messages))
	written, err := b.rawBadger(r, dir)
	if err != nil {
		return err
	}
	r.printf("  Aloi reaches %.0f %% of that\n", share(written))
	return b.rawComparisons(r)
}

// echo is an Ingest that acknowledges everything and keeps nothing.
type echo struct {
	aloiv1.UnimplementedIngestServer
}

// Stream implements aloiv1.IngestServer.
func (echo) Stream(stream grpc.BidiStreamingServer[aloiv1.StreamRequest, aloiv1.StreamResponse]) error {
	for {
		request, err := stream.Recv()
		if err != nil {
			return nil // the end of the stream, or of the client
		}
		answer := &aloiv1.StreamResponse{}
		for _, op := range request.GetOperations() {
			answer.Acknowledgements = append(answer.Acknowledgements, &aloiv1.Acknowledgement{Sequence: op.GetSequence(), Outcome: aloiv1.Outcome_OUTCOME_CREATED})
		}
		if err := stream.Send(answer); err != nil {
			return err
		}
	}
}

// rawMessages sends the same messages to a server that does nothing with them, and returns
// records per second.
func (b *bench) rawMessages(ctx context.Context, r *report, m *messages) (float64, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	s := grpc.NewServer()
	aloiv1.RegisterIngestServer(s, echo{})
	served := make(chan error, 1)
	go func() { served <- s.Serve(listener) }()
	conn, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return 0, err
	}
	acked := 0
	sender := &sending{conn: conn, messages: m.again(), streams: b.streams, inFlight: b.inFlight / b.perMessage, acked: func(n int) error { acked += n; return nil }}
	start, cpu := time.Now(), ownCPU()
	if err := sender.send(ctx, b.records/b.perMessage); err != nil {
		return 0, err
	}
	wall, spent := time.Since(start), ownCPU()-cpu
	if err := conn.Close(); err != nil {
		return 0, err
	}
	s.Stop()
	r.printf("gRPC: the same messages, decoded, acknowledged and thrown away: %.0f records/s, CPU of both ends %.2f µs per record\n", rate(acked, wall), perRecord(spent, acked))
	return rate(acked, wall), <-served
}
