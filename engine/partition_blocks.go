package engine

import (
	"cmp"
	"context"
	"math/bits"
	"slices"

	"aloi/matcher"
)

// blocksOfAll are the blocks of at least two records that are not too common. A block is
// known by its place among them: the order is that of their first records.
type blocksOfAll struct {
	// The records of block i are members[starts[i]:starts[i+1]], ascending.
	starts  []int
	members []int32

	// The blocks of record i are blocksOf[blocksAt[i]:blocksAt[i+1]], ascending.
	blocksAt []int
	blocksOf []uint32

	common map[uint64]bool // the hashes of the keys that are too common
}

// count returns how many blocks there are.
func (b *blocksOfAll) count() int { return len(b.starts) - 1 }

// records returns the records of a block.
func (b *blocksOfAll) records(i int) []int32 { return b.members[b.starts[i]:b.starts[i+1]] }

// of returns the blocks of a record.
func (b *blocksOfAll) of(record int32) []uint32 {
	return b.blocksOf[b.blocksAt[record]:b.blocksAt[record+1]]
}

// tooCommon is the matcher.Common of the blocks.
func (b *blocksOfAll) tooCommon(key string) bool { return b.common[matcher.HashKey(key)] }

// shardBlocks are the blocks of one shard of the keys: block i has the records
// members[starts[i]:starts[i+1]], ascending.
type shardBlocks struct {
	starts  []uint32
	members []int32
	common  []uint64 // the keys that are too common
}

// len returns how many blocks the shard has.
func (s *shardBlocks) len() int { return len(s.starts) - 1 }

// records returns the records of a block.
func (s *shardBlocks) records(i int) []int32 { return s.members[s.starts[i]:s.starts[i+1]] }

// The keys are dealt to shards by their first bits, so that each shard is sorted by itself,
// in a memory that a core has near.
const (
	shardBits = 8
	shards    = 1 << shardBits
)

func shardOf(key uint64) int { return int(key >> (64 - shardBits)) }

// recordsPerChunk is how many records have their keys made together. A record is known in its
// chunk by 16 bits.
const recordsPerChunk = 1 << 13

// keyChunk has the keys of the records of a chunk, shard by shard: those of shard s are at
// starts[s] to starts[s+1], by record.
type keyChunk struct {
	starts  [shards + 1]uint32
	keys    []uint64
	records []uint16 // from the first of the chunk
}

// block makes the blocks of a set of records. It knows a record by its place in order.
func block(ctx context.Context, m *matcher.Matcher, records []*matcher.Prepared, order []int32, workers int) (*blocksOfAll, error) {
	chunks := make([]keyChunk, (len(records)+recordsPerChunk-1)/recordsPerChunk)
	makers := make([]keyMaker, workers)
	err := spread(ctx, workers, len(chunks), func(w, i int) {
		first := i * recordsPerChunk
		makers[w].fill(&chunks[i], m, records, order[first:min(first+recordsPerChunk, len(order))])
	})
	if err != nil {
		return nil, err
	}
	byShard := make([]shardBlocks, shards)
	sorters := make([]shardSorter, workers)
	err = spread(ctx, workers, shards, func(w, s int) { byShard[s] = sorters[w].blocks(chunks, s) })
	if err != nil {
		return nil, err
	}
	b := &blocksOfAll{common: map[uint64]bool{}}
	if err := b.join(ctx, byShard, len(records), workers); err != nil {
		return nil, err
	}
	return b, b.index(ctx, len(records), workers)
}

// keyMaker makes the keys of chunks. It keeps what it needs for that.
type keyMaker struct {
	keys []uint64
	ends []int // of the keys of each record
}

// fill makes the keys of the records of a chunk.
func (k *keyMaker) fill(c *keyChunk, m *matcher.Matcher, records []*matcher.Prepared, order []int32) {
	k.keys, k.ends = k.keys[:0], k.ends[:0]
	for _, r := range order {
		k.keys = m.AppendKeyHashes(k.keys, records[r])
		k.ends = append(k.ends, len(k.keys))
	}
	var next [shards]uint32
	for _, key := range k.keys {
		next[shardOf(key)]++
	}
	sum := uint32(0)
	for s, n := range next {
		c.starts[s], next[s] = sum, sum
		sum += n
	}
	c.starts[shards] = sum
	c.keys, c.records = make([]uint64, sum), make([]uint16, sum)
	from := 0
	for i, end := range k.ends {
		for _, key := range k.keys[from:end] {
			at := &next[shardOf(key)]
			c.keys[*at], c.records[*at] = key, uint16(i)
			*at++
		}
		from = end
	}
}

// keyOfRecord is one key of one record.
type keyOfRecord struct {
	key    uint64
	record int32
}

// shardSorter brings the keys of shards together. It keeps what it needs for that.
type shardSorter struct {
	entries []keyOfRecord
	ends    []uint32 // of the buckets of entries
}

