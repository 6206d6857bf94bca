package store

import (
	"encoding/binary"
	"time"
	"unicode/utf8"

	"aloi"
)

// decodeEntity reads an entity in either form.
func decodeEntity(key, payload []byte) (*Entity, error) {
	e := &Entity{}
	if !isCompact(payload) {
		return e, decode(key, payload, e)
	}
	r := entityReader{b: payload}
	e.Number, e.Members = r.head()
	e.Golden = r.golden()
	if r.bad || r.at != len(r.b) {
		return e, corrupt(key, unreadable)
	}
	return e, nil
}

// isCompact reports whether an encoded entity is of the compact form.
func isCompact(payload []byte) bool { return len(payload) > 0 && payload[0] == entityForm }

// entityReader reads the compact form. After a fault it reads zeros, and is bad.
type entityReader struct {
	b    []byte
	at   int    // in b
	text string // b as it is shared by the texts that are read from it
	bad  bool
}

func (r *entityReader) fail() { r.bad, r.at = true, len(r.b) }

// head reads what comes before the golden record.
func (r *entityReader) head() (number uint64, members []uint64) {
	r.at++ // the form
	number = r.number()
	n := r.count(1)
	if n == 0 {
		return number, nil
	}
	members = make([]uint64, n)
	last := uint64(0)
	for i := range members {
		last += r.number()
		members[i] = last
	}
	return number, members
}

// count reads how many elements follow, each of which takes some bytes at least.
func (r *entityReader) count(bytes int) int {
	n := r.number()
	if n > uint64((len(r.b)-r.at)/bytes) {
		r.fail()
		return 0
	}
	return int(n)
}

func (r *entityReader) number() uint64 {
	if r.at < len(r.b) && r.b[r.at] < 0x80 { // most are small
		r.at++
		return uint64(r.b[r.at-1])
	}
	n, size := binary.Uvarint(r.b[r.at:])
	if size <= 0 {
		r.fail()
		return 0
	}
	r.at += size
	return n
}

func (r *entityReader) string() string {
	n := r.count(1)
	s := r.text[r.at : r.at+n]
	if !utf8.ValidString(s) {
		r.fail()
		return ""
	}
	r.at += n
	return s
}

// coded reads a text by its code, or the text itself where that is otherText.
func (r *entityReader) coded(code uint64, texts []string) string {
	switch {
	case code == otherText:
		return r.string()
	case code > uint64(len(texts)):
		r.fail()
		return ""
	}
	return texts[code-1]
}

// usualSources is how many sources of a golden record there is room for on the stack.
const usualSources = 16

// leastAttribute is the least that an attribute takes, in bytes: its head and an empty value.
const leastAttribute = 2

func (r *entityReader) golden() []aloi.Attribute {
	n := r.count(leastAttribute)
	if n == 0 {
		return nil
	}
	r.text = string(r.b) // the one copy
	golden := make([]aloi.Attribute, n)
	var room [usualSources]int
	sources := room[:0]
	for i := range golden {
		a := &golden[i]
		head := r.number()
		a.Path = r.coded(head>>attributeFlags, entityPaths)
		if head&attributeRanked != 0 {
			a.Rank = int(r.number())
		}
		a.Value = r.string()
		if head&attributeScoped != 0 {
			a.Scope = r.string()
		}
		if head&attributeAsLast == 0 {
			sources = r.provenance(golden, i, sources)
		} else if i > 0 {
			takeProvenance(a, &golden[i-1])
		} else {
			r.fail()
		}
		if r.bad {
			return nil
		}
	}
	return golden
}

// takeProvenance gives an attribute the provenance of another.
func takeProvenance(a, last *aloi.Attribute) {
	a.Record, a.UpdatedAt, a.Rule, a.Agreeing, a.Contributed = last.Record, last.UpdatedAt, last.Rule, last.Agreeing, last.Contributed
}

// provenance reads that of attribute i; sources are the attributes with which a source was
// given.
func (r *entityReader) provenance(golden []aloi.Attribute, i int, sources []int) []int {
	a, back := &golden[i], r.number()
	switch {
	case back == 0:
		a.Record.Source, a.Record.ID = r.string(), r.string()
		a.UpdatedAt = r.time()
		sources = append(sources, i)
	case back <= uint64(len(sources)):
		first := &golden[sources[len(sources)-int(back)]]
		a.Record, a.UpdatedAt = first.Record, first.UpdatedAt
	default:
		r.fail()
	}
	a.Rule = r.coded(r.number(), entityRules)
	a.Agreeing, a.Contributed = int(r.number()), int(r.number())
	return sources
}

// time reads a time, in UTC.
func (r *entityReader) time() time.Time {
	n := r.number()
	if n == 0 {
		return time.Time{}
	}
	if n > uint64(time.Second) {
		r.fail()
		return time.Time{}
	}
	seconds, size := binary.Varint(r.b[r.at:])
	if size <= 0 {
		r.fail()
		return time.Time{}
	}
	r.at += size
	return time.Unix(seconds, int64(n-1)).UTC()
}
