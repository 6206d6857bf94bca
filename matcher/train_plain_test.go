package matcher

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// plainSample chooses the pairs to compare as they are defined: of all keys of all
// records, sorted at once. kept is the share of the pairs of blocks, 0 for that of Train.
func (t *trainer) plainSample(kept float64) (blocked, random []recordPair, hot map[uint64]bool) {
	keys, blocks, hot := t.plainBlocks()
	bound := 0.0
	for _, b := range blocks {
		bound += float64(len(b.records)) * float64(len(b.records)-1) / 2
	}
	if kept == 0 {
		kept = min(1, blockedPairs/max(bound, 1))
	}
	for _, b := range blocks {
		for i, x := range b.records {
			for _, y := range b.records[i+1:] {
				if shared, _ := plainShared(keys[x], keys[y]); shared == b.key && (kept == 1 || t.plainLot(x, y) < kept) {
					blocked = append(blocked, recordPair{x, y})
				}
			}
		}
	}
	for _, p := range t.draw() {
		if _, shared := plainShared(keys[p[0]], keys[p[1]]); !shared {
			random = append(random, p)
		}
	}
	return blocked, random, hot
}

// plainBlock is the records that share a key, ascending.
type plainBlock struct {
	key     uint64
	records []int32
}

// plainBlocks returns the hashed keys of each record, ascending and without those that
// are too common, the blocks in the order of their keys, and what is too common.
func (t *trainer) plainBlocks() (keys [][]uint64, blocks []plainBlock, hot map[uint64]bool) {
	keys, hot = make([][]uint64, len(t.records)), map[uint64]bool{}
	var entries []keyEntry
	for i, r := range t.records {
		for _, k := range t.probe.Keys(r) {
			entries = append(entries, keyEntry{HashKey(k), int32(i)})
		}
	}
	slices.SortFunc(entries, func(x, y keyEntry) int {
		return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.place, y.place))
	})
	entries = slices.Compact(entries)
	for start := 0; start < len(entries); {
		end := start
		for end < len(entries) && entries[end].key == entries[start].key {
			end++
		}
		switch n := end - start; {
		case n > CapOfHash(entries[start].key):
			hot[entries[start].key] = true
		case n > 1:
			b := plainBlock{key: entries[start].key}
			for _, e := range entries[start:end] {
				keys[e.place] = append(keys[e.place], e.key)
				b.records = append(b.records, e.place)
			}
			blocks = append(blocks, b)
		}
		start = end
	}
	return keys, blocks, hot
}

// plainShared returns the least element of both ascending slices.
func plainShared(a, b []uint64) (uint64, bool) {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			return a[i], true
		}
	}
	return 0, false
}

// plainLot returns a number in [0, 1) that the seed gives a pair of records.
func (t *trainer) plainLot(x, y int32) float64 {
	var b []byte
	b = append(b, t.records[x].Tie[:]...)
	b = append(b, t.records[y].Tie[:]...)
	b = binary.LittleEndian.AppendUint64(b, t.seed)
	return float64(xxhash.Sum64(b)>>11) / (1 << 53)
}

// plainCounts counts the values of a comparison as they are defined: record by record in
// the order of ties.
func (t *trainer) plainCounts(k *compiled) *valueCounts {
	c, list := t.newCounter(), &valueCounts{at: map[uint32]int32{}}
	for place, r := range t.records {
		terms := c.termsOf(k, r)
		for kind, v := range terms {
			if v == "" {
				continue
			}
			list.all[kind]++
			hash := hashSpaceless(v)
			at, ok := list.at[hash]
			if !ok {
				at = int32(len(list.of))
				list.at[hash] = at
				list.of = append(list.of, valueCount{hash: hash, value: v, first: int64(place*termKinds + kind)})
			}
			x := &list.of[at]
			x.records, x.value, x.letters = x.records+1, min(x.value, v), x.letters|t.otherLetter(k, r)
			if v == cmp.Or(terms[0], terms[1]) && (kind == 0 || terms[0] == "") {
				x.chosen++
			}
		}
	}
	return list
}
