package badger

import (
	"context"
	"testing"

	"aloi/store/kv"
)

func TestSmoke(t *testing.T) {
	db, err := Open(t.TempDir(), Options{})
	if err != nil { t.Fatal(err) }
	if err := db.Update(context.Background(), func(tx kv.Txn) error { return tx.Set([]byte("a"), []byte("b")) }); err != nil { t.Fatal(err) }
	if err := db.View(context.Background(), func(r kv.Reader) error { v, err := r.Get([]byte("a")); t.Log(string(v)); return err }); err != nil { t.Fatal(err) }
	if err := db.Close(); err != nil { t.Fatal(err) }
}
