package matcher

import "slices"

// keyRecords is how many records have their keys in one piece of memory.
const keyRecords = 1024

// recordKeys are the hashed blocking keys of records, by the order in which these came:
// those of a record ascending and distinct.
type recordKeys struct {
	pieces [][]uint64 // of keyRecords records each
	ends   []uint32   // of each record, in its piece
}

// of returns the keys of the record that came at a place.
func (k *recordKeys) of(came int32) []uint64 {
	from := uint32(0)
	if came%keyRecords > 0 {
		from = k.ends[came-1]
	}
	return k.pieces[came/keyRecords][from:k.ends[came]]
}

// hashKeys returns the keys of all records.
func (t *trainer) hashKeys() (*recordKeys, error) {
	k := &recordKeys{
		pieces: make([][]uint64, (len(t.came)+keyRecords-1)/keyRecords),
		ends:   make([]uint32, len(t.came)),
	}
	return k, t.each(len(k.pieces), func() func(int) {
		var made []uint64
		return func(piece int) {
			made = made[:0]
			for i := piece * keyRecords; i < min((piece+1)*keyRecords, len(t.came)); i++ {
				start := len(made)
				made = t.probe.AppendKeyHashes(made, t.came[i])
				slices.Sort(made[start:])
				made = made[:start+len(slices.Compact(made[start:]))]
				k.ends[i] = uint32(len(made))
			}
			k.pieces[piece] = slices.Clone(made)
		}
	})
}

// hotKeys are the hashes of the keys that too many records share.
type hotKeys map[uint64]struct{}

func (h hotKeys) has(key uint64) bool {
	_, ok := h[key]
	return ok
}

// shareBefore reports whether two ascending lists of keys have one in common that is below
// a bound and not too common.
func (h hotKeys) shareBefore(a, b []uint64, bound uint64) bool {
	for i, j := 0, 0; i < len(a) && j < len(b) && a[i] < bound && b[j] < bound; {
		switch {
		case a[i] < b[j]:
			i++
		case a[i] > b[j]:
			j++
		case h.has(a[i]):
			i, j = i+1, j+1
		default:
			return true
		}
	}
	return false
}

// share reports whether two ascending lists of keys have one in common that is not too common.
func (h hotKeys) share(a, b []uint64) bool {
	const last = 1<<64 - 1
	return h.shareBefore(a, b, last) ||
		len(a) > 0 && len(b) > 0 && a[len(a)-1] == last && b[len(b)-1] == last && !h.has(last)
}
