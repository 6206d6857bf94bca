package store

import (
	"encoding/binary"

	"aloi/store/kv"
)

// EntityNumbers returns at most limit numbers of live entities past one, ascending. What
// the entities hold is not decoded.
func (r *Reader) EntityNumbers(after uint64, limit int) ([]uint64, error) {
	rg := kv.Prefix([]byte{famEntity})
	rg.Start = append(numberKey(famEntity, after), 0)
	numbers := make([]uint64, 0, min(limit, 1024))
	err := r.scan(rg, func(key, _ []byte) error {
		if len(numbers) == limit {
			return errStop
		}
		numbers = append(numbers, binary.BigEndian.Uint64(key[1:]))
		return nil
	})
	return numbers, ignoreStop(err)
}
