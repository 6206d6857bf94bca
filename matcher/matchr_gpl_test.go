//go:build !permissive

package matcher

import (
	"math/rand/v2"
	"testing"
)

// TestOwnSoundexIsMatchrs proves that a build without matchr prepares and blocks alike.
func TestOwnSoundexIsMatchrs(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var buffer [maxCodeLetters]byte
	for range 200_000 {
		letters := buffer[:1+rng.IntN(len(buffer))]
		for i := range letters {
			letters[i] = byte('A' + rng.IntN(26))
		}
		compareSoundex(t, string(letters))
	}
	for name := range givenGroups() {
		compareSoundex(t, string(lettersInto(buffer[:0], name)))
	}
}

func compareSoundex(t *testing.T, letters string) {
	t.Helper()
	if own, theirs := ownSoundex(letters), soundexOf(letters); own != theirs {
		t.Fatalf("of %s: own %s, matchr %s", letters, own, theirs)
	}
}

func FuzzOwnSoundex(f *testing.F) {
	for _, s := range []string{"Ashcraft", "Tymczak", "WHW", "HHH", "BBB", "Pfister"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		var buffer [maxCodeLetters]byte
		if letters := lettersInto(buffer[:0], name); len(letters) > 0 {
			compareSoundex(t, string(letters))
		}
	})
}
