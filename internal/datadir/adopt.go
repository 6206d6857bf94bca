package datadir

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"aloi/internal/audit"
	"aloi/internal/failpoint"
	"aloi/store/seal"
)

// What a directory of before keyrings held its keys in, in the clear.
const (
	secretFile  = "secret.key" // keyed the hashes that stand in keys
	auditFile   = "audit.key"  // signed the heads of the audit log
	secretBytes = 32
)

// A directory of before is adopted in steps, and each may be the last before a crash: the
// keyring is made of the files, marked Adopting; the store is opened, which seals what is
// in it; the keyring is saved without the mark; the files go. As long as the mark is there
// the files say what the index key and the audit key are, so that a wrong one can still be
// put right.

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

// goOnAdopting goes on where a start broke off: before everything was sealed, or before the
// files were removed.
func (d *Data) goOnAdopting(there map[string]bool) error {
	switch {
	case d.Keyring.Adopting && !d.o.Create:
		return d.needsServer()
	case !d.Keyring.Adopting && d.o.Create:
		return d.removeKeysOfBefore()
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

// endAdoption takes the mark away, now that everything is sealed, and removes the files.
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
	return syncDir(d.dir)
}
