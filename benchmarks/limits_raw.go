package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/dgraph-io/badger/v4"

	"aloi/internal/datadir"
	"aloi/internal/synth"
	"aloi/matcher"
)

const (
	// rawBytes is how much of a store is written again at most.
	rawBytes = 512 << 20
	// rawCommitRecords is after how many records' worth of keys the disk is waited for.
	rawCommitRecords = 1_000
)

// rawBadger writes the keys and values that the store was left with into an empty Badger, in
// random order, and returns how many records' worth that is per second.
func (b *bench) rawBadger(r *report, dir string) (float64, error) {
	from, to := filepath.Join(b.work, "raw-from"), filepath.Join(b.work, "raw-to")
	defer os.RemoveAll(from)
	defer os.RemoveAll(to)
	db, err := openCopy(filepath.Join(dir, datadir.StoreFolder), from)
	if err != nil {
		return 0, err
	}
	entries, share, err := sample(db)
	if closed := db.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return 0, err
	}
	left, _, err := b.kept("stream", b.records)
	if err != nil {
		return 0, err
	}
	records := share * float64(left.Used*b.perMessage)
	if err := os.RemoveAll(to); err != nil {
		return 0, err
	}
	bytes := 0
	for _, e := range entries {
		bytes += len(e.Key) + len(e.Value)
	}
	start, cpu := time.Now(), ownCPU()
	if err := writeRaw(to, entries, max(1, int(float64(len(entries))*rawCommitRecords/max(records, 1)))); err != nil {
		return 0, err
	}
	wall, spent := time.Since(start), ownCPU()-cpu
	perSecond := records / wall.Seconds()
	r.printf("Badger: the keys and values that are left of %.0f records (%.1f keys, %.0f bytes each), in random order, fsync each %d records:\n  %.0f records/s, CPU %.1f µs per record\n",
		records, float64(len(entries))/max(records, 1), float64(bytes)/max(records, 1), rawCommitRecords, perSecond, perRecord(spent, int(records)))
	return perSecond, nil
}

// sample returns rawBytes of a database in random order, and which share of it that is.
func sample(db *badger.DB) (entries []*badger.Entry, share float64, err error) {
	lsm, log := db.Size()
	share = min(1, rawBytes/float64(max(lsm+log, 1)))
	rng := rand.New(rand.NewPCG(1, 3))
	err = db.View(func(txn *badger.Txn) error {
		o := badger.DefaultIteratorOptions
		o.PrefetchValues = false
		it := txn.NewIterator(o)
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			if rng.Float64() >= share {
				continue
			}
			value, err := it.Item().ValueCopy(nil)
			if err != nil {
				return err
			}
			entries = append(entries, badger.NewEntry(it.Item().KeyCopy(nil), value))
		}
		return nil
	})
	rng.Shuffle(len(entries), func(i, j int) { entries[i], entries[j] = entries[j], entries[i] })
	return entries, share, err
}

func writeRaw(dir string, entries []*badger.Entry, perCommit int) error {
	db, err := badger.Open(raw(dir))
	if err != nil {
		return err
	}
	for commit := range slices.Chunk(entries, perCommit) {
		batch := db.NewWriteBatch()
		for _, e := range commit {
			if err := batch.SetEntry(e); err != nil {
				return err
			}
		}
		if err := batch.Flush(); err != nil {
			return err
		}
		if err := db.Sync(); err != nil {
			return err
		}
	}
	return db.Close()
}

const (
	// rawRecords are prepared to be compared.
	rawRecords = 50_000
	// rawBlock is the largest block whose records are all compared.
	rawBlock = 50
)

// rawComparisons times the comparator alone, on records that share a key, and says which
// share of a batch it is.
func (b *bench) rawComparisons(r *report) error {
	m, err := matcher.New(matcher.Default())
	if err != nil {
		return err
	}
	source := synth.New(b.seed, min(rawRecords, b.records))
	blocks := map[uint64][]*matcher.Prepared{}
	for {
		record, _, ok := source.Next()
		if !ok {
			break
		}
		p := m.Prepare(record)
		for _, key := range m.AppendKeyHashes(nil, p) {
			blocks[key] = append(blocks[key], p)
		}
	}
	pairs := pairsOf(blocks)
	linked, start := 0, ownCPU()
	for _, pair := range pairs {
		if _, ok := m.Linked(pair[0], pair[1], nil); ok {
			linked++
		}
	}
	each := float64((ownCPU() - start).Nanoseconds()) / float64(max(len(pairs), 1))
	r.printf("comparator: %d pairs of records that share a key, %d of them links: %.0f ns each\n", len(pairs), linked, each)
	batch, ok, err := b.kept("batch", b.records)
	if ok {
		all := each * float64(batch.Comparisons) / 1e9
		r.printf("  the %d comparisons of a batch of %d would take %.1f s of the %.1f s of CPU that it takes with a saved model: %.0f %%\n",
			batch.Comparisons, b.records, all, batch.CPUSeconds, 100*ratio(all, batch.CPUSeconds))
	}
	return err
}

// pairsOf returns each pair of records that are together in a block, once.
func pairsOf(blocks map[uint64][]*matcher.Prepared) [][2]*matcher.Prepared {
	seen := map[[2]*matcher.Prepared]bool{}
	var pairs [][2]*matcher.Prepared
	for _, block := range blocks {
		if len(block) > rawBlock {
			continue
		}
		for i, y := range block {
			for _, x := range block[:i] {
				if pair := [2]*matcher.Prepared{x, y}; x != y && !seen[pair] {
					seen[pair] = true
					pairs = append(pairs, pair)
				}
			}
		}
	}
	return pairs
}
