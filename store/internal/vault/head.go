package vault

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"aloi/store/internal/txn"
	"aloi/store/kv"
	"aloi/store/seal"
	"aloi/store/witness"
)

// head is what a store says of itself as of a commit. It is stored with that commit.
type head struct {
	commit   uint64
	at       time.Time
	previous [witness.HashBytes]byte // chain of the witness of the commit before
	families []family                // ascending, none without keys
}

// family is the keys that begin with one byte.
type family struct {
	prefix byte
	keys   uint64
	digest seal.Element
}

// The stored form: version, commit, time, chain, then the families.
const (
	headVersion = 1
	headFixed   = 1 + 8 + 8 + witness.HashBytes
	headFamily  = 1 + 8 + len(seal.Element{})
)

func (h *head) encode() []byte {
	b := make([]byte, 0, headFixed+len(h.families)*headFamily)
	b = append(b, headVersion)
	b = binary.BigEndian.AppendUint64(b, h.commit)
	b = binary.BigEndian.AppendUint64(b, uint64(h.at.UnixNano()))
	b = append(b, h.previous[:]...)
	for _, f := range h.families {
		b = binary.BigEndian.AppendUint64(append(b, f.prefix), f.keys)
		b = append(b, f.digest[:]...)
	}
	return b
}

func decodeHead(b []byte) (h head, err error) {
	if len(b) < headFixed || b[0] != headVersion || (len(b)-headFixed)%headFamily != 0 {
		return h, fmt.Errorf("%w: its head is of another format", kv.ErrCorrupt)
	}
	h.commit = binary.BigEndian.Uint64(b[1:])
	h.at = time.Unix(0, int64(binary.BigEndian.Uint64(b[9:]))).UTC()
	h.previous = [witness.HashBytes]byte(b[17:headFixed])
	for b = b[headFixed:]; len(b) > 0; b = b[headFamily:] {
		h.families = append(h.families, family{b[0], binary.BigEndian.Uint64(b[1:]), seal.Element(b[9:headFamily])})
	}
	return h, nil
}

// move carries a write out on the family of its key.
func (h *head) move(prefix byte, m *move) {
	i, found := slices.BinarySearchFunc(h.families, prefix, func(f family, p byte) int { return int(f.prefix) - int(p) })
	if !found {
		if m.keys == 0 {
			return
		}
		h.families = slices.Insert(h.families, i, family{prefix: prefix})
	}
	f := &h.families[i]
	f.keys += uint64(m.keys)
	f.digest.Toggle(m.element)
	if f.keys == 0 {
		h.families = slices.Delete(h.families, i, i+1)
	}
}

// family returns what the head says of the keys that begin with a byte.
func (h *head) family(prefix byte) family {
	for _, f := range h.families {
		if f.prefix == prefix {
			return f
		}
	}
	return family{prefix: prefix}
}

func (h *head) public() kv.Head {
	out := kv.Head{Commit: h.commit, Time: h.at}
	for _, f := range h.families {
		out.Families = append(out.Families, kv.Family{Prefix: f.prefix, Keys: f.keys, Digest: f.digest})
	}
	return out
}

// loadHead reads the head; there is none before the first commit.
func (s *State) loadHead() error {
	snap := s.inner.Snapshot()
	defer snap.Release()
	h, err := s.headOf(snap)
	if err == nil {
		s.head = h
	}
	return err
}

// headOf reads the head of a state, that of no commit where there is none.
func (s *State) headOf(snap txn.Snapshot) (h head, err error) {
	stored, err := snap.Get(headKey)
	if errors.Is(err, kv.ErrNotFound) {
		return h, nil
	} else if err != nil {
		return h, err
	}
	plain, err := s.cipher.Load().Open(headKey, stored)
	if err != nil {
		return h, fmt.Errorf("%w: its head does not open", kv.ErrCorrupt)
	}
	return decodeHead(plain)
}
