package store

import (
	"context"
	"encoding/binary"
	"runtime"

	"golang.org/x/sync/errgroup"

	"aloi/store/kv"
)

// loadRecords is how many record numbers are read at a time.
const loadRecords = 1 << 14

// load makes the index of the features that are stored, and reads the places of the records, on
// all cores.
func (x *blockIndex) load(ctx context.Context, s *Store) error {
	return s.View(ctx, func(r *Reader) error {
		version, err := r.blockVersion()
		if err != nil {
			return err
		}
		x.version = version
		c, err := r.Counters()
		if err != nil {
			return err
		}
		g, ctx := errgroup.WithContext(ctx)
		g.SetLimit(runtime.GOMAXPROCS(0))
		read := func(part func() error) {
			g.Go(func() error {
				if err := ctx.Err(); err != nil { // another part failed, or nobody waits any more
					return err
				}
				return part()
			})
		}
		for _, rg := range featureRanges(c.NextRecord) {
			read(func() error { return x.loadRange(r, rg) })
		}
		for from := uint64(0); from < min(c.NextRecord, MaxRecordNumber); from += loadRecords {
			read(func() error { return x.prepared.places.load(r, from) })
		}
		return g.Wait()
	})
}

// featureRanges divides the features by the numbers of their records; the last range has
// those past the next number too, of a store that is damaged.
func featureRanges(next uint64) []kv.Range {
	all := kv.Prefix([]byte{famFeatures})
	var ranges []kv.Range
	for from := uint64(0); len(ranges) == 0 || from < next; from += loadRecords {
		ranges = append(ranges, numberRange(famFeatures, from))
	}
	ranges[len(ranges)-1].End = all.End
	return ranges
}

func (x *blockIndex) loadRange(r *Reader, rg kv.Range) error {
	return r.scan(rg, func(key, payload []byte) error {
		f, err := decodeFeatures(payload)
		if err != nil {
			return corrupt(key, err.Error())
		}
		record := binary.BigEndian.Uint64(key[1:])
		if record > MaxRecordNumber {
			return corrupt(key, "no record has such a number")
		}
		for _, id := range f.Blocks {
			x.members.Add(uint64(id), uint32(record))
		}
		x.refs.Add(f.Ref.short(), uint32(record))
		x.prepared.keep(uint32(record), x.version, f)
		return nil
	})
}

// EachBlock calls fn with every block that the index has, in no order: those that have
// members in the state that is read, and any that have some in a later one.
func (r *Reader) EachBlock(fn func(BlockID) error) error {
	return r.s.blocks.members.EachKey(func(key uint64) error { return fn(BlockID(key)) })
}
