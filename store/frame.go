package store

import (
	"encoding/binary"
	"fmt"

	"github.com/cespare/xxhash/v2"

	"aloi"
)

// A stored value is: version (1 byte), payload, checksum (8 bytes, big-endian
// XXH64 of key, version and payload). The key is part of the sum, so that a value
// which was moved under another key does not pass for it.
const (
	frameVersion  = 1
	frameOverhead = 9 // bytes
)

// appendFrame appends to room the framed payload of a key.
func appendFrame(room, key, payload []byte) []byte {
	start := len(room)
	room = append(append(room, frameVersion), payload...)
	return binary.BigEndian.AppendUint64(room, frameSum(key, room[start:]))
}

// open returns the payload of a stored value, or what is wrong with it.
func open(key, value []byte) ([]byte, error) {
	if len(value) < frameOverhead {
		return nil, corrupt(key, "value too short")
	}
	body, sum := value[:len(value)-8], value[len(value)-8:]
	if binary.BigEndian.Uint64(sum) != frameSum(key, body) {
		return nil, corrupt(key, "checksum does not fit")
	}
	if body[0] != frameVersion {
		return nil, corrupt(key, fmt.Sprintf("format version %d is not known", body[0]))
	}
	return body[1:], nil
}

func frameSum(key, body []byte) uint64 {
	var d xxhash.Digest
	d.Reset()
	d.Write(key)
	d.Write(body)
	return d.Sum64()
}

// corrupt names the stored value that failed. Keys hold numbers and keyed hashes
// only, so that the text is safe to log.
func corrupt(key []byte, why string) error {
	return &aloi.Error{Code: aloi.CodeCorrupt, Message: fmt.Sprintf("stored value %c/%x: %s", key[0], key[1:], why)}
}
