package datadir

import (
	"context"
	"io"
)

// BackupRequest says what a backup is of and for whom.
type BackupRequest struct {
	Recipients []string // age1…
	After      uint64   // an increment: what was committed after this commit; 0 for everything
}

// Backup writes a backup of the state of now, encrypted, and returns its signed manifest.
func (d *Data) Backup(ctx context.Context, w io.Writer, r BackupRequest, progress func(done, total uint64)) (manifest string, err error) {
	panic("stub")
}
