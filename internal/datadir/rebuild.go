package datadir

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"aloi/consent"
	"aloi/engine"
	"aloi/internal/backup"
	"aloi/internal/failpoint"
	"aloi/store"
	"aloi/store/badger"
	"aloi/store/kv"
	"aloi/store/seal"
)

// rebuilding is a data directory that is being made of backups.
type rebuilding struct {
	*Data
	r     *RestoreRequest
	first *backup.Header   // of the full backup
	last  *backup.Manifest // of the file that was read last
	done  Restored

	at          uint64    // the last commit that is in the database
	atTime      time.Time // of that commit
	seen        uint64    // the last commit that was looked at
	forErasures bool      // what comes now is only asked for erasures
	passed      bool      // a commit past the moment that is asked for was seen
	redo        *engine.Redo
}

// rebuild makes a data directory in dir, which is there and holds nothing that counts, and
// verifies it.
func rebuild(ctx context.Context, dir string, r *RestoreRequest) (done *Restored, err error) {
	b := &rebuilding{r: r, Data: &Data{dir: dir, o: Options{Create: true, Master: r.Master, Now: r.Now, Log: r.Log, Progress: r.Progress}}}
	defer func() { err = errors.Join(err, b.close()) }()
	for i := range r.Files {
		if err := b.file(ctx, i); err != nil {
			return nil, fmt.Errorf("%s: %w", r.Files[i], err)
		}
	}
	for _, step := range []func(context.Context) error{b.goOn, b.open, b.reached, b.again, b.verify} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return &b.done, nil
}

// close closes what is open.
func (b *rebuilding) close() error {
	var errs []error
	if b.Engine != nil {
		errs = append(errs, b.Engine.Close())
	}
	if b.DB != nil {
		errs = append(errs, b.DB.Close())
	}
	return errors.Join(errs...)
}

// file takes one backup.
func (b *rebuilding) file(ctx context.Context, i int) error {
	path := b.r.Files[i]
	in, total, err := openFile(path)
	if err != nil {
		return err
	}
	defer in.Close()
	read, err := backup.NewReader(&telling{in, func(n uint64) { b.r.Progress("bytes read", n, total) }, 0}, b.r.Identities)
	if err != nil {
		return err
	}
	defer read.Close()
	var m *backup.Manifest
	if i == 0 {
		m, err = b.full(ctx, read)
	} else {
		m, err = b.increment(ctx, read)
	}
	if err != nil {
		return err
	}
	b.last = m
	if u := b.r.Until.Journal; i == 0 && u > 0 && u < m.Journal {
		return tooLate(&read.Header)
	}
	return b.sameManifest(path, m)
}

func openFile(path string) (*os.File, uint64, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	info, err := in.Stat()
	if err != nil {
		return nil, 0, errors.Join(err, in.Close())
	}
	return in, uint64(info.Size()), nil
}

// telling tells of the bytes that were read.
type telling struct {
	io.Reader
	tell func(uint64)
	n    uint64
}

// Read implements io.Reader.
func (t *telling) Read(p []byte) (int, error) {
	n, err := t.Reader.Read(p)
	t.n += uint64(n)
	t.tell(t.n)
	return n, err
}

// sameManifest compares what was read with the manifest beside it, if there is one, and
// with the one that is expected.
func (b *rebuilding) sameManifest(path string, read *backup.Manifest) error {
	want := b.r.beside
	if want == nil {
		text, err := os.ReadFile(path + backup.Suffix)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if want, err = backup.ParseManifest(string(text)); err != nil {
			return fmt.Errorf("%w: %s: %w", backup.ErrDamaged, path+backup.Suffix, err)
		}
	}
	if !want.Same(read) {
		return fmt.Errorf("%w: it is not the one that its manifest is of", backup.ErrOther)
	}
	return nil
}

