package datadir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"aloi/engine"
	"aloi/internal/backup"
	"aloi/internal/durable"
	"aloi/internal/failpoint"
	"aloi/store/seal"
)

// partSuffix is what a directory that is being restored has behind its name, and partMark
// the file that tells it from any other.
const (
	partSuffix = ".part"
	partMark   = "restoring"
)

// ErrNoErasures is returned by Restore when it can't be known who was erased, and who
// refused, since the state that is restored.
var ErrNoErasures = errors.New("what was erased or refused since is not known")

// Moment says up to where a store is restored; the zero value is as far as there is
// something. At most one field is set.
type Moment struct {
	Commit  uint64    // up to this commit
	Time    time.Time // the commits up to this time
	Journal uint64    // the commits whose changes have at most this sequence
}

func (m Moment) isZero() bool { return m == Moment{} }

// RestoreRequest says what a data directory is restored from.
type RestoreRequest struct {
	// Files are a full backup, and increments in their order. A manifest beside one must be
	// its own.
	Files      []string
	Identities backup.Identities
	Until      Moment
	// Archive is a data directory of the same store, however damaged: where the files end,
	// what its commits wrote goes on. Erasures is one that is only asked who was erased, and
	// who refused, since.
	Archive, Erasures string
	// OldMaster is where the master key of that directory comes from.
	OldMaster MasterSource
	// WithoutErasures goes on where it is not known who was erased since.
	WithoutErasures bool
	// Key, if not empty, is the one that the backup must be signed with (audit.pub).
	Key string

	Master   MasterSource // of the new directory
	Now      func() time.Time
	Log      *slog.Logger                          // nil discards
	Progress func(step string, done, total uint64) // nil for none

	beside *backup.Manifest // of the one file; nil: the one that lies beside it
}

// Restored is what Restore has made.
type Restored struct {
	Store            string    // the name of the new store
	Commit           uint64    // of the old one, that its state is of
	Time             time.Time // of that commit
	Journal          uint64
	Records          uint64
	Entities         uint64
	Redone           engine.Redone // what was done again
	Through          uint64        // the last commit that was asked for erasures
	ThroughTime      time.Time
	ErasuresComplete bool   // it is the last one that the old directory knows
	Unread           string // why erasures could not be read
}

// Restore makes a data directory of backups, with new keys, in a directory beside it that
// takes its name at the end, when everything was verified: until then, and after any error,
// there is nothing under dir, which must not be there, or be empty.
//
// The error is backup.ErrDamaged, ErrIdentity or ErrOther for what is refused, ErrDamaged
// when the restored store does not verify, and ErrNoErasures.
func Restore(ctx context.Context, dir string, r RestoreRequest) (*Restored, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	part, err := makePart(dir)
	if err != nil {
		return nil, err
	}
	done, err := rebuild(ctx, part, &r)
	if err == nil {
		err = failpoint.Hit("restore/rename")
	}
	if err == nil {
		err = settle(part, dir)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(part))
	}
	return done, nil
}

// check refuses what can't be done before anything is.
func (r *RestoreRequest) check() error {
	set := 0
	for _, is := range []bool{r.Until.Commit > 0, !r.Until.Time.IsZero(), r.Until.Journal > 0} {
		if is {
			set++
		}
	}
	switch {
	case len(r.Files) == 0:
		return errors.New("there is no backup to restore")
	case set > 1:
		return errors.New("the moment is given in more than one way")
	case r.Archive != "" && r.Erasures != "" && r.Archive != r.Erasures:
		return errors.New("the directory whose archive goes on is the one that knows of erasures, too")
	case r.Archive == "" && r.Erasures == "" && !r.WithoutErasures:
		return fmt.Errorf("%w: name the data directory that the backup is of, if any of it is left; else say that it is to be restored without", ErrNoErasures)
	}
	if r.Log == nil {
		r.Log = slog.New(slog.DiscardHandler)
	}
	if r.Progress == nil {
		r.Progress = func(string, uint64, uint64) {}
	}
	return nil
}

// old is the directory of the store that the backup is of, empty for none.
func (r *RestoreRequest) old() string {
	if r.Archive != "" {
		return r.Archive
	}
	return r.Erasures
}

// makePart makes the directory in which the other is built. One that a restore left that
// broke off is removed.
func makePart(dir string) (string, error) {
	switch entries, err := os.ReadDir(dir); {
	case err == nil && len(entries) > 0:
		return "", fmt.Errorf("%s is not empty: a store is restored to a directory that is not there", dir)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", err
	}
	part := filepath.Clean(dir) + partSuffix
	there, err := is(part)
	if err != nil {
		return "", err
	}
	if there {
		if ours, err := is(filepath.Join(part, partMark)); err != nil || !ours {
			return "", errors.Join(err, fmt.Errorf("%s is in the way: remove it", part))
		}
		if err := os.RemoveAll(part); err != nil {
			return "", err
		}
	}
	if err := makePlace(part, true); err != nil {
		return "", err
	}
	return part, durable.WriteFile(filepath.Join(part, partMark), nil, privateFile)
}

// settle gives the directory its name.
func settle(part, dir string) error {
	if err := errors.Join(os.Remove(filepath.Join(part, partMark)), durable.SyncDir(part)); err != nil {
		return err
	}
	if err := os.Rename(part, dir); err != nil { // it takes the place of an empty one
		return err
	}
	return durable.SyncDir(filepath.Dir(filepath.Clean(dir)))
}

// CheckBackup verifies a backup that was just made, with the private half of a key that it
// was encrypted to beside others: a full one by restoring it into a directory under scratch,
// which is removed again; an increment, of which before is the manifest of what it goes on
// from, by reading all of it.
func CheckBackup(ctx context.Context, file string, manifest, before *backup.Manifest, scratch string, r RestoreRequest) error {
	if manifest.Kind == backup.Increment {
		if err := manifest.Continues(before); err != nil {
			return err
		}
		return readThrough(ctx, file, manifest, r.Identities)
	}
	dir, err := os.MkdirTemp(scratch, ".aloi-verify-*")
	if err != nil {
		return err
	}
	r.Files, r.WithoutErasures, r.beside = []string{file}, true, manifest
	r.Master = MasterSource{Text: seal.NewMaster().String()} // kept nowhere: what is left behind by a crash opens for nobody
	if err = r.check(); err == nil {
		_, err = rebuild(ctx, dir, &r)
	}
	return errors.Join(err, os.RemoveAll(dir))
}
