package store

import (
	"encoding/binary"
	"errors"
	"slices"

	"github.com/fxamacker/cbor/v2"
)

// Structured values are CBOR (RFC 8949) in core deterministic form, with integer
// field numbers; lists that the hot path reads are plain big-endian numbers.
var (
	encMode = must(cbor.EncOptions{
		Sort: cbor.SortCoreDeterministic, Time: cbor.TimeRFC3339NanoUTC, ShortestFloat: cbor.ShortestFloat16,
	}.EncMode())
	decMode = must(cbor.DecOptions{MaxArrayElements: 1 << 20, MaxNestedLevels: 16, UTF8: cbor.UTF8RejectInvalid}.DecMode())
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

var errShort = errors.New("shorter than its content")

// appendFeatures appends features as they are stored: reference hash (16 bytes), count of
// blocks (2 bytes), blocks (8 bytes each), prepared.
func appendFeatures(b []byte, f *Features) []byte {
	b = slices.Grow(b, featuresHead+8*len(f.Blocks)+len(f.Prepared))
	b = append(b, f.Ref[:]...)
	b = binary.BigEndian.AppendUint16(b, uint16(len(f.Blocks)))
	for _, k := range f.Blocks {
		b = binary.BigEndian.AppendUint64(b, uint64(k))
	}
	return append(b, f.Prepared...)
}

const featuresHead = 18 // bytes

func decodeFeatures(b []byte) (*Features, error) {
	if len(b) < featuresHead {
		return nil, errShort
	}
	n := int(binary.BigEndian.Uint16(b[16:]))
	if len(b) < featuresHead+8*n {
		return nil, errShort
	}
	f := &Features{Ref: RefHash(b[:16]), Blocks: make([]BlockID, n), Prepared: b[featuresHead+8*n:]}
	for i := range f.Blocks {
		f.Blocks[i] = BlockID(binary.BigEndian.Uint64(b[featuresHead+8*i:]))
	}
	return f, nil
}

const linkBytes = 13 // other (8), weight (4), flags (1)

const (
	flagVeto          = 1
	flagDeterministic = 2
)

func encodeLinks(links []Link) []byte {
	b := make([]byte, 0, linkBytes*len(links))
	for _, l := range links {
		var flags byte
		if l.Veto {
			flags |= flagVeto
		}
		if l.Deterministic {
			flags |= flagDeterministic
		}
		b = binary.BigEndian.AppendUint64(b, l.Other)
		b = append(binary.BigEndian.AppendUint32(b, uint32(l.Weight)), flags)
	}
	return b
}

func decodeLinks(b []byte) ([]Link, error) {
	if len(b)%linkBytes != 0 {
		return nil, errShort
	}
	if len(b) == 0 {
		return nil, nil
	}
	links := make([]Link, 0, len(b)/linkBytes)
	for ; len(b) > 0; b = b[linkBytes:] {
		links = append(links, Link{
			Other: binary.BigEndian.Uint64(b), Weight: int32(binary.BigEndian.Uint32(b[8:])),
			Veto: b[12]&flagVeto != 0, Deterministic: b[12]&flagDeterministic != 0,
		})
	}
	return links, nil
}

const judgedBytes = 17 // other (16), same (1)

func encodeJudged(list []Judged) []byte {
	b := make([]byte, 0, judgedBytes*len(list))
	for _, j := range list {
		b = append(b, j.Other[:]...)
		if j.Same {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	return b
}

func decodeJudged(b []byte) ([]Judged, error) {
	if len(b)%judgedBytes != 0 {
		return nil, errShort
	}
	var list []Judged
	for c := range slices.Chunk(b, judgedBytes) {
		list = append(list, Judged{Other: RefHash(c[:16]), Same: c[16] == 1})
	}
	return list, nil
}
