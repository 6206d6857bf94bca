package datadir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"aloi/internal/audit"
	"aloi/internal/durable"
	"aloi/internal/failpoint"
	"aloi/store/seal"
)

// openKeyring gets the master key and with it the keyring, which it makes for a directory
// that is new, or of before keyrings.
func (d *Data) openKeyring(ctx context.Context) error {
	there, err := d.parts()
	switch {
	case err != nil:
		return err
	case there[KeyringFile]:
		return d.loadKeyring(ctx, there)
	case there[secretFile]:
		return d.adopt(ctx)
	case there[StoreFolder] || there[WitnessFolder] || there[PublicFile]:
		return fmt.Errorf("%w: %s is missing, which holds the keys of what is beside it: put it back from a copy of the "+
			"directory, or restore a backup; nothing else opens the store", ErrDamaged, d.path(KeyringFile))
	case !d.o.Create:
		return fmt.Errorf("%s %w", d.dir, ErrNoData)
	}
	return d.newKeyring(ctx)
}

// parts says which parts of a directory are there.
func (d *Data) parts() (map[string]bool, error) {
	there := map[string]bool{}
	for _, name := range []string{KeyringFile, PublicFile, StoreFolder, WitnessFolder, secretFile, auditFile, beforeFolder} {
		var err error
		if there[name], err = is(d.path(name)); err != nil {
			return nil, err
		}
	}
	return there, nil
}

// newKeyring makes the keys of a new store.
func (d *Data) newKeyring(ctx context.Context) (err error) {
	if d.master, err = d.o.Master.readOrMake(ctx, d.dir); err != nil {
		return err
	}
	if err := failpoint.Hit("datadir/new-master"); err != nil {
		return err
	}
	d.Keyring = seal.NewKeyring(nil, "")
	if d.Keyring.Audit, err = newAuditKey(d.Keyring.Store); err != nil {
		return err
	}
	return errors.Join(d.save(d.Keyring), failpoint.Hit("datadir/new-keyring"))
}

// logNameDigits is how much of the name of a store is in the name of its audit log.
const logNameDigits = 8

// newAuditKey returns the key that signs the heads of a store's log.
func newAuditKey(store string) (string, error) {
	key, _, err := audit.NewKey("aloi/" + store[:logNameDigits])
	return key, err
}

// loadKeyring opens the keyring that is there.
func (d *Data) loadKeyring(ctx context.Context, there map[string]bool) (err error) {
	if !there[StoreFolder] && !there[beforeFolder] {
		if there[PublicFile] || there[WitnessFolder] {
			return fmt.Errorf("%w: %s is missing, and %s tells that there was one: put it back, or restore a backup",
				ErrDamaged, d.path(StoreFolder), d.path(PublicFile))
		}
		if !d.o.Create {
			return fmt.Errorf("%s %w", d.dir, ErrNoData)
		}
	}
	if d.master, err = d.o.Master.read(ctx, d.dir); err != nil {
		return err
	}
	if d.Keyring, err = loadKeyring(d.path(KeyringFile), d.master, d.o.Master.name(d.dir)); err != nil {
		return err
	}
	if d.Keyring.Adopting || there[secretFile] || there[auditFile] || there[beforeFolder] {
		return d.goOnAdopting(there)
	}
	return nil
}

// loadKeyring reads a keyring with a master key that comes from somewhere.
func loadKeyring(path string, m seal.Master, from string) (*seal.Keyring, error) {
	k, err := seal.Load(path, m)
	switch {
	case errors.Is(err, seal.ErrOtherMaster):
		return nil, fmt.Errorf("%w: that of %s is not the one that sealed %s", ErrKey, from, path)
	case errors.Is(err, seal.ErrDamaged):
		return nil, fmt.Errorf("%w: %w; put it back from a copy of the directory, or restore a backup", ErrDamaged, err)
	case err != nil:
		return nil, err
	}
	return k, nil
}

// save writes the keyring, durably.
func (d *Data) save(k *seal.Keyring) error {
	return saveKeyring(k, d.dir, d.path(KeyringFile), d.master)
}

func saveKeyring(k *seal.Keyring, dir, path string, m seal.Master) error {
	if err := k.Save(path, m); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return durable.SyncDir(dir)
}

// publicKey is the key that anybody checks the heads of the log by.
func (d *Data) publicKey() (string, error) {
	half, err := audit.PublicKey(d.Keyring.Audit)
	if err != nil {
		return "", fmt.Errorf("%w: the audit key in %s signs nothing", ErrDamaged, d.path(KeyringFile))
	}
	return half, nil
}

// checkPublic compares the public key with the one that is stored, if there is one.
func (d *Data) checkPublic() error {
	half, err := d.publicKey()
	if err != nil {
		return err
	}
	stored, err := os.ReadFile(d.path(PublicFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && strings.TrimSpace(string(stored)) != half:
		return fmt.Errorf("%w: %s is not the public half of the key in %s: one of the two is of another store, or was changed",
			ErrDamaged, d.path(PublicFile), d.path(KeyringFile))
	}
	return err
}

// publish writes the public key where it is not there yet.
func (d *Data) publish() error {
	there, err := is(d.path(PublicFile))
	if err != nil || there {
		return err
	}
	half, err := d.publicKey()
	if err != nil {
		return err
	}
	return errors.Join(failpoint.Hit("datadir/publish"), durable.WriteFile(d.path(PublicFile), []byte(half+"\n"), publicFile))
}
