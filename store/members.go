package store

import "slices"

// headOfEntity returns an encoded entity up to its golden record, where it is of a form
// that membersOf reads.
func headOfEntity(payload []byte) []byte {
	if isCompact(payload) {
		r := newEntityReader(payload)
		r.head()
		if r.bad {
			return payload
		}
		return slices.Clone(payload[:r.at])
	}
	r := cborReader{payload, true}
	readMembers(&r)
	if !r.ok {
		return payload
	}
	return slices.Clone(payload[:len(payload)-len(r.b)])
}

// membersOf reads the members of an encoded entity, which stand before its golden record,
// without the latter; it is not ok where the form is another.
func membersOf(payload []byte) (members []uint64, ok bool) {
	if isCompact(payload) {
		r := newEntityReader(payload)
		_, members = r.head()
		return members, !r.bad
	}
	r := cborReader{payload, true}
	members = readMembers(&r)
	return members, r.ok
}

// readMembers reads the members of an entity that is CBOR.
func readMembers(r *cborReader) []uint64 {
	if r.head(5) < 2 || r.head(0) != 1 { // a map, the first key
		r.ok = false
	}
	r.head(0) // its number
	if r.head(0) != 2 {
		r.ok = false
	}
	n := r.head(4) // a list
	if r.ok = r.ok && n <= uint64(len(r.b)); !r.ok {
		return nil
	}
	members := make([]uint64, n)
	for i := range members {
		members[i] = r.head(0)
	}
	return members
}

// cborReader reads heads of CBOR items (RFC 8949, section 3).
type cborReader struct {
	b  []byte
	ok bool
}

// head reads the head of an item of a major type and returns its number.
func (r *cborReader) head(major byte) uint64 {
	if !r.ok || len(r.b) == 0 || r.b[0]>>5 != major || r.b[0]&31 > 27 {
		r.ok = false
		return 0
	}
	info := r.b[0] & 31
	r.b = r.b[1:]
	if info < 24 {
		return uint64(info)
	}
	size := 1 << (info - 24)
	if len(r.b) < size {
		r.ok = false
		return 0
	}
	var n uint64
	for _, x := range r.b[:size] {
		n = n<<8 | uint64(x)
	}
	r.b = r.b[size:]
	return n
}
