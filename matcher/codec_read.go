package matcher

import (
	"encoding/binary"

	"aloi"
)

// errPrepared is what DecodePrepared says of any bytes that AppendPrepared did not write.
var errPrepared = &aloi.Error{Code: aloi.CodeCorrupt, Message: "prepared record: not in the expected layout"}

// DecodePrepared reads what AppendPrepared wrote, now or in a layout of before. The result
// shares no memory with b. Its error has the code CORRUPT; b is checked against its layout
// only, the caller checks that it is unchanged.
//
// It is called for every record that one is compared with, so a usual record is two pieces
// of memory: its texts, and all the rest.
func DecodePrepared(b []byte) (*Prepared, error) {
	if len(b) > headsAt+2 && b[headsAt+2]&3 == 1 { // mostly; else its address takes another piece
		with := new(usualAt)
		return decodeInto(&with.usual, with.address[:], b, nil)
	}
	return decodeInto(new(usual), nil, b, nil)
}

// The places of the tie and of the length of the heads, which is one byte in a usual record.
const tieAt, headsAt = 1, 1 + len(Tie{})

// decodeInto is DecodePrepared into the memory of whole and of address, which is zero, as far
// as there is room. The texts go to the shelf, if there is one.
func decodeInto(whole *usual, address []PreparedAddress, b []byte, shelf *Shelf) (*Prepared, error) {
	switch {
	case len(b) < headsAt:
		return nil, errPrepared
	case b[0] == firstVersion:
		return decodeFirst(b)
	case b[0] != preparedVersion && b[0] != secondVersion:
		return nil, errPrepared
	}
	n, size := binary.Uvarint(b[headsAt:])
	rest := b[headsAt+max(size, 0):]
	if size <= 0 || n < marksBytes || n > uint64(len(rest)) {
		return nil, errPrepared
	}
	p := &whole.record
	copy(p.Tie[:], b[tieAt:])
	d := decoder{heads: rest[marksBytes:n], texts: shelf.text(rest[n:]), room: whole.strings[:]}
	d.record(whole, address, rest[0], rest[1], rest[2])
	heard := rest[2]>>outlineMark&1 != 0
	if d.bad || len(d.heads) > 0 || d.texts != "" || heard && b[0] == secondVersion {
		return nil, errPrepared
	}
	if heard {
		p.outline.see(p)
	} else {
		p.outline = outlineOf(p)
	}
	return p, nil
}

// usual is the memory of a record that has at most one name, e-mail address and identifier,
// and a few texts in lists. A record has its lists elsewhere where they are longer.
type usual struct {
	record     Prepared
	name       [1]PreparedName
	email      [1]PreparedEmail
	identifier [1]PreparedIdentifier
	strings    [usualStrings]string
}

// usualAt is the same with a postal address.
type usualAt struct {
	usual
	address [1]PreparedAddress
}

// usualStrings is how many texts the lists of a usual record have together: a given and a
// family name, and a telephone number.
const usualStrings = 3

// decoder reads heads, and cuts their strings off texts. Past an error it returns zero values
// and bad stays set.
type decoder struct {
	heads []byte
	texts string
	room  []string // for lists of strings, as long as it lasts
	bad   bool
}

// record reads a record into the memory of whole and of address; a, b and c are its first
// marks.
func (d *decoder) record(whole *usual, address []PreparedAddress, a, b, c byte) {
	p := &whole.record
	p.Gender = d.gender(a & 3)
	names, emails, phones := d.count(a>>2&3, nameBytes), d.count(a>>4&3, 2), d.count(a>>6, 1)
	addresses, identifiers := d.count(b&3, 1), d.count(b>>2&3, 3)
	attributes, flags := d.count(b>>4&3, 2), d.count(b>>6, 2)
	p.Names = listIn(whole.name[:], names)
	for i := range p.Names {
		d.name(&p.Names[i])
	}
	if c>>outlineMark&1 != 0 {
		d.outline(p)
	}
	p.Birth, p.BirthTyped = d.date(c&3), d.date(c>>2&3)
	p.Emails = listIn(whole.email[:], emails)
	for i := range p.Emails {
		x := &p.Emails[i]
		x.Local, x.Domain = d.string(), d.string()
		x.Role = c>>roleMark&1 != 0 && d.byte() != 0
	}
	p.Phones = d.strings(phones)
	p.Addresses = listIn(address, addresses)
	for i := range p.Addresses {
		d.address(&p.Addresses[i])
	}
	p.Identifiers = listIn(whole.identifier[:], identifiers)
	for i := range p.Identifiers {
		x := &p.Identifiers[i]
		x.Type, x.Scope, x.Value = d.string(), d.string(), d.string()
	}
	p.Attributes = listOf[PreparedAttribute](attributes)
	for i := range p.Attributes {
		p.Attributes[i] = PreparedAttribute{Name: d.string(), Value: d.string()}
	}
	p.Flags = listOf[Flag](flags)
	for i := range p.Flags {
		p.Flags[i] = Flag{Field: d.string(), Reason: d.string()}
	}
	d.unused(c >> (outlineMark + 1))
}