// full takes the full backup, with new keys.
func (b *rebuilding) full(ctx context.Context, read *backup.Reader) (m *backup.Manifest, err error) {
	h := &read.Header
	switch {
	case h.Kind != backup.Full:
		return nil, fmt.Errorf("%w: it is an increment, and the full backup comes first", backup.ErrOther)
	case b.r.Key != "" && b.r.Key != h.Key:
		return nil, fmt.Errorf("%w: it is signed with another key", backup.ErrOther)
	case b.r.Until.Commit > 0 && b.r.Until.Commit < h.Commit, !b.r.Until.Time.IsZero() && b.r.Until.Time.Before(h.Time):
		return nil, tooLate(h)
	}
	b.first = h
	if b.o.Rules, err = termsOf(h.Rules, engine.ParseRules); err != nil {
		return nil, err
	}
	if b.o.Policy, err = termsOf(h.Policy, consent.ParsePolicy); err != nil {
		return nil, err
	}
	if b.master, err = b.r.Master.readOrMake(ctx, b.dir); err != nil {
		return nil, err
	}
	b.Keyring = seal.NewKeyring(h.Index, h.Audit)
	if err := b.save(b.Keyring); err != nil {
		return nil, err
	}
	if b.DB, err = badger.Create(ctx, b.path(StoreFolder), badger.Options{
		Logger: b.o.Log, Keyring: b.Keyring, Witness: b.path(WitnessFolder), Now: b.o.Now,
	}, h.Commit, h.Time, func(put func(key, value []byte) error) error {
		m, err = read.Each(ctx, put, nil)
		return err
	}); err != nil {
		return nil, err
	}
	b.at, b.atTime, b.seen = h.Commit, h.Time, h.Commit
	return m, failpoint.Hit("restore/full")
}

func tooLate(h *backup.Header) error {
	return fmt.Errorf("%w: it is of commit %d at %s, later than the moment that is asked for: take an earlier one",
		backup.ErrOther, h.Commit, h.Time.Format(time.RFC3339))
}

// termsOf reads a text that the store works by, nil for none.
func termsOf[T any](text string, parse func([]byte) (*T, error)) (*T, error) {
	if text == "" {
		return nil, nil
	}
	t, err := parse([]byte(text))
	if err != nil {
		return nil, fmt.Errorf("what the store works by is not what this version reads: %w", err)
	}
	return t, nil
}

// increment takes an increment that must go on from the file before.
func (b *rebuilding) increment(ctx context.Context, read *backup.Reader) (*backup.Manifest, error) {
	h := &read.Header
	if err := (&backup.Manifest{Store: h.Store, Key: h.Key, Kind: h.Kind, After: h.After}).Continues(b.last); err != nil {
		return nil, err
	}
	m, err := read.Each(ctx, nil, func(c kv.Commit) error { return b.commit(ctx, c) })
	if err != nil {
		return nil, err
	}
	return m, failpoint.Hit("restore/increment")
}

// commit takes the next commit: into the database up to the moment that is asked for, and
// then for what must be done again.
func (b *rebuilding) commit(ctx context.Context, c kv.Commit) error {
	if c.Number != b.seen+1 {
		return fmt.Errorf("%w: commit %d is missing", backup.ErrDamaged, b.seen+1)
	}
	b.seen = c.Number
	b.done.ThroughTime = c.Time
	if b.redo == nil {
		past, err := b.r.Until.isBefore(c)
		if err != nil {
			return err
		}
		if !past && !b.forErasures {
			b.at, b.atTime = c.Number, c.Time
			return b.DB.Replay(ctx, c)
		}
		b.passed = past
		if err := b.gather(ctx); err != nil {
			return err
		}
	}
	return b.redo.Add(c)
}

// gather begins to gather what must be done again: the database is at its moment.
func (b *rebuilding) gather(ctx context.Context) (err error) {
	if b.redo != nil {
		return nil
	}
	if err := b.open(ctx); err != nil {
		return err
	}
	b.redo, err = b.Engine.NewRedo(ctx)
	return err
}

// isBefore reports whether a commit comes after the moment.
func (m Moment) isBefore(c kv.Commit) (bool, error) {
	switch {
	case m.Commit > 0:
		return c.Number > m.Commit, nil
	case !m.Time.IsZero():
		return c.Time.After(m.Time), nil
	case m.Journal == 0:
		return false, nil
	}
	for _, x := range c.Writes {
		w, err := store.ReadWrite(x)
		if err != nil {
			return false, err
		}
		if w.Kind == store.WroteJournal && w.Sequence > m.Journal {
			return true, nil
		}
	}
	return false, nil
}
