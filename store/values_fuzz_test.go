package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"reflect"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"aloi"
	"aloi/store/kv"
	"aloi/store/memory"
)

// FuzzStored puts any payload, well framed, under a key of any family, and reads the store
// in every way: what does not fit is CORRUPT, and nothing panics or takes memory that the
// payload is not worth.
func FuzzStored(f *testing.F) {
	db := memory.New()
	defer db.Close()
	s, err := Open(f.Context(), db, testSecret)
	if err != nil {
		f.Fatal(err)
	}
	fill(f, s)
	seen := map[byte]bool{}
	for _, p := range dump(f, db) {
		if !seen[p.key[0]] { // one of each family
			seen[p.key[0]] = true
			f.Add(p.key, must(open(p.key, p.value)))
		}
	}
	f.Add(append([]byte{famPoint}, make([]byte, 16)...), bytes.Repeat([]byte{0xff}, 8))
	f.Add([]byte{famLogHash, 0}, make([]byte, tlog.HashSize))
	f.Fuzz(func(t *testing.T, key, payload []byte) {
		if kv.CheckKey(key) != nil || len(payload) > 16<<10 || key[0] == famMeta {
			return
		}
		db := memory.New()
		defer db.Close()
		s, err := Open(t.Context(), db, testSecret)
		if err != nil {
			t.Fatal(err)
		}
		setRaw(t, db, key, seal(key, payload))
		readings := everyReading(key)
		frugal(t, len(readings)*len(payload), func() {
			for i, read := range readings {
				err := s.View(context.Background(), read)
				if err != nil && !errors.Is(err, kv.ErrNotFound) && aloi.CodeOf(err) != aloi.CodeCorrupt {
					t.Fatalf("reading %d of family %q: %v", i, key[0], err)
				}
			}
		})
	})
}

// everyReading reads what a key may hold, by its number, by its hash and by family.
func everyReading(key []byte) []func(*Reader) error {
	var n uint64
	if len(key) >= 9 {
		n = binary.BigEndian.Uint64(key[1:])
	}
	var hash [16]byte
	copy(hash[:], key[1:])
	only := func(_ any, err error) error { return err }
	return []func(*Reader) error{
		func(r *Reader) error { return only(r.Record(n)) }, func(r *Reader) error { return only(r.Features(n)) },
		func(r *Reader) error { return only(r.Block(BlockID(n), math.MaxInt)) }, func(r *Reader) error { return only(r.Links(n)) },
		func(r *Reader) error { return only(r.Entity(n)) }, func(r *Reader) error { return only(r.EntityMembers(n)) },
		func(r *Reader) error { return only(r.Redirect(n)) }, func(r *Reader) error { return only(r.EntityOf(n)) },
		func(r *Reader) error { return only(r.Number(hash)) }, func(r *Reader) error { return only(r.Judged(hash)) },
		func(r *Reader) error { return only(r.Journal(0, math.MaxInt)) }, func(r *Reader) error { return only(r.Interactions(n)) },
		func(r *Reader) error { return only(r.Entries(n)) }, func(r *Reader) error { return only(r.Waiting(hash)) },
		func(r *Reader) error { return only(r.Point(hash)) }, func(r *Reader) error { return only(r.PointCount(hash)) },
		func(r *Reader) error { return only(r.Suppressions(hash)) }, func(r *Reader) error { return only(r.Dossier(n)) },
		func(r *Reader) error { return only(r.LogEntry(n)) }, func(r *Reader) error { return only(r.LogHashes().ReadHashes([]int64{0, 1})) },
		func(r *Reader) error {
			return r.EachSuppression(nil, func(PointHash, []Suppression) bool { return true })
		},
		func(r *Reader) error { return r.EachOwned(func(byte, uint64) error { return nil }) },
		func(r *Reader) error { return r.EachRecord(func(*Record) error { return nil }) },
		func(r *Reader) error { return r.EachFeatures(func(uint64, *Features) error { return nil }) },
		func(r *Reader) error { return r.EachRedirect(func(uint64, uint64) error { return nil }) },
		func(r *Reader) error { return r.EachJudged(func(RefHash, []Judged) error { return nil }) },
		func(r *Reader) error { return r.EachWaiting(func(RefHash, *Entry) error { return nil }) },
		func(r *Reader) error { return r.EachNotice(func(NoticeHash, *aloi.Notice) error { return nil }) },
		func(r *Reader) error { return r.Judgements(nil, func([]byte, *aloi.Judgement) bool { return true }) },
	}
}

