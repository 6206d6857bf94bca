package engine

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"aloi"
)

// idSample are numbers of entities: the least, those around a change of length, and
// some in between.
func idSample() []uint64 {
	sample := []uint64{1, 2, 9, 10, 11, 99, 100, 12_345, 99_999_999_999, 100_000_000_000, 123_456_789_012_345, math.MaxUint64/10 - 1}
	rng := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		sample = append(sample, 1+rng.Uint64N(1_000_000))
	}
	return sample
}

func TestEntityIDReadsBack(t *testing.T) {
	for _, n := range idSample() {
		id := entityID(n)
		if back, err := entityNumber(id); err != nil || back != n {
			t.Errorf("%d is %s, which reads as %d, %v", n, id, back, err)
		}
	}
	if id := entityID(0); id != "" {
		t.Errorf("no entity has the id %s", id)
	}
}

// TestEntityIDRefusesSlips holds what the check digit is for: every wrong digit, and
// every two neighbours that changed places.
func TestEntityIDRefusesSlips(t *testing.T) {
	refused := func(id, slip string) {
		if n, err := entityNumber(aloi.EntityID(slip)); err == nil {
			t.Errorf("%s, a slip of %s, reads as %d", slip, id, n)
		}
	}
	for _, n := range idSample() {
		id := string(entityID(n))
		for i := 1; i < len(id); i++ {
			for d := byte('0'); d <= '9'; d++ {
				if d != id[i] {
					refused(id, id[:i]+string(d)+id[i+1:])
				}
			}
			if i+1 < len(id) && id[i] != id[i+1] {
				refused(id, id[:i]+id[i+1:i+2]+id[i:i+1]+id[i+2:])
			}
		}
	}
}

func TestEntityIDRefusesGarbage(t *testing.T) {
	id := string(entityID(1))
	for _, s := range []string{
		"", "E", "E0", "E00", "0", strings.ToLower(id), " " + id, id + " ", id + "\n", id + "0", "E0" + id[1:], "EE" + id[1:], id[1:],
		"E-" + id[2:], "E+" + id[2:], "E" + strings.Repeat("0", 12), "E" + strings.Repeat("9", 40), "E18446744073709551615",
		strings.ReplaceAll(id, "0", "٠"), strings.ReplaceAll(id, "0", "_"), "E0x" + id[3:], "\x00", "'; DROP TABLE--",
	} {
		if n, err := entityNumber(aloi.EntityID(s)); aloi.CodeOf(err) != aloi.CodeInvalid || n != 0 {
			t.Errorf("%q reads as %d, %v", s, n, err)
		}
	}
}
