package server

import (
	"context"

	"google.golang.org/grpc"

	"aloi/internal/datadir"
	aloiv1 "aloi/proto/aloi/v1"
)

// operations is the service for those who run the server.
type operations struct {
	aloiv1.UnimplementedOperationsServer
	data *datadir.Data
}

// GetStatus returns how the server and its store are.
func (s *operations) GetStatus(ctx context.Context, req *aloiv1.GetStatusRequest) (*aloiv1.GetStatusResponse, error) {
	var r reader
	if r.request(req); len(r.violations) > 0 {
		return nil, r.err()
	}
	counts, err := s.data.Engine.Counts(ctx)
	if err != nil {
		return nil, err
	}
	status, err := s.data.Status(ctx)
	if err != nil {
		return nil, err
	}
	out := toStatus(status)
	out.Version = s.data.Engine.Model().Version
	out.Records, out.Entities, out.JournalSequence = counts.Records, counts.Entities, counts.Sequence
	return out, nil
}

// Verify recomputes everything and compares; progress comes first, a message for each
// hundredth of each step.
func (s *operations) Verify(req *aloiv1.VerifyRequest, stream grpc.ServerStreamingServer[aloiv1.VerifyResponse]) error {
	var r reader
	if r.request(req); len(r.violations) > 0 {
		return r.err()
	}
	var told hundredths
	report, err := s.data.Verify(stream.Context(), told.each(func(step string, done, total uint64) {
		// A client that has gone ends the context, and so the verification.
		_ = stream.Send(&aloiv1.VerifyResponse{Step: step, Done: done, Total: total})
	}))
	if err != nil {
		return err
	}
	return stream.Send(&aloiv1.VerifyResponse{Report: toVerifyReport(report)})
}

// RotateKeys seals everything anew with a new key; progress comes first, as with Verify.
func (s *operations) RotateKeys(req *aloiv1.RotateKeysRequest, stream grpc.ServerStreamingServer[aloiv1.RotateKeysResponse]) error {
	if err := mustBeLocal(stream.Context()); err != nil {
		return err
	}
	var r reader
	if r.request(req); len(r.violations) > 0 {
		return r.err()
	}
	var told hundredths
	var last aloiv1.RotateKeysResponse
	tell := told.each(func(_ string, done, total uint64) {
		_ = stream.Send(&aloiv1.RotateKeysResponse{Done: done, Total: total})
	})
	active, err := s.data.Rotate(stream.Context(), func(done, total uint64) {
		last.Done, last.Total = done, total
		tell("", int(done), int(total))
	})
	if err != nil {
		return err
	}
	return stream.Send(&aloiv1.RotateKeysResponse{Done: last.Done, Total: last.Total, Active: active, Finished: true})
}
