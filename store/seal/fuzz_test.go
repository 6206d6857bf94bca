package seal

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// fixed returns a keyring that is the same in every run, so that what fuzzing finds can be
// shown again; n tells one from another.
func fixed(n byte) *Keyring {
	key := func(i byte) []byte { return bytes.Repeat([]byte{n, i}, KeyBytes/2) }
	return &Keyring{
		Store: strings.Repeat("0a", storeIDBytes), Data: map[uint32][]byte{1: key(1), 2: key(2)}, Active: 2,
		Digest: key(3), Witness: key(4), Index: key(5), Audit: "PRIVATE+KEY+aloi/1+0+x",
	}
}

// cipherOf returns the cipher of a keyring.
func cipherOf(t testing.TB, k *Keyring) *Cipher {
	t.Helper()
	c, err := NewCipher(k)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// FuzzDecode holds that a keyring file opens as what was written, and that no other bytes
// open: neither a file that was changed nor one that was made up.
func FuzzDecode(f *testing.F) {
	m := Master(bytes.Repeat([]byte{7}, KeyBytes))
	good, err := fixed(1).Encode(m)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, uint16(0), byte(1))
	f.Add(good, uint16(len(fileHead)), byte(3))
	f.Add(good[:len(good)-1], uint16(len(good)/2), byte(0x80))
	f.Add([]byte(fileHead+m.mark()+"\n"), uint16(3), byte(1))
	f.Add(bytes.Replace(good, []byte("\n"), []byte("\r\n"), 1), uint16(0), byte(0xff))
	f.Fuzz(func(t *testing.T, data []byte, at uint16, flip byte) {
		// Each process of a run seals the seeds anew, with another nonce.
		if k, err := Decode(data, m); err == nil && !reflect.DeepEqual(k, fixed(1)) {
			t.Fatalf("%d bytes that nobody sealed open", len(data))
		} else if err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrOtherMaster) {
			t.Fatal(err)
		}
		changed := bytes.Clone(good)
		changed[int(at)%len(changed)] ^= flip
		if _, err := Decode(changed, m); (err == nil) != (flip == 0) {
			t.Fatalf("byte %d with %#x flipped: %v", int(at)%len(changed), flip, err)
		}
		other := m
		other[int(at)%KeyBytes] ^= flip
		if _, err := Decode(good, other); flip != 0 && !errors.Is(err, ErrOtherMaster) {
			t.Fatalf("another master key: %v", err)
		}
	})
}

