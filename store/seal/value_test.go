package seal

import (
	"sync"
	"testing"
)

// No two values get one nonce, whoever seals them at once.
func TestNonces(t *testing.T) {
	const sealers, each = 8, 2000
	c := cipherOf(t, NewKeyring(nil, ""))
	var all [sealers][each]string
	var wg sync.WaitGroup
	for s := range sealers {
		wg.Go(func() {
			for i := range each {
				all[s][i] = string(c.Seal([]byte("k"), nil)[headBytes : headBytes+nonceBytes])
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for s := range all {
		for _, nonce := range all[s] {
			if seen[nonce] {
				t.Fatalf("the nonce %x comes twice", nonce)
			}
			seen[nonce] = true
		}
	}
}

// The id of the key that seals a value is sealed with it: another id does not pass, were its
// key the same.
func TestKeyIDIsSealed(t *testing.T) {
	k := NewKeyring(nil, "")
	k.Data[2] = k.Data[1]
	c := cipherOf(t, k)
	v := c.Seal([]byte("k"), []byte("v"))
	v[headBytes-1] = 2
	if plain, err := c.Open([]byte("k"), v); err == nil {
		t.Errorf("opens as %q under key %d", plain, KeyOf(v))
	}
}

// When a counter has run out, or in another run of the program, the prefix is another.
func TestNoncePrefix(t *testing.T) {
	var n nonces
	var a, b [nonceBytes]byte
	n.next(a[:])
	n.current.Load().count.Store(1 << 32)
	n.next(b[:])
	if [prefixBytes]byte(a[:]) == [prefixBytes]byte(b[:]) || n.current.Load().count.Load() != 1 {
		t.Errorf("%x is followed by %x", a, b)
	}
}
