package matcher

import (
	_ "embed"
	"encoding/binary"
	"strings"

	"github.com/cespare/xxhash/v2"
)

//go:generate go run frequency_gen.go ../../shared/data/lookups/prenoms.tsv ../../shared/data/lookups/noms.tsv ../../shared/data/lookups/communes.tsv

// The frequency tables: how common names and places are in France. Source: Insee,
// see frequencies/NOTICE.
var (
	//go:embed frequencies/given.bin
	givenTable []byte
	//go:embed frequencies/family.bin
	familyTable []byte
	//go:embed frequencies/place.bin
	placeTable []byte
)

// frequencies is a sorted table of entries of entryBytes: the hash of a value
// without its spaces, how rare it is, and the women among those who have it.
type frequencies struct {
	table []byte
	// starts has, for each value of the leading bits of a hash, its first entry.
	starts []uint16
}

// The layout of an entry, in bytes, and the unit of rarity.
const (
	entryBytes  = 6
	rarityUnits = 8 // in one bit
)

// leadingBits of a hash choose the few entries that find looks through.
const leadingBits = 12

// The tables, ready to look up, and by the name that a model gives them.
var (
	givenNames  = indexed(givenTable)
	familyNames = indexed(familyTable)
	places      = indexed(placeTable)
	termTables  = map[string]frequencies{"given_names": givenNames, "family_names": familyNames, "places": places}
)

func indexed(table []byte) frequencies {
	f := frequencies{table: table, starts: make([]uint16, 1<<leadingBits+1)}
	for i := range len(table) / entryBytes {
		f.starts[f.hash(i)>>(32-leadingBits)+1]++
	}
	for i := 1; i < len(f.starts); i++ {
		f.starts[i] += f.starts[i-1]
	}
	return f
}

// find returns the entry of a value, nil when it is not listed. Spaces in the value
// do not count. A value is mistaken for a listed one once in 40,000 times, which
// costs a little evidence.
func (f frequencies) find(value string) []byte { return f.findHash(hashSpaceless(value)) }

func (f frequencies) findHash(h uint32) []byte {
	if f.table == nil {
		return nil
	}
	bucket := h >> (32 - leadingBits)
	for i := int(f.starts[bucket]); i < int(f.starts[bucket+1]); i++ {
		if f.hash(i) == h {
			return f.table[i*entryBytes:][:entryBytes]
		}
	}
	return nil
}

func (f frequencies) hash(i int) uint32 { return binary.LittleEndian.Uint32(f.table[i*entryBytes:]) }

// rarity returns how rare a value is: -log2 of the share of people who have it. ok is
// false for a value that is not listed.
func (f frequencies) rarity(value string) (w Weight, ok bool) {
	return f.rarityOf(hashSpaceless(value))
}

func (f frequencies) rarityOf(hash uint32) (w Weight, ok bool) {
	e := f.findHash(hash)
	if e == nil {
		return 0, false
	}
	return Weight(e[4]) * Bit / rarityUnits, true
}

// hashSpaceless returns the hash of a value without its spaces.
func hashSpaceless(value string) uint32 {
	if len(value) <= wordBytes && strings.IndexByte(value, ' ') < 0 {
		return uint32(xxhash.Sum64String(value))
	}
	var buf [wordBytes]byte
	n := 0
	for i := 0; i < len(value) && n < len(buf); i++ {
		if value[i] != ' ' {
			buf[n] = value[i]
			n++
		}
	}
	return hashBytes(buf[:n])
}

func hashBytes(b []byte) uint32 { return uint32(xxhash.Sum64(b)) }

// The shares of women, in 255ths, past which a given name is of one gender.
const (
	mostlyWomen = 242
	mostlyMen   = 13
)

// genderOf returns the gender of a listed given name that hardly anyone of the
// other gender bears, else 0.
func genderOf(given string) byte { return genderOfEntry(givenNames.find(given)) }

// genderOfEntry is genderOf for an entry of the table, nil for none.
func genderOfEntry(e []byte) byte {
	switch {
	case e == nil:
		return 0
	case e[5] >= mostlyWomen:
		return 'F'
	case e[5] <= mostlyMen:
		return 'M'
	}
	return 0
}
