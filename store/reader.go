package store

import (
	"encoding/binary"
	"errors"
	"math"
	"time"

	"aloi"
	"aloi/store/kv"
)

// Reader reads one state of the store. A value that is not there is
// kv.ErrNotFound unless the method says otherwise; one that fails its check is an
// aloi.Error of CodeCorrupt. It is valid inside the View or Update that made it.
type Reader struct {
	s  *Store
	kv kv.Reader
	// cached lets it read from memory what has not changed since a generation of commits.
	cached     bool
	generation uint64
	blocks     blockState
	keeps      bool // it is that of a transaction which has not changed features, links or places yet
}

// get returns the checked payload of a key.
func (r *Reader) get(key []byte) ([]byte, error) {
	v, err := r.kv.Get(key)
	if err != nil {
		return nil, err
	}
	return open(key, v)
}

// recall is get from memory for a reader that may, and keeps what is not there yet: of
// the payload what keep returns, all of it where keep is nil.
func (r *Reader) recall(key []byte, keep func([]byte) []byte) ([]byte, error) {
	if !r.cached || !isCached(key) {
		return r.get(key)
	}
	if payload, ok := r.s.cache.get(key, r.generation); ok {
		if payload == nil {
			return nil, kv.ErrNotFound
		}
		return payload, nil
	}
	payload, err := r.get(key)
	switch {
	case errors.Is(err, kv.ErrNotFound):
		r.s.cache.add(key, nil, r.generation)
	case err == nil:
		if keep != nil {
			payload = keep(payload)
		}
		r.s.cache.add(key, payload, r.generation)
	}
	return payload, err
}

// scan calls fn with the checked payload of each key of a family's range, whose key is one
// of the family.
func (r *Reader) scan(rg kv.Range, fn func(key, payload []byte) error) error {
	return r.kv.Scan(rg, func(key, value []byte) error {
		if fault := keyForm(key); fault != "" {
			return corrupt(key, string(fault))
		}
		payload, err := open(key, value)
		if err != nil {
			return err
		}
		return fn(key, payload)
	})
}

// absent turns kv.ErrNotFound into nil.
func absent(err error) error {
	if errors.Is(err, kv.ErrNotFound) {
		return nil
	}
	return err
}

// unreadable is what is wrong with a payload that is not what its family holds.
const unreadable = "content is not readable"

// decode reads CBOR, and names the key when it can't.
func decode(key, payload []byte, into any) error {
	if err := decMode.Unmarshal(payload, into); err != nil {
		return corrupt(key, unreadable)
	}
	return nil
}

func (r *Reader) getCBOR(key []byte, into any) error {
	payload, err := r.get(key)
	if err != nil {
		return err
	}
	return decode(key, payload, into)
}

// Meta returns a named value.
func (r *Reader) Meta(name string) ([]byte, error) { return r.get(metaKey(name)) }

// Counters returns the store's counts.
func (r *Reader) Counters() (Counters, error) {
	var c Counters
	err := r.getCBOR(metaKey(metaCounters), &c)
	return c, err
}

// Number returns the number of a record, 0 when it is not stored.
func (r *Reader) Number(ref RefHash) (uint64, error) {
	if !r.s.blocks.refs.Has(ref.short()) {
		return 0, nil
	}
	return r.number(refKey(famNumber, ref))
}

// number returns the number under a key, 0 for none.
func (r *Reader) number(key []byte) (uint64, error) {
	payload, err := r.recall(key, nil)
	if err != nil {
		return 0, absent(err)
	}
	if len(payload) != 8 {
		return 0, corrupt(key, errShort.Error())
	}
	return binary.BigEndian.Uint64(payload), nil
}

// Record returns a record.
func (r *Reader) Record(number uint64) (*Record, error) {
	key := numberKey(famRecord, number)
	payload, err := r.get(key)
	if err != nil {
		return nil, err
	}
	return decodeRecord(key, payload)
}

// Features returns the features of a record.
func (r *Reader) Features(number uint64) (*Features, error) {
	return getWith(r, numberKey(famFeatures, number), decodeFeatures)
}

// Judged returns the judgements on a record, ascending by the other record's hash.
func (r *Reader) Judged(ref RefHash) ([]Judged, error) {
	list, err := getWith(r, refKey(famJudged, ref), decodeJudged)
	return list, absent(err)
}

func getWith[T any](r *Reader, key []byte, decode func([]byte) (T, error)) (T, error) {
	payload, err := r.get(key)
	if err != nil {
		var zero T
		return zero, err
	}
	v, err := decode(payload)
	if err != nil {
		err = corrupt(key, err.Error())
	}
	return v, err
}

