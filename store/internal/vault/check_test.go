package vault

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	"aloi/store/kv"
)

// saved is what is below, and the files of the witness, at a moment.
type saved struct {
	stored  map[string][]byte
	witness map[string][]byte
}

func (w *world) save(t *testing.T) saved {
	t.Helper()
	s := saved{stored: maps.Clone(w.below.stored), witness: map[string][]byte{}}
	files, err := filepath.Glob(filepath.Join(w.dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if s.witness[f], err = os.ReadFile(f); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// putBack opens the database of one moment with the witness of another.
func (w *world) putBack(t *testing.T, database, log saved) {
	t.Helper()
	if err := w.log.Close(); err != nil {
		t.Fatal(err)
	}
	w.log = nil
	if err := os.RemoveAll(w.dir); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(w.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for f, data := range log.witness {
		if err := os.WriteFile(f, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.below.stored = maps.Clone(database.stored)
	w.open(t)
}

// commits makes so many commits and returns the moment after each, that before them first.
func (w *world) commits(t *testing.T, n int, mark string) []saved {
	t.Helper()
	at := []saved{w.save(t)}
	for i := range n {
		w.set(t, map[string]string{"r1": fmt.Sprint(mark, i)})
		at = append(at, w.save(t))
	}
	return at
}

// A database that is behind its witness by however little has lost commits.
func TestBehindItsWitness(t *testing.T) {
	for lost := 1; lost <= 3; lost++ {
		w := newWorld(t)
		at := w.commits(t, 4, "v")
		w.putBack(t, at[4-lost], at[4])
		var behind *BehindError
		if err := w.state.CheckWitness(); !errors.As(err, &behind) || !errors.Is(err, kv.ErrCorrupt) {
			t.Fatalf("%d commits are lost: %v", lost, err)
		}
		if behind.Have != uint64(4-lost) || behind.Want != 4 {
			t.Errorf("%d commits are lost: %+v", lost, behind)
		}
	}
}

// A database is one commit ahead of its witness when the program ended between the two; the
// witness follows. Further ahead, the witness is an old one, or was lost.
func TestAheadOfItsWitness(t *testing.T) {
	for ahead := 1; ahead <= 4; ahead++ {
		w := newWorld(t)
		at := w.commits(t, 4, "v")
		w.putBack(t, at[4], at[4-ahead])
		err := w.state.CheckWitness()
		if ahead > 1 {
			if !errors.Is(err, ErrWitness) {
				t.Errorf("%d commits ahead: %v", ahead, err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if last, _ := w.log.Last(); last.Commit != 4 {
			t.Errorf("the witness is at commit %d", last.Commit)
		}
		w.set(t, map[string]string{"r1": "more"})
	}
}

// Two histories that part have commits of one number. The database of one does not pass
// under the witness of the other, be it at the same commit or one ahead.
func TestAnotherHistory(t *testing.T) {
	w := newWorld(t)
	at := w.commits(t, 3, "v")
	w.putBack(t, at[2], at[2])
	other := w.commits(t, 2, "w")
	w.putBack(t, at[3], other[1])
	if err := w.state.CheckWitness(); !errors.Is(err, kv.ErrCorrupt) {
		t.Errorf("at one commit: %v", err)
	}
	w.putBack(t, other[2], at[3])
	if err := w.state.CheckWitness(); !errors.Is(err, ErrWitness) {
		t.Errorf("one ahead: %v", err)
	}
	w.putBack(t, at[3], at[3])
	if err := w.state.CheckWitness(); err != nil {
		t.Errorf("of one history: %v", err)
	}
}

// What a commit wrote is kept with its witness, and under no other commit.
func TestArchive(t *testing.T) {
	w := newWorld(t)
	w.commits(t, 3, "v")
	n := uint64(0)
	err := w.state.Commits(t.Context(), 0, func(c kv.Commit) error {
		if c.Number != n+1 || len(c.Writes) != 1 || !bytes.Equal(c.Writes[0].Value, fmt.Append(nil, "v", n)) {
			t.Errorf("after commit %d: %+v", n, c)
		}
		n = c.Number
		return nil
	})
	if err != nil || n != 3 {
		t.Errorf("%d commits, %v", n, err)
	}
}
