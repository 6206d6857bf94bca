package matcher

import (
	"encoding/binary"
	mathbits "math/bits"
)

// What is encoded of an outline is what is heard of a name, see outline.hear; a reader makes
// the rest of the texts. It is there where outlineMark is set: of a record that has one name
// and is outlined.
//
// Layout: if there is a given name, a byte with its listedMarks in the low bits and above them
// how many groups follow, or manyGroups; a byte for each group, or the groups in four bytes;
// the sound in two. If there is a family name or one at birth, its sound in two.
const (
	listedBits = 4 // of listedMarks
	manyGroups = 3 // stands for as many or more

	groupBits = 32 // of outline.groups
)

// hears reports whether what is heard of a record is encoded.
func hears(p *Prepared) bool { return p.outline.marks.has(outlined) && len(p.Names) == 1 }

// outline writes what is heard of the one name of a record.
func (e encoder) outline(p *Prepared) encoder {
	n, o := &p.Names[0], &p.outline
	if len(n.Given) > 0 {
		e = e.listed(o.marks&listedMarks, o.groups)
		e.heads = binary.LittleEndian.AppendUint16(e.heads, o.given.sound)
	}
	if len(n.Family)+len(n.Birth) > 0 {
		e.heads = binary.LittleEndian.AppendUint16(e.heads, o.family.sound)
	}
	return e
}

func (e encoder) listed(marks outlineMarks, groups uint32) encoder {
	n := min(mathbits.OnesCount32(groups), manyGroups)
	e = e.byte(byte(marks/tabledGiven) | byte(n)<<listedBits)
	if n == manyGroups {
		e.heads = binary.LittleEndian.AppendUint32(e.heads, groups)
		return e
	}
	for ; groups != 0; groups &= groups - 1 {
		e = e.byte(byte(mathbits.TrailingZeros32(groups)))
	}
	return e
}

// outline reads what encoder.outline wrote.
func (d *decoder) outline(p *Prepared) {
	if len(p.Names) != 1 || len(p.Names[0].Loose) > 0 {
		d.fail()
		return
	}
	n, o := &p.Names[0], &p.outline
	if len(n.Given) > 0 {
		d.listed(o)
		o.given.sound = d.uint16()
		d.heard(n.Given[0])
	}
	if len(n.Family)+len(n.Birth) > 0 {
		o.family.sound = d.uint16()
	}
	if len(n.Family) > 0 {
		d.heard(n.Family[0])
	}
}

// heard fails where a name has no letters: it is not outlined.
func (d *decoder) heard(name string) {
	if name == "" {
		d.fail()
	}
}

func (d *decoder) listed(o *outline) {
	b := d.byte()
	n := b >> listedBits
	o.marks = outlineMarks(b&(1<<listedBits-1)) * tabledGiven
	switch {
	case n > manyGroups:
		d.fail()
	case n == manyGroups:
		o.groups = uint32(d.uint16()) | uint32(d.uint16())<<16
	}
	for ; n > 0 && n < manyGroups; n-- {
		o.groups |= 1 << (d.byte() % groupBits)
	}
}

func (d *decoder) uint16() uint16 { return uint16(d.byte()) | uint16(d.byte())<<8 }
