package witness

import (
	"bytes"
	"errors"
	"os"
	"reflect"
	"testing"
	"time"
)

// fuzzKey authenticates the logs that are fuzzed.
var fuzzKey = bytes.Repeat([]byte{9}, HashBytes)

// entriesOf returns as many entries as writes has bytes, which each writes some of.
func entriesOf(writes []byte) []Entry {
	var list []Entry
	for i, n := range writes {
		e := Entry{Commit: uint64(i) + 1, Time: time.Unix(0, int64(n)<<40+1).UTC(), Head: [HashBytes]byte{n}}
		if n%3 > 0 {
			e.Writes = bytes.Repeat([]byte{n}, int(n))
		}
		list = append(list, e)
	}
	return list
}

// written returns the bytes of a segment that holds entries.
func written(t testing.TB, list []Entry) []byte {
	t.Helper()
	dir := t.TempDir()
	l, err := Open(dir, fuzzKey, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, e := range list {
		if err := l.Append(e); err != nil {
			t.Fatal(err)
		}
	}
	data, err := os.ReadFile(l.path(0))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// readSegment reads a segment in memory.
func readSegment(data []byte) (list []Entry, s scanned, err error) {
	l := &Log{key: fuzzKey}
	s, err = l.read(bytes.NewReader(data), collect(&list))
	return list, s, err
}

// collect takes entries; no writes and writes of no bytes are the same.
func collect(list *[]Entry) func(Entry) error {
	return func(e Entry) error {
		e.Writes = append([]byte(nil), e.Writes...)
		*list = append(*list, e)
		return nil
	}
}

// FuzzSegment changes a segment in one place, cuts it, or puts bytes behind it: what is
// read is the first entries as they were written, and each one before the place is there.
func FuzzSegment(f *testing.F) {
	writes := []byte{0, 1, 2, 40, 250}
	list := entriesOf(writes)
	good := written(f, list)
	f.Add(uint16(0), byte(0), uint16(0), []byte{})
	f.Add(uint16(segmentHead), byte(1), uint16(0), []byte{})
	f.Add(uint16(segmentHead+2), byte(0x80), uint16(3), []byte{entryMark, 0xff, 0xff, 0xff, 0xff})
	f.Add(uint16(len(good)-1), byte(2), uint16(0), good[segmentHead:])
	f.Add(uint16(3), byte(1), uint16(len(good)), good)
	f.Fuzz(func(t *testing.T, at uint16, flip byte, cut uint16, more []byte) {
		data := bytes.Clone(good)
		place := int(at) % len(data)
		data[place] ^= flip
		if flip == 0 {
			place = len(data)
		}
		left := max(0, len(data)-int(cut))
		data, place = append(data[:left], more...), min(place, left)
		got, s, err := readSegment(data)
		if err != nil && !errors.Is(err, ErrDamaged) {
			t.Fatal(err)
		}
		if (err != nil) != (!bytes.HasPrefix(data, good[:segmentHead])) {
			t.Fatalf("the beginning is there: %t, and %v", bytes.HasPrefix(data, good[:segmentHead]), err)
		}
		if len(got) > len(list) || len(got) > 0 && !reflect.DeepEqual(got, list[:len(got)]) {
			t.Fatalf("%d entries that are not as written", len(got))
		}
		end := segmentHead
		for _, e := range list {
			if end += entryHead + len(e.Writes) + HashBytes; err == nil && end <= place && int(e.Commit) > len(got) {
				t.Fatalf("commit %d ends at %d, before byte %d, and is not read", e.Commit, end, place)
			}
		}
		if err == nil && s.end+s.rest != int64(len(data)) {
			t.Fatalf("%d bytes are read and %d are left of %d", s.end, s.rest, len(data))
		}
	})
}

// FuzzRead reads any bytes as a segment: without the key nobody makes one.
func FuzzRead(f *testing.F) {
	empty := append(appendFacts([]byte(magic), Entry{}), make([]byte, 2*HashBytes)...)
	f.Add(empty)
	f.Add([]byte{})
	f.Add([]byte(magic))
	f.Add(append(empty, entryMark, 0xff, 0xff, 0xff, 0xff))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, _, err := readSegment(data)
		if len(list) > 0 || err == nil && !bytes.HasPrefix(data, []byte(magic)) {
			t.Fatalf("%d entries that nobody wrote, %v", len(list), err)
		}
		// The start may be sealed all the same: the entries behind it are tried on their own.
		l := &Log{key: fuzzKey}
		body := append(appendFacts([]byte(magic), Entry{Commit: 3}), make([]byte, HashBytes)...)
		sum := l.mac(nil, body)
		list, s, err := readSegment(append(append(body, sum[:]...), data...))
		if err != nil || len(list) > 0 || s.last.Commit != 3 || s.rest != int64(len(data)) {
			t.Fatalf("behind a start: %d entries, commit %d, %d bytes left, %v", len(list), s.last.Commit, s.rest, err)
		}
	})
}

// FuzzReopen cuts the file of a log as a power cut does, opens it and goes on: the entries
// that were whole are there, then the new one, and nothing else.
func FuzzReopen(f *testing.F) {
	good := written(f, entriesOf([]byte{1, 2, 3}))
	f.Add(uint16(0), []byte{})
	f.Add(uint16(len(good)), []byte{})
	f.Add(uint16(5), []byte("torn"))
	f.Add(uint16(HashBytes+entryHead+3), make([]byte, 4096))
	f.Fuzz(func(t *testing.T, cut uint16, more []byte) {
		dir := t.TempDir()
		data := append(bytes.Clone(good[:max(0, len(good)-int(cut))]), more...)
		path := (&Log{dir: dir}).path(0)
		if err := os.WriteFile(path, data, filePerm); err != nil {
			t.Fatal(err)
		}
		before, _, damaged := readSegment(data)
		l, err := Open(dir, fuzzKey, 0)
		if (err != nil) != (damaged != nil) {
			t.Fatalf("%v, read by itself %v", err, damaged)
		}
		if err != nil {
			return
		}
		defer l.Close()
		last, any := l.Last()
		if !any || last.Commit != uint64(len(before)) {
			t.Fatalf("opened at commit %d of %d", last.Commit, len(before))
		}
		next := Entry{Commit: last.Commit + 1, Time: time.Unix(7, 0).UTC(), Writes: []byte("more")}
		if err := l.Append(next); err != nil {
			t.Fatal(err)
		}
		var got []Entry
		if err := l.Each(0, collect(&got)); err != nil || !reflect.DeepEqual(got, append(before, next)) {
			t.Fatalf("%d entries after %d, %v", len(got), len(before), err)
		}
	})
}
