// Package seal keeps what is stored secret and unforgeable: the keys of a store, the
// file that holds them under a master key, and the sealing of single values, each bound
// to the key that it is stored under.
//
// Badger's own encryption is AES-CTR without authentication: who has the disk and not the
// key can still turn one value into another (docs/decisions/0003). Here AES-256-GCM takes
// the whole key of a value as additional data, so that a value that was changed, or moved
// under another key, does not open.
package seal

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// KeyBytes is the length of every key here: AES-256, HMAC-SHA-256.
const KeyBytes = 32

// storeIDBytes is the length of the name that tells one store from another.
const storeIDBytes = 16

// Keyring is the keys of one store. It is a value: change a Clone and save it.
type Keyring struct {
	// Store tells the store from others, in 32 hex digits. It is no secret.
	Store string `json:"store"`
	// Data are the keys that values are sealed with, by id; Active is that of new ones.
	Data   map[uint32][]byte `json:"data"`
	Active uint32            `json:"active"`
	// Digest and Witness authenticate what the store holds as a whole, and the log of its
	// commits. They stay for the life of the store.
	Digest  []byte `json:"digest"`
	Witness []byte `json:"witness"`
	// Index keys the hashes that stand in keys for personal values.
	Index []byte `json:"index"`
	// Audit signs the heads of the audit log, as audit.NewKey makes it.
	Audit string `json:"audit"`
	// Adopting tells that the store beside the keyring is from before sealing, and that a
	// sealed one is to take its place.
	Adopting bool `json:"adopting,omitempty"`
}

// NewKeyring returns new keys for a store. index and audit are what it has already, if
// anything: a new index key is made for nil.
func NewKeyring(index []byte, audit string) *Keyring {
	if index == nil {
		index = random(KeyBytes)
	}
	return &Keyring{
		Store: hex.EncodeToString(random(storeIDBytes)), Data: map[uint32][]byte{1: random(KeyBytes)}, Active: 1,
		Digest: random(KeyBytes), Witness: random(KeyBytes), Index: index, Audit: audit,
	}
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b) // never fails (Go 1.24)
	return b
}

// Clone returns a copy that shares nothing that changes.
func (k *Keyring) Clone() *Keyring {
	c := *k
	c.Data = maps.Clone(k.Data)
	return &c
}

// Rotate adds a data key, which new values are sealed with from now on.
func (k *Keyring) Rotate() {
	k.Active = slices.Max(slices.Collect(maps.Keys(k.Data))) + 1
	k.Data[k.Active] = random(KeyBytes)
}

// DropOld forgets every data key but the active one: what was sealed with them is lost.
func (k *Keyring) DropOld() {
	maps.DeleteFunc(k.Data, func(id uint32, _ []byte) bool { return id != k.Active })
}

// encode and decodeKeyring are the keyring as the keyring file seals it.
func (k *Keyring) encode() ([]byte, error) { return json.Marshal(k) }

func decodeKeyring(text []byte) (*Keyring, error) {
	k := &Keyring{}
	if err := json.Unmarshal(text, k); err != nil {
		return nil, errors.New("its content is not readable")
	}
	return k, k.check()
}

// check makes sure that every key is one.
func (k *Keyring) check() error {
	if id, err := hex.DecodeString(k.Store); err != nil || len(id) != storeIDBytes {
		return errors.New("the store has no name")
	}
	if k.Data[k.Active] == nil {
		return errors.New("the active key is missing")
	}
	keys := slices.Collect(maps.Values(k.Data))
	for _, key := range append(keys, k.Digest, k.Witness) {
		if len(key) != KeyBytes {
			return fmt.Errorf("a key has %d bytes, not %d", len(key), KeyBytes)
		}
	}
	return nil
}
