package txn

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/tidwall/btree"

	"aloi/store/kv"
)

// plainWrites is what writes are, plainly: a map of the keys.
type plainWrites map[string]Write

// in returns the writes of a range in ascending order.
func (p plainWrites) in(r kv.Range) (list []Write) {
	for _, k := range slices.Sorted(maps.Keys(p)) {
		if k >= string(r.Start) && (r.End == nil || k < string(r.End)) {
			list = append(list, p[k])
		}
	}
	return list
}

// same compares writes with the plain ones, in a range and by each key.
func (p plainWrites) same(t *testing.T, ws *writes, r kv.Range, in func(kv.Range) []Write) {
	t.Helper()
	if got, want := in(r), p.in(r); len(got)+len(want) > 0 && !reflect.DeepEqual(got, want) {
		t.Fatalf("in %q to %q are %v, want %v", r.Start, r.End, got, want)
	}
	for k, want := range p {
		if got, ok := ws.get([]byte(k)); !ok || !reflect.DeepEqual(got, want) {
			t.Fatalf("%q is %v %t, want %v", k, got, ok, want)
		}
		if _, ok := ws.get([]byte(k + "\x00none")); ok {
			t.Fatalf("%q is there and was not put", k+"\x00none")
		}
	}
}

// FuzzWrites puts writes of which many have the same keys or such as differ late, and scans
// between some of them.
func FuzzWrites(f *testing.F) {
	f.Add([]byte("abcabc"), uint8(3), uint8(0))
	f.Add(bytes.Repeat([]byte{1, 2, 3, 250, 7}, 60), uint8(255), uint8(9))
	f.Add([]byte{}, uint8(0), uint8(0))
	f.Fuzz(func(t *testing.T, ops []byte, scanAt, some uint8) {
		ws, plain := newWrites(int(some)), plainWrites{}
		total := 0
		for i, op := range ops {
			key := append([]byte{1 + op%3}, bytes.Repeat([]byte{0}, int(op>>3))...)
			if op&4 != 0 {
				key = append(key, op)
			}
			w := Write{Key: key, Value: []byte{op, byte(i)}, Deleted: i%5 == 4}
			if err := ws.put(w); err != nil {
				t.Fatal(err)
			}
			total += w.size() - plain[string(key)].size()
			plain[string(key)] = w
			if byte(i) == scanAt {
				plain.same(t, ws, kv.Range{}, ws.in)
				plain.same(t, ws, kv.Range{Start: key, End: []byte{3}}, ws.in)
			}
		}
		if ws.bytes != total || len(ws.list) != len(plain) {
			t.Fatalf("%d writes of %d bytes, want %d of %d", len(ws.list), ws.bytes, len(plain), total)
		}
		for _, r := range []kv.Range{{}, {Start: []byte{2}}, {End: []byte{2, 0, 0}}, {Start: []byte{1, 0}, End: []byte{3, 0, 7}}, {Start: []byte{3}, End: []byte{1}}} {
			plain.same(t, ws, r, ws.orderedIn)
			plain.same(t, ws, r, ws.in)
		}
	})
}

// A write that is refused changes nothing, and makes the transaction one that can't commit.
func TestWritesRefused(t *testing.T) {
	ws := newWrites(0)
	value := make([]byte, kv.MaxValueBytes)
	n := byte(0)
	for ; ws.bytes+len(value)+1 <= kv.MaxTxnBytes; n++ {
		if err := ws.put(Write{Key: []byte{'a' + n}, Value: value}); err != nil {
			t.Fatal(err)
		}
	}
	bytesBefore, keys := ws.bytes, len(ws.list)
	if err := ws.put(Write{Key: []byte{'a' + n}, Value: value}); err != kv.ErrTooBig || !ws.tooBig {
		t.Fatalf("%d bytes: %v", ws.bytes+len(value), err)
	}
	if _, ok := ws.get([]byte{'a' + n}); ok || ws.bytes != bytesBefore || len(ws.list) != keys {
		t.Error("what was refused is there")
	}
}

// benchKeys returns the keys of 256 new records: seven families of numbers, one of hashes.
func benchKeys() (keys [][]byte) {
	for n := range uint64(256) {
		for _, family := range []byte("cefilmn") {
			keys = append(keys, binary.BigEndian.AppendUint64([]byte{family}, 1<<20+n))
		}
		keys = append(keys, fmt.Appendf([]byte{'r'}, "%016x", n*0x9e3779b97f4a7c15))
	}
	return keys
}

// BenchmarkWrites is what the writes of 256 records cost, with putting them in order at the
// end, and what they cost as a tree.
func BenchmarkWrites(b *testing.B) {
	keys := benchKeys()
	b.Run("hashed", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			ws := newWrites(len(keys))
			for _, k := range keys {
				if err := ws.put(Write{Key: k}); err != nil {
					b.Fatal(err)
				}
			}
			ws.ordered()
		}
	})
	b.Run("tree", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			tree := btree.NewBTreeGOptions(func(a, b Write) bool { return bytes.Compare(a.Key, b.Key) < 0 }, btree.Options{NoLocks: true})
			for _, k := range keys {
				if _, had := tree.Get(Write{Key: k}); had {
					b.Fatal("it is there already")
				}
				tree.Set(Write{Key: k})
			}
			_ = tree.Items()
		}
	})
}
