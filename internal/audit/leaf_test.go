package audit

import (
	"bytes"
	"crypto/sha256"
	"strings"
	"testing"
	"time"
)

func leaf() *Leaf {
	return &Leaf{Sequence: 41, Time: time.Date(2026, 3, 2, 9, 30, 15, 7, time.UTC), Kind: KindConsent, Actor: "9f2c", Policy: "2026-08",
		Commit: Commit(bytes.Repeat([]byte{1}, SaltBytes), []byte("payload"))}
}

// Leaves are hashed for ever: this text must not change.
func TestLeafGolden(t *testing.T) {
	const want = `{"v":1,"seq":41,"time":"2026-03-02T09:30:15.000000007Z","kind":"consent","actor":"9f2c","policy":"2026-08",` +
		`"commit":"MPS/1lujlGKLBToErV1sGWNr6dPu27PhwjfVwHAsRrE="}`
	b := leaf().Encode()
	if string(b) != want {
		t.Errorf("%s\nwant\n%s", b, want)
	}
	if back, err := ParseLeaf(b); err != nil || *back != *leaf() {
		t.Errorf("%+v, %v", back, err)
	}
	if got := leaf().Commit; got != sha256.Sum256([]byte(strings.Repeat("\x01", SaltBytes)+"payload")) {
		t.Errorf("commitment %x", got)
	}
}

// Whatever byte is another, a leaf is not read or is another one.
func TestLeafFlipped(t *testing.T) {
	b := leaf().Encode()
	for i := range b {
		for _, bit := range []byte{1, 2, 4, 32, 128} {
			flipped := bytes.Clone(b)
			flipped[i] ^= bit
			if l, err := ParseLeaf(flipped); err == nil && (*l == *leaf() || !bytes.Equal(l.Encode(), flipped)) {
				t.Errorf("read as if it were the leaf: %s", flipped)
			}
		}
	}
	for _, text := range []string{"", "null", string(b) + " ", " " + string(b), strings.Replace(string(b), `"v":1`, `"v":2`, 1),
		strings.Replace(string(b), "Z", "+00:00", 1), strings.Replace(string(b), `"seq"`, `"seq":1,"seq"`, 1), strings.Replace(string(b), `=`, ``, 1)} {
		if _, err := ParseLeaf([]byte(text)); err == nil {
			t.Errorf("%q is read", text)
		}
	}
}

func FuzzParseLeaf(f *testing.F) {
	f.Add(leaf().Encode())
	f.Add([]byte(`{"v":1,"seq":0,"time":"0001-01-01T00:00:00Z","kind":"","actor":"","policy":"","commit":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if l, err := ParseLeaf(b); err == nil && !bytes.Equal(l.Encode(), b) {
			t.Errorf("%q is read, and written as %q", b, l.Encode())
		}
	})
}
