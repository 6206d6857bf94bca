package vault

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"testing"

	"aloi/store/internal/txn"
	"aloi/store/kv"
)

// TestTags writes few keys again and again, of two families, with commits that fail with
// nothing stored and commits that are computed beside the one before. The digests must be
// those of what is stored, and most of what is replaced must not be read.
func TestTags(t *testing.T) {
	w := newWorld(t)
	rng := rand.New(rand.NewPCG(5, 5))
	w.below.before = func() error {
		if rng.IntN(5) == 0 {
			return kv.ErrTooBig
		}
		return nil
	}
	const keys = 40
	for range 300 {
		p, err := w.DB.UpdateAhead(context.Background(), func(tx kv.Txn) error {
			for range 1 + rng.IntN(8) {
				key := binary.BigEndian.AppendUint64([]byte{"ab"[rng.IntN(2)]}, rng.Uint64N(keys))
				if rng.IntN(4) == 0 {
					if err := tx.Delete(key); err != nil {
						return err
					}
				} else if err := tx.Set(key, []byte{byte(rng.Uint32())}); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			err = p.Wait()
		}
		if err != nil && err != kv.ErrTooBig && err != kv.ErrBefore {
			t.Fatal(err)
		}
		if err := w.state.CheckDigests(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	known := 0
	for k := range w.below.stored {
		if _, ok := w.state.tags.of([]byte(k)); ok {
			known++
		}
	}
	if known < keys/2 {
		t.Errorf("the tags of %d keys are known", known)
	}
}

// A family the keys of which are written once takes no place from one whose keys are not.
func TestTagsOfFamilies(t *testing.T) {
	var x tags
	put := func(family byte, n uint64, keys int) {
		key := binary.BigEndian.AppendUint64([]byte{family}, n)
		x.take([]txn.Write{{Key: key, Value: make([]byte, 64)}}, []move{{keys: keys}})
	}
	for n := range uint64(100) {
		put('r', n, 1)
		put('e', n%10, 0)
	}
	defer x.places.Free()
	for n := range uint64(10) {
		if _, known := x.of(binary.BigEndian.AppendUint64([]byte{'e'}, n)); !known {
			t.Errorf("e%d is not known", n)
		}
		if _, known := x.of(binary.BigEndian.AppendUint64([]byte{'r'}, n)); known {
			t.Errorf("r%d has a place", n)
		}
	}
	for _, key := range []string{"", "e", "e1234567890", string(binary.BigEndian.AppendUint64([]byte{'e'}, 1<<56))} {
		if packed([]byte(key)) != 0 {
			t.Errorf("%q is packed", key)
		}
	}
}
