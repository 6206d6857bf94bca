package store

import (
	"bytes"
	"testing"
)

// FuzzEncoder seals payloads of any sizes one behind another: each is what it is by itself once
// all are there, and growing one leaves the others as they are.
func FuzzEncoder(f *testing.F) {
	f.Add([]byte{0, 1, 2, 200, 7, 255})
	f.Add(bytes.Repeat([]byte{250, 3}, 200))
	f.Fuzz(func(t *testing.T, sizes []byte) {
		var e encoder
		payload := func(i int) []byte { return bytes.Repeat([]byte{byte(i)}, int(sizes[i])*int(sizes[i])/4) }
		var keys, values [][]byte
		for i := range sizes {
			keys = append(keys, e.numberKey(famRecord, uint64(i)))
			values = append(values, e.seal(keys[i], payload(i)))
		}
		for i, v := range values {
			_, _ = append(v, "more"...), append(keys[i], "more"...)
			if !bytes.Equal(keys[i], numberKey(famRecord, uint64(i))) {
				t.Fatalf("key %d is %x", i, keys[i])
			}
			if want := seal(numberKey(famRecord, uint64(i)), payload(i)); !bytes.Equal(values[i], want) {
				t.Fatalf("value %d of %d bytes is not what it is by itself", i, len(want))
			}
		}
		for i, v := range values {
			if back, err := open(numberKey(famRecord, uint64(i)), v); err != nil || !bytes.Equal(back, payload(i)) {
				t.Fatalf("value %d: %v", i, err)
			}
		}
	})
}

// A value that can't be encoded is not written, and says why.
func TestSetFault(t *testing.T) {
	s := openStore(t, openMemory(t))
	err := s.Update(t.Context(), func(w *Writer) error { return w.Set(Encoded{err: errShort}) })
	if err != errShort {
		t.Errorf("%v", err)
	}
}
