package witness

import (
	"errors"
	"os"
)

// Read opens the log in dir for Each alone, and changes nothing there: another process may
// be appending to it. What that one has not written whole yet is not seen. The log must
// neither be appended to nor be closed.
func Read(dir string, key []byte) (*Log, error) {
	l := &Log{dir: dir, key: key}
	segments, err := l.segments()
	if err != nil || len(segments) == 0 {
		return l, err
	}
	file, err := os.Open(l.path(segments[len(segments)-1]))
	if err != nil {
		return nil, err
	}
	s, err := l.read(file, nil)
	l.last, l.chain = s.last, s.chain
	return l, errors.Join(err, file.Close())
}