// FuzzMembers holds that the members of an entity that are read without decoding it are
// those of the whole one, or that it is decoded.
func FuzzMembers(f *testing.F) {
	seedEntities(f)
	f.Add([]byte{0xa2, 1, 5, 2, 0x83, 1, 0x18, 30, 0x19, 1, 0})
	f.Add([]byte{0xa2, 1, 5, 2, 0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, payload []byte) {
		var members []uint64
		var ok bool
		frugal(t, len(payload), func() { members, ok = membersOf(payload) })
		if !ok {
			if head := headOfEntity(payload); !bytes.Equal(head, payload) {
				t.Fatalf("% x is cut to % x, and is not read", payload, head)
			}
			return
		}
		head, headOK := membersOf(headOfEntity(payload))
		if !headOK || !reflect.DeepEqual(head, members) {
			t.Fatalf("% x has members %v, its head %v", payload, members, head)
		}
		if e, err := decodeEntity(entityKey, payload); err == nil && len(e.Members)+len(members) > 0 && !reflect.DeepEqual(e.Members, members) {
			t.Fatalf("% x is decoded with members %v, and read with %v", payload, e.Members, members)
		}
	})
}

// seedEntities adds the payloads of an entity in both forms.
func seedEntities(f *testing.F) {
	seedPayloads(f, famEntity)
	e := fullEntity()
	f.Add(must(encMode.Marshal(&e)))
	f.Add(encodeEntity(usualEntity()))
}

// FuzzEntity reads a payload as an entity: what is read is written, and read again as the
// same, in the compact form and, where CBOR can say it, as CBOR.
func FuzzEntity(f *testing.F) {
	seedEntities(f)
	f.Fuzz(func(t *testing.T, payload []byte) {
		var e *Entity
		var err error
		frugal(t, len(payload), func() { e, err = decodeEntity(entityKey, payload) })
		if err != nil {
			if aloi.CodeOf(err) != aloi.CodeCorrupt {
				t.Error(err)
			}
			return
		}
		if len(e.Members) == 0 {
			e.Members = nil // in the compact form an empty list is none
		}
		if len(e.Golden) == 0 {
			e.Golden = nil
		}
		if again, err := decodeEntity(entityKey, encodeEntity(e)); err != nil || !reflect.DeepEqual(again, e) {
			t.Fatalf("%+v comes back as %+v, %v", e, again, err)
		}
		plain, err := encMode.Marshal(e)
		if err != nil {
			return // a time past year 9999, which no write lets in
		}
		if again, err := decodeEntity(entityKey, plain); err != nil || !reflect.DeepEqual(again, e) {
			t.Fatalf("%+v comes back from CBOR as %+v, %v", e, again, err)
		}
	})
}

// FuzzTiles changes, cuts or lengthens a stored tile of the log: every proof that is read
// from it is refused, or is the same as before.
func FuzzTiles(f *testing.F) {
	f.Add(uint8(3), uint16(0), byte(1), int8(0))
	f.Add(uint8(70), uint16(40), byte(0x80), int8(-1))
	f.Add(uint8(64), uint16(0), byte(0), int8(1))
	f.Add(uint8(1), uint16(0), byte(0), int8(-32))
	f.Fuzz(func(t *testing.T, size uint8, at uint16, flip byte, longer int8) {
		n := int64(size%100) + 1
		db := memory.New()
		defer db.Close()
		s, err := Open(t.Context(), db, testSecret)
		if err != nil {
			t.Fatal(err)
		}
		entries := make([]LogEntry, n)
		for i := range entries {
			entries[i].Leaf = binary.AppendUvarint([]byte("leaf"), uint64(i))
		}
		update(t, s, func(w *Writer) error { return w.AppendLog(0, entries) })
		root := rootOf(t, s, n)
		key := tileKey(tlog.Tile{H: tileHeight})
		var payload []byte
		view(t, s, func(r *Reader) (err error) { payload, err = r.get(key); return err })
		payload = bytes.Clone(payload)
		payload[int(at)%len(payload)] ^= flip
		if longer >= 0 {
			payload = append(payload, make([]byte, longer)...)
		} else {
			payload = payload[:max(0, len(payload)+int(longer))]
		}
		setRaw(t, db, key, seal(key, payload))
		err = s.View(context.Background(), func(r *Reader) error {
			proof, err := tlog.ProveRecord(n, 0, r.LogHashes())
			if err != nil {
				return err
			}
			if tlog.CheckRecord(proof, n, root, 0, tlog.RecordHash(entries[0].Leaf)) != nil {
				return nil // it is no proof, which who checks it sees
			}
			got, err := tlog.TreeHash(n, r.LogHashes())
			if err == nil && got != root && flip == 0 {
				t.Fatalf("another root of %d entries", n)
			}
			return err
		})
		if err != nil && aloi.CodeOf(err) != aloi.CodeCorrupt {
			t.Fatal(err)
		}
		if longer%tlog.HashSize != 0 && err == nil && n > 1 {
			t.Fatalf("a tile of %d bytes is read", len(payload))
		}
	})
}

