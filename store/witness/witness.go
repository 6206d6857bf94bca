// Package witness is the log of the commits of a store: a second, separate and synced
// statement that each one happened. A database that has lost commits, or that was put back
// to an earlier state, is behind its witness, and that shows before anybody is answered.
//
// Each entry is authenticated together with the one before, by a key that the disk does not
// have, so that none can be changed, left out or added in the middle. Beside the number of
// the commit it may carry what the commit wrote: the archive, from which increments of a
// backup and any past state are made.
//
//	segment: magic | commit, time, head, chain of the entry before | MAC
//	         entry …
//	entry:   mark | length of writes | commit, time, head | writes | MAC, which is its chain
package witness

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"aloi/internal/durable"
	"aloi/internal/failpoint"
)

// HashBytes is the length of hashes and chains.
const HashBytes = sha256.Size

const (
	magic     = "aloi witness 1\n"
	suffix    = ".log"
	entryMark = 'W'
	// factBytes is the length of what every entry says: commit, time, head.
	factBytes    = 8 + 8 + HashBytes
	entryHead    = 1 + 4 + factBytes
	segmentHead  = len(magic) + factBytes + 2*HashBytes
	filePerm     = 0o600
	folderPerm   = 0o700
	segmentBytes = 16 << 20 // a segment past it is followed by another
)

// MaxWritesBytes bounds the writes of one entry, in bytes.
const MaxWritesBytes = 32 << 20

// keptBytes is how much memory for an entry is kept for the next one, in bytes.
const keptBytes = 1 << 20

// ErrDamaged is returned for a segment that is not as it was written.
var ErrDamaged = errors.New("witness: the log is damaged")

// Entry is what the log says of one commit.
type Entry struct {
	Commit uint64
	Time   time.Time       // whole nanoseconds
	Head   [HashBytes]byte // hash of the store's head as of this commit
	Writes []byte          // what it wrote, sealed; empty when that is not kept
}

// Log is the log of one store. One goroutine may append while others read.
type Log struct {
	dir  string
	key  []byte
	keep int64 // bytes of segments that are kept

	entry []byte     // room for the one that is appended
	mu    sync.Mutex // held to change what follows, and by those who do not append
	file  *os.File   // the last segment, nil before the first entry
	name  uint64     // of the last segment: the commit before its first entry
	size  int64
	last  Entry // without its writes
	chain [HashBytes]byte
	taken int64 // room for the last segment is taken up to there, 0 when nobody knows
	torn  bool  // bytes behind the last whole entry were found, and cut off
}

// Open opens the log in dir, which it creates. keep is how many bytes of segments are kept
// besides the newest. The last segment is read, and cut after its last whole entry: what
// follows may be a torn write, or damage, which the store's head tells apart. It returns
// ErrDamaged when not even the start of that segment can be read.
func Open(dir string, key []byte, keep int64) (*Log, error) {
	if err := os.MkdirAll(dir, folderPerm); err != nil {
		return nil, err
	}
	l := &Log{dir: dir, key: key, keep: keep}
	segments, err := l.segments()
	if err != nil || len(segments) == 0 {
		return l, err
	}
	return l, l.resume(segments[len(segments)-1])
}

