package store

import (
	"encoding/binary"
	"math"
	"slices"

	"aloi"
	"aloi/store/internal/postings"
	"aloi/store/kv"
)

// Writer writes one transaction, and reads what it wrote.
type Writer struct {
	Reader
	tx    *tracked
	moves []postings.Edit // of the block index
	// indexed tells that the commit has a version of the index; fresh and gone are the
	// features that it stores and removes.
	indexed bool
	fresh   map[uint64]*Features
	gone    []uint64
	placed  placeEdits
	// published tells that memory knows of it already.
	published bool

	encoder  encoder
	features []byte // room for encoding some
}

func (w *Writer) put(key, payload []byte) error { return w.tx.Set(key, w.encoder.seal(key, payload)) }

func (w *Writer) putCBOR(key []byte, v any) error {
	b, err := encMode.Marshal(v)
	if err != nil {
		return err
	}
	return w.put(key, b)
}

// putOrDelete stores a payload, or deletes the key when it is empty.
func (w *Writer) putOrDelete(key, payload []byte, empty bool) error {
	if empty {
		return w.tx.Delete(key)
	}
	return w.put(key, payload)
}

func (w *Writer) putNumber(key []byte, n uint64) error {
	var payload [8]byte
	binary.BigEndian.PutUint64(payload[:], n)
	return w.put(key, payload[:])
}

// SetMeta stores a named value.
func (w *Writer) SetMeta(name string, v []byte) error { return w.put(metaKey(name), v) }

// DeleteMeta removes a named value; that it was not there is no error.
func (w *Writer) DeleteMeta(name string) error { return w.tx.Delete(metaKey(name)) }

// SetCounters stores the store's counts.
func (w *Writer) SetCounters(c Counters) error { return w.putCBOR(metaKey(metaCounters), c) }

// SetNumber gives a new record its number, under which nothing was ever stored.
func (w *Writer) SetNumber(ref RefHash, number uint64) error {
	key := refKey(famNumber, ref)
	if tx, ok := w.tx.Txn.(kv.Knowing); ok && !w.s.blocks.refs.Has(ref.short()) {
		tx.Absent(key)
	}
	w.s.blocks.refs.Add(ref.short(), uint32(number))
	w.placed.links = append(w.placed.links, linksEdit{record: number}) // none so far
	return w.putNumber(key, number)
}

// DeleteRecord removes a record with its features, links, place in an entity, dossier,
// interactions and ledger, and the contact points and tokens that lead there. It goes from
// the blocks of features, those that are stored. The audit log stays as it is.
func (w *Writer) DeleteRecord(rec *Record, features *Features) error {
	if err := w.deletePathsTo(rec.Number); err != nil {
		return err
	}
	if err := w.reindex(rec.Number, features, nil); err != nil {
		return err
	}
	w.keeps = false
	delete(w.fresh, rec.Number)
	w.gone = append(w.gone, rec.Number)
	for _, family := range []byte{famConsent, famInteract} {
		if err := w.deleteAll(kv.Prefix(numberKey(family, rec.Number))); err != nil {
			return err
		}
	}
	if err := w.tx.Delete(refKey(famNumber, w.s.RefHash(rec.Record.Ref))); err != nil {
		return err
	}
	for _, family := range []byte{famRecord, famFeatures, famLinks, famEntityOf, famDossier} {
		if err := w.tx.Delete(numberKey(family, rec.Number)); err != nil {
			return err
		}
	}
	return nil
}

// deletePathsTo removes what leads to the ledger of a record: contact points and tokens.
func (w *Writer) deletePathsTo(record uint64) error {
	return w.eachEntry(numberKey(famConsent, record), func(key []byte, e *Entry) error {
		if e.Point != (PointHash{}) {
			if err := w.deletePoint(e.Point, record, [16]byte(key[9:])); err != nil {
				return err
			}
		}
		if e.Token == "" {
			return nil
		}
		ref, err := w.Token(e.Token)
		if err != nil || ref.Record != record { // a confirmation names the token of another's request
			return absent(err)
		}
		return w.DeleteToken(e.Token)
	})
}

