package main

import (
	"cmp"
	"encoding/csv"
	"io"
	"runtime"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"

	"aloi"
	"aloi/engine"
	"aloi/matcher"
	"aloi/store"
)

// resolution is the clusters of a rowSet.
type resolution struct {
	chunks   []*rowChunk
	firstRow []int32 // of each chunk, counted over all inputs from 0
	recordOf []int32 // row → record, -1 for a rejected row
	records  []batchRecord
	prepared []*matcher.Prepared // by record
	labels   []int32             // record → first record of its entity
	clusters int                 // rejected rows included
	compared int
}

// batchRecord is a record in the version that is in force, with the rows of its versions.
type batchRecord struct {
	first, inForce int32
	more           []int32 // rows after the first one
}

// gather brings the rows of each record together. The set is empty afterwards.
func (s *rowSet) gather() (*resolution, error) {
	collectAt(resolveGCPercent)
	r := &resolution{chunks: s.chunks, recordOf: make([]int32, 0, s.count)}
	s.chunks = nil
	r.clusters = r.group()
	return r, r.decode()
}

// row returns the chunk that a row is in, and its place there.
func (r *resolution) row(row int32) (*rowChunk, int) {
	c, exact := slices.BinarySearch(r.firstRow, row)
	if !exact {
		c--
	}
	return r.chunks[c], int(row - r.firstRow[c])
}

// recordsPerTask is how many records are decoded by one worker before it looks for more.
const recordsPerTask = 8192

// decode makes the prepared records from what is encoded of them. Those of like names come
// to lie near one another in memory, as they are compared with one another.
func (r *resolution) decode() error {
	type place struct {
		near   uint64
		record int32
	}
	order := make([]place, len(r.records))
	for i, rec := range r.records {
		c, at := r.row(rec.inForce)
		order[i] = place{c.rows[at].near, int32(i)}
	}
	slices.SortFunc(order, func(a, b place) int { return cmp.Or(cmp.Compare(a.near, b.near), cmp.Compare(a.record, b.record)) })
	r.prepared = make([]*matcher.Prepared, len(r.records))
	var workers errgroup.Group
	workers.SetLimit(runtime.GOMAXPROCS(0))
	for task := range slices.Chunk(order, recordsPerTask) {
		workers.Go(func() (err error) {
			var shelf matcher.Shelf
			for _, p := range task {
				c, at := r.row(r.records[p.record].inForce)
				if r.prepared[p.record], err = shelf.Decode(c.encodedOf(at)); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := workers.Wait()
	for _, c := range r.chunks {
		c.encoded, c.rows = nil, nil
	}
	return err
}

// resolve finds the clusters.
func (r *resolution) resolve(e *env, m *matcher.Matcher) error {
	// The number of blocks is known once they are made, so the bar counts in thousandths.
	const whole = 1000
	bar := e.progress("comparing", "blocks", whole)
	p, err := engine.Partition(e.ctx, m, r.prepared, nil, runtime.GOMAXPROCS(0), func(done, total int) {
		bar.at(int64(done)*whole/int64(max(total, 1)), int64(done))
	})
	bar.done()
	if err != nil {
		return err
	}
	r.labels, r.compared = p.Labels, p.Compared
	for i, l := range p.Labels {
		if int(l) == i {
			r.clusters++
		}
	}
	return nil
}

// group brings the rows of one record together: the version in force is the latest, as in
// the server. It returns how many rows are rejected.
func (r *resolution) group() (rejected int) {
	known := make(map[matcher.Tie]int32, cap(r.recordOf))
	for _, c := range r.chunks {
		r.firstRow = append(r.firstRow, int32(len(r.recordOf)))
		for i := range c.rows {
			row := &c.rows[i]
			if row.rejected {
				r.recordOf = append(r.recordOf, -1)
				rejected++
				continue
			}
			at, ok := known[row.tie]
			if !ok {
				at = int32(len(r.records))
				known[row.tie] = at
			}
			r.add(at, int32(len(r.recordOf)), row)
			r.recordOf = append(r.recordOf, at)
		}
	}
	return rejected
}

// add gives a row to a record, the first to one that is new.
func (r *resolution) add(record, number int32, row *batchRow) {
	if int(record) == len(r.records) {
		r.records = append(r.records, batchRecord{first: number, inForce: number})
		return
	}
	rec := &r.records[record]
	rec.more = append(rec.more, number)
	if c, at := r.row(rec.inForce); row.order.compare(&c.rows[at].order) > 0 {
		rec.inForce = number
	}
}

// writeClusters writes one line for each row: its id and the number of its cluster, by
// order of appearance.
func (r *resolution) writeClusters(w io.Writer) error {
	out := csv.NewWriter(w)
	fields := []string{"record_id", "cluster_id"}
	out.Write(fields)
	next := 0
	number := make([]int, len(r.records)) // of the entity whose first record this is
	row := 0
	for _, c := range r.chunks {
		for i := range c.idEnds {
			at := r.recordOf[row]
			row++
			n := next + 1
			if at >= 0 && number[r.labels[at]] > 0 {
				n = number[r.labels[at]]
			} else if next = n; at >= 0 {
				number[r.labels[at]] = n
			}
			fields[0], fields[1] = string(c.id(i)), strconv.Itoa(n)
			out.Write(fields)
		}
	}
	out.Flush()
	return out.Error()
}

// contribution returns a record with the events of all its versions.
func (r *resolution) contribution(record int32) (engine.Contribution, error) {
	rec := &r.records[record]
	inForce := r.record(rec.inForce)
	c := engine.Contribution{Ref: inForce.Ref, Record: inForce, Prepared: r.prepared[record]}
	if len(rec.more) == 0 {
		return c, nil
	}
	all := *inForce
	all.Consents, all.Interactions = nil, nil
	seen := map[store.ContentHash]bool{}
	for _, row := range append([]int32{rec.first}, rec.more...) {
		for _, ev := range r.record(row).Consents {
			h, err := store.ConsentContent(ev)
			if err != nil {
				return c, err
			}
			if !seen[h] {
				all.Consents = append(all.Consents, ev)
			}
			seen[h] = true
		}
		for _, x := range r.record(row).Interactions {
			h, err := store.InteractionContent(x)
			if err != nil {
				return c, err
			}
			if !seen[h] {
				all.Interactions = append(all.Interactions, x)
			}
			seen[h] = true
		}
	}
	c.Record = &all
	return c, nil
}

// record returns what a row says, where that was kept.
func (r *resolution) record(row int32) *aloi.Record {
	c, at := r.row(row)
	return c.records[at]
}
