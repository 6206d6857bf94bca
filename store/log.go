package store

import (
	"encoding/binary"
	"errors"

	"golang.org/x/mod/sumdb/tlog"

	"aloi/store/kv"
)

// LogEntry is one entry of the audit log.
type LogEntry struct {
	// Leaf is what the log hashes. It holds no personal value.
	Leaf []byte `cbor:"1,keyasint"`
	// Payload and Salt are what the leaf commits to, where that holds no personal value;
	// else they are in the ledger, and go with the record.
	Payload []byte `cbor:"2,keyasint,omitempty"`
	Salt    []byte `cbor:"3,keyasint,omitempty"`
	// Erased is the place, counted from 1, of the entry that says why the payload is gone.
	Erased uint64 `cbor:"4,keyasint,omitempty"`
}

// AppendLog appends entries to a log of that size: the first gets index size, counted
// from 0. The caller counts them in Counters.Log, in the same transaction.
//
// The hashes of the tree are stored as tiles (package tlog), of which each that changes is
// read and written once, however many entries there are.
func (w *Writer) AppendLog(size uint64, entries []LogEntry) error {
	t := &logTiles{r: &w.Reader, read: map[tileID][]byte{}, first: tlog.StoredHashIndex(0, int64(size))}
	if err := t.checkHead(int64(size)); err != nil {
		return err
	}
	for i, e := range entries {
		index := size + uint64(i)
		if err := w.putCBOR(numberKey(famLogEntry, index), e); err != nil {
			return err
		}
		hashes, err := tlog.StoredHashesForRecordHash(int64(index), tlog.RecordHash(e.Leaf), t)
		if err != nil {
			return err
		}
		t.added = append(t.added, hashes...)
	}
	for _, tile := range tlog.NewTiles(tileHeight, int64(size), int64(size)+int64(len(entries))) {
		data, err := tlog.ReadTileData(tile, t)
		if err != nil {
			return err
		}
		if err := w.put(tileKey(tile), data); err != nil {
			return err
		}
	}
	return nil
}

// SetErased marks a log entry, index counted from 0, as one whose payload was destroyed;
// tombstone is the place of the entry that says why, counted from 1.
func (w *Writer) SetErased(index, tombstone uint64) error {
	e, err := w.LogEntry(index)
	if err != nil {
		return err
	}
	e.Payload, e.Salt, e.Erased = nil, nil, tombstone
	return w.putCBOR(numberKey(famLogEntry, index), e)
}

// LogEntry returns the entry of the log at an index, counted from 0.
func (r *Reader) LogEntry(index uint64) (*LogEntry, error) {
	e := &LogEntry{}
	return e, r.getCBOR(numberKey(famLogEntry, index), e)
}

// EachLogEntry calls fn with every entry of the log from an index on, in order.
func (r *Reader) EachLogEntry(from uint64, fn func(index uint64, e *LogEntry) error) error {
	rg := kv.Prefix([]byte{famLogEntry})
	rg.Start = numberKey(famLogEntry, from)
	return r.scan(rg, func(key, payload []byte) error {
		e := &LogEntry{}
		if err := decode(key, payload, e); err != nil {
			return err
		}
		return fn(binary.BigEndian.Uint64(key[1:]), e)
	})
}

// LogHashes reads the hashes of the log's tree, for tlog.TreeHash, ProveRecord and
// ProveTree. A tile that is missing or too short is an aloi.Error of CodeCorrupt, and so
// is a hash past the log's end. Several goroutines may use it.
func (r *Reader) LogHashes() tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		t := &logTiles{r: r, read: map[tileID][]byte{}, first: noneAdded}
		return t.ReadHashes(indexes)
	})
}

// tileHeight is that of the stored tiles: one holds 2^6 hashes, 2 KiB.
const tileHeight = 6

// tileID is a tile's level and number.
type tileID struct{ level, number int64 }

func tileKey(t tlog.Tile) []byte {
	k := append(make([]byte, 0, 10), famLogHash, byte(t.L))
	return binary.BigEndian.AppendUint64(k, uint64(t.N))
}

// logTiles reads hashes from the stored tiles, each of which it reads once, and from those
// that are being added.
type logTiles struct {
	r     *Reader
	read  map[tileID][]byte
	first int64 // storage index (tlog.StoredHashIndex) of the first that is added
	added []tlog.Hash
}

// noneAdded is past every storage index.
const noneAdded = 1<<63 - 1

// ReadHashes is that of tlog.HashReader.
func (t *logTiles) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		if index >= t.first {
			hashes[i] = t.added[index-t.first]
			continue
		}
		tile := tlog.TileForIndex(tileHeight, index)
		data, err := t.data(tile)
		if err != nil {
			return nil, err
		}
		tile.W = len(data) / tlog.HashSize
		if hashes[i], err = tlog.HashFromTile(tile, data, index); err != nil {
			return nil, corrupt(tileKey(tile), "the tile is too short for the log")
		}
	}
	return hashes, nil
}

// data returns the hashes of a tile.
func (t *logTiles) data(tile tlog.Tile) ([]byte, error) {
	id := tileID{int64(tile.L), tile.N}
	if data, ok := t.read[id]; ok {
		return data, nil
	}
	data, err := t.r.get(tileKey(tile))
	if errors.Is(err, kv.ErrNotFound) {
		return nil, corrupt(tileKey(tile), "a tile of the log is missing")
	}
	if err != nil {
		return nil, err
	}
	if n := len(data); n == 0 || n%tlog.HashSize != 0 || n > tlog.HashSize<<tileHeight {
		return nil, corrupt(tileKey(tile), "not the length of a tile")
	}
	t.read[id] = data
	return data, nil
}

// checkHead holds that the stored log has that size: to append at another would rewrite
// what is proved.
func (t *logTiles) checkHead(size int64) error {
	next := tlog.Tile{H: tileHeight, N: size >> tileHeight}
	want := size % (1 << tileHeight)
	if want == 0 { // a tile begins, after a full one
		found, err := t.r.has(tileKey(next))
		if err != nil {
			return err
		}
		if found {
			return corrupt(tileKey(next), "the log is longer than its count")
		}
		if size == 0 {
			return nil
		}
		next.N, want = next.N-1, 1<<tileHeight
	}
	data, err := t.data(next)
	if err != nil {
		return err
	}
	if int64(len(data)/tlog.HashSize) != want {
		return corrupt(tileKey(next), "the log is of another length than its count")
	}
	return nil
}
