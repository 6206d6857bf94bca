package datadir

import (
	"context"
	"errors"
	"fmt"
	"io"

	"aloi"
	"aloi/internal/backup"
	"aloi/internal/failpoint"
	"aloi/store"
	"aloi/store/kv"
)

// BackupRequest says what a backup is of and for whom.
type BackupRequest struct {
	Recipients []string // age1…
	After      uint64   // an increment: what was committed after this commit; 0 for everything
}

// reasonNoArchive is the reason for which there is no increment.
const reasonNoArchive = "NO_ARCHIVE"

// progressKeys is after how many keys, or commits, progress is told.
const progressKeys = 1024

// Backup writes a backup of the state of now, encrypted, and returns its signed manifest.
// Reading and writing go on meanwhile. It is refused for the reason NO_ARCHIVE when what was
// committed after BackupRequest.After is not kept.
func (d *Data) Backup(ctx context.Context, w io.Writer, r BackupRequest, progress func(done, total uint64)) (manifest string, err error) {
	recipients, err := backup.ParseRecipients(r.Recipients)
	if err != nil {
		return "", aloi.Invalid(aloi.Violation{Field: "recipients", Reason: err.Error()})
	}
	b := &backingUp{d: d, progress: progress, after: r.After}
	err = d.Store.ViewWhole(ctx, func(in *store.Reader, all kv.Reader, head kv.Head) error {
		if err := b.begin(w, recipients, head); err != nil {
			return err
		}
		if r.After > 0 {
			err = b.commits(ctx, head)
		} else {
			err = b.keys(all, head)
		}
		if err != nil {
			return err
		}
		manifest, err = b.end(in, head)
		return err
	})
	return manifest, corrupt(err)
}

// backingUp is a backup that is being made.
type backingUp struct {
	d        *Data
	after    uint64
	out      *backup.Writer
	progress func(done, total uint64)
	done     uint64
}

// begin writes the header.
func (b *backingUp) begin(w io.Writer, to backup.Recipients, head kv.Head) (err error) {
	if b.after > head.Commit {
		return aloi.Invalid(aloi.Violation{Field: "after", Reason: fmt.Sprintf("is past the last commit, %d: this store went on from an earlier state", head.Commit)})
	}
	k := b.d.keyring()
	h := backup.Header{Store: k.Store, Kind: backup.Increment, After: b.after, Commit: head.Commit, Time: head.Time, Made: b.d.o.Now().UTC()}
	if b.after == 0 {
		h.Kind, h.Index, h.Audit = backup.Full, k.Index, k.Audit
		if b.d.o.Rules != nil {
			h.Rules = string(b.d.o.Rules.YAML())
		}
		if b.d.o.Policy != nil {
			h.Policy = string(b.d.o.Policy.Text())
		}
	}
	b.out, err = backup.NewWriter(w, to, h, k.Audit)
	return err
}

// tell counts one more key, or commit.
func (b *backingUp) tell(total uint64) {
	if b.done++; b.progress != nil && (b.done%progressKeys == 0 || b.done == total) {
		b.progress(b.done, total)
	}
}

// keys writes every key.
func (b *backingUp) keys(all kv.Reader, head kv.Head) error {
	var total uint64
	for _, f := range head.Families {
		total += f.Keys
	}
	return all.Scan(kv.Range{}, func(key, value []byte) error {
		b.tell(total)
		return b.out.Put(key, value)
	})
}

var errEnough = errors.New("datadir: enough")

// commits writes the commits of an increment. The last one may be in the database before it
// is in the archive, but not before the writer is done with it.
func (b *backingUp) commits(ctx context.Context, head kv.Head) error {
	err := b.d.DB.Update(ctx, func(kv.Txn) error { return errEnough })
	if !errors.Is(err, errEnough) {
		return err
	}
	err = b.d.DB.Commits(ctx, b.after, func(c kv.Commit) error {
		if c.Number > head.Commit { // while the backup was begun
			return errEnough
		}
		b.tell(head.Commit - b.after)
		return b.out.Commit(c)
	})
	switch {
	case errors.Is(err, errEnough):
		return nil
	case errors.Is(err, kv.ErrNoArchive):
		return &aloi.Error{Code: aloi.CodeRefused, Reason: reasonNoArchive,
			Message: fmt.Sprintf("what was committed after commit %d is not kept any more (aloi serve --archive says how much is): make a full backup", b.after)}
	}
	return err
}

// end writes the trailer, and returns the manifest.
func (b *backingUp) end(in *store.Reader, head kv.Head) (manifest string, err error) {
	if err := failpoint.Hit("backup/end"); err != nil {
		return "", err
	}
	state, err := manifestOf(in, head)
	if err != nil {
		return "", err
	}
	return b.out.Close(state)
}

// manifestOf is what a manifest says of a state.
func manifestOf(in *store.Reader, head kv.Head) (m backup.Manifest, err error) {
	c, err := in.Counters()
	if err != nil {
		return m, err
	}
	m = backup.Manifest{Journal: c.Sequence, Records: c.Records, Entities: c.Entities, Log: c.Log}
	for _, f := range head.Families {
		if f.Keys > 0 {
			m.Families = append(m.Families, backup.Family{Prefix: f.Prefix, Keys: f.Keys})
		}
	}
	return m, nil
}