func (d *decoder) name(n *PreparedName) {
	a, b := d.byte(), d.byte()
	given, middle, family, birth, loose := d.count(a&3, 1), d.count(a>>2&3, 1), d.count(a>>4&3, 1), d.count(a>>6, 1), d.count(b&3, 1)
	n.Given, n.Middle = d.strings(given), d.strings(middle)
	n.Family, n.FamilyWhole = d.family(family, b>>familyMark&1 != 0)
	n.Birth, n.BirthWhole = d.family(birth, b>>birthMark&1 != 0)
	n.Loose = d.strings(loose)
	if b>>generationMark&1 != 0 {
		n.Generation = d.string()
	}
	d.unused(b >> (generationMark + 1))
}

// family reads a family name of n words, and in one word, which stands apart or is all of them.
func (d *decoder) family(n int, apart bool) (words []string, whole string) {
	before := d.texts
	words = d.strings(n)
	if apart {
		return words, d.string()
	}
	return words, before[:len(before)-len(d.texts)]
}

func (d *decoder) address(a *PreparedAddress) {
	marks := d.byte()
	for i, s := range [...]*string{&a.Number, &a.Street, &a.Complement, &a.PostalCode, &a.City, &a.Region, &a.Country} {
		if marks>>i&1 != 0 {
			*s = d.string()
		}
	}
	d.unused(marks >> (countryMark + 1))
}

func (d *decoder) gender(mark byte) byte {
	switch mark {
	case genderNone:
		return 0
	case genderM:
		return 'M'
	case genderF:
		return 'F'
	}
	return d.byte()
}

func (d *decoder) date(mark byte) Date {
	switch mark {
	case dateShort:
		bits := d.uint16()
		return Date{int16(firstBirthYear + bits>>(monthBits+dayBits)), int8(bits >> dayBits & (1<<monthBits - 1)), int8(bits & (1<<dayBits - 1))}
	case dateLong:
		return Date{int16(d.uint16()), int8(d.byte()), int8(d.byte())}
	case dateNone:
		return Date{}
	}
	d.fail()
	return Date{}
}

// unused fails where a mark is set that the layout does not have.
func (d *decoder) unused(marks byte) {
	if marks != 0 {
		d.fail()
	}
}

func (d *decoder) fail() { d.heads, d.texts, d.bad = nil, "", true }

func (d *decoder) byte() byte {
	if len(d.heads) == 0 {
		d.fail()
		return 0
	}
	c := d.heads[0]
	d.heads = d.heads[1:]
	return c
}

func (d *decoder) uvarint() uint64 {
	x, n := binary.Uvarint(d.heads)
	if n <= 0 {
		d.fail()
		return 0
	}
	d.heads = d.heads[n:]
	return x
}

// count returns the length of a list whose elements take at least size bytes of the heads
// each, so that a wrong length cannot ask for more memory than the input could fill.
func (d *decoder) count(mark byte, size int) int {
	n := uint64(mark)
	if mark == many {
		n = d.uvarint()
		if n > uint64(len(d.heads)) {
			d.fail()
			return 0
		}
		n += many
	}
	if n*uint64(size) > uint64(len(d.heads)) {
		d.fail()
		return 0
	}
	return int(n)
}

// listIn returns a list of n zero values, in room where that is as long: nil for none.
func listIn[T any](room []T, n int) []T {
	if n == len(room) {
		return room
	}
	return listOf[T](n)
}

// listOf returns a list of n zero values, nil for none.
func listOf[T any](n int) []T {
	if n == 0 {
		return nil
	}
	return make([]T, n)
}

// strings reads a list of n strings.
func (d *decoder) strings(n int) []string {
	if n == 0 {
		return nil
	}
	var list []string
	if n <= len(d.room) {
		list, d.room = d.room[:n:n], d.room[n:]
	} else {
		list = make([]string, n)
	}
	for i := range list {
		list[i] = d.string()
	}
	return list
}

func (d *decoder) string() string {
	head := d.byte()
	n := uint64(head)
	switch {
	case head >= wordHead:
		if int(head-wordHead) >= len(codecWords) {
			d.fail()
			return ""
		}
		return codecWords[head-wordHead]
	case head == longHead:
		n += d.uvarint()
	}
	if n > uint64(len(d.texts)) {
		d.fail()
		return ""
	}
	s := d.texts[:n]
	d.texts = d.texts[n:]
	return s
}