// resume reads the last segment and makes it the one that is appended to.
func (l *Log) resume(name uint64) error {
	file, err := os.OpenFile(l.path(name), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	s, err := l.read(file, nil)
	if err != nil {
		return errors.Join(err, file.Close())
	}
	l.file, l.name, l.size, l.last, l.chain, l.torn = file, name, s.end, s.last, s.chain, s.rest > 0
	if l.torn {
		return errors.Join(file.Truncate(s.end), file.Sync())
	}
	return nil
}

// Last returns what the log says of the last commit, without its writes; false: of none.
func (l *Log) Last() (Entry, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.last, l.file != nil
}

// Chain returns the chain of the last entry. It is for the one who appends.
func (l *Log) Chain() [HashBytes]byte { return l.chain }

// Torn reports whether Open has cut something off.
func (l *Log) Torn() bool { return l.torn }

// Append adds the entry of the next commit. It is durable when Append returns nil; after
// an error nothing is known, and the log must not be used any more.
func (l *Log) Append(e Entry) error {
	if l.file == nil {
		if err := l.begin(Entry{}, [HashBytes]byte{}); err != nil {
			return err
		}
	}
	if e.Commit != l.last.Commit+1 || len(e.Writes) > MaxWritesBytes {
		return fmt.Errorf("witness: commit %d of %d bytes can't follow %d", e.Commit, len(e.Writes), l.last.Commit)
	}
	if l.size > segmentBytes {
		if err := l.Roll(); err != nil {
			return err
		}
	}
	b := slices.Grow(l.entry[:0], entryHead+len(e.Writes)+HashBytes)
	b = binary.BigEndian.AppendUint32(append(b, entryMark), uint32(len(e.Writes)))
	b = append(appendFacts(b, e), e.Writes...)
	chain := l.mac(l.chain[:], b)
	b = append(b, chain[:]...)
	if l.entry = b; len(b) > keptBytes {
		l.entry = nil
	}
	if _, err := l.file.WriteAt(b, l.size); err != nil {
		return err
	}
	if err := errors.Join(failpoint.Hit("witness/written"), l.file.Sync()); err != nil {
		return err
	}
	e.Writes = nil
	l.mu.Lock()
	defer l.mu.Unlock()
	l.size, l.last, l.chain = l.size+int64(len(b)), e, chain
	return nil
}

// Roll starts a new segment, and removes the oldest ones past what is kept.
func (l *Log) Roll() error {
	if l.file == nil || l.last.Commit == l.name {
		return nil // the last segment has no entry
	}
	old, size := l.file, l.size
	if err := l.begin(l.last, l.chain); err != nil {
		return err
	}
	return errors.Join(old.Truncate(size), old.Close(), l.prune())
}

// Restart removes everything, and starts at a commit as if it were the last one.
func (l *Log) Restart(e Entry) error {
	segments, err := l.segments()
	if err != nil {
		return err
	}
	if l.file != nil {
		err = l.file.Close()
	}
	for _, name := range segments {
		err = errors.Join(err, os.Remove(l.path(name)))
	}
	if err != nil {
		return err
	}
	return l.begin(e, [HashBytes]byte{})
}

// begin makes a segment that goes on after an entry, and makes it the last.
func (l *Log) begin(after Entry, chain [HashBytes]byte) error {
	b := append(appendFacts([]byte(magic), after), chain[:]...)
	sum := l.mac(nil, b)
	if err := durable.WriteFile(l.path(after.Commit), append(b, sum[:]...), filePerm); err != nil {
		return err
	}
	if err := failpoint.Hit("witness/begun"); err != nil {
		return err
	}
	file, err := os.OpenFile(l.path(after.Commit), os.O_RDWR, 0)
	if err != nil {
		return err
	}
	after.Writes = nil
	l.mu.Lock()
	defer l.mu.Unlock()
	l.file, l.name, l.size, l.last, l.chain = file, after.Commit, int64(len(b))+HashBytes, after, chain
	l.taken = 0
	return nil
}

// prune removes the oldest segments while the others hold as much as is kept.
func (l *Log) prune() error {
	segments, err := l.segments()
	if err != nil {
		return err
	}
	var held int64
	for _, name := range slices.Backward(segments) {
		info, err := os.Stat(l.path(name))
		if err != nil {
			return err
		}
		if name != l.name && held > l.keep {
			if err := os.Remove(l.path(name)); err != nil {
				return err
			}
			continue
		}
		held += info.Size()
	}
	return nil
}

// Forget removes every segment but the one that is appended to, which it starts anew: the
// writes of earlier commits are gone.
func (l *Log) Forget() error {
	if err := l.Roll(); err != nil {
		return err
	}
	segments, err := l.segments()
	for _, name := range segments {
		if name != l.name {
			err = errors.Join(err, os.Remove(l.path(name)))
		}
	}
	return err
}

// Bytes returns how much the segments hold.
func (l *Log) Bytes() (n int64, err error) {
	segments, err := l.segments()
	for _, name := range segments {
		info, e := os.Stat(l.path(name))
		if e == nil {
			n += info.Size()
		} else if !errors.Is(e, fs.ErrNotExist) { // pruned meanwhile
			err = errors.Join(err, e)
		}
	}
	return n, err
}

// Close releases the log.
func (l *Log) Close() error {
	if l.file == nil {
		return nil
	}
	return errors.Join(l.file.Truncate(l.size), l.file.Close()) // what Reserve took is given back
}

func (l *Log) path(name uint64) string {
	return filepath.Join(l.dir, fmt.Sprintf("%020d%s", name, suffix))
}

// segments returns the names of the segments, ascending.
func (l *Log) segments() ([]uint64, error) {
	files, err := os.ReadDir(l.dir)
	if err != nil {
		return nil, err
	}
	var names []uint64
	for _, f := range files {
		digits, found := strings.CutSuffix(f.Name(), suffix)
		name, err := strconv.ParseUint(digits, 10, 64)
		if found && err == nil && len(digits) == 20 {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// mac is HMAC-SHA-256 of the parts under the key of the log.
func (l *Log) mac(parts ...[]byte) (sum [HashBytes]byte) {
	h := hmac.New(sha256.New, l.key)
	for _, p := range parts {
		h.Write(p)
	}
	h.Sum(sum[:0])
	return sum
}

func appendFacts(b []byte, e Entry) []byte {
	b = binary.BigEndian.AppendUint64(b, e.Commit)
	nanos := uint64(0)
	if !e.Time.IsZero() {
		nanos = uint64(e.Time.UnixNano())
	}
	return append(binary.BigEndian.AppendUint64(b, nanos), e.Head[:]...)
}

func readFacts(b []byte) (e Entry) {
	e.Commit = binary.BigEndian.Uint64(b)
	if nanos := binary.BigEndian.Uint64(b[8:]); nanos != 0 {
		e.Time = time.Unix(0, int64(nanos)).UTC()
	}
	e.Head = [HashBytes]byte(b[16:factBytes])
	return e
}

// scanned is what reading a segment gave.
type scanned struct {
	last  Entry // without its writes
	chain [HashBytes]byte
	end   int64 // of the last whole entry
	rest  int64 // bytes behind it
}

// read reads a segment and calls fn, if not nil, with each whole entry.
func (l *Log) read(file io.ReaderAt, fn func(Entry) error) (s scanned, err error) {
	in := io.NewSectionReader(file, 0, 1<<62)
	head := make([]byte, segmentHead)
	if _, err := io.ReadFull(in, head); err != nil {
		return s, fmt.Errorf("%w: a segment has no beginning", ErrDamaged)
	}
	body, sum := head[:segmentHead-HashBytes], head[segmentHead-HashBytes:]
	if want := l.mac(nil, body); !bytes.HasPrefix(body, []byte(magic)) || !hmac.Equal(sum, want[:]) {
		return s, fmt.Errorf("%w: the beginning of a segment", ErrDamaged)
	}
	s.last, s.end = readFacts(body[len(magic):]), int64(segmentHead)
	s.chain = [HashBytes]byte(body[len(magic)+factBytes:])
	for {
		e, chain, size, ok, err := l.readEntry(in, s.chain)
		if err != nil {
			return s, err
		}
		if !ok || e.Commit != s.last.Commit+1 {
			break
		}
		if fn != nil {
			if err := fn(e); err != nil {
				return s, err
			}
		}
		e.Writes = nil
		s.last, s.chain, s.end = e, chain, s.end+size
	}
	s.rest, err = io.Copy(io.Discard, io.NewSectionReader(file, s.end, 1<<62-s.end))
	return s, err
}

// readEntry reads the entry that comes next; ok tells that it is whole. An error is one of
// the system's.
func (l *Log) readEntry(in io.Reader, before [HashBytes]byte) (e Entry, chain [HashBytes]byte, size int64, ok bool, err error) {
	head := make([]byte, entryHead)
	if _, err := io.ReadFull(in, head); err != nil {
		return e, chain, 0, false, atEnd(err)
	}
	n := binary.BigEndian.Uint32(head[1:])
	if head[0] != entryMark || n > MaxWritesBytes {
		return e, chain, 0, false, nil
	}
	var rest bytes.Buffer // grows by what is there, not by what a damaged length says
	if _, err := io.CopyN(&rest, in, int64(n)+HashBytes); err != nil {
		return e, chain, 0, false, atEnd(err)
	}
	writes, sum := rest.Bytes()[:n], rest.Bytes()[n:]
	chain = l.mac(before[:], head, writes)
	if !hmac.Equal(sum, chain[:]) {
		return e, chain, 0, false, nil
	}
	e = readFacts(head[5:])
	e.Writes = writes
	return e, chain, int64(entryHead) + int64(n) + HashBytes, true, nil
}

// atEnd turns the end of a file into nil.
func atEnd(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}