// Entity returns an entity.
func (r *Reader) Entity(number uint64) (*Entity, error) {
	key := numberKey(famEntity, number)
	payload, err := r.get(key)
	if err != nil {
		return nil, err
	}
	return decodeEntity(key, payload)
}

// EntityMembers returns the records of an entity, ascending, without its golden record.
func (r *Reader) EntityMembers(number uint64) ([]uint64, error) {
	key := numberKey(famEntity, number)
	payload, err := r.recall(key, headOfEntity)
	if err != nil {
		return nil, err
	}
	if members, ok := membersOf(payload); ok {
		return members, nil
	}
	e, err := decodeEntity(key, payload)
	return e.Members, err
}

// Redirect returns where an entity that is no more went: to another entity, or to
// 0 when its last record was deleted.
func (r *Reader) Redirect(number uint64) (uint64, error) {
	key := numberKey(famRedirect, number)
	payload, err := r.get(key)
	if err != nil {
		return 0, err
	}
	if len(payload) != 8 {
		return 0, corrupt(key, errShort.Error())
	}
	return binary.BigEndian.Uint64(payload), nil
}

// Judgement returns the judgement on a pair of records.
func (r *Reader) Judgement(a, b aloi.RecordRef) (*aloi.Judgement, error) {
	j := &aloi.Judgement{}
	return j, r.getCBOR(r.s.judgementKey(a, b), j)
}

// judgementKey is the same for (a, b) and (b, a).
func (s *Store) judgementKey(a, b aloi.RecordRef) []byte {
	if b.Compare(a) < 0 {
		a, b = b, a
	}
	return refKey(famJudgement, s.RefHash(a), s.RefHash(b))
}

// Judgements calls fn with each judgement whose cursor is past after, in a fixed
// order, until it returns false. A cursor is the opaque place of a judgement.
func (r *Reader) Judgements(after []byte, fn func(cursor []byte, j *aloi.Judgement) bool) error {
	rg := kv.Prefix([]byte{famJudgement})
	if len(after) > 0 {
		rg.Start = append(append([]byte{famJudgement}, after...), 0)
	}
	err := r.scan(rg, func(key, payload []byte) error {
		j := &aloi.Judgement{}
		if err := decode(key, payload, j); err != nil {
			return err
		}
		if !fn(append([]byte(nil), key[1:]...), j) {
			return errStop
		}
		return nil
	})
	return ignoreStop(err)
}

var errStop = errors.New("store: stop")

func ignoreStop(err error) error {
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

// HasConsent reports whether a record holds a consent event.
func (r *Reader) HasConsent(record uint64, content ContentHash) (bool, error) {
	return r.has(r.s.contentKey(famConsent, record, content))
}

// HasInteraction reports whether a record holds an interaction.
func (r *Reader) HasInteraction(record uint64, content ContentHash) (bool, error) {
	return r.has(r.s.contentKey(famInteract, record, content))
}

func (r *Reader) has(key []byte) (bool, error) {
	_, err := r.get(key)
	if err != nil {
		return false, absent(err)
	}
	return true, nil
}

// Interactions returns the interactions of a record, in a fixed order that has
// no meaning.
func (r *Reader) Interactions(record uint64) ([]aloi.Interaction, error) {
	return scanList[aloi.Interaction](r, famInteract, record)
}

func scanList[T any](r *Reader, family byte, record uint64) ([]T, error) {
	var list []T
	err := r.scan(kv.Prefix(numberKey(family, record)), func(key, payload []byte) error {
		var v T
		if err := decode(key, payload, &v); err != nil {
			return err
		}
		list = append(list, v)
		return nil
	})
	return list, err
}

// journalChunk is how a piece of a journal entry is stored.
type journalChunk struct {
	Time    time.Time `cbor:"1,keyasint"`
	Changes []Change  `cbor:"2,keyasint"`
}

// Journal returns at most limit entries with a sequence past after, in order.
func (r *Reader) Journal(after uint64, limit int) ([]JournalEntry, error) {
	var entries []JournalEntry
	if after == math.MaxUint64 { // nothing is past it, and the next number is 0
		return nil, nil
	}
	rg := kv.Prefix([]byte{famJournal})
	rg.Start = numberKey(famJournal, after+1)
	err := r.scan(rg, func(key, payload []byte) error {
		sequence := binary.BigEndian.Uint64(key[1:])
		if n := len(entries); n == 0 || entries[n-1].Sequence != sequence {
			if n == limit {
				return errStop
			}
			entries = append(entries, JournalEntry{Sequence: sequence})
		}
		var c journalChunk
		if err := decode(key, payload, &c); err != nil {
			return err
		}
		e := &entries[len(entries)-1]
		e.Time, e.Changes = c.Time, append(e.Changes, c.Changes...)
		return nil
	})
	return entries, ignoreStop(err)
}
