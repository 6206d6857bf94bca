package matcher

import (
	"slices"

	"github.com/cespare/xxhash/v2"
)

// The most records that may share a blocking key for the key to produce candidates;
// past it the key is too common to resolve by. They are part of the definition of the
// partition: to change one is to change the result.
const (
	// BlockCap is that of a key which many people share.
	BlockCap = 100
	// WideCap is that of a key which is nearly one person's own, so that the many
	// records of one good customer stay together. A block costs half the square of it.
	WideCap = 300
)

// wideFamilies are those of the keys that few people share with others: contacts and
// identifiers, a name with the birth date, initials with half of a phone number, and a
// house. Names alone, or dates, are shared by more people the larger the store is.
var wideFamilies = []string{
	KeyFamily(keyPhone), KeyFamily(keyEmail), KeyFamily(keyLocal), KeyFamily(keyIdentifier),
	KeyFamily(keyNameYear), KeyFamily(keyFamilyBirth),
	KeyFamily(keyPhoneEnd), KeyFamily(keyPhoneStart), KeyFamily(keyHouse),
}

// IsWide reports whether a blocking key is nearly one person's own: its cap is WideCap.
func IsWide(key string) bool { return slices.Contains(wideFamilies, KeyFamily(key)) }

// CapOf returns the cap of the wide keys, or that of the others.
func CapOf(wide bool) int {
	if wide {
		return WideCap
	}
	return BlockCap
}

// HashKey returns a hash of a blocking key. Its lowest bit tells whether the key is wide.
func HashKey(key string) uint64 {
	h := xxhash.Sum64String(key) &^ 1
	if IsWide(key) {
		h |= 1
	}
	return h
}

// CapOfHash returns the cap of the key of a HashKey.
func CapOfHash(hash uint64) int { return CapOf(hash&1 == 1) }

// AppendKeyHashes appends the HashKey of each of the Keys of a record, in no order.
func (m *Matcher) AppendKeyHashes(dst []uint64, p *Prepared) []uint64 {
	for _, key := range m.Keys(p) {
		dst = append(dst, HashKey(key))
	}
	return dst
}
