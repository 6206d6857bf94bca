package store

import (
	"encoding/binary"

	"aloi"
	"aloi/store/kv"
)

// WrittenKind is what a write of a commit was about.
type WrittenKind byte

// The kinds of writes that ReadWrite tells apart; any other is 0.
const (
	WroteNumber       WrittenKind = famNumber      // which number a record has
	WroteRecord       WrittenKind = famRecord      // a record
	WroteEntry        WrittenKind = famConsent     // an event in the ledger of a record
	WroteWaiting      WrittenKind = famWaiting     // one of a record that is not stored
	WrotePoint        WrittenKind = famPoint       // one on a contact point by itself
	WroteSuppressions WrittenKind = famSuppression // all suppressions of a contact point
	WroteJournal      WrittenKind = famJournal     // changes
)

// Written is what one write of a commit did. Only what belongs to its kind is set, and of a
// deletion only what is in the key.
type Written struct {
	Kind         WrittenKind
	Deleted      bool
	Ref          RefHash        // WroteNumber, WroteWaiting
	Number       uint64         // WroteNumber, WroteRecord, WroteEntry: of the record
	Sequence     uint64         // WroteJournal
	Point        PointHash      // WrotePoint, WroteSuppressions
	Source       aloi.RecordRef // WroteRecord
	Entry        *Entry         // WroteEntry, WroteWaiting, WrotePoint
	Suppressions []Suppression
}

// ReadWrite says what a write of a commit did. What can be computed from other writes is of
// kind 0.
func ReadWrite(w kv.Write) (out Written, err error) {
	if wrong := keyForm(w.Key); wrong != "" {
		return out, corrupt(w.Key, string(wrong))
	}
	out = Written{Kind: WrittenKind(w.Key[0]), Deleted: w.Deleted}
	rest := w.Key[1:]
	switch out.Kind {
	case WroteNumber, WroteWaiting:
		out.Ref = RefHash(rest[:len(out.Ref)])
	case WroteRecord, WroteEntry:
		out.Number = binary.BigEndian.Uint64(rest)
	case WroteJournal:
		out.Sequence = binary.BigEndian.Uint64(rest)
		return out, nil
	case WrotePoint, WroteSuppressions:
		out.Point = PointHash(rest[:len(out.Point)])
		if out.Kind == WrotePoint && !isOwnerless(w.Key) {
			return Written{}, nil
		}
	default:
		return Written{}, nil
	}
	if w.Deleted {
		return out, nil
	}
	return out, out.read(w)
}

// isOwnerless reports whether a key is that of an entry that a contact point itself holds.
func isOwnerless(key []byte) bool {
	return len(key) == pointKeyBytes && binary.BigEndian.Uint64(key[pointBytes:]) == 0
}

// read takes what is in the value.
func (out *Written) read(w kv.Write) error {
	payload, err := open(w.Key, w.Value)
	if err != nil {
		return err
	}
	switch out.Kind {
	case WroteNumber:
		if len(payload) != 8 {
			return corrupt(w.Key, errShort.Error())
		}
		out.Number = binary.BigEndian.Uint64(payload)
	case WroteRecord:
		var rec *Record
		rec, err = decodeRecord(w.Key, payload)
		out.Source = rec.Record.Ref
	case WroteSuppressions:
		err = decode(w.Key, payload, &out.Suppressions)
	default:
		out.Entry, err = decodeEntry(w.Key, payload)
	}
	return err
}
