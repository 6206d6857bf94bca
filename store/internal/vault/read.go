package vault

import (
	"context"

	"aloi/store/kv"
	"aloi/store/seal"
	"aloi/store/witness"
)

// ReadArchive is Commits of a log alone, without the database that it is of.
func ReadArchive(ctx context.Context, log *witness.Log, k *seal.Keyring, after uint64, fn func(kv.Commit) error) error {
	c, err := seal.NewCipher(k)
	if err != nil {
		return err
	}
	s := &State{log: log, archive: true, cipher: &ciphers{}}
	s.cipher.Store(c)
	last, _ := log.Last()
	s.head.commit = last.Commit
	return s.Commits(ctx, after, fn)
}
