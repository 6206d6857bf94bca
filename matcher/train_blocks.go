package matcher

import (
	"cmp"
	mathbits "math/bits"
	"slices"
)

// The blocks are found range by range of the hashes, so that no more than a part of the
// keys is ever sorted at once.
const (
	// keyRanges is the number of ranges, a power of 2.
	keyRanges = 1 << rangeBits
	rangeBits = 6
	// spanRanges is how many ranges in a row are one task: to find the first one, each
	// record's keys are looked through.
	spanRanges = 8
	// bucketKeys is about how many keys are sorted by comparing them.
	bucketKeys = 4
)

// trainBlocks are the records that share a key, by their place in the order of ties:
// the blocks of one range, in the order of their keys, ascending in each.
type trainBlocks struct {
	keys    []uint64 // of each block
	ends    []uint32 // of each block, in records
	records []int32
	pairs   float64  // of all blocks
	hot     []uint64 // the keys that too many records share, which make no block
}

// block returns the records of block i.
func (b *trainBlocks) block(i int) []int32 {
	from := uint32(0)
	if i > 0 {
		from = b.ends[i-1]
	}
	return b.records[from:b.ends[i]]
}

// block returns the blocks of all ranges, and which keys are too common for one.
func (t *trainer) block(keys *recordKeys) (ranges []trainBlocks, hot hotKeys, err error) {
	ranges = make([]trainBlocks, keyRanges)
	err = t.each(keyRanges/spanRanges, func() func(int) {
		b := &blocker{t: t, keys: keys, next: make([]uint8, len(t.came))}
		return func(span int) {
			b.seek(uint64(span * spanRanges))
			for r := span * spanRanges; r < (span+1)*spanRanges; r++ {
				b.take(uint64(r))
				ranges[r] = b.group()
			}
		}
	})
	hot = hotKeys{}
	for i := range ranges {
		for _, key := range ranges[i].hot {
			hot[key] = struct{}{}
		}
	}
	return ranges, hot, err
}

// keyEntry is one key of one record.
type keyEntry struct {
	key   uint64
	place int32
}

// blocker finds the blocks of ranges, one after the other.
type blocker struct {
	t       *trainer
	keys    *recordKeys
	next    []uint8    // of each record as they came: its first key that is not taken
	entries []keyEntry // of the range
	sorted  []keyEntry
	starts  []uint32 // of each bucket in sorted
	found   trainBlocks
}

// seek goes to the first key of each record in a range or after it.
func (b *blocker) seek(r uint64) {
	for i := range b.next {
		n := 0
		for _, key := range b.keys.of(int32(i)) {
			if key>>(64-rangeBits) >= r {
				break
			}
			n++
		}
		b.next[i] = uint8(n)
	}
}

// take reads the keys of a range, which come next.
func (b *blocker) take(r uint64) {
	b.entries = b.entries[:0]
	for i := range b.next {
		list := b.keys.of(int32(i))
		n := int(b.next[i])
		for ; n < len(list) && list[n]>>(64-rangeBits) == r; n++ {
			b.entries = append(b.entries, keyEntry{list[n], b.t.places[i]})
		}
		b.next[i] = uint8(n)
	}
}

// group sorts the entries and returns their blocks.
func (b *blocker) group() trainBlocks {
	b.distribute()
	b.found = trainBlocks{keys: b.found.keys[:0], ends: b.found.ends[:0], records: b.found.records[:0]}
	for i := 1; i < len(b.starts); i++ {
		bucket := b.sorted[b.starts[i-1]:b.starts[i]]
		if len(bucket) < 2 {
			continue
		}
		slices.SortFunc(bucket, func(x, y keyEntry) int {
			if x.key != y.key {
				return cmp.Compare(x.key, y.key)
			}
			return cmp.Compare(x.place, y.place)
		})
		b.cut(bucket)
	}
	found := b.found
	found.keys, found.ends, found.records = slices.Clone(found.keys), slices.Clone(found.ends), slices.Clone(found.records)
	return found
}

// distribute puts the entries into buckets, by the bits of the key that follow those of
// the range.
func (b *blocker) distribute() {
	width := mathbits.Len(uint(len(b.entries) / bucketKeys))
	b.starts = slices.Grow(b.starts[:0], 1<<width+1)[:1<<width+1]
	clear(b.starts)
	bucketOf := func(key uint64) uint64 { return key << rangeBits >> (64 - width) }
	for i := range b.entries {
		b.starts[bucketOf(b.entries[i].key)+1]++
	}
	for i := 1; i < len(b.starts); i++ {
		b.starts[i] += b.starts[i-1]
	}
	b.sorted = slices.Grow(b.sorted[:0], len(b.entries))[:len(b.entries)]
	for _, e := range b.entries {
		at := &b.starts[bucketOf(e.key)]
		b.sorted[*at] = e
		*at++
	}
	copy(b.starts[1:], b.starts) // each is now where the next begins
	b.starts[0] = 0
}

// cut takes down the blocks of sorted entries.
func (b *blocker) cut(list []keyEntry) {
	for start := 0; start < len(list); {
		end, key := start+1, list[start].key
		for end < len(list) && list[end].key == key {
			end++
		}
		switch n := end - start; {
		case n > CapOfHash(key):
			b.found.hot = append(b.found.hot, key)
		case n > 1:
			for _, e := range list[start:end] {
				b.found.records = append(b.found.records, e.place)
			}
			b.found.keys = append(b.found.keys, key)
			b.found.ends = append(b.found.ends, uint32(len(b.found.records)))
			b.found.pairs += float64(n) * float64(n-1) / 2
		}
		start = end
	}
}
