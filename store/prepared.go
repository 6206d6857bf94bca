package store

import (
	"runtime/debug"

	"aloi/store/internal/slab"
)

// Prepared records are kept in memory, in maxPreparedBytes, or where the program's memory is
// limited its share of that: a part in preparedShare. One takes some 180 bytes. Where there is no
// room for all, a record that comes reads a dozen from the database.
const (
	maxPreparedBytes = 2 << 30
	preparedShare    = 8
)

// preparedCache keeps the prepared records, which every comparison needs, with the version of
// the block index that they came with: a reader takes those that are no younger than what it
// reads. With them are the places of the records, which are for the writer alone.
type preparedCache struct {
	slab   *slab.Map
	places *placeCache
}

func newPreparedCache() *preparedCache {
	const asItIs = -1 // the limit is read, and not set
	return &preparedCache{slab.New(int(min(maxPreparedBytes, debug.SetMemoryLimit(asItIs)/preparedShare))), newPlaceCache()}
}

// keep keeps the reference and the prepared record of features.
func (c *preparedCache) keep(record uint32, version uint64, f *Features) {
	var buf [512]byte
	c.slab.Set(record, version, append(append(buf[:0], f.Ref[:]...), f.Prepared...))
}

// Prepared calls fn with the reference and the prepared record of a record's features, from
// memory where that fits what the reader reads. fn must not keep the bytes. In a transaction
// they may be those of before it.
func (r *Reader) Prepared(record uint64, fn func(ref RefHash, prepared []byte) error) error {
	version, err := r.blockVersion()
	if err != nil {
		return err
	}
	cache, hit := r.s.blocks.prepared, false
	if record <= MaxRecordNumber {
		cache.slab.Get(uint32(record), func(stamp uint64, s []byte) {
			if hit = stamp <= version; hit {
				err = fn(RefHash(s[:len(RefHash{})]), s[len(RefHash{}):])
			}
		})
	}
	if hit {
		return err
	}
	f, err := r.Features(record)
	if err != nil {
		return err
	}
	if r.keeps {
		cache.keep(uint32(record), version, f)
	}
	return fn(f.Ref, f.Prepared)
}

// index makes what a transaction changed of features, links and places known in memory, before
// its commit.
func (w *Writer) index() {
	x := w.s.blocks
	if w.indexed {
		x.apply(w.moves)
	}
	for number, f := range w.fresh {
		x.prepared.keep(uint32(number), x.version, f)
	}
	x.prepared.places.keep(&w.placed)
	for _, number := range w.gone {
		x.prepared.slab.Delete(uint32(number))
		x.prepared.places.forget(number)
	}
}

// unindex takes that back, of a commit that was not made, before the next transaction reads,
// or once one that was computed on it has.
func (w *Writer) unindex() {
	places := w.s.blocks.prepared.places
	places.undo(&w.placed)
	for _, number := range w.gone { // that it has nothing may be known by now
		places.forget(number)
	}
	for number := range w.fresh {
		w.s.blocks.prepared.slab.Delete(uint32(number))
	}
	if w.indexed {
		w.s.blocks.revert()
	}
}
