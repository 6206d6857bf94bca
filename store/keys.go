package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"sync"

	"aloi"
)

// The families of keys: the first byte of every key.
const (
	famMeta      = 'M' // name → meta value
	famNumber    = 'n' // reference hash → record number
	famRecord    = 'r' // record number → record
	famFeatures  = 'f' // record number → features
	famLinks     = 'l' // record number → links
	famEntityOf  = 'm' // record number → entity number
	famEntity    = 'e' // entity number → entity
	famRedirect  = 'x' // entity number → entity number, 0 for none
	famJudgement = 'j' // reference hash, reference hash → judgement
	famJudged    = 'g' // reference hash → the judgements on a record
	famConsent   = 'v' // record number, hash of the content hash → entry of the ledger
	famInteract  = 'i' // record number, hash of the content hash → interaction
	famJournal   = 'c' // sequence, chunk → changes

	famWaiting     = 'w' // reference hash, hash of the content hash → entry for a record that is not stored
	famPoint       = 'p' // point hash → count; with record number, hash of the content hash → nothing, or an entry
	famSuppression = 'u' // point hash → suppressions
	famToken       = 't' // token hash → record number, hash of the content hash
	famDossier     = 'd' // record number → dossier
	famNotice      = 'o' // SHA-256 of the text → notice
	famLogEntry    = 'a' // index → entry of the audit log
	famLogHash     = 'h' // level, number → hashes of a tile
)

// The families that format 1 had besides: blocks, and the members of large ones.
const (
	oldBlock = 'b'
	oldSpill = 's'
)

// RefHash stands for a record reference in keys: a keyed hash.
type RefHash [16]byte

func (h RefHash) short() uint64 { return binary.BigEndian.Uint64(h[:]) }

// BlockID stands for a blocking key. Its two lowest bits are those of the key's hash, and say
// how many records may share the key.
type BlockID uint64

// ContentHash identifies the content of a record version or an event, the same in
// every store. It is no keyed hash, so that it is stored in values only.
type ContentHash [16]byte

// hasher makes keyed hashes; it is safe for concurrent use.
type hasher struct{ pool sync.Pool }

// keyed is a keyed hash and the room for what goes in and comes out: through the interface
// both would be allocated each time.
type keyed struct {
	mac hash.Hash
	in  []byte
	out [sha256.Size]byte
}

func newHasher(secret []byte) *hasher {
	return &hasher{pool: sync.Pool{New: func() any { return &keyed{mac: hmac.New(sha256.New, secret)} }}}
}

// sum is HMAC-SHA-256 of domain and parts, each with its length before it.
func (h *hasher) sum(domain byte, parts ...string) [sha256.Size]byte {
	k := h.pool.Get().(*keyed)
	defer h.pool.Put(k)
	k.mac.Reset()
	k.in = append(k.in[:0], domain)
	for _, p := range parts {
		k.in = append(binary.AppendUvarint(k.in, uint64(len(p))), p...)
	}
	k.mac.Write(k.in)
	k.mac.Sum(k.out[:0])
	clear(k.in) // it may be personal
	return k.out
}

// RefHash returns the hash of a reference under the store's secret.
func (s *Store) RefHash(ref aloi.RecordRef) RefHash {
	sum := s.hash.sum('r', ref.Source, ref.ID)
	return RefHash(sum[:16])
}

// BlockID returns what stands for a blocking key with that hash: its bits mixed under the
// store's secret, so that nobody can choose keys that crowd the index, and its class as it is.
// No two hashes have the same.
func (s *Store) BlockID(hash uint64) BlockID {
	const m1, m2 = 0xff51afd7ed558ccd, 0xc4ceb9fe1a85ec53 // of MurmurHash3's finalizer, both odd
	x := (hash >> classBits) ^ s.mix
	for _, m := range [...]uint64{m1, m2} {
		x = x * m & idMask
		x ^= x >> (idBits / 2)
	}
	return BlockID(x<<classBits | hash&(1<<classBits-1))
}

// Of a BlockID the lowest bits are its class, the others the mixed hash.
const (
	classBits = 2
	idBits    = 64 - classBits
	idMask    = 1<<idBits - 1
)

// numberKey is a family and a number, big-endian so that keys sort by it.
func numberKey(family byte, n uint64) []byte {
	return appendNumberKey(make([]byte, 0, numberKeyBytes), family, n)
}

const numberKeyBytes = 9

func appendNumberKey(b []byte, family byte, n uint64) []byte {
	return binary.BigEndian.AppendUint64(append(b, family), n)
}

func refKey(family byte, parts ...RefHash) []byte {
	k := append(make([]byte, 0, 1+16*len(parts)), family)
	for _, p := range parts {
		k = append(k, p[:]...)
	}
	return k
}

// contentKey names an event of a record by a keyed hash of its content: the content
// hash itself would let anyone who sees keys try e-mail addresses until one fits.
func (s *Store) contentKey(family byte, record uint64, content ContentHash) []byte {
	k := append(make([]byte, 0, 25), family)
	sum := s.keyedContent(content)
	return append(binary.BigEndian.AppendUint64(k, record), sum[:]...)
}

// keyedContent is the hash of a content that stands in keys.
func (s *Store) keyedContent(content ContentHash) [16]byte {
	sum := s.hash.sum('e', string(content[:]))
	return [16]byte(sum[:16])
}

func metaKey(name string) []byte { return append([]byte{famMeta}, name...) }
