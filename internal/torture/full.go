//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"aloi/internal/datadir"
	aloiv1 "aloi/proto/aloi/v1"
)

const (
	// fillsPerStore is how often the disk of a store is filled before a fresh one takes its
	// place, and fillsPerVerify after how many fills `aloi verify` runs.
	fillsPerStore  = 5
	fillsPerVerify = 5
	// smallDiskBytes is the size of that disk, and ballastBytes of the ballast on it.
	smallDiskBytes = 2560 << 20
	ballastBytes   = 512 << 20
	// How soon a server takes no more, and takes everything again. It notices within a second;
	// what it is about to commit then waits for the disk.
	refusesWithin = 3 * time.Second
	resumesWithin = 5 * time.Second
	// erasures is how many records are deleted while the disk is full, in each state.
	erasures = 20
)

// The ways in which a disk gets full, by turns.
const (
	atOnce   = iota // somebody takes all that is left, in one moment
	steadily        // somebody writes until nothing is left
	byItself        // the server's own data reaches the reserve
	waysToFill
)

// runFull is the scenario full: the disk of a server fills under load.
func runFull(ctx context.Context, j *job) error {
	program, err := j.program(ctx)
	if err != nil {
		return err
	}
	var longest durations
	defer func() {
		const text = "read-only %s after the disk was full, writable %s after there was room, at the latest"
		refusing, resuming := longest.refusing.Round(time.Millisecond), longest.resuming.Round(time.Millisecond)
		j.note(text, refusing, resuming)
		j.say(text, refusing, resuming)
	}()
	return j.rounds(ctx, fillsPerStore, func(ctx context.Context, dir string, seed uint64, n int) error {
		return onSmallDisk(ctx, dir, seed, func(mounted string) error {
			t := &fullTrial{trial: j.newTrial(program, mounted, seed), others: filepath.Join(mounted, "others"), longest: &longest}
			for i := range n {
				if err := t.fill(ctx, int(seed)+i, i+1); err != nil {
					return fmt.Errorf("fill %d: %w", i+1, err)
				}
			}
			return t.finish(ctx)
		})
	})
}

// durations are how long a server took at most.
type durations struct{ refusing, resuming time.Duration }

// fullTrial is a trial on a disk that fills.
type fullTrial struct {
	*trial
	others  string // a file of somebody else's
	put     int    // records that were put to be erased
	erased  int
	longest *durations
}

// fill is one server whose disk fills and empties.
func (t *fullTrial) fill(ctx context.Context, turn, number int) error {
	p, err := t.begin(ctx)
	if err != nil {
		return err
	}
	if p, err = t.full(ctx, p, turn); err == nil {
		err = t.empty(ctx, p)
	}
	if err != nil {
		p.kill()
		return fmt.Errorf("%w\n%s", err, p.log.Bytes())
	}
	if err := p.stop(); err != nil {
		return err
	}
	t.add("fills", 1)
	if number%fillsPerVerify == 0 {
		return t.verify(ctx)
	}
	return nil
}

// full fills the disk under load, and holds the server to what it promises then; also one
// that starts on the full disk, after a kill or an end in order.
func (t *fullTrial) full(ctx context.Context, p *process, turn int) (*process, error) {
	if err := t.prepare(ctx, p); err != nil {
		return p, err
	}
	if err := t.refuse(ctx, p, turn%waysToFill); err != nil {
		return p, err
	}
	if err := t.goesOn(ctx, p); err != nil {
		return p, err
	}
	if turn%2 == 0 {
		p.kill()
		t.add("kills while full", 1)
	} else if err := p.stop(); err != nil {
		return p, err
	}
	if err := takeRoom(t.others, 0); err != nil {
		return p, err
	}
	again, err := t.begin(ctx)
	if err != nil {
		return p, fmt.Errorf("started on a full disk: %w", err)
	}
	t.add("starts while full", 1)
	if err := t.refused(ctx, again); err != nil {
		return again, err
	}
	return again, t.goesOn(ctx, again)
}

