package datadir

import (
	"context"
	"errors"
	"fmt"
	"time"

	"aloi/engine"
	"aloi/internal/backup"
	"aloi/internal/failpoint"
	"aloi/store"
	"aloi/store/badger"
	"aloi/store/kv"
	"aloi/store/seal"
)

// goOn takes what commits wrote after the files, from the old directory.
func (b *rebuilding) goOn(ctx context.Context) error {
	if b.r.old() == "" {
		return nil
	}
	b.forErasures = b.r.Archive == ""
	err := b.ask(ctx, &Data{dir: b.r.old()})
	switch {
	case err == nil:
		b.done.ErasuresComplete = true
		return nil
	case ctx.Err() != nil || !b.settled(): // the state itself is not known
		return err
	case !b.r.WithoutErasures:
		return fmt.Errorf("%w: %w", ErrNoErasures, err)
	}
	b.done.Unread = err.Error()
	return nil
}

// settled reports whether the database is at its moment, so that what comes is only asked
// for what must be done again.
func (b *rebuilding) settled() bool { return b.forErasures || b.redo != nil }

// ask reads the commits of a directory of the same store; where they are not kept, and are
// only asked for erasures, it compares the state.
func (b *rebuilding) ask(ctx context.Context, old *Data) error {
	master, err := b.r.OldMaster.read(ctx, old.dir)
	if err != nil {
		return err
	}
	k, err := loadKeyring(old.path(KeyringFile), master, b.r.OldMaster.name(old.dir))
	if err != nil {
		return err
	}
	if k.Store != b.first.Store {
		return fmt.Errorf("%w: %s is of another store", backup.ErrOther, old.dir)
	}
	err = b.archive(ctx, old, k)
	if err == nil || !b.settled() || ctx.Err() != nil || errors.Is(err, backup.ErrOther) {
		return err
	}
	if other := b.compareStates(ctx, old, k); other != nil {
		return fmt.Errorf("%w; and its state: %w", err, other)
	}
	return nil
}

// archive reads the commits.
func (b *rebuilding) archive(ctx context.Context, old *Data, k *seal.Keyring) error {
	last, err := badger.ReadArchive(ctx, old.path(WitnessFolder), k, b.seen, func(c kv.Commit) error {
		b.r.Progress("commits", c.Number, 0)
		return b.commit(ctx, c)
	})
	switch {
	case errors.Is(err, kv.ErrNoArchive):
		return fmt.Errorf("%s does not keep what was committed after commit %d any more: give the increments that come after", old.dir, b.seen)
	case err != nil:
		return fmt.Errorf("%s: %w", old.dir, err)
	case last < b.seen:
		return fmt.Errorf("%w: %s ends with commit %d, before the backup does", backup.ErrOther, old.dir, last)
	}
	return nil
}

// open opens the store, compares it with what the backup says of it, and opens the engine.
func (b *rebuilding) open(ctx context.Context) (err error) {
	if b.Engine != nil {
		return nil
	}
	if b.Store, err = store.Open(ctx, b.DB, b.Keyring.Index); err != nil {
		return corrupt(err)
	}
	if err := b.compare(ctx); err != nil {
		return err
	}
	b.Engine, err = engine.Open(ctx, b.Store, engine.Options{
		Rules: b.o.Rules, Policy: b.o.Policy, AuditKey: b.Keyring.Audit, Now: b.o.Now, Progress: b.r.Progress,
	})
	return corrupt(err)
}

// compare compares the store with the manifest of its state, and notes where its journal is.
func (b *rebuilding) compare(ctx context.Context) error {
	return b.Store.ViewWhole(ctx, func(in *store.Reader, _ kv.Reader, head kv.Head) error {
		state, err := manifestOf(in, head)
		if err != nil {
			return corrupt(err)
		}
		b.done.Commit, b.done.Time, b.done.Journal = b.at, b.atTime, state.Journal
		if b.at != b.last.Commit {
			return nil // between two files: nobody has said anything of it
		}
		want := backup.Manifest{Journal: b.last.Journal, Records: b.last.Records, Entities: b.last.Entities, Log: b.last.Log, Families: b.last.Families}
		if head.Commit != b.at || state.Text() != want.Text() {
			return fmt.Errorf("%w: what was restored is not what its manifest says", backup.ErrDamaged)
		}
		return nil
	})
}

// reached holds that the moment which was asked for was there.
func (b *rebuilding) reached(context.Context) error {
	u := b.r.Until
	if u.isZero() || b.passed || u.Commit > 0 && u.Commit == b.at || u.Journal > 0 && u.Journal == b.done.Journal {
		return nil
	}
	if !u.Time.IsZero() && b.done.ErasuresComplete && !b.forErasures { // all that there is comes before it
		return nil
	}
	return fmt.Errorf("%w: what was given ends with commit %d at %s, before the moment that is asked for: give the increments that come after, or the archive",
		backup.ErrOther, b.at, b.atTime.Format(time.RFC3339Nano))
}

// again does again what must not be forgotten.
func (b *rebuilding) again(ctx context.Context) (err error) {
	b.done.Through = b.seen
	if b.redo == nil {
		return nil
	}
	if err := failpoint.Hit("restore/again"); err != nil {
		return err
	}
	b.done.Redone, err = b.redo.Apply(ctx)
	return err
}

// verify holds that the store is whole.
func (b *rebuilding) verify(ctx context.Context) error {
	report, err := b.Verify(ctx, func(step string, done, total int) { b.r.Progress(step, uint64(done), uint64(total)) })
	if err != nil {
		return corrupt(err)
	}
	if report.Differences > 0 {
		f := engine.Finding{}
		if len(report.Findings) > 0 {
			f = report.Findings[0]
		}
		return fmt.Errorf("%w: %d differences in what was restored, the first: %s, %s: %s; if `aloi verify` finds them in the store, too, the backup is not to blame",
			ErrDamaged, report.Differences, f.Check, f.Where, f.Detail)
	}
	counts, err := b.Engine.Counts(ctx)
	if err != nil {
		return err
	}
	b.done.Store, b.done.Records, b.done.Entities = b.Keyring.Store, counts.Records, counts.Entities
	return b.publish()
}

// readThrough reads a whole backup and compares it with its manifest.
func readThrough(ctx context.Context, path string, want *backup.Manifest, ids backup.Identities) error {
	in, _, err := openFile(path)
	if err != nil {
		return err
	}
	defer in.Close()
	read, err := backup.NewReader(in, ids)
	if err != nil {
		return err
	}
	defer read.Close()
	got, err := read.Each(ctx, func(_, _ []byte) error { return nil }, func(c kv.Commit) error {
		for _, w := range c.Writes {
			if _, err := store.ReadWrite(w); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if !want.Same(got) {
		return fmt.Errorf("%w: it is not what its manifest says", backup.ErrDamaged)
	}
	return nil
}
