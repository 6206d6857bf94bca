package store

import (
	"context"
	"errors"

	"aloi/store/kv"
)

var errEnded = errors.New("the end of the test's disk")

// endingDB is a database whose commits of Update fail after some, with nothing written.
type endingDB struct {
	kv.DB
	after int   // commits that are made until each fails; -1 for all
	err   error // of a commit that fails, errEnded where it is nil
	// failed, if not nil, is called when a commit has failed, before anybody is told.
	failed func()
}

// Update implements kv.DB.
func (d *endingDB) Update(ctx context.Context, fn func(kv.Txn) error) error {
	failing := d.after == 0
	err := d.DB.Update(ctx, func(tx kv.Txn) error {
		if err := fn(tx); err != nil || d.after < 0 {
			return err
		}
		if d.after == 0 {
			if d.err != nil {
				return d.err
			}
			return errEnded
		}
		d.after--
		return nil
	})
	if failing && d.failed != nil {
		d.failed()
	}
	return err
}
