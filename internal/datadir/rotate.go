package datadir

import (
	"context"
	"errors"
	"sync"

	"aloi"
	"aloi/internal/failpoint"
	"aloi/store/kv"
	"aloi/store/seal"
)

// rotation is the keyring of now, and how far a rotation is.
type rotation struct {
	running sync.Mutex // one at a time

	mu       sync.Mutex
	keyring  *seal.Keyring
	resealed uint64
}

// errRotating refuses a second rotation.
var errRotating = &aloi.Error{Code: aloi.CodeRefused, Reason: "ROTATION_UNDER_WAY", Message: "a rotation of the keys is under way"}

// Rotate gives the store a new data key, seals everything anew, looks at every value, and
// then forgets the former keys. A rotation that broke off is gone on with instead. It
// returns the id of the key that everything is sealed with.
func (d *Data) Rotate(ctx context.Context, progress func(done, total uint64)) (active uint32, err error) {
	if !d.rotation.running.TryLock() {
		return 0, errRotating
	}
	defer d.rotation.running.Unlock()
	k, err := d.withNewKey()
	if err != nil {
		return 0, err
	}
	if err := d.DB.Rekey(ctx, k); err != nil {
		return 0, d.rotationFailed(err)
	}
	if err := failpoint.Hit("datadir/rotate-new"); err != nil {
		return 0, err
	}
	if _, err := d.DB.Reseal(ctx, d.counted(progress)); err != nil {
		return 0, d.rotationFailed(err)
	}
	if err := failpoint.Hit("datadir/rotate-resealed"); err != nil {
		return 0, err
	}
	k = k.Clone()
	k.DropOld()
	if err := d.change(k); err != nil {
		return 0, err
	}
	if err := failpoint.Hit("datadir/rotate-dropped"); err != nil {
		return 0, err
	}
	return k.Active, d.DB.Rekey(ctx, k)
}

// withNewKey returns a keyring with a new data key, saved; one that has several already is
// of a rotation that broke off.
func (d *Data) withNewKey() (*seal.Keyring, error) {
	k := d.keyring().Clone()
	if len(k.Data) > 1 {
		return k, nil
	}
	k.Rotate()
	return k, d.change(k)
}

// keyring is the keyring of now.
func (d *Data) keyring() *seal.Keyring {
	d.rotation.mu.Lock()
	defer d.rotation.mu.Unlock()
	if d.rotation.keyring == nil {
		return d.Keyring
	}
	return d.rotation.keyring
}

// change saves another keyring, and makes it that of now.
func (d *Data) change(k *seal.Keyring) error {
	if err := d.save(k); err != nil {
		return err
	}
	d.rotation.mu.Lock()
	defer d.rotation.mu.Unlock()
	d.rotation.keyring, d.rotation.resealed = k, 0
	return nil
}

// counted keeps the progress for Status, and passes it on.
func (d *Data) counted(progress func(done, total uint64)) func(done, total uint64) {
	return func(done, total uint64) {
		d.rotation.mu.Lock()
		d.rotation.resealed = done
		d.rotation.mu.Unlock()
		if progress != nil {
			progress(done, total)
		}
	}
}

// rotationFailed says what broke a rotation off. A commit of unknown outcome, and a value
// that does not open, are the end of the store.
func (d *Data) rotationFailed(err error) error {
	switch {
	case errors.Is(err, kv.ErrUnknown):
		err = &aloi.Error{Code: aloi.CodeUnavailable, Message: "the store failed: the rotation goes on when it is asked for again", Err: err}
		d.fail(err)
	case errors.Is(err, kv.ErrCorrupt):
		err = coded(err)
		d.fail(err)
	case errors.Is(err, kv.ErrFull):
		err = &aloi.Error{Code: aloi.CodeFull, Message: "the disk is nearly full: the rotation goes on when it is asked for again", Err: err}
	}
	return err
}

// coded gives an error of the database the code that clients know it by.
func coded(err error) error {
	switch {
	case errors.Is(err, kv.ErrCorrupt):
		return &aloi.Error{Code: aloi.CodeCorrupt, Message: "stored data is damaged", Err: err}
	case errors.Is(err, kv.ErrClosed), errors.Is(err, kv.ErrUnknown):
		return &aloi.Error{Code: aloi.CodeUnavailable, Message: "the store is closed, or has failed", Err: err}
	}
	return err
}
