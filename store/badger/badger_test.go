package badger

import (
	"testing"

	"aloi/store/kv"
	"aloi/store/storetest"
)

func openDir(t *testing.T, dir string) kv.DB {
	t.Helper()
	db, err := Open(dir, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestPromises(t *testing.T) {
	storetest.Run(t, func(t *testing.T) kv.DB { return openDir(t, t.TempDir()) })
}

func TestDurable(t *testing.T) { storetest.RunDurable(t, openDir) }
