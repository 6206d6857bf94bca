//go:build !unix

package badger

import "os"

// lock leaves it to Badger to keep a second process out.
func lock(path string) (*os.File, error) { return os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600) }
