package server

import (
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
)

// Tokens let a client go on where it was: opaque to it, and refused when they are
// not whole. The first byte is the version of the format, the second the kind.
const tokenVersion = 1

// The kinds of token, so that none is taken for another.
const (
	tokenPage         = 'p'
	tokenCursor       = 'c'
	tokenSuppressions = 's'
)

const (
	tokenHeadBytes     = 2
	tokenChecksumBytes = 4
)

// token encodes where to go on; nowhere is the empty token.
func token(kind byte, position string) string {
	if position == "" {
		return ""
	}
	b := append([]byte{tokenVersion, kind}, position...)
	return base64.RawURLEncoding.EncodeToString(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b)))
}

// token decodes a token; the empty one is the beginning.
func (r *reader) token(text string, kind byte, field string) string {
	if text == "" {
		return ""
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(text)
	end := len(b) - tokenChecksumBytes
	if err != nil || end < tokenHeadBytes || b[0] != tokenVersion || b[1] != kind ||
		binary.BigEndian.Uint32(b[end:]) != crc32.ChecksumIEEE(b[:end]) {
		r.fail(field, "is not a token that this call has returned")
		return ""
	}
	return string(b[tokenHeadBytes:end])
}
