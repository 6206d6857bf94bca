package store

import (
	"encoding/binary"
	"errors"
	"slices"

	"aloi"
	"aloi/store/kv"
)

// PointHash stands for a contact point in keys: a keyed hash of its canonical form.
type PointHash [16]byte

// PointHash returns the hash of a canonical contact point under the store's secret.
func (s *Store) PointHash(canonical string) PointHash {
	sum := s.hash.sum('p', canonical)
	return PointHash(sum[:16])
}

// PointEntry is a stop, or a bounce, on a contact point.
type PointEntry struct {
	// Record is whose ledger holds it; 0: Entry holds it, and its owner is not known.
	Record  uint64
	Content [16]byte // keyed hash of its content, as in the ledger's key
	Entry   *Entry
}

// A contact point has a marker, the count of its entries, under its bare hash: nearly
// every question is about a point that has none, and is answered by one absent key. The
// entries follow it in the order of keys.
const (
	pointBytes    = 1 + 16              // family, point
	pointKeyBytes = pointBytes + 8 + 16 // record, content
)

func pointKey(p PointHash) []byte { return append([]byte{famPoint}, p[:]...) }

func pointEntryKey(p PointHash, record uint64, content [16]byte) []byte {
	k := append(make([]byte, 0, pointKeyBytes), famPoint)
	k = binary.BigEndian.AppendUint64(append(k, p[:]...), record)
	return append(k, content[:]...)
}

// AddPoint makes a contact point lead to an entry of a record's ledger (e is nil), or
// holds the entry itself (record is 0). The same one again replaces it.
func (w *Writer) AddPoint(p PointHash, record uint64, content ContentHash, e *Entry) error {
	if (record == 0) != (e != nil) {
		return errors.New("store: a contact point holds an entry if no record does, and only then")
	}
	w.s.points.add(p)
	key := pointEntryKey(p, record, w.s.keyedContent(content))
	found, err := w.has(key)
	if err != nil {
		return err
	}
	if !found {
		if err := w.countPoint(p, 1); err != nil {
			return err
		}
	}
	if e == nil {
		return w.put(key, nil)
	}
	return w.putCBOR(key, toStored(*e))
}

// DeletePoint removes what AddPoint added; that it was not there is no error.
func (w *Writer) DeletePoint(p PointHash, record uint64, content ContentHash) error {
	return w.deletePoint(p, record, w.s.keyedContent(content))
}

func (w *Writer) deletePoint(p PointHash, record uint64, content [16]byte) error {
	key := pointEntryKey(p, record, content)
	found, err := w.has(key)
	if err != nil || !found {
		return err
	}
	if err := w.tx.Delete(key); err != nil {
		return err
	}
	return w.countPoint(p, ^uint64(0))
}

// countPoint adds to the count of a contact point's entries, and removes it with the last.
func (w *Writer) countPoint(p PointHash, add uint64) error {
	n, err := w.number(pointKey(p))
	if err != nil {
		return err
	}
	if n += add; n == 0 {
		return w.tx.Delete(pointKey(p))
	}
	return w.putNumber(pointKey(p), n)
}

// Point returns the entries of a contact point, by record, nil for none.
func (r *Reader) Point(p PointHash) ([]PointEntry, error) {
	if !r.s.points.may(p) {
		return nil, nil
	}
	key := pointKey(p)
	if r.cached {
		if rows, ok := r.s.cache.get(key, r.generation); ok {
			return pointList(key, rows)
		}
	}
	rows, err := r.pointRows(key)
	if err != nil {
		return nil, err
	}
	if r.cached {
		r.s.cache.add(key, rows, r.generation)
	}
	return pointList(key, rows)
}

// PointCount returns how many entries a contact point has.
func (r *Reader) PointCount(p PointHash) (uint64, error) {
	if !r.s.points.may(p) {
		return 0, nil
	}
	return r.number(pointKey(p))
}

// PointOwnerless returns the entries of a contact point that no record's ledger holds.
func (r *Reader) PointOwnerless(p PointHash) ([]PointEntry, error) {
	var list []PointEntry
	prefix := binary.BigEndian.AppendUint64(pointKey(p), 0)
	err := r.scan(kv.Prefix(prefix), func(key, payload []byte) error {
		e, err := decodePointEntry(key, payload)
		if err == nil {
			list = append(list, *e)
		}
		return err
	})
	return list, err
}

// PointDigest returns what build makes of what is kept on a contact point, from memory
// where nothing of that was added or taken away since.
func (r *Reader) PointDigest(p PointHash, build func() ([]byte, error)) ([]byte, error) {
	return r.digest(pointKey(p), build)
}

