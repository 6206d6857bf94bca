package store

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"runtime"
	"testing"

	"aloi"
	"aloi/store/memory"
)

// The most memory that reading a payload may take: what a small one may, and what it
// may for each byte. The largest element of a list, a consent event, takes less.
const (
	readBytes        = 1 << 20
	readBytesPerByte = 1 << 10
)

// frugal fails when fn takes more memory than a payload of that length is worth.
func frugal(t *testing.T, length int, fn func()) {
	t.Helper()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	fn()
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > readBytes+readBytesPerByte*uint64(length) {
		t.Fatalf("%d bytes of memory for %d bytes", took, length)
	}
}

// seedPayloads adds the payloads of the stored values of these families, and short
// and hostile ones.
func seedPayloads(f *testing.F, families ...byte) {
	db := memory.New()
	defer db.Close()
	s, err := Open(f.Context(), db, testSecret)
	if err != nil {
		f.Fatal(err)
	}
	fill(f, s)
	for _, p := range dump(f, db) {
		if bytes.IndexByte(families, p.key[0]) >= 0 {
			f.Add(must(open(p.key, p.value)))
		}
	}
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{0xff}, 40))
	f.Add(binary.BigEndian.AppendUint64(nil, 1<<63))
	for _, claim := range []uint32{1 << 16, 1 << 20, 1<<32 - 1} { // lists and texts that claim to be long
		for _, head := range []byte{0x5a, 0x7a, 0x9a, 0xba} {
			f.Add(binary.BigEndian.AppendUint32([]byte{0xa1, 0x02, head}, claim))
		}
	}
	f.Add(bytes.Repeat([]byte{0x81}, 1000)) // a list in a list in a list…
	f.Add(append([]byte{0xa1, 0x02, 0x9a, 0, 0, 0x10, 0}, bytes.Repeat([]byte{0xa0}, 4096)...))
}

// FuzzOpen holds the frame to its word: what opens is what was sealed for that key.
func FuzzOpen(f *testing.F) {
	f.Add([]byte("r1"), seal([]byte("r1"), []byte("valeur")))
	f.Add([]byte("r2"), seal([]byte("r1"), []byte("valeur")))
	f.Add([]byte("r"), seal([]byte("r"), nil))
	f.Add([]byte("r"), []byte{})
	f.Add([]byte("r"), bytes.Repeat([]byte{1}, frameOverhead))
	f.Fuzz(func(t *testing.T, key, value []byte) {
		if len(key) == 0 {
			t.Skip("no database has an empty key")
		}
		payload, err := open(key, value)
		if err == nil && !bytes.Equal(seal(key, payload), value) {
			t.Errorf("% x opens as % x, which is sealed as something else", value, payload)
		}
		if err != nil && aloi.CodeOf(err) != aloi.CodeCorrupt {
			t.Error(err)
		}
		sealed := seal(key, value)
		if back, err := open(key, sealed); err != nil || !bytes.Equal(back, value) {
			t.Errorf("% x comes back as % x, %v", value, back, err)
		}
	})
}

// fuzzList fuzzes a decoder: what it reads it writes, and reads again as the same.
func fuzzList[T any](f *testing.F, decode func([]byte) (T, error), encode func(T) []byte) {
	f.Fuzz(func(t *testing.T, b []byte) {
		var v T
		var err error
		frugal(t, len(b), func() { v, err = decode(b) })
		if err != nil {
			return
		}
		if again, err := decode(encode(v)); err != nil || !reflect.DeepEqual(again, v) {
			t.Errorf("%+v comes back as %+v, %v", v, again, err)
		}
	})
}

func FuzzDecodeFeatures(f *testing.F) {
	seedPayloads(f, famFeatures)
	fuzzList(f, decodeFeatures, func(x *Features) []byte { return appendFeatures(nil, x) })
}

func FuzzDecodeLinks(f *testing.F) {
	seedPayloads(f, famLinks)
	fuzzList(f, decodeLinks, encodeLinks)
}

func FuzzDecodeJudged(f *testing.F) {
	seedPayloads(f, famJudged)
	fuzzList(f, decodeJudged, encodeJudged)
}

func FuzzDecodeToken(f *testing.F) {
	seedPayloads(f, famToken)
	fuzzList(f, decodeToken, func(t *TokenRef) []byte { return encodeToken(*t) })
}

// FuzzDecodePointEntry reads a payload as the entry of a record and of none.
func FuzzDecodePointEntry(f *testing.F) {
	seedPayloads(f, famPoint)
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, record := range []uint64{0, 1} {
			var e *PointEntry
			var err error
			frugal(t, len(b), func() { e, err = decodePointEntry(pointEntryKey(PointHash{}, record, [16]byte{}), b) })
			if err != nil && aloi.CodeOf(err) != aloi.CodeCorrupt {
				t.Error(err)
			}
			if err == nil && (e.Record != record || (e.Entry != nil) != (record == 0)) {
				t.Errorf("% x of record %d is %+v", b, record, e)
			}
		}
	})
}

// FuzzCBOR reads a payload as every structured value in turn.
func FuzzCBOR(f *testing.F) {
	seedPayloads(f, famRecord, famEntity, famJournal, famJudgement, famConsent, famInteract, famMeta, famWaiting, famSuppression, famNotice, famLogEntry)
	e := fullEntity() // which is stored in a form of its own, as a record is
	f.Add(must(encMode.Marshal(&e)))
	f.Add(must(encMode.Marshal(&Record{Number: 1, Record: fullRecord()})))
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, into := range []func() any{
			func() any { return &Record{} }, func() any { return &Entity{} }, func() any { return &journalChunk{} },
			func() any { return &Counters{} }, func() any { return &aloi.Judgement{} },
			func() any { return &storedEntry{} }, func() any { return &aloi.Interaction{} },
			func() any { return &[]Suppression{} }, func() any { return &aloi.Notice{} }, func() any { return &LogEntry{} },
		} {
			v := into()
			var err error
			frugal(t, len(b), func() { err = decode([]byte("r1"), b, v) })
			if err != nil {
				if aloi.CodeOf(err) != aloi.CodeCorrupt {
					t.Error(err)
				}
				continue
			}
			text, err := encMode.Marshal(v)
			if err != nil {
				continue // a time past year 9999, which no write lets in
			}
			again := into()
			if err := decode([]byte("r1"), text, again); err != nil {
				t.Fatalf("%T: % x was written and is not readable: %v", v, text, err)
			}
			if second, err := encMode.Marshal(again); err != nil || !bytes.Equal(second, text) {
				t.Errorf("%T: written as % x, then as % x, %v", v, text, second, err)
			}
		}
	})
}
