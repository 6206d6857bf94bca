package witness

import (
	"bytes"
	"errors"
	"os"
	"testing"
	"time"
)

func open(t *testing.T, dir string, keep int64) *Log {
	t.Helper()
	l, err := Open(dir, fuzzKey, keep)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() }) // it may be closed already
	return l
}

// next appends an entry of so many bytes.
func next(t *testing.T, l *Log, bytesOf int, mark byte) {
	t.Helper()
	last, _ := l.Last()
	err := l.Append(Entry{Commit: last.Commit + 1, Time: time.Unix(int64(last.Commit)+1, 0).UTC(), Head: [HashBytes]byte{mark}, Writes: bytes.Repeat([]byte{mark}, bytesOf)})
	if err != nil {
		t.Fatal(err)
	}
}

// each returns the numbers of the entries after a commit.
func each(l *Log, after uint64) (numbers []uint64, err error) {
	err = l.Each(after, func(e Entry) error { numbers = append(numbers, e.Commit); return nil })
	return numbers, err
}

// An entry does not pass behind another than the one it was written behind, though both
// were made with the key.
func TestSpliced(t *testing.T) {
	var files [2][]byte
	for i := range files {
		l := open(t, t.TempDir(), 0)
		for n := range 3 {
			next(t, l, 10, byte('a'+i*n)) // the first is the same in both
		}
		var err error
		if files[i], err = os.ReadFile(l.path(0)); err != nil {
			t.Fatal(err)
		}
	}
	const entry = entryHead + 10 + HashBytes
	mixed := append(bytes.Clone(files[0][:segmentHead+2*entry]), files[1][segmentHead+2*entry:]...)
	dir := t.TempDir()
	if err := os.WriteFile((&Log{dir: dir}).path(0), mixed, filePerm); err != nil {
		t.Fatal(err)
	}
	l := open(t, dir, 0)
	if last, _ := l.Last(); last.Commit != 2 || !l.Torn() {
		t.Errorf("read up to commit %d, torn %v: want 2, and torn", last.Commit, l.Torn())
	}
}

// halfSegment makes a segment of three entries.
const halfSegment = segmentBytes/2 + 1

// A log of several segments is one, and misses none of them.
func TestSegments(t *testing.T) {
	dir := t.TempDir()
	l := open(t, dir, 1<<40)
	for range 7 {
		next(t, l, halfSegment, 'w')
	}
	segments, err := l.segments()
	if err != nil || len(segments) < 3 {
		t.Fatalf("segments %v, %v", segments, err)
	}
	if got, err := each(l, 0); err != nil || len(got) != 7 || got[6] != 7 {
		t.Fatalf("entries %v, %v", got, err)
	}
	middle := l.path(segments[1])
	data, err := os.ReadFile(middle)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		do   func() error
	}{
		{"removed", func() error { return os.Remove(middle) }},
		{"cut", func() error { return os.WriteFile(middle, data[:len(data)-1], filePerm) }},
		{"without its last entry", func() error {
			return os.WriteFile(middle, data[:len(data)-(entryHead+halfSegment+HashBytes)], filePerm)
		}},
		{"changed", func() error {
			changed := bytes.Clone(data)
			changed[segmentHead+entryHead+3] ^= 1
			return os.WriteFile(middle, changed, filePerm)
		}},
	} {
		if err := c.do(); err != nil {
			t.Fatal(err)
		}
		if got, err := each(l, 0); !errors.Is(err, ErrDamaged) {
			t.Errorf("a segment that is %s: %v, %v", c.name, got, err)
		}
	}
	if err := os.WriteFile(middle, data, filePerm); err != nil {
		t.Fatal(err)
	}
	if got, err := each(l, 2); err != nil || len(got) != 5 || got[0] != 3 {
		t.Errorf("after commit 2: %v, %v", got, err)
	}
}

// An entry that is cut off while the log is open is missed by who reads it.
func TestEndIsGone(t *testing.T) {
	l := open(t, t.TempDir(), 0)
	for range 3 {
		next(t, l, 10, 'w')
	}
	if err := os.Truncate(l.path(0), l.size-(entryHead+10+HashBytes)); err != nil {
		t.Fatal(err)
	}
	if got, err := each(l, 0); !errors.Is(err, ErrDamaged) {
		t.Errorf("%v, %v", got, err)
	}
}

// What is kept is bounded, and what is forgotten is gone.
func TestKeep(t *testing.T) {
	l := open(t, t.TempDir(), halfSegment)
	for range 9 {
		next(t, l, halfSegment, 'w')
	}
	first, err := l.First()
	if err != nil || first == 1 {
		t.Errorf("begins with commit %d, %v", first, err)
	}
	if _, err := each(l, 0); !errors.Is(err, ErrDamaged) {
		t.Errorf("what is not kept: %v", err)
	}
	if err := l.Forget(); err != nil {
		t.Fatal(err)
	}
	if first, err := l.First(); err != nil || first != 10 {
		t.Errorf("forgotten: begins with commit %d, %v", first, err)
	}
	next(t, l, 1, 'w')
	if got, err := each(l, 9); err != nil || len(got) != 1 {
		t.Errorf("after that %v, %v", got, err)
	}
}
