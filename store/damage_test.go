package store

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"

	"aloi"
	"aloi/store/kv"
)

// refused checks that every typed read of a value is an error of CodeCorrupt.
func (v *stored) refused(t *testing.T, s *Store, damage string) {
	t.Helper()
	view(t, s, func(r *Reader) error {
		for _, rd := range v.readings {
			if got, err := rd.read(r); aloi.CodeOf(err) != aloi.CodeCorrupt {
				t.Fatalf("%s, %s: %s gave %+v, %v", v.name, damage, rd.name, got, err)
			}
		}
		return nil
	})
}

// damaged fills a store in memory and calls test with each of its values.
func damaged(t *testing.T, test func(t *testing.T, db kv.DB, s *Store, v stored, value []byte)) {
	db := openMemory(t)
	s := openStore(t, db)
	values := fill(t, s)
	for _, p := range dump(t, db) {
		if bytes.Equal(p.key, metaKey(metaCheck)) {
			continue // TestDamagedSecretCheck
		}
		i := slices.IndexFunc(values, func(v stored) bool { return bytes.Equal(v.key, p.key) })
		if i < 0 {
			t.Errorf("no test reads the value under %q", p.key)
			continue
		}
		t.Run(values[i].name, func(t *testing.T) { test(t, db, s, values[i], p.value) })
		setRaw(t, db, p.key, p.value)
	}
	view(t, s, func(r *Reader) error {
		for _, v := range values {
			v.check(t, r)
		}
		return nil
	})
}

func TestEveryFlippedBitIsAnError(t *testing.T) {
	damaged(t, func(t *testing.T, db kv.DB, s *Store, v stored, value []byte) {
		for bit := range 8 * len(value) {
			bad := slices.Clone(value)
			bad[bit/8] ^= 1 << (bit % 8)
			setRaw(t, db, v.key, bad)
			v.refused(t, s, fmt.Sprintf("bit %d of byte %d", bit%8, bit/8))
		}
	})
}

func TestTruncatedValuesAreErrors(t *testing.T) {
	damaged(t, func(t *testing.T, db kv.DB, s *Store, v stored, value []byte) {
		for n := range value {
			setRaw(t, db, v.key, value[:n])
			v.refused(t, s, fmt.Sprintf("the first %d bytes", n))
			setRaw(t, db, v.key, value[len(value)-n:])
			v.refused(t, s, fmt.Sprintf("the last %d bytes", n))
		}
		for _, more := range [][]byte{{0}, value} {
			setRaw(t, db, v.key, slices.Concat(value, more))
			v.refused(t, s, fmt.Sprintf("%d bytes more", len(more)))
		}
		setRaw(t, db, v.key, make([]byte, len(value)))
		v.refused(t, s, "zeros")
	})
}

func TestAValueUnderAnothersKeyIsAnError(t *testing.T) {
	damaged(t, func(t *testing.T, db kv.DB, s *Store, v stored, value []byte) {
		for _, other := range dump(t, db) {
			if bytes.Equal(other.key, v.key) {
				continue
			}
			setRaw(t, db, v.key, other.value)
			v.refused(t, s, fmt.Sprintf("the value of %q", other.key))
		}
	})
}

// A well-framed value whose content is not what its family holds is an error too.
func TestForeignContentIsAnError(t *testing.T) {
	damaged(t, func(t *testing.T, db kv.DB, s *Store, v stored, value []byte) {
		switch v.key[0] {
		case famConsent, famInteract, famFeatures, famLinks, famEntityOf, famDossier:
			return // some of their reads look at the key only
		case famMeta:
			if !bytes.Equal(v.key, metaKey(metaCounters)) {
				return // any bytes are good
			}
		}
		own := must(open(v.key, value))
		for _, payload := range [][]byte{nil, {0xff}, {0xbf, 0x01}, []byte("123456"), bytes.Repeat([]byte{0x9b}, 23)} {
			if v.key[0] == famJudged && len(payload)%judgedBytes == 0 || bytes.Equal(payload, own) {
				continue
			}
			setRaw(t, db, v.key, seal(v.key, payload))
			v.refused(t, s, fmt.Sprintf("payload % x", payload))
		}
	})
}

// A record whose ledger can't be read is not deleted: what leads to it would be left over.
func TestForeignContentInTheLedgerIsAnError(t *testing.T) {
	db := openMemory(t)
	s := openStore(t, db)
	act := ContentHash{1}
	update(t, s, func(w *Writer) error { return errors.Join(put(w, 1, 0), w.SetEntry(1, act, &Entry{})) })
	key := s.contentKey(famConsent, 1, act)
	setRaw(t, db, key, seal(key, []byte{0xbf, 0x01}))
	view(t, s, func(r *Reader) error {
		_, consents := r.Consents(1)
		_, entries := r.Entries(1)
		_, entry := r.Entry(1, act)
		for _, err := range []error{consents, entries, entry, r.EachEntry(func(uint64, *Entry) error { return nil })} {
			if aloi.CodeOf(err) != aloi.CodeCorrupt {
				t.Error(err)
			}
		}
		return nil
	})
	err := s.Update(t.Context(), func(w *Writer) error {
		return w.DeleteRecord(&Record{Number: 1, Record: aloi.Record{Ref: refNumber(1)}}, nil)
	})
	if aloi.CodeOf(err) != aloi.CodeCorrupt {
		t.Error(err)
	}
}

func TestARecordUnderAnotherNumberIsAnError(t *testing.T) {
	db := openMemory(t)
	s := openStore(t, db)
	update(t, s, func(w *Writer) error {
		return w.putCBOR(numberKey(famRecord, 2), &Record{Number: 1, Record: fullRecord()})
	})
	view(t, s, func(r *Reader) error {
		if _, err := list(r.EachRecord); aloi.CodeOf(err) != aloi.CodeCorrupt {
			t.Errorf("EachRecord: %v", err)
		}
		return nil
	})
}

func TestDamagedSecretCheck(t *testing.T) {
	db := openMemory(t)
	openStore(t, db)
	key := metaKey(metaCheck)
	var value []byte
	for _, p := range dump(t, db) {
		if bytes.Equal(p.key, key) {
			value = p.value
		}
	}
	for bit := range 8 * len(value) {
		bad := slices.Clone(value)
		bad[bit/8] ^= 1 << (bit % 8)
		setRaw(t, db, key, bad)
		if _, err := Open(t.Context(), db, testSecret); aloi.CodeOf(err) != aloi.CodeCorrupt {
			t.Fatalf("bit %d of byte %d: %v", bit%8, bit/8, err)
		}
	}
	setRaw(t, db, key, value)
	openStore(t, db)
}

// Damage to one value leaves the others readable.
func TestDamageStaysWhereItIs(t *testing.T) {
	db := openMemory(t)
	s := openStore(t, db)
	other := &Record{Number: 2, Record: aloi.Record{Ref: louise}}
	fill(t, s)
	update(t, s, func(w *Writer) error { return w.Set(EncodeRecord(other)) })
	setRaw(t, db, numberKey(famRecord, 1), []byte("ruined by a bad disk"))
	view(t, s, func(r *Reader) error {
		rec, err := r.Record(2)
		if err == nil && rec.Record.Ref != louise {
			t.Errorf("record 2 is %+v", rec)
		}
		return err
	})
}
