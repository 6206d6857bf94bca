package store

import (
	"context"
	"encoding/binary"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/coocood/freecache"

	"aloi/store/kv"
)

// The read cache, which is made at the first question, has maxCacheBytes, or where the
// program's memory is limited its share of that: a part in cacheShare.
const (
	maxCacheBytes = 192 << 20
	cacheShare    = 8
)

// cacheBytes is the size of the read cache.
func cacheBytes() int {
	const asItIs = -1 // the limit is read, and not set
	return int(min(maxCacheBytes, debug.SetMemoryLimit(asItIs)/cacheShare))
}

// readCache keeps payloads that decisions read again and again: dossiers, links, places
// in entities, members of entities, what is kept on contact points. A reader takes from it exactly what its own state of
// the store holds: an entry goes before the commit that changes its key, none comes for such a
// key until the commit is over, and readers use only those that were read from a state no
// later than theirs. So while a commit is under way it does not matter on which side of it a
// reader is.
type readCache struct {
	mu         sync.RWMutex
	generation uint64              // commits so far
	changing   map[string]struct{} // keys that the commit under way changes
	blind      bool                // a commit is under way, and nobody knows what it changes
	entries    *freecache.Cache    // nil until the first question; it holds no pointers, so that garbage collection passes it by
}

// A cached value is: the generation that it was read in (8 bytes), 1 if the key is there
// (1 byte), the payload.
const cachedHead = 9

// isCached reports whether a key is of a family that the cache keeps.
func isCached(key []byte) bool {
	if len(key) != 9 {
		return false
	}
	switch key[0] {
	case famDossier, famLinks, famEntityOf, famEntity:
		return true
	}
	return false
}

// tracked is a transaction that notes which keys of the cache it changes, if there is one.
type tracked struct {
	kv.Txn
	notes   bool
	touched map[string]struct{}
}

// Set implements kv.Txn.
func (t *tracked) Set(key, value []byte) error {
	t.note(key)
	return t.Txn.Set(key, value)
}

// Delete implements kv.Txn.
func (t *tracked) Delete(key []byte) error {
	t.note(key)
	return t.Txn.Delete(key)
}

func (t *tracked) note(key []byte) {
	if !t.notes {
		return
	}
	isPoint := len(key) >= pointBytes && key[0] == famPoint
	if isPoint {
		key = key[:pointBytes] // of a point all that is kept on it is cached
	}
	if isPoint || isCached(key) {
		if t.touched == nil {
			t.touched = map[string]struct{}{}
		}
		t.touched[string(key)] = struct{}{}
	}
}

// digestKey is the key in the cache of what was made of the value of a key. No stored key
// begins with its byte.
func digestKey(key []byte) []byte { return append([]byte{digestMark}, key...) }

const digestMark = 0

// digest returns what build makes of the value of a key, from memory where that has not
// changed since.
func (r *Reader) digest(key []byte, build func() ([]byte, error)) ([]byte, error) {
	key = digestKey(key)
	if r.cached {
		if digest, ok := r.s.cache.get(key, r.generation); ok {
			return digest, nil
		}
	}
	digest, err := build()
	if err == nil && r.cached {
		r.s.cache.add(key, append([]byte{}, digest...), r.generation)
	}
	return digest, err
}

// EntityDigest returns what build makes of an entity, from memory where the entity has not
// changed since.
func (r *Reader) EntityDigest(number uint64, build func(*Entity) []byte) ([]byte, error) {
	return r.digest(numberKey(famEntity, number), func() ([]byte, error) {
		e, err := r.Entity(number)
		if err != nil {
			return nil, err
		}
		return build(e), nil
	})
}

// state returns the generation. It makes the cache.
func (c *readCache) state() uint64 {
	if !c.made() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.entries == nil {
			c.entries = freecache.NewCache(cacheBytes())
		}
		return c.generation
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.generation
}

// made reports whether somebody has asked yet.
func (c *readCache) made() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.entries != nil
}

// begin takes out what a commit is about to change. One is under way at a time.
func (c *readCache) begin(t *tracked) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changing, c.blind = t.touched, !t.notes
	if c.entries == nil {
		return
	}
	if c.blind {
		c.entries.Clear()
	}
	for k := range t.touched {
		c.entries.Del([]byte(k))
		c.entries.Del(digestKey([]byte(k)))
	}
}

// end notes that a commit is over, or has failed.
func (c *readCache) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.changing, c.blind = nil, false
	c.generation++
}

// changes reports whether the commit under way may change what a key of the cache stands for.
func (c *readCache) changes(key []byte) bool {
	if key[0] == digestMark {
		key = key[1:]
	}
	_, changing := c.changing[string(key)]
	return changing || c.blind
}

// get returns a payload for a reader of a generation, nil for a key that is not there, and
// whether either is known.
func (c *readCache) get(key []byte, generation uint64) (payload []byte, ok bool) {
	v, err := c.entries.Get(key)
	if err != nil || len(v) < cachedHead || binary.BigEndian.Uint64(v) > generation {
		return nil, false
	}
	if v[8] == 0 {
		return nil, true
	}
	return v[cachedHead:], true
}

// add keeps what a reader of a generation has read, nil for nothing, unless a commit since
// may have changed it.
func (c *readCache) add(key, payload []byte, generation uint64) {
	v := binary.BigEndian.AppendUint64(make([]byte, 0, cachedHead+len(payload)), generation)
	present := byte(1)
	if payload == nil {
		present = 0
	}
	v = append(append(v, present), payload...)
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.generation == generation && !c.changes(key) {
		_ = c.entries.Set(key, v, 0) // what is too large for the cache is not kept
	}
}

// warmKeys is how many keys Warm reads from one state of the store.
const warmKeys = 4096

// Warm fills the read cache from the store, in order of keys, until it is full: so that
// the first questions need no more than the next. It stops when ctx ends.
func (s *Store) Warm(ctx context.Context) error {
	left := cacheBytes()
	for _, family := range []byte{famEntity, famEntityOf, famLinks, famDossier} {
		rg := kv.Prefix([]byte{family})
		for more := true; more && left > 0; {
			var err error
			if more, err = s.warm(ctx, &rg, &left); err != nil {
				return err
			}
		}
	}
	return nil
}

// warm reads the next keys of a range into the cache, and reports whether there are more.
func (s *Store) warm(ctx context.Context, rg *kv.Range, left *int) (more bool, err error) {
	n := 0
	err = s.ViewCached(ctx, func(r *Reader) error {
		return r.scan(*rg, func(key, payload []byte) error {
			if n == warmKeys || *left <= 0 {
				rg.Start, more = slices.Clone(key), true
				return errStop
			}
			n++
			if key[0] == famEntity {
				payload = headOfEntity(payload)
			}
			*left -= len(payload) + warmOverhead
			if r.cached {
				s.cache.add(slices.Clone(key), slices.Clone(payload), r.generation)
			}
			return ctx.Err()
		})
	})
	return more, ignoreStop(err)
}

// warmOverhead is about what an entry of the cache takes besides its payload, in bytes.
const warmOverhead = 64
