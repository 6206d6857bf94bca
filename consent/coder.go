package consent

import (
	"encoding/binary"
	"slices"
	"time"
)

// coder writes the fields of an event, or reads them: one list of fields serves both, so
// that they cannot disagree.
type coder struct {
	reading bool
	out     []byte // what was written
	in      string // what is still to be read
	bad     bool   // what was read is no dossier
	points  []string
	// What the lists are cut from when they are read: a dossier takes few allocations.
	texts    []string
	purposes []Purpose
	channels []Channel
	said     []uint64
}

// event writes or reads one event.
func (c *coder) event(e *DossierEvent) {
	c.value(&e.ID)
	coded(c, codedKinds, &e.Kind)
	c.time(1, &e.Time)
	c.time(2, &e.Recorded)
	list(c, 3, &e.Purposes, &c.purposes, (*coder).purpose)
	list(c, 4, &e.Channels, &c.channels, (*coder).channel)
	list(c, 5, &e.Controllers, &c.texts, (*coder).value)
	if c.has(6, e.ContactPoint != "") {
		coded(c, c.points, &e.ContactPoint)
	}
	c.text(7, &e.Method)
	c.text(8, &e.SourceID)
	if c.has(9, e.Uncertainty != unsaid) {
		c.integer((*int64)(&e.Uncertainty))
	} else {
		e.Uncertainty = unsaid
	}
	c.flag(10, &e.Evidence.NotAffirmative)
	c.text(11, &e.Evidence.Auth)
	c.text(12, &e.Evidence.Notice)
	c.text(13, &e.Evidence.NoticeHash)
	c.text(14, &e.Evidence.Broker)
	c.text(15, &e.Evidence.NamedRecipient)
	c.text(16, &e.Evidence.CollectedAt)
	c.flag(17, &e.Evidence.Other)
	c.text(18, &e.Token)
	c.text(19, &e.Refers)
	c.text(20, &e.Submission)
	if c.has(21, e.Sequence != 0) {
		c.integer(&e.Sequence)
	}
	list(c, 22, &e.By, &c.texts, (*coder).value)
	c.time(23, &e.ValidUntil)
	c.flag(24, &e.SharedOK)
	c.text(25, &e.Goods)
	list(c, 26, &e.Similar, &c.texts, (*coder).value)
	c.flag(27, &e.OptOutOffered)
	c.flag(28, &e.OptOutUsed)
	c.flag(29, &e.FreeAccount)
	list(c, 30, &e.Related, &c.texts, (*coder).value)
	c.time(31, &e.Until)
	list(c, 32, &e.Said, &c.said, (*coder).number)
	if c.has(33, e.Assigned != 0) {
		n := int64(e.Assigned)
		c.integer(&n)
		e.Assigned = int8(n)
	}
	if !c.has(0, true) { // the end
		c.fail()
	}
}

// has begins a field: it writes the tag of one that is set, or tells whether the next one
// to be read is it.
func (c *coder) has(tag byte, set bool) bool {
	if !c.reading {
		if set {
			c.out = append(c.out, tag)
		}
		return set
	}
	if len(c.in) == 0 || c.in[0] != tag {
		return false
	}
	c.in = c.in[1:]
	return true
}

// fail ends reading: what follows reads as empty.
func (c *coder) fail() { c.bad, c.in = true, "" }

func (c *coder) flag(tag byte, v *bool) { *v = c.has(tag, *v) }

func (c *coder) text(tag byte, v *string) {
	if c.has(tag, *v != "") {
		c.value(v)
	}
}

func (c *coder) time(tag byte, v *time.Time) {
	switch {
	case !c.has(tag, !v.IsZero()):
	case c.reading:
		*v = c.readTime()
	default:
		c.writeTime(*v)
	}
}

// list writes or reads a list of what each does; one that is read is cut from another.
func list[T any](c *coder, tag byte, v, from *[]T, each func(*coder, *T)) {
	if !c.has(tag, len(*v) > 0) {
		return
	}
	if c.reading {
		n := c.readUint()
		if n == 0 || n > uint64(len(*from)) { // one that is empty is not written
			c.fail()
			return
		}
		*v, *from = (*from)[:n:n], (*from)[n:]
	} else {
		c.writeUint(uint64(len(*v)))
	}
	for i := range *v {
		each(c, &(*v)[i])
	}
}

func (c *coder) purpose(v *Purpose) { coded(c, codedPurposes, v) }

func (c *coder) channel(v *Channel) { coded(c, codedChannels, v) }

// coded writes or reads a text as its place in a table, counted from 1, or as 0 and itself.
func coded[T ~string](c *coder, table []T, v *T) {
	if !c.reading {
		n := slices.Index(table, *v) + 1
		c.writeUint(uint64(n))
		if n == 0 {
			c.writeText(string(*v))
		}
		return
	}
	switch n := c.readUint(); {
	case n == 0:
		*v = T(c.readText())
	case n <= uint64(len(table)):
		*v = table[n-1]
	default:
		c.fail()
	}
}

func (c *coder) value(v *string) {
	if c.reading {
		*v = c.readText()
	} else {
		c.writeText(*v)
	}
}

func (c *coder) number(v *uint64) {
	if c.reading {
		*v = c.readUint()
	} else {
		c.writeUint(*v)
	}
}

func (c *coder) integer(v *int64) {
	if c.reading {
		*v = c.readInt()
	} else {
		c.out = binary.AppendVarint(c.out, *v)
	}
}

func (c *coder) writeUint(n uint64) { c.out = binary.AppendUvarint(c.out, n) }

func (c *coder) writeText(s string) {
	c.writeUint(uint64(len(s)))
	c.out = append(c.out, s...)
}

func (c *coder) writeTime(t time.Time) {
	c.out = binary.AppendVarint(c.out, t.Unix())
	c.writeUint(uint64(t.Nanosecond()))
}

func (c *coder) readUint() uint64 {
	var n uint64
	for i := 0; i < len(c.in) && i < binary.MaxVarintLen64; i++ {
		b := c.in[i]
		n |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			c.in = c.in[i+1:]
			return n
		}
	}
	c.fail()
	return 0
}

func (c *coder) readInt() int64 {
	n := c.readUint()
	return int64(n>>1) ^ -int64(n&1) // zigzag, as binary.AppendVarint
}

// readCount reads how many of something follow that take at least some bytes each.
func (c *coder) readCount(each int) int {
	n := c.readUint()
	if n > uint64(len(c.in)/each) {
		c.fail()
		return 0
	}
	return int(n)
}

func (c *coder) readText() string {
	n := c.readUint()
	if n > uint64(len(c.in)) {
		c.fail()
		return ""
	}
	s := c.in[:n]
	c.in = c.in[n:]
	return s
}

func (c *coder) readTime() time.Time {
	seconds := c.readInt()
	nanoseconds := c.readUint()
	if nanoseconds >= uint64(time.Second) {
		c.fail()
	}
	return time.Unix(seconds, int64(nanoseconds)).UTC()
}
