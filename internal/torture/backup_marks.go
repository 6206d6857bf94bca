package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"filippo.io/age"

	"aloi/internal/backup"
)

// backupScript makes a backup of a store that no server has open, and one more if that one
// was not finished.
func backupScript(ctx context.Context, v *visit) error {
	if err := v.filled(ctx); err != nil {
		return err
	}
	key, err := v.backupKey()
	if err != nil {
		return err
	}
	file := v.path("backup")
	if err := discard(file, file+backup.Suffix); err != nil {
		return err
	}
	args := []string{"backup", "--data", v.data, "--to", file, "--recipient", key}
	if err := v.command(ctx, args...); err == nil && v.seen {
		return errors.New("a backup that failed was said to be made")
	}
	if _, err := os.Lstat(file); v.seen && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("a backup that failed is under its name: %v", err)
	} else if v.seen {
		if _, err := v.aloi(ctx, args...); err != nil {
			return err
		}
	}
	return v.recover(ctx)
}

// restoreScript restores a moment between a full backup and the increment after it, so that
// there is something to do again.
func restoreScript(ctx context.Context, v *visit) error {
	if err := v.filled(ctx); err != nil {
		return err
	}
	key, err := v.backupKey()
	if err != nil {
		return err
	}
	full, more, to := v.path("full"), v.path("more"), v.path("restored")
	if err := discard(full, full+backup.Suffix, more, more+backup.Suffix, to); err != nil {
		return err
	}
	made, err := v.aloi(ctx, "backup", "--json", "--data", v.data, "--to", full, "--recipient", key)
	if err != nil {
		return err
	}
	p, err := serve(v.program, v.data)
	if err != nil {
		return err
	}
	if err := errors.Join(v.load(ctx, p, loadOperations), p.stop()); err != nil {
		return err
	}
	if _, err := v.aloi(ctx, "backup", "--data", v.data, "--to", more, "--recipient", key, "--after", full+backup.Suffix); err != nil {
		return err
	}
	commit, err := commitOf(made)
	if err != nil {
		return err
	}
	args := []string{"restore", full, more, "--identity", v.path("backup.key"), "--data", to, "--until", fmt.Sprint(commit), "--without-erasures"}
	if err := v.command(ctx, args...); err == nil && v.seen {
		return errors.New("a restore that failed was said to be done")
	}
	if _, err := os.Lstat(to); v.seen && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("a restore that failed left a directory: %v", err)
	} else if v.seen {
		if _, err := v.aloi(ctx, args...); err != nil {
			return err
		}
	}
	return errors.Join(verify(ctx, v.program, to), v.recover(ctx))
}

// backupKey makes a key pair in the file backup.key, and returns the public half.
func (v *visit) backupKey() (recipient string, err error) {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		return "", err
	}
	return id.Recipient().String(), os.WriteFile(v.path("backup.key"), []byte(id.String()+"\n"), 0o600)
}

// discard removes what an earlier hit left.
func discard(paths ...string) (err error) {
	for _, p := range paths {
		err = errors.Join(err, os.RemoveAll(p))
	}
	return err
}
