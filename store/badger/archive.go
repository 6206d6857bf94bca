package badger

import (
	"context"
	"errors"
	"fmt"

	"aloi/store/internal/vault"
	"aloi/store/kv"
	"aloi/store/seal"
	"aloi/store/witness"
)

// ReadArchive calls fn with each commit after a number, as far as the log of commits in a
// directory has what it wrote, and returns the number of the last commit there. It needs no
// database, and changes nothing: the database may be damaged, gone, or in use. It returns
// kv.ErrNoArchive when the log does not reach back to the next commit, and ErrDamaged where
// it is not as it was written.
func ReadArchive(ctx context.Context, dir string, k *seal.Keyring, after uint64, fn func(kv.Commit) error) (last uint64, err error) {
	log, err := witness.Read(dir, k.Witness)
	if err != nil {
		if errors.Is(err, witness.ErrDamaged) {
			err = fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		return 0, err
	}
	entry, _ := log.Last()
	return entry.Commit, vault.ReadArchive(ctx, log, k, after, fn)
}