// FuzzDecodeKeyring reads any text as the content of a keyring file: what is read has every
// key, comes back from its own file, and makes a cipher.
func FuzzDecodeKeyring(f *testing.F) {
	text, err := fixed(1).encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"store":"","data":{"1":""},"active":1}`))
	f.Add(bytes.Replace(text, []byte(`"active":2`), []byte(`"active":3`), 1))
	f.Add(bytes.Replace(text, []byte(`"1":`), []byte(`"4294967296":`), 1))
	m := Master{}
	f.Fuzz(func(t *testing.T, text []byte) {
		k, err := decodeKeyring(text)
		if err != nil {
			return
		}
		c := cipherOf(t, k)
		if plain, err := c.Open([]byte("k"), c.Seal([]byte("k"), text)); err != nil || !bytes.Equal(plain, text) {
			t.Fatalf("sealed and opened: %v", err)
		}
		file, err := k.Encode(m)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := Decode(file, m); err != nil || !sameKeys(back, k) {
			t.Fatalf("%+v comes back as %+v, %v", k, back, err)
		}
		if n := len(k.Data); len(k.Data) < 1<<10 {
			if k.Rotate(); len(k.Data) != n+1 || k.check() != nil {
				t.Fatalf("a rotation makes %d keys of %d, %v", len(k.Data), n, k.check())
			}
			if k.DropOld(); len(k.Data) != 1 || k.check() != nil {
				t.Fatalf("%d keys are left of a rotation, %v", len(k.Data), k.check())
			}
		}
	})
}

// sameKeys compares two keyrings; no bytes and none are the same.
func sameKeys(a, b *Keyring) bool {
	x, y := a.Clone(), b.Clone()
	for _, k := range []*Keyring{x, y} {
		if len(k.Index) == 0 {
			k.Index = nil
		}
	}
	return reflect.DeepEqual(x, y)
}

// FuzzParseMaster holds that a key is read in one way, that the error does not hold what it
// is about, and that a key comes back from its own text.
func FuzzParseMaster(f *testing.F) {
	m := Master(bytes.Repeat([]byte{0xfb, 1}, KeyBytes/2))
	f.Add(m.String())
	f.Add(" " + strings.ToUpper(m.String()) + "\n")
	f.Add("-wH7AfsB-wH7AfsB-wH7AfsB-wH7AfsB-wH7AfsB-wE=")
	f.Add("+wH7AfsB+wH7AfsB+wH7AfsB+wH7AfsB+wH7AfsB+wE=")
	f.Add(m.String()[1:])
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMaster(text)
		if err != nil {
			if s := strings.TrimSpace(text); len(s) > 8 && strings.Contains(err.Error(), s) {
				t.Fatal("the error holds the text")
			}
			return
		}
		if back, err := ParseMaster(m.String()); err != nil || back != m {
			t.Fatalf("comes back as another, %v", err)
		}
		if padded, err := ParseMaster("\n " + text + "\t"); err != nil || padded != m {
			t.Fatalf("with space around it: %v", err)
		}
	})
}

// FuzzValue holds a sealed value to its word: it opens under its key, and nothing else
// does: no other value, no changed one, none under another key or of another store.
func FuzzValue(f *testing.F) {
	a, b := cipherOf(f, fixed(1)), cipherOf(f, fixed(2))
	f.Add([]byte("r1"), []byte("valeur"), uint16(0), byte(1))
	f.Add([]byte{0}, []byte{}, uint16(headBytes), byte(1))
	f.Add(bytes.Repeat([]byte("k"), 200), bytes.Repeat([]byte{valueMark}, Overhead), uint16(40), byte(0x80))
	f.Fuzz(func(t *testing.T, key, plain []byte, at uint16, flip byte) {
		sealed := a.Seal(key, plain)
		if len(sealed) != len(plain)+Overhead || !IsSealed(sealed) || KeyOf(sealed) != a.Active() {
			t.Fatalf("sealed is %d bytes of %d, key %d", len(sealed), len(plain), KeyOf(sealed))
		}
		if back, err := a.Open(key, sealed); err != nil || !bytes.Equal(back, plain) {
			t.Fatalf("comes back as % x, %v", back, err)
		}
		behind := append(bytes.Clone(plain), flip)
		s := a.Sealer()
		for range 2 { // in the room of the first the second
			behind = s.Append(behind[:len(plain)+1], key, plain)
			if back, err := a.Open(key, behind[len(plain)+1:]); err != nil || !bytes.Equal(back, plain) || !bytes.HasPrefix(behind, append(bytes.Clone(plain), flip)) {
				t.Fatalf("behind % x it comes back as % x, %v", plain, back, err)
			}
		}
		for _, c := range []struct {
			what   string
			cipher *Cipher
			key    []byte
			value  []byte
		}{
			{"as it came", a, key, plain}, {"of another store", b, key, sealed},
			{"under another key", a, append(bytes.Clone(key), 0), sealed}, {"under a shorter key", a, key[:max(0, len(key)-1)], sealed},
			{"shorter", a, key, sealed[:len(sealed)-1]}, {"longer", a, key, append(bytes.Clone(sealed), 0)},
			{"changed", a, key, flipped(sealed, at, flip)},
		} {
			if len(c.key) == len(key) && bytes.Equal(c.value, sealed) && c.cipher == a {
				continue
			}
			if _, err := c.cipher.Open(c.key, c.value); !errors.Is(err, ErrForged) {
				t.Fatalf("%s: %v", c.what, err)
			}
		}
		if !bytes.Equal(plain, sealed) && bytes.Contains(sealed, plain) && len(plain) >= tagBytes {
			t.Fatal("the payload stands in the sealed value")
		}
	})
}

func flipped(b []byte, at uint16, flip byte) []byte {
	c := bytes.Clone(b)
	c[int(at)%len(c)] ^= flip
	return c
}

// FuzzElement holds that the digest of a set does not hang on the order of its elements,
// that taking one out undoes adding it, and that a changed value is another element.
func FuzzElement(f *testing.F) {
	c := cipherOf(f, fixed(1))
	f.Add([]byte("abc"), uint16(2), byte(1))
	f.Add([]byte{}, uint16(0), byte(0))
	f.Fuzz(func(t *testing.T, keys []byte, at uint16, flip byte) {
		var forward, backward Element
		var sealed [][]byte
		for i, k := range keys[:min(len(keys), 50)] {
			sealed = append(sealed, c.Seal([]byte{k, byte(i)}, keys))
			forward.Toggle(c.Element(TagOf(sealed[i])))
		}
		for i := len(sealed) - 1; i >= 0; i-- {
			backward.Toggle(c.Element(TagOf(sealed[i])))
		}
		if len(sealed) > 0 && c.Sealer().Element(TagOf(sealed[0])) != c.Element(TagOf(sealed[0])) {
			t.Fatal("a sealer has other elements")
		}
		if forward != backward {
			t.Fatal("the order tells")
		}
		if len(sealed) == 0 {
			return
		}
		last := sealed[len(sealed)-1]
		if flip != 0 && c.Element(TagOf(last)) == c.Element(TagOf(flipped(last, uint16(len(last)-tagBytes+int(at)%tagBytes), flip))) {
			t.Fatal("a changed tag is the same element")
		}
		for _, s := range sealed {
			forward.Toggle(c.Element(TagOf(s)))
		}
		if forward != (Element{}) {
			t.Fatal("something is left of nothing")
		}
	})
}
