package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"maps"
	"sync/atomic"
)

// ErrForged is returned for a value that does not open under its key: it was changed,
// moved, or sealed by another store.
var ErrForged = errors.New("seal: the value does not open under its key")

// A sealed value is: mark (1 byte), id of the data key (4 bytes), nonce (12), sealed
// payload, tag (16). The additional data is mark, id and the whole key of the value.
const (
	valueMark   = 0xA7 // no value from before sealing begins with it: theirs is 1
	headBytes   = 1 + 4
	nonceBytes  = 12
	tagBytes    = 16
	prefixBytes = 8 // of a nonce: random, drawn again when the counter behind it has run out

	// Overhead is what sealing adds to a value, in bytes.
	Overhead = headBytes + nonceBytes + tagBytes
)

// IsSealed reports whether a stored value looks sealed.
func IsSealed(value []byte) bool { return len(value) >= Overhead && value[0] == valueMark }

// KeyOf returns the id of the data key that a sealed value needs.
func KeyOf(sealed []byte) uint32 { return binary.BigEndian.Uint32(sealed[1:headBytes]) }

// Cipher seals and opens values with the keys of a keyring. It is safe for concurrent use.
type Cipher struct {
	active uint32
	keys   map[uint32]cipher.AEAD
	digest cipher.Block
	nonces nonces
}

// NewCipher returns the cipher of a keyring, which it does not keep.
func NewCipher(k *Keyring) (*Cipher, error) {
	if err := k.check(); err != nil {
		return nil, err
	}
	c := &Cipher{active: k.Active, keys: map[uint32]cipher.AEAD{}}
	for id, key := range k.Data {
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		if c.keys[id], err = cipher.NewGCM(block); err != nil {
			return nil, err
		}
	}
	var err error
	c.digest, err = aes.NewCipher(k.Digest)
	return c, err
}

// Keeping returns the cipher with the keys of another for reading besides.
func (c *Cipher) Keeping(other *Cipher) *Cipher {
	keys := maps.Clone(other.keys)
	maps.Copy(keys, c.keys)
	return &Cipher{active: c.active, keys: keys, digest: c.digest}
}

// Active returns the id of the key that Seal uses.
func (c *Cipher) Active() uint32 { return c.active }

// Seal returns a sealed value for its key.
func (c *Cipher) Seal(key, plain []byte) []byte {
	s := Sealer{c: c}
	return s.Append(make([]byte, 0, len(plain)+Overhead), key, plain)
}

// Open returns the payload of a sealed value, which shares no memory with it, or ErrForged.
func (c *Cipher) Open(key, sealed []byte) ([]byte, error) {
	if !IsSealed(sealed) {
		return nil, ErrForged
	}
	a := c.keys[KeyOf(sealed)]
	if a == nil {
		return nil, ErrForged
	}
	nonce, rest := sealed[headBytes:headBytes+nonceBytes], sealed[headBytes+nonceBytes:]
	// One piece of memory has the payload and behind it the additional data.
	size := len(rest) - tagBytes
	room := make([]byte, size+headBytes+len(key))
	plain, err := a.Open(room[:0:size], nonce, rest, additional(room[size:size], sealed, key))
	if err != nil {
		return nil, ErrForged
	}
	return plain, nil
}

// additional appends to buf what is authenticated besides the payload.
func additional(buf, sealed, key []byte) []byte {
	return append(append(buf, sealed[:headBytes]...), key...)
}

// Element stands for a key and its value in the digest of a set: a keyed hash of both, in
// that the tag of GCM is one already. The exclusive or of the elements of a set tells it
// from every other for who does not know the key (Clarke et al., Incremental Multiset Hash
// Functions, ASIACRYPT 2003: MSet-XOR-Hash; here no element comes twice).
type Element [tagBytes]byte

// TagOf returns the tag of a sealed value, of which Element makes its element.
func TagOf(sealed []byte) Element { return Element(sealed[len(sealed)-tagBytes:]) }

// Element returns the element of the sealed value with a tag.
func (c *Cipher) Element(tag Element) Element {
	s := Sealer{c: c}
	return s.Element(tag)
}

// Toggle adds an element to a digest, or takes it out.
func (e *Element) Toggle(other Element) {
	for i := range e {
		e[i] ^= other[i]
	}
}

// nonces gives each value another nonce: a random prefix for each run of the program, and
// a counter, so that no number of values makes two alike likely.
type nonces struct{ current atomic.Pointer[nonceRun] }

type nonceRun struct {
	prefix [prefixBytes]byte
	count  atomic.Uint64
}

func (n *nonces) next(nonce []byte) {
	const most = 1 << 32
	for {
		run := n.current.Load()
		if run == nil {
			run = &nonceRun{prefix: [prefixBytes]byte(random(prefixBytes))}
			if !n.current.CompareAndSwap(nil, run) {
				continue
			}
		}
		i := run.count.Add(1) - 1
		if i >= most {
			n.current.CompareAndSwap(run, nil)
			continue
		}
		copy(nonce, run.prefix[:])
		binary.BigEndian.PutUint32(nonce[prefixBytes:], uint32(i))
		return
	}
}
