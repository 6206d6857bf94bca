package badger

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strconv"

	"aloi/store/internal/offheap"
	"aloi/store/kv"
)

// Badger's write-ahead log (memtable.go), one file for each memtable:
//
//	head of 20 bytes | entry … | zeros
//	entry: flags, user flags, lengths of key and value, expiry | key | value | CRC-32C
//
// The entries of a commit carry its number, one more than that of the commit before,
// at the end of their keys; an entry of its own under commitMark ends it.
const (
	logHead    = 20
	logNumber  = 8 // bytes of the number at the end of a key
	flagEnd    = 1 << 7
	commitMark = "!badger!txn"
	// markHead is the length of the head of the entry that ends a commit: its lengths
	// take a byte each.
	markHead = 5
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checkLogs looks for damage in the logs that a crash leaves. Badger takes the first
// entry that does not fit its checksum for the torn end of the log, and forgets all
// commits from there on without a word. But an end can be torn in the newest log only,
// and only within the commit that was under way: every commit is synced before the
// next one starts. What is whole behind a bad entry shows that it was not the end.
//
// A bad entry in the very last commit can't be told from a torn one.
func checkLogs(dir string) error {
	names, err := filepath.Glob(filepath.Join(dir, "*.mem")) // sorted, and so by number
	if err != nil {
		return err
	}
	var last uint64
	for i, name := range names {
		// Badger empties a log before it removes it, when its table is on disk. Whether
		// something is missing then, the witness tells.
		if info, err := os.Stat(name); err != nil || info.Size() == 0 {
			if err != nil {
				return err
			}
			continue
		}
		log, err := readLog(name)
		if err != nil {
			return err
		}
		newest := i == len(names)-1
		at, number, damaged := checkLog(log.Of, last, newest)
		log.Free()
		if damaged {
			return fmt.Errorf("%w: %s, at byte %d, before the end of what was acknowledged",
				ErrDamaged, name, at)
		}
		last = number
	}
	return nil
}

// readLog reads a log into memory of its own, where its end, which is zeros and may be a hole
// in the file, takes none. It is not mapped: a look at a hole makes a tmpfs find room for it,
// and a full one then ends the process. The caller frees the memory.
func readLog(name string) (log offheap.Slice[byte], err error) {
	file, err := os.Open(name)
	if err != nil {
		return log, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return log, err
	}
	log = offheap.Make[byte](int(info.Size()))
	var piece [64 << 10]byte
	for at := 0; at < len(log.Of); at += len(piece) {
		rest := log.Of[at:min(at+len(piece), len(log.Of))]
		if _, err := file.ReadAt(piece[:len(rest)], int64(at)); err != nil {
			log.Free()
			return log, fmt.Errorf("%s: %w", name, err)
		}
		if !isZero(piece[:len(rest)]) {
			copy(rest, piece[:])
		}
	}
	return log, nil
}

// checkLog reads a log whose first commit comes after the one numbered last, 0 when
// that is not known. It returns the end of the last whole commit, its number, and
// whether what follows is damage.
func checkLog(log []byte, last uint64, newest bool) (end int, number uint64, damaged bool) {
	if len(log) < logHead {
		return 0, last, false // Badger had just made the file
	}
	end, number = logHead, last
	for at := end; ; {
		e, ok := readEntry(log[at:])
		if !ok {
			break
		}
		at += e.size
		if n, ok := e.commit(); ok {
			end, number = at, n
		}
	}
	rest := log[end:]
	if isZero(rest) {
		return end, number, false
	}
	return end, number, !newest || holdsLaterCommit(rest, number)
}

// holdsLaterCommit tells whether the rest of a log holds the end of a commit past the
// one after last.
func holdsLaterCommit(rest []byte, last uint64) bool {
	for from := 0; ; {
		i := bytes.Index(rest[from:], []byte(commitMark))
		if i < 0 {
			return false
		}
		from += i + len(commitMark)
		start := from - len(commitMark) - markHead
		if start < 0 {
			continue
		}
		e, ok := readEntry(rest[start:])
		n, isEnd := e.commit()
		switch {
		case !ok || !isEnd:
		case last > 0 && n > last+1:
			return true
		case last == 0:
			last = n - 1 // the commit that may be torn, unless another one follows
		}
	}
}

// entry is an entry of the log.
type entry struct {
	flags      byte
	key, value []byte
	size       int // of all of it, in bytes
}

// readEntry reads the entry at the start of data; ok tells that it is whole.
func readEntry(data []byte) (e entry, ok bool) {
	const flagBytes = 2
	if len(data) < flagBytes {
		return entry{}, false
	}
	at := flagBytes
	var lengths [3]uint64 // of the key, of the value, and the expiry
	for i := range lengths {
		n, size := binary.Uvarint(data[at:])
		if size <= 0 {
			return entry{}, false
		}
		lengths[i] = n
		at += size
	}
	if n := lengths[0]; n == 0 || n > kv.MaxKeyBytes+logNumber || lengths[1] > valueThreshold {
		return entry{}, false
	}
	value := at + int(lengths[0])
	end := value + int(lengths[1])
	if end+crc32.Size > len(data) ||
		crc32.Checksum(data[:end], castagnoli) != binary.BigEndian.Uint32(data[end:]) {
		return entry{}, false
	}
	return entry{flags: data[0], key: data[at:value], value: data[value:end], size: end + crc32.Size}, true
}

// commit returns the number of the commit that the entry ends; ok is false when it
// ends none.
func (e entry) commit() (number uint64, ok bool) {
	if e.flags&flagEnd == 0 {
		return 0, false
	}
	number, err := strconv.ParseUint(string(e.value), 10, 64)
	return number, err == nil
}

// isZero tells whether data holds zeros only.
func isZero(data []byte) bool {
	var zeros [4096]byte
	for len(data) > 0 {
		n := min(len(data), len(zeros))
		if !bytes.Equal(data[:n], zeros[:n]) {
			return false
		}
		data = data[n:]
	}
	return true
}
