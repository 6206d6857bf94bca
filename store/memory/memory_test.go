package memory_test

import (
	"testing"

	"aloi/store/kv"
	"aloi/store/memory"
	"aloi/store/storetest"
)

func TestPromises(t *testing.T) {
	storetest.Run(t, func(*testing.T) kv.DB { return memory.New() })
}

func BenchmarkStore(b *testing.B) {
	db := memory.New()
	defer db.Close()
	storetest.Bench(b, db, 20_000)
}