// pointRows returns the entries of a contact point one behind the other: record and
// content as in the key, length and bytes of the payload; nil for none.
func (r *Reader) pointRows(key []byte) (rows []byte, err error) {
	n, err := r.number(key)
	if err != nil || n == 0 {
		return nil, err
	}
	err = r.eachPointRow(key, func(key, payload []byte) error {
		rows = append(rows, key[pointBytes:]...)
		rows = append(binary.AppendUvarint(rows, uint64(len(payload))), payload...)
		return nil
	})
	return rows, err
}

// pointList decodes what pointRows made.
func pointList(point, rows []byte) ([]PointEntry, error) {
	const head = pointKeyBytes - pointBytes // record and content
	var list []PointEntry
	for len(rows) > head {
		key := append(slices.Clone(point), rows[:head]...)
		n, used := binary.Uvarint(rows[head:])
		rows = rows[head+used:]
		e, err := decodePointEntry(key, rows[:n])
		if err != nil {
			return nil, err
		}
		list, rows = append(list, *e), rows[n:]
	}
	return list, nil
}

// EachPoint calls fn with every entry of every contact point, in order of the point's hash,
// then of the record.
func (r *Reader) EachPoint(fn func(p PointHash, e *PointEntry) error) error {
	return r.eachPoint([]byte{famPoint}, fn)
}

func (r *Reader) eachPoint(prefix []byte, fn func(p PointHash, e *PointEntry) error) error {
	return r.eachPointRow(prefix, func(key, payload []byte) error {
		e, err := decodePointEntry(key, payload)
		if err != nil {
			return err
		}
		return fn(PointHash(key[1:17]), e)
	})
}

// eachPointRow reads a range of points, and holds that each has as many entries as its
// marker says: a marker that went missing would hide its stops.
func (r *Reader) eachPointRow(prefix []byte, fn func(key, payload []byte) error) error {
	var marker []byte // key of the last one
	var left uint64   // entries that it promises and that did not come
	err := r.scan(kv.Prefix(prefix), func(key, payload []byte) error {
		if len(key) == len(pointKey(PointHash{})) {
			if left != 0 {
				return corrupt(marker, "the contact point has fewer entries than it counts")
			}
			if len(payload) != 8 {
				return corrupt(key, errShort.Error())
			}
			marker, left = append(marker[:0], key...), binary.BigEndian.Uint64(payload)
			return nil
		}
		if len(key) != pointKeyBytes || left == 0 || PointHash(key[1:17]) != PointHash(marker[1:]) {
			return corrupt(key, "the contact point does not count this entry")
		}
		left--
		return fn(key, payload)
	})
	if err == nil && left != 0 {
		err = corrupt(marker, "the contact point has fewer entries than it counts")
	}
	return err
}

func decodePointEntry(key, payload []byte) (e *PointEntry, err error) {
	e = &PointEntry{Record: binary.BigEndian.Uint64(key[17:]), Content: [16]byte(key[25:])}
	switch {
	case e.Record == 0:
		e.Entry, err = decodeEntry(key, payload)
	case len(payload) != 0:
		err = corrupt(key, "content is not readable")
	}
	return e, err
}

// Suppression is a stored suppression with its place in the audit log.
type Suppression struct {
	aloi.Suppression
	Log uint64 `cbor:"100,keyasint,omitempty"` // counted from 1
}

func suppressionKey(p PointHash) []byte { return append([]byte{famSuppression}, p[:]...) }

// SetSuppressions stores the suppressions of a contact point, or removes an empty list.
// The contact points themselves are not stored.
func (w *Writer) SetSuppressions(p PointHash, list []Suppression) error {
	if len(list) == 0 {
		return w.tx.Delete(suppressionKey(p))
	}
	w.s.points.add(p)
	return w.putCBOR(suppressionKey(p), list)
}

// Suppressions returns the suppressions of a contact point, as they were stored; nil for
// none.
func (r *Reader) Suppressions(p PointHash) ([]Suppression, error) {
	if !r.s.points.may(p) {
		return nil, nil
	}
	var list []Suppression
	err := r.getCBOR(suppressionKey(p), &list)
	return list, absent(err)
}

// EachSuppression calls fn with the suppressions of every contact point whose hash is past
// after (empty for all), in order, until it returns false.
func (r *Reader) EachSuppression(after []byte, fn func(p PointHash, list []Suppression) bool) error {
	rg := kv.Prefix([]byte{famSuppression})
	if len(after) > 0 {
		rg.Start = append(append([]byte{famSuppression}, after...), 0)
	}
	err := r.scan(rg, func(key, payload []byte) error {
		var list []Suppression
		if err := decode(key, payload, &list); err != nil {
			return err
		}
		if len(key) != 1+len(PointHash{}) {
			return corrupt(key, errShort.Error())
		}
		if !fn(PointHash(key[1:]), list) {
			return errStop
		}
		return nil
	})
	return ignoreStop(err)
}
