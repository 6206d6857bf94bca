package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"aloi/benchmarks/truthset"
	"aloi/engine"
	"aloi/internal/quality"
	"aloi/matcher"
	"aloi/store"
	"aloi/store/badger"
)

// streaming is the way of figures that a store gave, record by record.
const streaming = "streamed"

const (
	// streamed is the set that -stream sends into a store.
	streamed = "fr_5k"
	// firstRecords is when the partition is scored first: the beginning of a new store.
	firstRecords = 1000
	// batchRecords is how many records are sent at once.
	batchRecords = 100
)

// stream sends the set of a folder into an empty store on disk, in the order of its
// file, scores the entities of the store after the first records and after all, and
// prints both.
func stream(m *matcher.Matcher, folder string) (rows []figures, err error) {
	ctx := context.Background()
	s, err := truthset.Load(folder, "")
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "aloi-quality-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	db, err := badger.Open(filepath.Join(dir, "store"), badger.Options{})
	if err != nil {
		return nil, err
	}
	st, err := store.Open(ctx, db, []byte("a secret for benchmarks only"))
	if err != nil {
		return nil, err
	}
	e, err := engine.Open(ctx, st, engine.Options{Model: m.Model(), Now: time.Now})
	if err != nil {
		return nil, err
	}
	defer func() {
		if closed := e.Close(); err == nil {
			err = closed
		}
	}()
	resetPeak()
	start := time.Now()
	for from := 0; from < len(s.Records); from += batchRecords {
		to := min(from+batchRecords, len(s.Records))
		if err := put(ctx, e, s, from, to); err != nil {
			return nil, err
		}
		if to != firstRecords && to != len(s.Records) {
			continue
		}
		elapsed, memory := time.Since(start), peak()
		score, err := scoreStored(ctx, e, s, to)
		if err != nil {
			return nil, err
		}
		f := scored(fmt.Sprintf("%s, first %d", streamed, to), streaming, score)
		f.Seconds, f.PeakMiB = elapsed.Seconds(), memory
		fmt.Println(f.row())
		rows = append(rows, f)
	}
	return rows, nil
}

// put sends the records from … to-1.
func put(ctx context.Context, e *engine.Engine, s *truthset.Set, from, to int) error {
	var ops []engine.Operation
	for _, r := range s.Records[from:to] {
		ops = append(ops, engine.Operation{Put: r})
	}
	acks, err := e.Apply(ctx, ops)
	if err != nil {
		return err
	}
	for i, ack := range acks {
		if len(ack.Violations) > 0 {
			return fmt.Errorf("record %d was rejected: %v", from+i+1, ack.Violations)
		}
	}
	return nil
}

// scoreStored compares the entities of the first records with the truth of these.
func scoreStored(ctx context.Context, e *engine.Engine, s *truthset.Set, first int) (quality.Result, error) {
	truth, predicted := map[string]string{}, map[string]string{}
	for i, r := range s.Records[:first] {
		entity, err := e.EntityOf(ctx, r.Ref)
		if err != nil {
			return quality.Result{}, err
		}
		truth[s.IDs[i]], predicted[s.IDs[i]] = s.Truth[s.IDs[i]], string(entity.ID)
	}
	return quality.Score(truth, predicted), nil
}
