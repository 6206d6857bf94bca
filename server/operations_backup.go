package server

import (
	"bufio"

	"google.golang.org/grpc"

	"aloi/internal/datadir"
	aloiv1 "aloi/proto/aloi/v1"
)

// backupChunk is how much of a backup goes into one message, in bytes.
const backupChunk = 256 << 10

// Backup sends a backup of the state of now. It reads as fast as its client takes it, and
// holds that state for as long.
func (s *operations) Backup(req *aloiv1.BackupRequest, stream grpc.ServerStreamingServer[aloiv1.BackupResponse]) error {
	if err := mustBeLocal(stream.Context()); err != nil {
		return err
	}
	to := &chunks{stream: stream}
	buffered := bufio.NewWriterSize(to, backupChunk)
	manifest, err := s.data.Backup(stream.Context(), buffered, datadir.BackupRequest{Recipients: req.GetRecipients(), After: req.GetAfter()}, to.at)
	if err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return err
	}
	return stream.Send(&aloiv1.BackupResponse{Done: to.done, Total: to.total, Manifest: manifest})
}

// chunks sends what is written to it, with how far the backup is.
type chunks struct {
	stream      grpc.ServerStreamingServer[aloiv1.BackupResponse]
	done, total uint64
}

func (c *chunks) at(done, total uint64) { c.done, c.total = done, total }

// Write implements io.Writer.
func (c *chunks) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		n := min(len(rest), backupChunk)
		if err := c.stream.Send(&aloiv1.BackupResponse{Chunk: rest[:n], Done: c.done, Total: c.total}); err != nil {
			return 0, err
		}
		rest = rest[n:]
	}
	return len(p), nil
}
