package store

import (
	"encoding/binary"
	"runtime/debug"

	"aloi"
	"aloi/store/internal/slab"
	"aloi/store/kv"
)

// Links are kept in memory, in maxLinkBytes, or where the program's memory is limited its share
// of that: a part in linkShare. Those of a record take some 60 bytes.
const (
	maxLinkBytes = 768 << 20
	linkShare    = 16
)

// placeCache keeps what a batch reads of record after record: its links, and the entity that
// it is in. It holds what the last transaction left and has no versions, so that only the next
// transaction takes from it, as long as that has written nothing of the kind itself. All other
// readers read what is stored, or the read cache.
type placeCache struct {
	links *slab.Map // encoded, empty for none
	homes *slab.Numbers
}

func newPlaceCache() *placeCache {
	const asItIs = -1 // the limit is read, and not set
	return &placeCache{slab.New(int(min(maxLinkBytes, debug.SetMemoryLimit(asItIs)/linkShare))), slab.NewNumbers()}
}

// load reads the places of loadRecords records into memory, before anybody writes: else the
// first batches after a start would read them one by one. What is damaged is left to those who
// need it.
func (c *placeCache) load(r *Reader, from uint64) error {
	linked := make([]bool, loadRecords)
	unread := r.scan(numberRange(famLinks, from), func(key, payload []byte) error {
		record := binary.BigEndian.Uint64(key[1:])
		linked[record-from] = true
		c.links.Set(uint32(record), 0, payload)
		return nil
	})
	if err := exceptDamage(unread); err != nil {
		return err
	}
	return exceptDamage(r.scan(numberRange(famEntityOf, from), func(key, payload []byte) error {
		record := binary.BigEndian.Uint64(key[1:])
		if unread == nil && !linked[record-from] {
			c.links.Set(uint32(record), 0, nil)
		}
		if len(payload) == 8 {
			c.homes.Set(uint32(record), binary.BigEndian.Uint64(payload))
		}
		return nil
	}))
}

// exceptDamage turns what is wrong with a stored value into nil.
func exceptDamage(err error) error {
	if aloi.CodeOf(coded(err)) == aloi.CodeCorrupt {
		return nil
	}
	return err
}

// numberRange is loadRecords keys of a family, from a number on.
func numberRange(family byte, from uint64) kv.Range {
	return kv.Range{Start: numberKey(family, from), End: numberKey(family, from+loadRecords)}
}

// places returns what may be read of a record from memory, nil for nothing.
func (r *Reader) places(record uint64) *placeCache {
	if !r.keeps || record > MaxRecordNumber {
		return nil
	}
	return r.s.blocks.prepared.places
}

// EntityOf returns the number of the entity that a record is in, 0 for none.
func (r *Reader) EntityOf(record uint64) (uint64, error) {
	c := r.places(record)
	if c != nil {
		if entity, known := c.homes.Get(uint32(record)); known {
			return entity, nil
		}
	}
	entity, err := r.number(numberKey(famEntityOf, record))
	if err == nil && c != nil {
		c.homes.Set(uint32(record), entity)
	}
	return entity, err
}

// Links returns the links of a record, ascending by the other record.
func (r *Reader) Links(record uint64) (links []Link, err error) {
	c := r.places(record)
	if c != nil && c.links.Get(uint32(record), func(_ uint64, s []byte) { links, err = decodeLinks(s) }) {
		return links, err
	}
	key := numberKey(famLinks, record)
	payload, err := r.recall(key, nil)
	if err = absent(err); err != nil {
		return nil, err
	}
	if links, err = decodeLinks(payload); err != nil {
		return nil, corrupt(key, err.Error())
	}
	if c != nil {
		c.links.Set(uint32(record), 0, payload)
	}
	return links, nil
}

// placeEdits is what a transaction has written of what placeCache keeps, in its order.
type placeEdits struct {
	links []linksEdit
	homes []homeEdit
}

type linksEdit struct {
	record uint64
	links  []byte // encoded
}

type homeEdit struct{ record, entity uint64 }

// SetLinks stores the links of a record, which must ascend by the other record.
func (w *Writer) SetLinks(record uint64, links []Link) error {
	w.keeps = false
	payload := encodeLinks(links)
	err := w.putOrDelete(w.encoder.numberKey(famLinks, record), payload, len(links) == 0)
	if err == nil {
		w.placed.links = append(w.placed.links, linksEdit{record, payload})
	}
	return err
}

// SetEntityOf stores which entity a record is in.
func (w *Writer) SetEntityOf(record, entity uint64) error {
	w.keeps = false
	err := w.putNumber(w.encoder.numberKey(famEntityOf, record), entity)
	if err == nil {
		w.placed.homes = append(w.placed.homes, homeEdit{record, entity})
	}
	return err
}

// keep makes known what a transaction has written. Links come in its order: the last are those
// that count.
func (c *placeCache) keep(edits *placeEdits) {
	for _, e := range edits.links {
		if e.record <= MaxRecordNumber {
			c.links.Set(uint32(e.record), 0, e.links)
		}
	}
	for _, e := range edits.homes {
		if e.record <= MaxRecordNumber {
			c.homes.Set(uint32(e.record), e.entity)
		}
	}
}

// undo forgets what keep has made known.
func (c *placeCache) undo(edits *placeEdits) {
	for _, e := range edits.links {
		c.forget(e.record)
	}
	for _, e := range edits.homes {
		c.forget(e.record)
	}
}

// forget forgets a record.
func (c *placeCache) forget(record uint64) {
	if record <= MaxRecordNumber {
		c.links.Delete(uint32(record))
		c.homes.Delete(uint32(record))
	}
}
