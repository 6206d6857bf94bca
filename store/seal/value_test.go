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
