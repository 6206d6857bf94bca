package store

import (
	"encoding/binary"
	"slices"

	"aloi/store/kv"
)

// EachRecord calls fn with every record, in order of number.
func (r *Reader) EachRecord(fn func(*Record) error) error {
	return r.scan(kv.Prefix([]byte{famRecord}), func(key, payload []byte) error {
		rec, err := decodeRecord(key, payload)
		if err != nil {
			return err
		}
		if rec.Number != binary.BigEndian.Uint64(key[1:]) {
			return corrupt(key, "the record has another number")
		}
		return fn(rec)
	})
}

// EachFeatures calls fn with the features of every record, in order of number.
func (r *Reader) EachFeatures(fn func(record uint64, f *Features) error) error {
	return r.scan(kv.Prefix([]byte{famFeatures}), func(key, payload []byte) error {
		f, err := decodeFeatures(slices.Clone(payload)) // what is decoded shares its memory
		if err != nil {
			return corrupt(key, err.Error())
		}
		return fn(binary.BigEndian.Uint64(key[1:]), f)
	})
}

// EachLinks calls fn with the links of every record that has any, in order of number.
func (r *Reader) EachLinks(fn func(record uint64, links []Link) error) error {
	return r.scan(kv.Prefix([]byte{famLinks}), func(key, payload []byte) error {
		links, err := decodeLinks(payload)
		if err != nil {
			return corrupt(key, err.Error())
		}
		return fn(binary.BigEndian.Uint64(key[1:]), links)
	})
}

// EachEntity calls fn with every live entity, in order of number.
func (r *Reader) EachEntity(fn func(*Entity) error) error {
	return r.scan(kv.Prefix([]byte{famEntity}), func(key, payload []byte) error {
		e, err := decodeEntity(key, payload)
		if err != nil {
			return err
		}
		return fn(e)
	})
}

// EachRedirect calls fn with every redirect, in order of number; to is 0 for none.
func (r *Reader) EachRedirect(fn func(from, to uint64) error) error {
	return r.scan(kv.Prefix([]byte{famRedirect}), func(key, payload []byte) error {
		if len(payload) != 8 {
			return corrupt(key, errShort.Error())
		}
		return fn(binary.BigEndian.Uint64(key[1:]), binary.BigEndian.Uint64(payload))
	})
}

// EachJudged calls fn with the judgements on every record that has any, as their
// index keeps them, in order of the record's hash.
func (r *Reader) EachJudged(fn func(ref RefHash, list []Judged) error) error {
	return r.scan(kv.Prefix([]byte{famJudged}), func(key, payload []byte) error {
		list, err := decodeJudged(payload)
		if err != nil {
			return corrupt(key, err.Error())
		}
		if len(key) != 1+len(RefHash{}) {
			return corrupt(key, errShort.Error())
		}
		return fn(RefHash(key[1:]), list)
	})
}

// EachOwned calls fn with the family and the record number of every value that
// belongs to a record, or leads to one: features, links, place in an entity, ledger,
// interactions, dossier, contact points, tokens, references.
func (r *Reader) EachOwned(fn func(family byte, record uint64) error) error {
	for _, family := range []byte{famFeatures, famLinks, famEntityOf, famConsent, famInteract, famDossier} {
		err := r.scan(kv.Prefix([]byte{family}), func(key, _ []byte) error {
			return fn(family, binary.BigEndian.Uint64(key[1:]))
		})
		if err != nil {
			return err
		}
	}
	err := r.EachPoint(func(_ PointHash, e *PointEntry) error {
		if e.Record == 0 {
			return nil
		}
		return fn(famPoint, e.Record)
	})
	if err != nil {
		return err
	}
	err = r.scan(kv.Prefix([]byte{famToken}), func(key, payload []byte) error {
		t, err := decodeToken(payload)
		if err != nil {
			return corrupt(key, err.Error())
		}
		return fn(famToken, t.Record)
	})
	if err != nil {
		return err
	}
	return r.scan(kv.Prefix([]byte{famNumber}), func(key, payload []byte) error {
		if len(payload) != 8 {
			return corrupt(key, errShort.Error())
		}
		return fn(famNumber, binary.BigEndian.Uint64(payload))
	})
}
