package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"runtime"

	"aloi"
	"aloi/engine"
	"aloi/matcher"
	"aloi/store"
)

// resolution is the clusters of a rowSet.
type resolution struct {
	rows     []batchRow
	recordOf []int32 // row → record, -1 for a rejected row
	records  []batchRecord
	labels   []int32 // record → first record of its entity
	clusters int     // rejected rows included
	compared int
}

// batchRecord is a record in the version that is in force, with the rows of all its versions.
type batchRecord struct {
	inForce int32
	rows    []int32 // empty where inForce is the only one
}

// gather brings the rows of each record together. The set is empty afterwards.
func (s *rowSet) gather() *resolution {
	r := &resolution{rows: make([]batchRow, 0, s.count)}
	for _, chunk := range s.chunks {
		r.rows = append(r.rows, chunk...)
	}
	s.chunks = nil
	r.clusters = r.group()
	return r
}

// prepared returns the records, each in the version that is in force.
func (r *resolution) prepared() []*matcher.Prepared {
	out := make([]*matcher.Prepared, len(r.records))
	for i, rec := range r.records {
		out[i] = r.rows[rec.inForce].prepared
	}
	return out
}

// resolve finds the clusters.
func (r *resolution) resolve(e *env, m *matcher.Matcher, prepared []*matcher.Prepared) error {
	// The number of blocks is known once they are made, so the bar counts in thousandths.
	const whole = 1000
	bar := e.progress("comparing", "blocks", whole)
	p, err := engine.Partition(e.ctx, m, prepared, nil, runtime.GOMAXPROCS(0), func(done, total int) {
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

// group brings the rows of one record together: the version in force is the latest by
// version, time and content, as in the server. It returns how many rows are rejected.
func (r *resolution) group() (rejected int) {
	known := make(map[aloi.RecordRef]int32, len(r.rows))
	r.recordOf = make([]int32, len(r.rows))
	for i := range r.rows {
		row := &r.rows[i]
		if row.prepared == nil {
			r.recordOf[i] = -1
			rejected++
			continue
		}
		at, ok := known[row.ref]
		if !ok {
			at = int32(len(r.records))
			known[row.ref] = at
			r.records = append(r.records, batchRecord{inForce: int32(i)})
		} else {
			rec := &r.records[at]
			if rec.rows == nil {
				rec.rows = []int32{rec.inForce}
			}
			rec.rows = append(rec.rows, int32(i))
			if compareRows(row, &r.rows[rec.inForce]) > 0 {
				rec.inForce = int32(i)
			}
		}
		r.recordOf[i] = at
	}
	return rejected
}

func compareRows(a, b *batchRow) int {
	return cmp.Or(cmp.Compare(a.version, b.version), a.updated.Compare(b.updated), bytes.Compare(a.content[:], b.content[:]))
}

// writeClusters writes one line for each row: its id and the number of its cluster, by
// order of appearance.
func (r *resolution) writeClusters(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write([]string{"record_id", "cluster_id"})
	next := 0
	number := make([]int, len(r.records)) // of the entity whose first record this is
	for i, row := range r.rows {
		n := 0
		if at := r.recordOf[i]; at >= 0 {
			first := r.labels[at]
			if number[first] == 0 {
				next++
				number[first] = next
			}
			n = number[first]
		} else {
			next++
			n = next
		}
		out.Write([]string{row.id, fmt.Sprint(n)})
	}
	out.Flush()
	return out.Error()
}

// contribution returns a record with the events of all its versions.
func (r *resolution) contribution(rec batchRecord) (engine.Contribution, error) {
	row := &r.rows[rec.inForce]
	c := engine.Contribution{Ref: row.ref, Record: row.record, Prepared: row.prepared}
	if len(rec.rows) == 0 {
		return c, nil
	}
	all := *row.record
	all.Consents, all.Interactions = nil, nil
	seen := map[store.ContentHash]bool{}
	for _, i := range rec.rows {
		for _, ev := range r.rows[i].record.Consents {
			h, err := store.ConsentContent(ev)
			if err != nil {
				return c, err
			}
			if !seen[h] {
				all.Consents = append(all.Consents, ev)
			}
			seen[h] = true
		}
		for _, x := range r.rows[i].record.Interactions {
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
