package vault

import (
	"encoding/binary"

	"aloi/store/internal/offheap"
	"aloi/store/internal/txn"
	"aloi/store/seal"
)

// tags remembers what was written last under keys that are written again and again, so that
// the next commit need not read what it replaces. Each key has one place, which it shares with
// others: the last one written has it. It belongs to the commit that is made.
type tags struct {
	places offheap.Slice[place]
	// Of each family: writes, and how many of them replaced something. The keys of a family
	// that hardly ever are written again are not worth a place.
	writes, again [prefixes]uint32
}

// place is a key and the tag of its value.
type place struct {
	key uint64 // 0 for none
	tag seal.Element
}

const (
	tagPlaceBits = 21 // of a place: 24 bytes each
	// worthwhile is how many writes of a family there may be for one that replaces something.
	worthwhile   = 4
	recentWrites = 1 << 20
	// numbered is the length of a key that is a family and a number.
	numbered = 9
	// numberBits are those of a number that is remembered.
	numberBits = 56
)

// packed is a key of a family and a number as one number, 0 for another key.
func packed(key []byte) uint64 {
	if len(key) != numbered {
		return 0
	}
	n := binary.BigEndian.Uint64(key[1:])
	if n>>numberBits != 0 {
		return 0
	}
	return uint64(key[0])<<numberBits | n
}

// at returns the place of a packed key.
func (t *tags) at(key uint64) *place {
	const golden = 0x9e3779b97f4a7c15 // 2⁶⁴ ÷ φ: Knuth, The Art of Computer Programming 3, 6.4
	return &t.places.Of[key*golden>>(64-tagPlaceBits)]
}

// of returns the tag of what is stored under a key, if that is remembered.
func (t *tags) of(key []byte) (tag seal.Element, known bool) {
	k := packed(key)
	if k == 0 || len(t.places.Of) == 0 {
		return tag, false
	}
	p := t.at(k)
	return p.tag, p.key == k
}

// take remembers the writes of a commit that was made, with what they did.
func (t *tags) take(writes []txn.Write, moves []move) {
	if len(t.places.Of) == 0 {
		t.places = offheap.Make[place](1 << tagPlaceBits)
	}
	for i := range writes {
		if k := packed(writes[i].Key); k != 0 {
			t.note(k, &writes[i], moves[i].keys == 0)
		}
	}
}

// note remembers a write under a packed key, and whether it replaced something.
func (t *tags) note(k uint64, w *txn.Write, replaced bool) {
	family, p := w.Key[0], t.at(k)
	if w.Deleted {
		if p.key == k {
			*p = place{}
		}
		return
	}
	t.writes[family]++
	if replaced {
		t.again[family]++
	}
	if t.writes[family] > recentWrites { // what was long ago counts less
		t.writes[family], t.again[family] = t.writes[family]/2, t.again[family]/2
	}
	if p.key == k || t.again[family]*worthwhile >= t.writes[family] {
		*p = place{k, seal.TagOf(w.Value)}
	}
}
