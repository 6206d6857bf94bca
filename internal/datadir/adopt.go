package datadir

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"aloi/internal/audit"
	"aloi/internal/durable"
	"aloi/internal/failpoint"
	"aloi/store"
	"aloi/store/badger"
	"aloi/store/kv"
	"aloi/store/seal"
)

// What a directory of before keyrings held its keys in, in the clear.
const (
	secretFile  = "secret.key" // keyed the hashes that stand in keys
	auditFile   = "audit.key"  // signed the heads of the audit log
	secretBytes = 32
)

// What is beside the store while its sealed copy is made, and until the copy is in its place.
const (
	copyFolder   = "store.sealed" // holds the copy and its log of commits
	beforeFolder = "store.before" // the store in the clear, to be removed
)

// A directory of before is adopted in steps, and each may be the last before a crash: the
// keyring is made of the files, marked Adopting; a sealed copy of the store is made; the
// store steps aside; the copy takes its place and is opened; the keyring is saved without the
// mark; what is in the clear goes. A copy, because what is replaced within a database stays in its
// files for as long as nothing else is written. As long as the mark is there the files say
// what the index key and the audit key are, so that a wrong one can still be put right.

// adopt makes the keyring of a directory of before.
func (d *Data) adopt(ctx context.Context) (err error) {
	if !d.o.Create {
		return d.needsServer()
	}
	secret, key, err := d.keysOfBefore()
	if err != nil {
		return err
	}
	if d.master, err = d.o.Master.readOrMake(ctx, d.dir); err != nil {
		return err
	}
	d.Keyring = seal.NewKeyring(secret, key)
	d.Keyring.Adopting = true
	if key == "" {
		if d.Keyring.Audit, err = newAuditKey(d.Keyring.Store); err != nil {
			return err
		}
	}
	if err := failpoint.Hit("datadir/adopt-keyring"); err != nil {
		return err
	}
	return d.save(d.Keyring)
}

// needsServer refuses what only a server may begin.
func (d *Data) needsServer() error {
	return fmt.Errorf("%s is of an earlier version of Aloi, which kept its keys and values in the clear: "+
		"start a server on it once, which seals them", d.dir)
}

// keysOfBefore reads the keys in the clear. key is empty for a store of before the audit
// log.
func (d *Data) keysOfBefore() (secret []byte, key string, err error) {
	if secret, err = readPrivate(d.path(secretFile)); err != nil {
		return nil, "", fmt.Errorf("%w: %w", ErrKey, err)
	}
	if len(secret) != secretBytes {
		return nil, "", fmt.Errorf("%w: %s has %d bytes, a secret has %d", ErrKey, d.path(secretFile), len(secret), secretBytes)
	}
	text, err := readPrivate(d.path(auditFile))
	if errors.Is(err, os.ErrNotExist) {
		there, err := is(d.path(PublicFile))
		if there {
			err = fmt.Errorf("%w: %s is missing: the checkpoints of the audit log are signed with it", ErrKey, d.path(auditFile))
		}
		return secret, "", err
	}
	if err != nil {
		return nil, "", fmt.Errorf("%w: %w", ErrKey, err)
	}
	key = strings.TrimSpace(string(text))
	if _, err := audit.PublicKey(key); err != nil {
		return nil, "", fmt.Errorf("%w: %s holds no key that signs", ErrKey, d.path(auditFile))
	}
	return secret, key, nil
}

// goOnAdopting goes on where a start broke off: before everything was sealed, or before what
// is in the clear was removed.
func (d *Data) goOnAdopting(there map[string]bool) error {
	switch {
	case d.Keyring.Adopting && !d.o.Create:
		return d.needsServer()
	case !d.Keyring.Adopting && d.o.Create:
		return d.removeBefore()
	case !d.Keyring.Adopting:
		return nil
	case !there[secretFile]: // the mark was not yet taken away: they are in the keyring
		return nil
	}
	secret, key, err := d.keysOfBefore()
	if err != nil {
		return err
	}
	if key == "" {
		key = d.Keyring.Audit
	}
	if bytes.Equal(secret, d.Keyring.Index) && key == d.Keyring.Audit {
		return nil
	}
	d.Keyring.Index, d.Keyring.Audit = secret, key
	return d.save(d.Keyring)
}

