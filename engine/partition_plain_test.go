package engine

import (
	"cmp"
	"slices"

	"aloi/matcher"
)

// plainPartition is Partition without anything that makes it fast.
func plainPartition(m *matcher.Matcher, records []*matcher.Prepared, judged []JudgedPair) *Partitioned {
	p := &Partitioned{}
	blocks := plainBlock(m, records)
	p.Blocks, p.TooCommon = len(blocks.cool)+len(blocks.common), len(blocks.common)
	p.plainLink(m, records, blocks)
	p.Labels = plainResolveAll(m, records, p.Links, judged)
	return p
}

// plainBlockOf is the set of records that share a blocking key, in order.
type plainBlockOf struct {
	key     uint64
	records []int32
}

// plainBlocks are the blocks of at least two records.
type plainBlocks struct {
	cool   []plainBlockOf  // those that are not too common, in order of their key
	keys   [][]uint64      // for each record the keys of its cool blocks, ascending
	common map[uint64]bool // the keys of the others
}

// tooCommon is the matcher.Common of the blocks.
func (b *plainBlocks) tooCommon(key string) bool { return b.common[matcher.HashKey(key)] }

func plainBlock(m *matcher.Matcher, records []*matcher.Prepared) *plainBlocks {
	type entry struct {
		key    uint64
		record int32
	}
	var entries []entry
	var keys []uint64
	for i, r := range records {
		keys = m.AppendKeyHashes(keys[:0], r)
		for _, k := range keys {
			entries = append(entries, entry{k, int32(i)})
		}
	}
	slices.SortFunc(entries, func(x, y entry) int { return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.record, y.record)) })
	blocks := &plainBlocks{keys: make([][]uint64, len(records)), common: map[uint64]bool{}}
	for start := 0; start < len(entries); {
		end, key := start, entries[start].key
		for end < len(entries) && entries[end].key == key {
			end++
		}
		switch size := end - start; {
		case size > matcher.CapOfHash(key):
			blocks.common[key] = true
		case entries[start].record != entries[end-1].record:
			b := plainBlockOf{key: key}
			for _, e := range entries[start:end] {
				b.records = append(b.records, e.record)
				blocks.keys[e.record] = append(blocks.keys[e.record], key)
			}
			blocks.cool = append(blocks.cool, b)
		}
		start = end
	}
	return blocks
}

// plainLink compares every pair that shares a block, once.
func (p *Partitioned) plainLink(m *matcher.Matcher, records []*matcher.Prepared, blocks *plainBlocks) {
	for _, b := range blocks.cool {
		n, found := plainCompareBlock(m, records, b, blocks)
		p.Links, p.Compared = append(p.Links, found...), p.Compared+n
	}
	slices.SortFunc(p.Links, func(x, y Link) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
}

// plainCompareBlock compares the pairs of a block that share no earlier block.
func plainCompareBlock(m *matcher.Matcher, records []*matcher.Prepared, b plainBlockOf, all *plainBlocks) (int, []Link) {
	var links []Link
	compared := 0
	for i, x := range b.records {
		for _, y := range b.records[i+1:] {
			if plainFirstCommon(all.keys[x], all.keys[y]) != b.key {
				continue
			}
			compared++
			if l, ok := m.Linked(records[x], records[y], all.tooCommon); ok {
				links = append(links, Link{A: x, B: y, Link: l})
			}
		}
	}
	return compared, links
}

// plainFirstCommon returns the least element of both ascending slices, which have one.
func plainFirstCommon(a, b []uint64) uint64 {
	for i, j := 0, 0; ; {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		default:
			return a[i]
		}
	}
}

// plainResolveAll clusters every component of the links and judgements.
func plainResolveAll(m *matcher.Matcher, records []*matcher.Prepared, links []Link, judged []JudgedPair) []int32 {
	labels := make([]int32, len(records))
	neighbours := make([][]int32, len(records))
	connect := func(a, b int32) {
		neighbours[a] = append(neighbours[a], b)
		neighbours[b] = append(neighbours[b], a)
	}
	byA := make([][]Link, len(records))
	for _, l := range links {
		if l.Weight >= m.Model().Same {
			connect(l.A, l.B)
			byA[l.A] = append(byA[l.A], l)
		}
	}
	judgedBy := make([][]JudgedPair, len(records))
	for _, j := range judged {
		if j.Same {
			connect(j.A, j.B)
		}
		judgedBy[j.A] = append(judgedBy[j.A], j)
	}
	at := make([]int32, len(records)) // record → index in its component
	seen := make([]bool, len(records))
	for i := range records {
		if seen[i] {
			continue
		}
		nodes := plainReach(int32(i), neighbours, seen)
		slices.Sort(nodes)
		for k, n := range nodes {
			at[n] = int32(k)
		}
		c := plainComponentOf(m, records, nodes, at, byA, judgedBy)
		for k, root := range matcher.Cluster(c, m.Model().Same, m.Model().Strong) {
			labels[nodes[k]] = nodes[root]
		}
	}
	return labels
}

// plainReach returns the records connected to start, and marks them seen.
func plainReach(start int32, neighbours [][]int32, seen []bool) []int32 {
	seen[start] = true
	nodes := []int32{start}
	for k := 0; k < len(nodes); k++ {
		for _, n := range neighbours[nodes[k]] {
			if !seen[n] {
				seen[n] = true
				nodes = append(nodes, n)
			}
		}
	}
	return nodes
}

// plainComponentOf builds the input of the clustering for the records in nodes; at gives
// the index in nodes of each. Judgements that leave the component are left out.
func plainComponentOf(m *matcher.Matcher, records []*matcher.Prepared, nodes, at []int32, linksOf [][]Link, judgedBy [][]JudgedPair) *matcher.Component {
	c := &matcher.Component{Veto: func(a, b int32) bool { return m.Weigh(records[nodes[a]], records[nodes[b]], nil).Veto }}
	inside := func(n int32) bool { return int(at[n]) < len(nodes) && nodes[at[n]] == n }
	for _, n := range nodes {
		c.Ties = append(c.Ties, records[n].Tie)
		for _, l := range linksOf[n] {
			c.Edges = append(c.Edges, matcher.Edge{A: at[l.A], B: at[l.B], Weight: l.Weight})
		}
		for _, j := range judgedBy[n] {
			if !inside(j.B) {
				continue
			}
			pair := [2]int32{at[j.A], at[j.B]}
			if j.Same {
				c.Same = append(c.Same, pair)
			} else {
				c.Different = append(c.Different, pair)
			}
		}
	}
	return c
}
