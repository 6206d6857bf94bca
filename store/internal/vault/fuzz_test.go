package vault

import (
	"bytes"
	"errors"
	"reflect"
	"testing"
	"time"

	"aloi/store/internal/txn"
	"aloi/store/kv"
	"aloi/store/seal"
	"aloi/store/witness"
)

// FuzzDecodeHead reads any bytes as the head of a store: what is read is written as it was.
func FuzzDecodeHead(f *testing.F) {
	h := head{commit: 7, at: time.Unix(1_700_000_000, 5).UTC(), previous: [witness.HashBytes]byte{1}}
	f.Add(h.encode())
	h.move('r', &move{keys: 2, element: seal.Element{3}})
	h.move('b', &move{keys: 1, element: seal.Element{4}})
	f.Add(h.encode())
	f.Add(h.encode()[1:])
	f.Add([]byte{headVersion})
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := decodeHead(b)
		if err != nil {
			if !errors.Is(err, kv.ErrCorrupt) {
				t.Fatal(err)
			}
			return
		}
		if !bytes.Equal(h.encode(), b) {
			t.Fatalf("% x is written as % x", b, h.encode())
		}
		if p := h.public(); p.Commit != h.commit || len(p.Families) != len(h.families) {
			t.Fatalf("%+v is told as %+v", h, p)
		}
	})
}

// FuzzMove adds keys to the families of a head and takes them out again, in the order of
// the bytes: the families stay sorted and without empty ones, and nothing is left.
func FuzzMove(f *testing.F) {
	f.Add([]byte("rbrrzab"))
	f.Add([]byte{0, 255, 0, 1})
	f.Fuzz(func(t *testing.T, keys []byte) {
		var h head
		count := map[byte]uint64{}
		element := func(i int) seal.Element { return seal.Element{keys[i], byte(i), byte(i >> 8), 1} }
		for i, k := range keys {
			h.move(k, &move{keys: 1, element: element(i)})
			count[k]++
		}
		if len(h.families) != len(count) {
			t.Fatalf("%d families of %d", len(h.families), len(count))
		}
		for i, f := range h.families {
			if f.keys != count[f.prefix] || i > 0 && h.families[i-1].prefix >= f.prefix || h.family(f.prefix) != f {
				t.Fatalf("family %d is %+v, with %d keys", i, f, count[f.prefix])
			}
		}
		for i := len(keys) - 1; i >= 0; i-- {
			h.move(keys[i], &move{keys: -1, element: element(i)})
		}
		if len(h.families) != 0 {
			t.Fatalf("left are %+v", h.families)
		}
	})
}

// FuzzDecodeWrites reads any bytes as what a commit wrote: what is read is written as it
// was, and reading takes no more memory than the bytes are worth.
func FuzzDecodeWrites(f *testing.F) {
	f.Add(appendWrites(nil, []txn.Write{{Key: []byte("r1"), Value: []byte("valeur")}, {Key: []byte("r2"), Deleted: true}, {Key: []byte("e"), Value: []byte{}}}))
	f.Add([]byte{1, 'k', 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1})
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0x0f, 'k'})
	f.Add([]byte{2, 'k', 'k', 0x80, 0})
	f.Add([]byte{1, 'k', 2})
	f.Fuzz(func(t *testing.T, b []byte) {
		writes, err := decodeWrites(b)
		if err != nil {
			return
		}
		list := make([]txn.Write, len(writes))
		total := 0
		for i, w := range writes {
			list[i] = txn.Write{Key: w.Key, Value: w.Value, Deleted: w.Deleted}
			total += len(w.Key) + len(w.Value)
		}
		if total > len(b) {
			t.Fatalf("%d bytes hold keys and values of %d", len(b), total)
		}
		again, err := decodeWrites(appendWrites(nil, list))
		if err != nil || !reflect.DeepEqual(again, writes) {
			t.Fatalf("%+v comes back as %+v, %v", writes, again, err)
		}
	})
}