// sealStore puts a sealed copy in the place of the store.
func (d *Data) sealStore(ctx context.Context) error {
	aside, err := is(d.path(beforeFolder))
	if err != nil {
		return err
	}
	if !aside {
		if err := d.copySealed(ctx); err != nil {
			return errors.Join(err, os.RemoveAll(d.path(copyFolder)))
		}
		if err := failpoint.Hit("datadir/adopt-copied"); err != nil {
			return err
		}
		if err := os.Rename(d.path(StoreFolder), d.path(beforeFolder)); err != nil {
			return err
		}
	}
	for _, name := range []string{WitnessFolder, StoreFolder} {
		if err := failpoint.Hit("datadir/adopt-moved"); err != nil {
			return err
		}
		if err := os.Rename(filepath.Join(d.path(copyFolder), name), d.path(name)); ignoreGone(err) != nil {
			return err
		}
	}
	return durable.SyncDir(d.dir)
}

// endAdoption takes the mark away, now that the sealed store has opened, and removes what is
// in the clear.
func (d *Data) endAdoption() error {
	if err := failpoint.Hit("datadir/adopt-sealed"); err != nil {
		return err
	}
	d.Keyring = d.Keyring.Clone()
	d.Keyring.Adopting = false
	if err := d.save(d.Keyring); err != nil {
		return err
	}
	if err := failpoint.Hit("datadir/adopt-marked"); err != nil {
		return err
	}
	d.o.Log.Info("the store is sealed", "keyring", d.path(KeyringFile))
	return d.removeBefore()
}

// copySealed makes a sealed copy of the store, whose secret must be the right one.
func (d *Data) copySealed(ctx context.Context) (err error) {
	if err := os.RemoveAll(d.path(copyFolder)); err != nil { // of a start that broke off
		return err
	}
	from, err := badger.Open(d.path(StoreFolder), badger.Options{Logger: d.o.Log, Space: badger.SpaceOptions{Off: true}})
	if err != nil {
		return storeError(err)
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	if _, err := store.Open(ctx, from, d.Keyring.Index); err != nil {
		return corrupt(err)
	}
	const firstCommit = 1
	to, err := badger.Create(ctx, filepath.Join(d.path(copyFolder), StoreFolder), badger.Options{
		Logger: d.o.Log, Keyring: d.Keyring, Witness: filepath.Join(d.path(copyFolder), WitnessFolder), Now: d.o.Now,
	}, firstCommit, d.o.Now(), func(put func(key, value []byte) error) error { return d.copyInto(ctx, from, put) })
	if errors.Is(err, kv.ErrFull) {
		return fmt.Errorf("%w: a sealed copy of the store is made first: %w", ErrNoRoom, err)
	}
	if err != nil {
		return storeError(err)
	}
	return to.Close()
}

// copyInto puts everything that a database holds, and tells how far it is.
func (d *Data) copyInto(ctx context.Context, from kv.DB, put func(key, value []byte) error) error {
	return from.View(ctx, func(r kv.Reader) error {
		var done, total uint64
		if err := r.Scan(kv.Range{}, func(_, _ []byte) error { total++; return nil }); err != nil {
			return err
		}
		return r.Scan(kv.Range{}, func(key, value []byte) error {
			done++
			d.tellSealing(done, total)
			return put(key, value)
		})
	})
}

// removeBefore removes what is left of before the store was sealed.
func (d *Data) removeBefore() error {
	for _, name := range []string{beforeFolder, copyFolder} {
		if err := os.RemoveAll(d.path(name)); err != nil {
			return err
		}
	}
	return d.removeKeysOfBefore()
}

// removeKeysOfBefore removes the files whose keys the keyring holds. Others stay: nobody
// can tell what they open.
func (d *Data) removeKeysOfBefore() error {
	for _, f := range []struct{ name, held string }{{secretFile, string(d.Keyring.Index)}, {auditFile, d.Keyring.Audit}} {
		text, err := os.ReadFile(d.path(f.name))
		switch {
		case errors.Is(err, os.ErrNotExist):
		case err != nil:
			return err
		case string(text) != f.held && strings.TrimSpace(string(text)) != f.held:
			d.o.Log.Warn("a file of keys is not of this store, and stays", "file", d.path(f.name))
		default:
			if err := os.Remove(d.path(f.name)); err != nil {
				return err
			}
		}
	}
	return durable.SyncDir(d.dir)
}
