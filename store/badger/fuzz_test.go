package badger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/dgraph-io/badger/v4"
	"github.com/dgraph-io/badger/v4/options"
	"github.com/dgraph-io/badger/v4/table"
	"github.com/dgraph-io/badger/v4/y"

	"aloi/store/kv"
)

// logEntry returns an entry of Badger's log.
func logEntry(flags byte, key, value []byte) []byte {
	b := []byte{flags, 0}
	b = binary.AppendUvarint(b, uint64(len(key)))
	b = binary.AppendUvarint(b, uint64(len(value)))
	b = append(append(append(b, 0), key...), value...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// logOf returns a log of so many commits, numbered from 1, of which each writes a value of
// its number, and where in it each ends.
func logOf(commits int, value []byte) (log []byte, ends []int) {
	log = make([]byte, logHead)
	for n := range uint64(commits) {
		number := binary.BigEndian.AppendUint64(nil, ^(n + 1))
		log = append(log, logEntry(0, append([]byte{'k', byte(n)}, number...), append(value[:len(value):len(value)], byte(n)))...)
		log = append(log, logEntry(flagEnd, append([]byte(commitMark), number...), strconv.AppendUint(nil, n+1, 10))...)
		ends = append(ends, len(log))
	}
	return log, ends
}

// FuzzReadEntry holds that an entry is read as it was written, within its bytes, and in no
// other way: one bit of it that is another makes it no entry.
func FuzzReadEntry(f *testing.F) {
	f.Add(logEntry(0, []byte("key12345678"), []byte("value")), uint16(3), byte(1))
	f.Add(logEntry(flagEnd, []byte(commitMark+"12345678"), []byte("7")), uint16(0), byte(0x80))
	f.Add([]byte{0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1}, uint16(0), byte(0))
	f.Add([]byte{0, 0, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 0, 'k'}, uint16(0), byte(0))
	f.Fuzz(func(t *testing.T, data []byte, at uint16, flip byte) {
		e, ok := readEntry(data)
		if !ok {
			e = entry{key: []byte("k1234567"), value: data[:min(len(data), 1000)]}
			data = logEntry(0, e.key, e.value)
			e.size = len(data)
		}
		if e.size > len(data) || len(e.key)+len(e.value) > e.size || len(e.key) == 0 {
			t.Fatalf("%d bytes hold an entry of %d, with a key of %d and a value of %d", len(data), e.size, len(e.key), len(e.value))
		}
		changed := bytes.Clone(data[:e.size])
		// A flip of one bit at most: a checksum of 32 bits tells it for certain.
		changed[int(at)%e.size] ^= flip & -flip
		if other, ok := readEntry(changed); flip != 0 && ok && other.size == e.size {
			t.Fatalf("byte %d of %d is another, and it is an entry", int(at)%e.size, e.size)
		}
		if _, ok := readEntry(data[:e.size-1]); ok && flip == 0 {
			if short, _ := readEntry(data[:e.size-1]); short.size >= e.size {
				t.Fatal("a cut entry is whole")
			}
		}
	})
}

// FuzzCheckLog cuts and flips a log: what of it was acknowledged is all there, or the log
// is damaged; only the end of the newest may be missing without a word.
func FuzzCheckLog(f *testing.F) {
	f.Add(uint8(3), []byte("value"), uint16(30), byte(1), false)
	f.Add(uint8(5), []byte{}, uint16(60), byte(0), true)
	f.Add(uint8(2), []byte(commitMark), uint16(21), byte(0x80), true)
	f.Fuzz(func(t *testing.T, commits uint8, value []byte, at uint16, flip byte, cut bool) {
		if commits = commits%8 + 3; len(value) > 1<<10 {
			return
		}
		log, ends := logOf(int(commits), value)
		whole := len(log)
		log = append(log, make([]byte, 100)...)
		if end, number, damaged := checkLog(log, 0, true); end != whole || number != uint64(commits) || damaged {
			t.Fatalf("a whole log ends at %d of %d, with commit %d of %d, damaged %t", end, whole, number, commits, damaged)
		}
		place := logHead + int(at)%(whole-logHead)
		if flip != 0 && !cut {
			log[place] ^= flip & -flip
		} else {
			clear(log[place:])
		}
		before := 0 // commits that end before the place
		for _, end := range ends {
			if end <= place {
				before++
			}
		}
		_, number, damaged := checkLog(log, 0, true)
		if got := int(number); got < before && !damaged {
			t.Fatalf("%d of %d commits are left of those before byte %d", got, before, place)
		}
		// What is whole behind the flip tells; the last commit and the first of two look torn.
		if flip != 0 && !cut && before+2 < int(commits) && before > 0 && !damaged {
			t.Fatalf("a flip in commit %d of %d is no damage", before+1, commits)
		}
		if _, _, damaged := checkLog(log, 0, false); place < whole && !isZero(log[place:]) && int(number) < int(commits) && !damaged {
			t.Fatal("an older log may be torn")
		}
	})
}

// FuzzReadLog reads any bytes as a log, within bounds.
func FuzzReadLog(f *testing.F) {
	log, ends := logOf(4, []byte("v"))
	f.Add(log, uint64(0))
	f.Add(append(bytes.Clone(log[:ends[1]]), log[ends[2]:]...), uint64(1))
	f.Add(append(bytes.Clone(log[:ends[0]+7]), log...), uint64(1<<63))
	f.Add(bytes.Repeat([]byte(commitMark), 20), uint64(1))
	f.Fuzz(func(t *testing.T, log []byte, last uint64) {
		end, number, damaged := checkLog(log, last, true)
		if end > len(log) || len(log) < logHead && (number != last || damaged) {
			t.Fatalf("%d bytes end at %d, commit %d, damaged %t", len(log), end, number, damaged)
		}
		if _, _, older := checkLog(log, last, false); damaged && !older {
			t.Fatal("damage in the newest log is none in an older")
		}
		if again, same, torn := checkLog(log[:end], last, false); again != end || len(log) >= logHead && (same != number || torn) {
			t.Fatalf("what is whole ends at %d, then at %d, commits %d and %d", end, again, number, same)
		}
	})
}

// manifestOf returns the bytes of a manifest with a head and a change.
func manifestOf(f *testing.F) []byte {
	dir := f.TempDir()
	db, err := badger.Open(badger.DefaultOptions(dir).WithExternalMagic(FormatMagic).WithLogger(nil))
	if err != nil {
		f.Fatal(err)
	}
	if err := db.Update(func(tx *badger.Txn) error { return tx.Set([]byte("k"), []byte("v")) }); err != nil {
		f.Fatal(err)
	}
	if err := db.Close(); err != nil { // writes a table, and so a change
		f.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, badger.ManifestFilename))
	if err != nil {
		f.Fatal(err)
	}
	return data
}

// FuzzManifest reads any bytes as a list of tables: a change that was whole is not dropped
// without a word, and what is read is read twice as the same.
func FuzzManifest(f *testing.F) {
	good := manifestOf(f)
	f.Add(good)
	f.Add(good[:len(good)-3])
	for _, at := range []int{0, 8, 9, 12, len(good) - 1} {
		f.Add(withBit(good, at))
	}
	dir := f.TempDir()
	o := settings(dir, Options{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<12 {
			return
		}
		if err := os.WriteFile(filepath.Join(dir, badger.ManifestFilename), data, 0o600); err != nil {
			t.Fatal(err)
		}
		tables, err := checkManifest(o)
		if err != nil {
			return
		}
		again, err := checkManifest(o)
		if err != nil || len(again) != len(tables) {
			t.Fatalf("%d tables, then %d, %v", len(tables), len(again), err)
		}
		// There is no log, so that nothing may be torn.
		file, err := os.Open(filepath.Join(dir, badger.ManifestFilename))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if _, end, err := badger.ReplayManifestFile(file, o.ExternalMagicVersion, o); err != nil || end != int64(len(data)) {
			t.Fatalf("%d of %d bytes are read, %v", end, len(data), err)
		}
	})
}

// withBit returns b with a bit of a byte that is another.
func withBit(b []byte, at int) []byte {
	c := bytes.Clone(b)
	c[at] ^= 1
	return c
}

// tableFile returns the bytes of a table with some entries.
func tableFile(f *testing.F) []byte {
	b := table.NewTableBuilder(table.Options{BlockSize: blockBytes, ChkMode: options.OnTableRead})
	defer b.Close()
	for i := range byte(100) {
		key := append([]byte{'k', i}, make([]byte, logNumber)...)
		b.Add(key, y.ValueStruct{Value: []byte{i}}, 0)
	}
	return b.Finish()
}

// FuzzTable flips bytes of a table, or cuts it: it is damaged, and that is told without a
// panic, before Badger opens it.
func FuzzTable(f *testing.F) {
	good := tableFile(f)
	f.Add(uint16(len(good)-1), byte(1), uint16(0))
	f.Add(uint16(len(good)-5), byte(0xff), uint16(0))
	f.Add(uint16(3), byte(1), uint16(0))
	f.Add(uint16(0), byte(0), uint16(7))
	f.Add(uint16(len(good)-40), byte(0x80), uint16(0))
	name := filepath.Join(f.TempDir(), "000001.sst")
	f.Fuzz(func(t *testing.T, at uint16, flip byte, cut uint16) {
		data := bytes.Clone(good)
		data[int(at)%len(data)] ^= flip
		data = data[:max(0, len(data)-int(cut))]
		if err := os.WriteFile(name, data, 0o600); err != nil {
			t.Fatal(err)
		}
		err := checkFooter(name)
		if err == nil {
			err = checkTable(name, options.None)
		}
		if same := bytes.Equal(data, good); same != (err == nil) || err != nil && !errors.Is(err, ErrDamaged) {
			t.Fatalf("byte %d with %#x flipped, %d cut: %v", int(at)%len(good), flip, cut, err)
		}
	})
}

// FuzzCommonPrefix holds that every key of a range begins with what is taken for common to
// all: what Badger would pass over is not in the range.
func FuzzCommonPrefix(f *testing.F) {
	f.Add([]byte("ab"), []byte("ac"), []byte("abz"))
	f.Add([]byte("b"), []byte("c"), []byte("b\xff"))
	f.Add([]byte{}, []byte("a"), []byte{0})
	f.Add([]byte("a"), []byte{}, []byte("z"))
	f.Add([]byte("a\xff"), []byte("b"), []byte("a\xff\xff"))
	f.Fuzz(func(t *testing.T, start, end, key []byte) {
		for _, r := range []kv.Range{{Start: start, End: end}, {Start: start}, kv.Prefix(start)} {
			inside := bytes.Compare(key, r.Start) >= 0 && (r.End == nil || bytes.Compare(key, r.End) < 0)
			if p := commonPrefix(r); inside && !bytes.HasPrefix(key, p) {
				t.Fatalf("% x is in % x to % x, and does not begin with % x", key, r.Start, r.End, p)
			}
			if prefix := kv.Prefix(start); bytes.HasPrefix(key, start) != (bytes.Compare(key, start) >= 0 && (prefix.End == nil || bytes.Compare(key, prefix.End) < 0)) {
				t.Fatalf("% x and the prefix % x", key, start)
			}
		}
	})
}
