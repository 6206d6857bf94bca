package txn

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"sync"

	"github.com/tidwall/btree"

	"aloi/store/kv"
)

// Write is one pending write. The slices are those that were passed to Set or Delete.
type Write struct {
	Key, Value []byte
	Deleted    bool
}

// size returns what the write counts against kv.MaxTxnBytes.
func (w Write) size() int { return len(w.Key) + len(w.Value) }

// writes are the pending writes of a transaction, one for each key. They are found by a hash
// of the key, and put in order when that is asked for: most transactions write what they have
// computed, and scan nothing from then on.
type writes struct {
	list   []Write
	places []place // by hash of the key, open addressing; a power of two, or none
	bytes  int     // sum of the sizes
	tooBig bool    // a write was refused; the transaction can't commit any more

	mu   sync.Mutex           // held to make the tree: several goroutines may read at once
	tree *btree.BTreeG[Write] // the same writes, once one has scanned
	once sync.Once            // of what follows, when there are no more writes to come
	all  []Write              // ascending
}

// place is where a write is.
type place struct {
	hash uint32 // bits of the hash of its key
	at   uint32 // in the list, plus 1; 0 for a place that is free
}

// seed is of all hashes of keys.
var seed = maphash.MakeSeed()

// leastPlaces is how many places the first write makes.
const leastPlaces = 64

// newWrites returns room for some writes; more may come.
func newWrites(some int) *writes {
	ws := &writes{}
	if some > 0 {
		ws.list = make([]Write, 0, some)
		ws.spread(some)
	}
	return ws
}

// spread makes places for so many writes, of which half are free, and puts the writes there.
func (ws *writes) spread(writes int) {
	n := leastPlaces
	for n < 2*writes {
		n *= 2
	}
	old := ws.places
	ws.places = make([]place, n)
	for _, p := range old {
		if p.at == 0 {
			continue
		}
		i := p.hash & uint32(n-1)
		for ws.places[i].at != 0 {
			i = (i + 1) & uint32(n-1)
		}
		ws.places[i] = p
	}
}

// find returns the place of a key, or the free one where it would be. There are places.
func (ws *writes) find(key []byte) (p *place, hash uint32) {
	hash = uint32(maphash.Bytes(seed, key))
	mask := uint32(len(ws.places) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		p = &ws.places[i]
		if p.at == 0 || p.hash == hash && bytes.Equal(ws.list[p.at-1].Key, key) {
			return p, hash
		}
	}
}

// get returns the write of a key.
func (ws *writes) get(key []byte) (w Write, ok bool) {
	if len(ws.list) == 0 {
		return w, false
	}
	p, _ := ws.find(key)
	if p.at == 0 {
		return w, false
	}
	return ws.list[p.at-1], true
}

// put checks the limits before it keeps w, so that a refused write changes nothing.
func (ws *writes) put(w Write) error {
	if err := kv.CheckKey(w.Key); err != nil {
		return err
	}
	if len(w.Value) > kv.MaxValueBytes {
		return fmt.Errorf("%w: %d bytes, at most %d", kv.ErrValueTooBig, len(w.Value), kv.MaxValueBytes)
	}
	if 2*len(ws.list) >= len(ws.places) {
		ws.spread(len(ws.list) + 1)
	}
	p, hash := ws.find(w.Key)
	keys, size := len(ws.list), ws.bytes+w.size()
	if p.at != 0 {
		size -= ws.list[p.at-1].size()
	} else {
		keys++
	}
	if keys > kv.MaxTxnKeys || size > kv.MaxTxnBytes {
		ws.tooBig = true
		return kv.ErrTooBig
	}
	if p.at != 0 {
		ws.list[p.at-1] = w
	} else {
		ws.list = append(ws.list, w)
		*p = place{hash, uint32(len(ws.list))}
	}
	if ws.tree != nil {
		ws.tree.Set(w)
	}
	ws.bytes = size
	return nil
}
