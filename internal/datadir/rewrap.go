package datadir

import (
	"context"
	"errors"
	"fmt"
)

// Rewrap seals the keyring of a directory with another master key. No server may have it
// open: that one would seal it with the former key when it changes it next. The store and
// its values are as before; a copy of the former keyring still opens with the former key.
func Rewrap(ctx context.Context, dir string, from, to MasterSource) (err error) {
	if to.isDefault() {
		return errors.New("datadir: say where the new master key is")
	}
	if err := makePlace(dir, false); err != nil {
		return err
	}
	lock, err := lockPlace(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	d := &Data{dir: dir}
	there, err := is(d.path(KeyringFile))
	if err != nil {
		return err
	}
	if !there {
		return fmt.Errorf("%s %w: it has no keyring", dir, ErrNoData)
	}
	former, err := from.read(ctx, dir)
	if err != nil {
		return err
	}
	if d.master, err = to.read(ctx, dir); err != nil {
		return err
	}
	k, err := loadKeyring(d.path(KeyringFile), former, from.name(dir))
	if err != nil {
		return err
	}
	return d.save(k)
}
