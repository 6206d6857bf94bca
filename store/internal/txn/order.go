package txn

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
	"sort"

	"github.com/tidwall/btree"

	"aloi/store/kv"
)

// in returns the writes of r in ascending order, while more of them may come.
func (ws *writes) in(r kv.Range) []Write {
	if len(ws.list) == 0 {
		return nil
	}
	var out []Write
	ws.ascending().Ascend(Write{Key: r.Start}, func(w Write) bool {
		if r.End != nil && bytes.Compare(w.Key, r.End) >= 0 {
			return false
		}
		out = append(out, w)
		return true
	})
	return out
}

// ascending returns the writes as a tree, which the first scan makes and put keeps: to put them
// in order again for each scan would make a transaction of many small scans quadratic.
func (ws *writes) ascending() *btree.BTreeG[Write] {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if ws.tree == nil {
		less := func(a, b Write) bool { return bytes.Compare(a.Key, b.Key) < 0 }
		tree := btree.NewBTreeGOptions(less, btree.Options{NoLocks: true})
		for _, w := range ws.list {
			tree.Set(w)
		}
		ws.tree = tree
	}
	return ws.tree
}

// ordered returns all writes in ascending order, once no more of them come. Any number of
// goroutines may ask.
func (ws *writes) ordered() []Write {
	ws.once.Do(func() { ws.all = sorted(ws.list) })
	return ws.all
}

// orderedIn returns those of ordered that are in r.
func (ws *writes) orderedIn(r kv.Range) []Write {
	all := ws.ordered()
	from := func(key []byte) int {
		return sort.Search(len(all), func(i int) bool { return bytes.Compare(all[i].Key, key) >= 0 })
	}
	end := len(all)
	if r.End != nil {
		end = from(r.End)
	}
	return all[min(from(r.Start), end):end]
}

// ranked is a write and the bytes of its key that tell most keys of a family apart: those
// behind the first, of fewer with zeros behind them.
type ranked struct {
	prefix uint64
	at     uint32 // in the list
}

// rank is the prefix of a key.
func rank(key []byte) uint64 {
	if len(key) >= 9 {
		return binary.BigEndian.Uint64(key[1:])
	}
	var b [8]byte
	copy(b[:], key[1:])
	return binary.BigEndian.Uint64(b[:])
}

// sorted returns writes in the order of their keys, no two of which are the same. It goes by
// the first byte, the family of a key, then sorts each family by itself: most are written in
// order.
func sorted(list []Write) []Write {
	var ends [256]uint32 // of each family: where it begins, then where it ends
	for i := range list {
		ends[list[i].Key[0]]++
	}
	at := uint32(0)
	for family, n := range ends {
		ends[family], at = at, at+n
	}
	ranks := make([]ranked, len(list))
	for i := range list {
		end := &ends[list[i].Key[0]]
		ranks[*end] = ranked{rank(list[i].Key), uint32(i)}
		*end++
	}
	begin := uint32(0)
	for _, end := range ends {
		slices.SortFunc(ranks[begin:end], func(a, b ranked) int {
			if a.prefix != b.prefix {
				return cmp.Compare(a.prefix, b.prefix)
			}
			return bytes.Compare(list[a.at].Key, list[b.at].Key)
		})
		begin = end
	}
	out := make([]Write, len(list))
	for i, r := range ranks {
		out[i] = list[r.at]
	}
	return out
}