// entriesPerBucket is about how many entries a bucket of a shard gets: few, so that sorting
// one is quick.
const entriesPerBucket = 8

// blocks returns the blocks of a shard.
func (s *shardSorter) blocks(chunks []keyChunk, shard int) shardBlocks {
	s.deal(chunks, shard)
	from := uint32(0)
	for _, end := range s.ends {
		slices.SortFunc(s.entries[from:end], func(x, y keyOfRecord) int {
			return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.record, y.record))
		})
		from = end
	}
	b := shardBlocks{starts: []uint32{0}}
	for rest := s.entries; len(rest) > 0; {
		n := sameKey(rest)
		if rest[0].record != rest[n-1].record {
			b.add(rest[:n])
		}
		rest = rest[n:]
	}
	b.members = slices.Clip(b.members)
	return b
}

// deal takes the entries of a shard from the chunks into buckets, by the bits of the key
// that follow those of the shard.
func (s *shardSorter) deal(chunks []keyChunk, shard int) {
	total := 0
	for i := range chunks {
		total += int(chunks[i].starts[shard+1] - chunks[i].starts[shard])
	}
	width := bits.Len(uint(total / entriesPerBucket))
	bucket := func(key uint64) uint64 { return key << shardBits >> (64 - width) }
	s.ends = append(s.ends[:0], make([]uint32, 1<<width)...)
	for i := range chunks {
		c := &chunks[i]
		for _, key := range c.keys[c.starts[shard]:c.starts[shard+1]] {
			s.ends[bucket(key)]++
		}
	}
	sum := uint32(0)
	for i, n := range s.ends {
		s.ends[i] = sum // its beginning for now; each entry moves it on
		sum += n
	}
	s.entries = slices.Grow(s.entries[:0], total)[:total]
	for i := range chunks {
		c := &chunks[i]
		for k := c.starts[shard]; k < c.starts[shard+1]; k++ {
			at := &s.ends[bucket(c.keys[k])]
			s.entries[*at] = keyOfRecord{c.keys[k], int32(i*recordsPerChunk + int(c.records[k]))}
			*at++
		}
	}
}

// sameKey returns how many of the entries, from the first on, have the key of the first.
func sameKey(entries []keyOfRecord) int {
	n := 1
	for n < len(entries) && entries[n].key == entries[0].key {
		n++
	}
	return n
}

// add makes a block of the entries of one key, unless they are too common.
func (s *shardBlocks) add(entries []keyOfRecord) {
	key := entries[0].key
	if len(entries) > matcher.CapOfHash(key) {
		s.common = append(s.common, key)
		return
	}
	for _, e := range entries {
		s.members = append(s.members, e.record)
	}
	s.starts = append(s.starts, uint32(len(s.members)))
}

// join takes the blocks of all shards, in order of their first records: those that follow
// one another then are of records that are near one another, see near.
func (b *blocksOfAll) join(ctx context.Context, byShard []shardBlocks, records, workers int) error {
	next := make([]int, records+1) // by first record, the place of its next block
	for s := range byShard {
		shard := &byShard[s]
		for _, key := range shard.common {
			b.common[key] = true
		}
		for i := range shard.len() {
			next[shard.records(i)[0]]++
		}
	}
	blocks := offsets(next)[records]
	b.starts = make([]int, blocks+1)
	places := make([][]uint32, len(byShard)) // of the blocks of each shard
	for s := range byShard {
		shard := &byShard[s]
		places[s] = make([]uint32, shard.len())
		for i := range shard.len() {
			place := &next[shard.records(i)[0]]
			places[s][i] = uint32(*place)
			b.starts[*place] = len(shard.records(i))
			*place++
		}
	}
	b.members = make([]int32, offsets(b.starts)[blocks])
	return spread(ctx, workers, len(byShard), func(_, s int) {
		for i, place := range places[s] {
			copy(b.records(int(place)), byShard[s].records(i))
		}
	})
}

// index finds the blocks of each of n records. Each worker goes through all blocks for a
// range of the records of its own, so that none waits for another.
func (b *blocksOfAll) index(ctx context.Context, n, workers int) error {
	next := make([]int, n+1)
	part := (n + workers - 1) / workers
	each := func(do func(record int32, block int)) error {
		return spread(ctx, workers, workers, func(_, w int) {
			low, high := int32(min(w*part, n)), int32(min((w+1)*part, n))
			for i := range b.count() {
				for _, r := range b.records(i) {
					if low <= r && r < high {
						do(r, i)
					}
				}
			}
		})
	}
	if err := each(func(record int32, _ int) { next[record]++ }); err != nil {
		return err
	}
	b.blocksAt = slices.Clone(offsets(next))
	b.blocksOf = make([]uint32, b.blocksAt[n])
	return each(func(record int32, block int) {
		b.blocksOf[next[record]] = uint32(block)
		next[record]++
	})
}
