package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	aloiv1 "aloi/proto/aloi/v1"
)

// restoreLast restores everything, once more after a restore that was killed, and looks at
// every record.
func (b *backups) restoreLast(ctx context.Context) error {
	to := filepath.Join(b.dir, "last")
	args := append([]string{"restore", "--json", "--identity", b.identity, "--data", to, "--archive", b.data}, b.files...)
	ended, err := b.killed(ctx, args...)
	if err != nil {
		return err
	}
	if !ended {
		if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) {
			// It may have been killed right behind its last step: then it is whole.
			if err := verify(ctx, b.program, to); err != nil {
				return fmt.Errorf("a restore that was killed left a directory: %w", err)
			}
			ended = true
		}
	}
	b.add("restores killed", 1)
	if !ended {
		if _, err := b.aloi(ctx, args...); err != nil {
			return err
		}
	}
	b.add("restores", 1)
	p, err := serve(b.program, to)
	if err != nil {
		return err
	}
	records, err := b.check(ctx, p, true)
	b.add("records looked at", records)
	if err = errors.Join(err, p.stop()); err != nil {
		return err
	}
	return verify(ctx, b.program, to)
}

// restoreEarlier restores a moment between, and looks for what was deleted by now.
func (b *backups) restoreEarlier(ctx context.Context) error {
	first, last := b.commits[0], b.commits[len(b.commits)-1]
	until := first + b.rng.Uint64N(last-first+1)
	to := filepath.Join(b.dir, "earlier")
	given := b.files[:1+b.rng.IntN(len(b.files))] // the archive has the rest
	args := append([]string{"restore", "--json", "--identity", b.identity, "--data", to, "--archive", b.data, "--until", fmt.Sprint(until)}, given...)
	if i := slices.IndexFunc(b.commits, func(c uint64) bool { return c >= until }); i >= 0 && len(given) > i+1 {
		b.add("restores with increments past the moment", 1)
	}
	out, err := b.aloi(ctx, args...)
	if err != nil {
		return err
	}
	var said struct {
		Commit   uint64
		Complete bool `json:"erasures_complete"`
	}
	if err := json.Unmarshal(out, &said); err != nil || said.Commit != until || !said.Complete {
		return fmt.Errorf("the state of commit %d was asked for, and aloi restore said %s", until, out)
	}
	b.add("restores", 1)
	p, err := serve(b.program, to)
	if err != nil {
		return err
	}
	gone, err := b.stayGone(ctx, p)
	b.add("deleted records that stayed away", gone)
	return errors.Join(err, p.stop())
}

// stayGone looks for every record that is deleted for certain.
func (b *backups) stayGone(ctx context.Context, p *process) (gone int, err error) {
	client := aloiv1.NewEntitiesClient(p.conn)
	for _, l := range b.ledgers {
		for record := range l.of {
			if slices.ContainsFunc(l.possible(record), func(s state) bool { return s != state{} }) {
				continue
			}
			ref := l.ref(record)
			_, err := client.GetRecord(ctx, &aloiv1.GetRecordRequest{Ref: &aloiv1.RecordRef{Source: ref.Source, RecordId: ref.ID}})
			if status.Code(err) != codes.NotFound {
				return gone, fmt.Errorf("%s: record %d was deleted, and is back: %v", l.name, record, err)
			}
			gone++
		}
	}
	return gone, nil
}
