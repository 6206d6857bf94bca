package store

import (
	"bytes"
	"encoding/binary"

	"aloi"
	"aloi/store/kv"
)

// keyForms are the lengths that the keys of each family have, in bytes; 0 stands for any
// that has at least one byte behind the family.
var keyForms = map[byte][]int{
	famMeta: {0}, famNumber: {17}, famRecord: {9}, famFeatures: {9}, famLinks: {9},
	famEntityOf: {9}, famEntity: {9}, famRedirect: {9}, famJudgement: {33}, famJudged: {17}, famConsent: {25}, famInteract: {25},
	famJournal: {11}, famWaiting: {33}, famPoint: {pointBytes, pointKeyBytes}, famSuppression: {17}, famToken: {17},
	famDossier: {9}, famNotice: {33}, famLogEntry: {9}, famLogHash: {10},
}

// KeyFault is what is wrong with a key.
type KeyFault string

// The faults of keys; empty stands for none.
const (
	KeyUnknown   KeyFault = "its family is not known"
	KeyMisshapen KeyFault = "its length is not one of its family" // so that readers of the family may fail
	KeyMisplaced KeyFault = "the value under it belongs elsewhere, or nowhere"
)

// EachKey calls fn with every key, in order, and with what is wrong with it. isMeta tells
// the names of meta values that are the caller's.
func (r *Reader) EachKey(isMeta func(name string) bool, fn func(key []byte, fault KeyFault) error) error {
	c, err := r.Counters()
	if err != nil {
		return err
	}
	return r.kv.Scan(kv.Range{}, func(key, value []byte) error {
		if fault := keyForm(key); fault != "" {
			return fn(key, fault)
		}
		payload, err := open(key, value)
		if err != nil {
			return err
		}
		ok, err := r.belongs(key, payload, c.Log, isMeta)
		if err != nil {
			return err
		}
		if !ok {
			return fn(key, KeyMisplaced)
		}
		return fn(key, "")
	})
}

// keyForm says what is wrong with a key by itself.
func keyForm(key []byte) KeyFault {
	if len(key) == 0 {
		return KeyUnknown
	}
	lengths, known := keyForms[key[0]]
	if !known {
		return KeyUnknown
	}
	for _, n := range lengths {
		if len(key) == n || n == 0 && len(key) > 1 {
			return ""
		}
	}
	return KeyMisshapen
}

// belongs reports whether the value is one of its key, as far as it can be told from the
// two; entries is how many the audit log has.
func (r *Reader) belongs(key, payload []byte, entries uint64, isMeta func(name string) bool) (bool, error) {
	switch key[0] {
	case famMeta:
		name := string(key[1:])
		return name == metaFormat || name == metaCheck || name == metaCounters || name == metaBlocks || isMeta(name), nil
	case famEntity:
		e, err := decodeEntity(key, payload)
		return e.Number == binary.BigEndian.Uint64(key[1:]), err
	case famJudgement:
		j := &aloi.Judgement{}
		err := decode(key, payload, j)
		return bytes.Equal(key, r.s.judgementKey(j.A, j.B)), err
	case famConsent, famWaiting:
		return r.isEntryAt(key, payload)
	case famPoint:
		if len(key) == pointBytes || binary.BigEndian.Uint64(key[pointBytes:]) != 0 {
			return true, nil // a count, or nothing
		}
		return r.isEntryAt(key, payload)
	case famInteract:
		i := aloi.Interaction{}
		if err := decode(key, payload, &i); err != nil {
			return false, err
		}
		content, err := InteractionContent(i)
		return r.endsWith(key, content), err
	case famLogHash:
		return isTileOf(entries, key), nil
	}
	return true, nil
}

// isEntryAt reports whether an entry of the ledger stands under the hash of its content.
func (r *Reader) isEntryAt(key, payload []byte) (bool, error) {
	e, err := decodeEntry(key, payload)
	if err != nil {
		return false, err
	}
	content, err := ConsentContent(e.ConsentEvent)
	return r.endsWith(key, content), err
}

// endsWith reports whether a key ends with the keyed hash of a content.
func (r *Reader) endsWith(key []byte, content ContentHash) bool {
	sum := r.s.keyedContent(content)
	return [16]byte(key[len(key)-len(sum):]) == sum
}

// isTileOf reports whether the tree of a log of so many entries has a tile of that key.
func isTileOf(entries uint64, key []byte) bool {
	level, n := uint(key[1]), binary.BigEndian.Uint64(key[2:])
	return n <= (entries>>(tileHeight*level))>>tileHeight && n<<tileHeight < entries>>(tileHeight*level)
}
