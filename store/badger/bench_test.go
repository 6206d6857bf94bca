package badger

import (
	"testing"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"

	"aloi/store/storetest"
)

// benchRecords is how many records a benchmark loads before it measures.
const benchRecords = 50_000

func benchWith(b *testing.B, o badger.Options) {
	db, err := open(o)
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	storetest.Bench(b, db, benchRecords)
}

func BenchmarkStore(b *testing.B) { benchWith(b, settings(b.TempDir(), Options{})) }

// BenchmarkSettings measures what docs/decisions/0003-badger-settings.md weighs.
func BenchmarkSettings(b *testing.B) {
	for _, tt := range []struct {
		name string
		tune func(o badger.Options) badger.Options
	}{
		{"Chosen", func(o badger.Options) badger.Options { return o }},
		{"Snappy", func(o badger.Options) badger.Options {
			return o.WithCompression(options.Snappy).WithBlockCacheSize(64 << 20)
		}},
		{"ZSTD", func(o badger.Options) badger.Options {
			return o.WithCompression(options.ZSTD).WithBlockCacheSize(64 << 20)
		}},
		{"OnTableRead", func(o badger.Options) badger.Options {
			return o.WithChecksumVerificationMode(options.OnTableRead)
		}},
		{"MemTable128", func(o badger.Options) badger.Options { return o.WithMemTableSize(128 << 20) }},
		{"Block16K", func(o badger.Options) badger.Options { return o.WithBlockSize(16 << 10) }},
		{"L0Tables2", func(o badger.Options) badger.Options { return o.WithNumLevelZeroTables(2) }},
	} {
		b.Run(tt.name, func(b *testing.B) { benchWith(b, tt.tune(settings(b.TempDir(), Options{}))) })
	}
}
