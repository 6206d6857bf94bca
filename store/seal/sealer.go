package seal

import "encoding/binary"

// Sealer seals many values with one Cipher, in the same room each time. It is for one
// goroutine; any number may have one of the same Cipher.
type Sealer struct {
	c          *Cipher
	additional []byte
	in, out    Element
}

// Sealer returns a sealer of the cipher.
func (c *Cipher) Sealer() *Sealer { return &Sealer{c: c} }

// Append appends the sealed value of a key to dst, which grows by Overhead and the length of
// plain. Where dst has the room for that, nothing is allocated.
func (s *Sealer) Append(dst, key, plain []byte) []byte {
	start := len(dst)
	dst = binary.BigEndian.AppendUint32(append(dst, valueMark), s.c.active)
	dst = append(dst, make([]byte, nonceBytes)...)
	v := dst[start:]
	nonce := v[headBytes:]
	s.c.nonces.next(nonce)
	s.additional = additional(s.additional[:0], v, key)
	return s.c.keys[s.c.active].Seal(dst, nonce, plain, s.additional)
}

// Element is Cipher.Element that allocates nothing.
func (s *Sealer) Element(tag Element) Element {
	s.in = tag
	s.c.digest.Encrypt(s.out[:], s.in[:])
	return s.out
}
