package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"aloi/server"

	aloiv1 "aloi/proto/aloi/v1"
)

const (
	// endLimit is how long a server whose disk has failed may take to end.
	endLimit = 20 * time.Second
	// probeEvery is how often it is asked meanwhile.
	probeEvery = 20 * time.Millisecond
	// thinBytes is the memory under a file system that seems larger, and leastThin and
	// mostThin what is left of it when it fails.
	thinBytes = 512 << 20
	leastThin = 256 << 10
	mostThin  = 4 << 20
)

// failure of a disk under load: how it is brought about, and mended.
type failing struct {
	name         string
	fail, mend   func() error
	lateAnswered bool // what is acknowledged while it fails is on disk
}

// runEIO is the scenario eio: the disk of a server fails under load, and the server goes on
// running. By turns the file system stops, and the memory that its image lies in is full.
func runEIO(ctx context.Context, j *job) error {
	program, err := j.program(ctx)
	if err != nil {
		return err
	}
	return j.rounds(ctx, 1, func(ctx context.Context, dir string, seed uint64, _ int) error {
		if seed%2 == 0 {
			return j.onDisk(ctx, program, dir, seed/2, func(t *trial, d *disk) error {
				return t.failDisk(ctx, failing{name: "stopped file system", fail: d.cut, mend: d.restore})
			})
		}
		return j.onThinDisk(ctx, program, dir, seed, func(t *trial, f failing) error { return t.failDisk(ctx, f) })
	})
}

// onThinDisk calls do with a trial on a file system whose image lies in too little memory.
func (j *job) onThinDisk(ctx context.Context, program, dir string, seed uint64, do func(*trial, failing) error) error {
	memory := filepath.Join(dir, "memory")
	if err := os.Mkdir(memory, 0o700); err != nil {
		return err
	}
	if err := unix.Mount("tmpfs", memory, "tmpfs", 0, fmt.Sprintf("size=%d", thinBytes)); err != nil {
		return notPossible("no tmpfs mounted: %v", err)
	}
	err := j.onDisk(ctx, program, memory, seed/2, func(t *trial, d *disk) error {
		filler := filepath.Join(memory, "filler")
		return do(t, failing{
			name: "write errors", lateAnswered: true,
			fail: func() error { return takeRoom(filler, leastThin+t.rng.Int64N(mostThin-leastThin)) },
			mend: func() error { return errors.Join(os.Remove(filler), d.restore()) },
		})
	})
	return errors.Join(err, unix.Unmount(memory, unix.MNT_DETACH))
}

// failDisk lets the disk of a server under load fail. The server must acknowledge nothing
// any more that is not on disk, say that it is unavailable, and end; a new one must hold
// what was acknowledged.
func (t *trial) failDisk(ctx context.Context, f failing) error {
	p, err := t.begin(ctx)
	if err != nil {
		return err
	}
	broken := make(chan error, 1)
	time.AfterFunc(between(t.rng, soonestBlow, latestBlow), func() {
		if !f.lateAnswered {
			t.freeze()
		}
		broken <- f.fail()
	})
	// A server that never notices never ends its streams.
	late := time.AfterFunc(latestBlow+endLimit, func() { _ = p.cmd.Process.Kill() })
	err = errors.Join(t.load(ctx, p, 0), <-broken)
	noticed := late.Stop()
	if err == nil && t.tookForFull() {
		// A file system that has stopped may say that it has no room, before a write fails:
		// then the store is read-only, and stays so.
		t.add("taken for a full disk", 1)
		_ = p.cmd.Process.Kill()
		_ = p.release()
		if err = f.mend(); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
		t.add("disks failed: "+f.name, 1)
		return t.finish(ctx)
	}
	if err == nil {
		err = t.unavailable(ctx, p)
	}
	err = errors.Join(err, t.ended(p))
	if !noticed {
		err = errors.Join(err, fmt.Errorf("the server did not notice that its disk failed:\n%s", p.log.Bytes()))
	}
	if err = errors.Join(err, f.mend()); err != nil {
		return fmt.Errorf("%s: %w", f.name, err)
	}
	t.add("disks failed: "+f.name, 1)
	return t.finish(ctx)
}

// tookForFull reports whether streams ended because the disk seemed full.
func (t *trial) tookForFull() bool {
	for _, l := range t.ledgers {
		if status.Code(l.end) == codes.ResourceExhausted {
			return true
		}
	}
	return false
}

// unavailable asks until the server has ended. It must not take anything.
func (t *trial) unavailable(ctx context.Context, p *process) error {
	for _, l := range t.ledgers {
		if code := status.Code(l.end); code != codes.Unavailable {
			return fmt.Errorf("%s ended with %v", l.name, l.end)
		}
	}
	client := aloiv1.NewIngestClient(p.conn)
	fresh := newSource(t.rng.Uint64(), streams) // of a channel that nothing else is sent from
	for until := time.Now().Add(time.Second); time.Now().Before(until); time.Sleep(probeEvery) {
		record := server.RecordMessage(fresh.record(operation{record: t.rng.IntN(1 << 20), version: 1}))
		_, err := client.Put(ctx, &aloiv1.PutRequest{Record: record})
		if code := status.Code(err); code != codes.Unavailable {
			return fmt.Errorf("after the disk had failed, a record is answered %v", err)
		}
		t.add("records refused afterwards", 1)
	}
	return nil
}

// ended waits for the end of a server, and counts how it came about.
func (t *trial) ended(p *process) error {
	late := time.AfterFunc(endLimit, func() { _ = p.cmd.Process.Kill() })
	err := p.release()
	if !late.Stop() {
		return fmt.Errorf("the server did not end:\n%s", p.log.Bytes())
	}
	switch text := p.log.String(); {
	case err == nil:
		return errors.New("the server ended as if all was well")
	case strings.Contains(text, "unexpected fault address"):
		t.add("ended by a fault of memory, in Badger", 1)
	case strings.Contains(text, "panic:"), strings.Contains(text, "goroutine "):
		return fmt.Errorf("the server ended with a panic:\n%s", text)
	default:
		t.add("ended by itself", 1)
	}
	return nil
}