func rootOf(t *testing.T, s *Store, n int64) (root tlog.Hash) {
	t.Helper()
	view(t, s, func(r *Reader) (err error) { root, err = tlog.TreeHash(n, r.LogHashes()); return err })
	return root
}

// FuzzEntry writes an event with any texts and reads it back: by itself, by its record and
// with its content hash, in which only what makes it another act counts.
func FuzzEntry(f *testing.F) {
	f.Add("GIVEN", "email:a@example.org", "subject", "parent", int64(5), int8(1))
	f.Add("", "", "", "", int64(-1)<<60, int8(-1))
	f.Add("OBJECTED", "\u2028\x00é", "parent", "parent", int64(0), int8(0))
	f.Fuzz(func(t *testing.T, kind, point, by, other string, sequence int64, assigned int8) {
		for _, who := range [][]string{nil, {by}, {by, other}, {"", by}} {
			e := Entry{ConsentEvent: aloi.ConsentEvent{Kind: aloi.ConsentKind(kind), ContactPoint: point, ExpressedBy: who, Sequence: sequence}, Assigned: assigned}
			b, err := encMode.Marshal(toStored(e))
			if err != nil {
				t.Fatal(err)
			}
			back, err := decodeEntry([]byte{famConsent, 1}, b)
			if err != nil {
				if !validTexts(kind, point, by, other) && aloi.CodeOf(err) == aloi.CodeCorrupt {
					return // the engine lets no such text in
				}
				t.Fatal(err)
			}
			if !reflect.DeepEqual(*back, e) {
				t.Fatalf("%+v comes back as %+v", e, back)
			}
			content, err := ConsentContent(e.ConsentEvent)
			if err != nil {
				t.Fatal(err)
			}
			changed := e.ConsentEvent
			changed.Sequence++
			if another, err := ConsentContent(changed); err != nil || another == content {
				t.Fatalf("another act has the same content, %v", err)
			}
			recorded := e.ConsentEvent
			recorded.RecordedTime = instant(5)
			if same, err := ConsentContent(recorded); err != nil || same != content {
				t.Fatalf("the same act, recorded at another time, is another, %v", err)
			}
		}
	})
}

func validTexts(texts ...string) bool {
	for _, s := range texts {
		if len(aloi.ValidateText("x", s)) > 0 {
			return false
		}
	}
	return true
}

// FuzzKeyedHash holds that no two lists of texts have the same hash: text can't move from
// one part to the next, nor from one domain to another.
func FuzzKeyedHash(f *testing.F) {
	f.Add("web", "1042", "we", "b1042")
	f.Add("", "", "\x00", "")
	f.Add("a\x01b", "", "a", "b")
	h := newHasher(testSecret)
	f.Fuzz(func(t *testing.T, a, b, c, d string) {
		if (h.sum('r', a, b) == h.sum('r', c, d)) != (a == c && b == d) {
			t.Fatalf("%q, %q and %q, %q", a, b, c, d)
		}
		if h.sum('r', a, b) != h.sum('r', a, b) || h.sum('r', a, b) == h.sum('b', a, b) || h.sum('r', a+b) == h.sum('r', a, b) {
			t.Fatalf("%q, %q", a, b)
		}
		if h.sum('r', a) == newHasher(testSecret[1:]).sum('r', a) {
			t.Fatal("another secret, the same hash")
		}
	})
}
