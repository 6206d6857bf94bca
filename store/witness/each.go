package witness

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// errStop ends the reading of a segment that was appended to after Each began.
var errStop = errors.New("witness: stop")

// First returns the number of the first commit that Each can begin with, one more than the
// last commit when there is none.
func (l *Log) First() (uint64, error) {
	segments, err := l.segments()
	if err != nil || len(segments) == 0 {
		return 1, err
	}
	return segments[0] + 1, nil
}

// Each calls fn with the entries after a commit up to the last one at the time of the call,
// in order, and checks them. It returns ErrDamaged where one is missing or not as it was
// written.
func (l *Log) Each(after uint64, fn func(Entry) error) error {
	newest, _ := l.Last()
	last := newest.Commit
	if after >= last {
		return nil
	}
	segments, err := l.segments()
	if err != nil {
		return err
	}
	var chain [HashBytes]byte
	at, begun := after, false
	for i, name := range segments {
		if i+1 < len(segments) && segments[i+1] <= after {
			continue
		}
		if begun && name != at || !begun && name > after {
			return fmt.Errorf("%w: the segment with commit %d is missing", ErrDamaged, at+1)
		}
		if at, chain, err = l.eachOf(name, begun, at, chain, last, after, fn); err != nil {
			return err
		}
		begun = true
	}
	if at < last {
		return fmt.Errorf("%w: commit %d is missing", ErrDamaged, at+1)
	}
	return nil
}

// eachOf calls fn with the entries of one segment. It returns the last commit in it and its
// chain, which the next segment begins with.
func (l *Log) eachOf(name uint64, begun bool, before uint64, chain [HashBytes]byte, last, after uint64, fn func(Entry) error) (uint64, [HashBytes]byte, error) {
	file, err := os.Open(l.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, chain, fmt.Errorf("%w: a segment is missing", ErrDamaged)
	} else if err != nil {
		return 0, chain, err
	}
	defer file.Close()
	s, err := l.read(file, func(e Entry) error {
		switch {
		case e.Commit > last:
			return errStop
		case e.Commit <= after:
			return nil
		}
		return fn(e)
	})
	switch {
	case errors.Is(err, errStop):
		return last, chain, nil
	case err != nil:
		return 0, chain, err
	case s.rest > 0 && s.last.Commit < last:
		return 0, chain, fmt.Errorf("%w: behind commit %d", ErrDamaged, s.last.Commit)
	}
	if begun {
		if start, err := l.startOf(file); err != nil || start != chain {
			return 0, chain, errors.Join(err, fmt.Errorf("%w: a segment does not follow from the one before, at commit %d", ErrDamaged, before))
		}
	}
	return s.last.Commit, s.chain, nil
}

// startOf returns the chain that a segment begins with, which read has checked.
func (l *Log) startOf(file *os.File) (chain [HashBytes]byte, err error) {
	_, err = file.ReadAt(chain[:], int64(len(magic)+factBytes))
	return chain, err
}