// deleteAll removes every key of a range.
func (w *Writer) deleteAll(rg kv.Range) error {
	_, err := w.deleteSome(rg, math.MaxInt)
	return err
}

// deleteSome removes the first keys of a range, and returns how many.
func (w *Writer) deleteSome(rg kv.Range, most int) (int, error) {
	var keys [][]byte
	err := w.tx.Scan(rg, func(key, _ []byte) error {
		if len(keys) == most {
			return errStop
		}
		keys = append(keys, slices.Clone(key))
		return nil
	})
	if err = ignoreStop(err); err != nil {
		return 0, err
	}
	for _, k := range keys {
		if err := w.tx.Delete(k); err != nil {
			return 0, err
		}
	}
	return len(keys), nil
}

// SetFeatures stores the features of a record, which moves from the blocks of before, those
// that are stored (nil for a new record), to theirs. Readers see it in its blocks once the
// commit is made; the transaction itself does not.
func (w *Writer) SetFeatures(record uint64, before, f *Features) error {
	if err := w.reindex(record, before, f); err != nil {
		return err
	}
	w.keeps = false // what it reads from now on may be its own, and never be committed
	if w.fresh == nil {
		w.fresh = map[uint64]*Features{}
	}
	w.fresh[record] = f
	w.features = appendFeatures(w.features[:0], f)
	return w.put(w.encoder.numberKey(famFeatures, record), w.features)
}

// RedirectEntity removes an entity; its number resolves to another from now on, or
// to none (0).
func (w *Writer) RedirectEntity(number, to uint64) error {
	if err := w.tx.Delete(numberKey(famEntity, number)); err != nil {
		return err
	}
	return w.putNumber(numberKey(famRedirect, number), to)
}

// SetJudgement stores a judgement and its index entries.
func (w *Writer) SetJudgement(j aloi.Judgement) error {
	j = j.Ordered()
	if err := w.putCBOR(w.s.judgementKey(j.A, j.B), j); err != nil {
		return err
	}
	return w.indexJudged(j, func(list []Judged, i int, found bool, entry Judged) []Judged {
		if found {
			list[i] = entry
			return list
		}
		return slices.Insert(list, i, entry)
	})
}

// DeleteJudgement removes a judgement and its index entries.
func (w *Writer) DeleteJudgement(j aloi.Judgement) error {
	if err := w.tx.Delete(w.s.judgementKey(j.A, j.B)); err != nil {
		return err
	}
	return w.indexJudged(j, func(list []Judged, i int, found bool, _ Judged) []Judged {
		if found {
			return slices.Delete(list, i, i+1)
		}
		return list
	})
}

// indexJudged edits the index entry of both records of a judgement; edit is told
// where the entry is, or would be.
func (w *Writer) indexJudged(j aloi.Judgement, edit func(list []Judged, i int, found bool, entry Judged) []Judged) error {
	a, b := w.s.RefHash(j.A), w.s.RefHash(j.B)
	for _, side := range [2][2]RefHash{{a, b}, {b, a}} {
		list, err := w.Judged(side[0])
		if err != nil {
			return err
		}
		entry := Judged{Other: side[1], Same: j.Verdict == aloi.VerdictSame}
		i, found := slices.BinarySearchFunc(list, entry, func(x, y Judged) int { return slices.Compare(x.Other[:], y.Other[:]) })
		list = edit(list, i, found, entry)
		if err := w.putOrDelete(refKey(famJudged, side[0]), encodeJudged(list), len(list) == 0); err != nil {
			return err
		}
	}
	return nil
}

// changesPerChunk bounds one stored piece of a journal entry.
const changesPerChunk = 256

// AppendJournal stores the changes of a batch.
func (w *Writer) AppendJournal(e JournalEntry) error {
	chunk := 0
	for changes := range slices.Chunk(e.Changes, changesPerChunk) {
		key := binary.BigEndian.AppendUint16(numberKey(famJournal, e.Sequence), uint16(chunk))
		if err := w.putCBOR(key, journalChunk{Time: e.Time, Changes: changes}); err != nil {
			return err
		}
		chunk++
	}
	return nil
}