// prepare puts records that will be erased, and waits until the ballast is whole: it was
// given up when the disk was full before.
func (t *fullTrial) prepare(ctx context.Context, p *process) error {
	const look = 10 * time.Millisecond
	for begun := time.Now(); ; time.Sleep(look) {
		info, err := os.Stat(filepath.Join(t.data, datadir.BallastFile))
		if err == nil && info.Size() >= ballastBytes {
			break
		}
		if time.Since(begun) > resumesWithin {
			return errors.Join(fmt.Errorf("the ballast is not whole %v after the start", resumesWithin), err)
		}
	}
	for ; t.put < t.erased+2*erasures; t.put++ {
		if err := t.putOne(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// putOne puts the next record that will be erased.
func (t *fullTrial) putOne(ctx context.Context, p *process) error {
	_, err := aloiv1.NewIngestClient(p.conn).Put(ctx, &aloiv1.PutRequest{Record: &aloiv1.Record{Ref: t.toErase(t.put)}})
	return err
}

func (t *fullTrial) toErase(n int) *aloiv1.RecordRef {
	return &aloiv1.RecordRef{Source: "erased", RecordId: fmt.Sprint(n)}
}

// refuse fills the disk in one of the ways, under load, and waits until the server takes
// nothing any more.
func (t *fullTrial) refuse(ctx context.Context, p *process, way int) error {
	before := t.acked()
	ended := make(chan error, 1)
	go func() { ended <- t.load(ctx, p, 0) }()
	time.Sleep(between(t.rng, soonestBlow, latestBlow))
	var err error
	switch way {
	case atOnce:
		err = takeRoom(t.others, 0)
	case steadily:
		err = writeRoom(t.others)
	case byItself:
		err = takeRoom(t.others, reserveAbout)
	}
	if err != nil {
		return err
	}
	filled := time.Now()
	if err := <-ended; err != nil {
		return err
	}
	took := time.Since(filled)
	t.add("operations acknowledged", t.acked()-before)
	if err := t.refused(ctx, p); err != nil {
		return err
	}
	if way == byItself {
		return takeRoom(t.others, 0)
	}
	t.longest.refusing = max(t.longest.refusing, took)
	if took > refusesWithin {
		return fmt.Errorf("the server took records for %v on a full disk", took)
	}
	return nil
}

// refused holds that the server says why it takes no record.
func (t *fullTrial) refused(ctx context.Context, p *process) error {
	err := t.putOne(ctx, p)
	st := status.Convert(err)
	var reason string
	var retry bool
	for _, d := range st.Details() {
		switch d := d.(type) {
		case *errdetails.ErrorInfo:
			reason = d.Reason
		case *errdetails.RetryInfo:
			retry = d.RetryDelay.AsDuration() > 0
		}
	}
	if st.Code() != codes.ResourceExhausted || reason != "STORAGE_FULL" || !retry {
		return fmt.Errorf("a record on a full disk is answered %v, %q, to be sent again: %v: %w", st.Code(), reason, retry, err)
	}
	return nil
}

// goesOn holds that a server on a full disk answers what it is asked, and erases.
func (t *fullTrial) goesOn(ctx context.Context, p *process) error {
	checked, err := t.check(ctx, p, false)
	t.add("records looked at while full", checked)
	if err != nil {
		return err
	}
	for range erasures {
		ref := t.toErase(t.erased)
		if _, err := aloiv1.NewIngestClient(p.conn).Delete(ctx, &aloiv1.DeleteRequest{Ref: ref}); err != nil {
			return fmt.Errorf("a deletion on a full disk: %w", err)
		}
		t.erased++
		_, err := aloiv1.NewEntitiesClient(p.conn).GetRecord(ctx, &aloiv1.GetRecordRequest{Ref: ref})
		if status.Code(err) != codes.NotFound {
			return fmt.Errorf("what was deleted on a full disk is answered %v", status.Code(err))
		}
	}
	t.add("erasures while full", erasures)
	return nil
}

// empty gives the room back, and waits until the server takes records again.
func (t *fullTrial) empty(ctx context.Context, p *process) error {
	if err := os.Remove(t.others); err != nil {
		return err
	}
	const look = 10 * time.Millisecond
	freed := time.Now()
	for {
		err := t.putOne(ctx, p)
		took := time.Since(freed)
		if err == nil {
			t.put++
			t.longest.resuming = max(t.longest.resuming, took)
			return nil
		}
		if status.Code(err) != codes.ResourceExhausted || took > resumesWithin {
			return fmt.Errorf("%v after there is room: %w", took, err)
		}
		time.Sleep(look)
	}
}
