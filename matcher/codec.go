package matcher

import (
	"encoding/binary"

	"aloi"
)

// preparedVersion is the first byte of an encoded Prepared. It changes with the
// layout below or with the meaning of a field.
const preparedVersion = 1

// AppendPrepared appends the encoding of p to dst and returns the result.
//
// Layout: version, tie, then every field in the order of the struct. A string is
// its length as uvarint and its bytes; a list is its length as uvarint and its
// elements; a date is the year as uvarint, the month and the day as a byte each. Bump preparedVersion on a change.
func AppendPrepared(dst []byte, p *Prepared) []byte {
	dst = append(dst, preparedVersion)
	dst = append(dst, p.Tie[:]...)
	dst = appendCount(dst, len(p.Names))
	for i := range p.Names {
		n := &p.Names[i]
		dst = appendStrings(dst, n.Given)
		dst = appendStrings(dst, n.Middle)
		dst = appendStrings(dst, n.Family)
		dst = appendStrings(dst, n.Birth)
		dst = appendString(dst, n.FamilyWhole)
		dst = appendString(dst, n.BirthWhole)
		dst = appendStrings(dst, n.Loose)
		dst = appendString(dst, n.Generation)
	}
	dst = append(dst, p.Gender)
	dst = appendDate(appendDate(dst, p.Birth), p.BirthTyped)
	dst = appendCount(dst, len(p.Emails))
	for _, e := range p.Emails {
		dst = appendString(appendString(dst, e.Local), e.Domain)
		dst = append(dst, flagByte(e.Role))
	}
	dst = appendStrings(dst, p.Phones)
	dst = appendCount(dst, len(p.Addresses))
	for i := range p.Addresses {
		a := &p.Addresses[i]
		dst = appendString(appendString(appendString(dst, a.Number), a.Street), a.Complement)
		dst = appendString(appendString(appendString(dst, a.PostalCode), a.City), a.Region)
		dst = appendString(dst, a.Country)
	}
	dst = appendCount(dst, len(p.Identifiers))
	for _, x := range p.Identifiers {
		dst = appendString(appendString(appendString(dst, x.Type), x.Scope), x.Value)
	}
	dst = appendCount(dst, len(p.Attributes))
	for _, x := range p.Attributes {
		dst = appendString(appendString(dst, x.Name), x.Value)
	}
	dst = appendCount(dst, len(p.Flags))
	for _, x := range p.Flags {
		dst = appendString(appendString(dst, x.Field), x.Reason)
	}
	return dst
}

func appendCount(dst []byte, n int) []byte { return binary.AppendUvarint(dst, uint64(n)) }

func appendString(dst []byte, s string) []byte { return append(appendCount(dst, len(s)), s...) }

func appendStrings(dst []byte, list []string) []byte {
	dst = appendCount(dst, len(list))
	for _, s := range list {
		dst = appendString(dst, s)
	}
	return dst
}

func appendDate(dst []byte, d Date) []byte {
	return append(binary.AppendUvarint(dst, uint64(uint16(d.Year))), byte(d.Month), byte(d.Day))
}

func flagByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// errPrepared is what DecodePrepared says of any bytes that AppendPrepared did not write.
var errPrepared = &aloi.Error{Code: aloi.CodeCorrupt, Message: "prepared record: not in the expected layout"}

// DecodePrepared reads what AppendPrepared wrote. The result shares no memory with
// b. Its error has the code CORRUPT; b is checked against its layout only, the
// caller checks that it is unchanged.
func DecodePrepared(b []byte) (*Prepared, error) {
	if len(b) < 1+len(Tie{}) || b[0] != preparedVersion {
		return nil, errPrepared
	}
	p := new(Prepared)
	copy(p.Tie[:], b[1:])
	// One copy of the whole, of which all strings are parts.
	d := decoder{rest: string(b[1+len(p.Tie):])}
	p.Names = listOf[PreparedName](d.count(8))
	for i := range p.Names {
		n := &p.Names[i]
		n.Given, n.Middle, n.Family, n.Birth = d.strings(), d.strings(), d.strings(), d.strings()
		n.FamilyWhole, n.BirthWhole = d.string(), d.string()
		n.Loose, n.Generation = d.strings(), d.string()
	}
	p.Gender = d.byte()
	p.Birth, p.BirthTyped = d.date(), d.date()
	p.Emails = listOf[PreparedEmail](d.count(3))
	for i := range p.Emails {
		p.Emails[i] = PreparedEmail{Local: d.string(), Domain: d.string(), Role: d.byte() != 0}
	}
	p.Phones = d.strings()
	p.Addresses = listOf[PreparedAddress](d.count(7))
	for i := range p.Addresses {
		p.Addresses[i] = PreparedAddress{
			Number: d.string(), Street: d.string(), Complement: d.string(),
			PostalCode: d.string(), City: d.string(), Region: d.string(), Country: d.string(),
		}
	}
	p.Identifiers = listOf[PreparedIdentifier](d.count(3))
	for i := range p.Identifiers {
		p.Identifiers[i] = PreparedIdentifier{Type: d.string(), Scope: d.string(), Value: d.string()}
	}
	p.Attributes = listOf[PreparedAttribute](d.count(2))
	for i := range p.Attributes {
		p.Attributes[i] = PreparedAttribute{Name: d.string(), Value: d.string()}
	}
	p.Flags = listOf[Flag](d.count(2))
	for i := range p.Flags {
		p.Flags[i] = Flag{Field: d.string(), Reason: d.string()}
	}
	if d.bad || d.rest != "" {
		return nil, errPrepared
	}
	return p, nil
}

// decoder reads from rest. Past an error it returns zero values and bad stays set.
type decoder struct {
	rest string
	bad  bool
}

func (d *decoder) fail() { d.rest, d.bad = "", true }

func (d *decoder) byte() byte {
	if d.rest == "" {
		d.fail()
		return 0
	}
	c := d.rest[0]
	d.rest = d.rest[1:]
	return c
}

func (d *decoder) uvarint() uint64 {
	var x uint64
	for shift := 0; shift < 63; shift += 7 {
		c := d.byte()
		x |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return x
		}
	}
	d.fail()
	return 0
}

func (d *decoder) date() Date {
	return Date{Year: int16(d.uvarint()), Month: int8(d.byte()), Day: int8(d.byte())}
}

// count reads the length of a list whose elements take at least size bytes each,
// so that a wrong length cannot ask for more memory than the input could fill.
func (d *decoder) count(size int) int {
	n := d.uvarint()
	if n > uint64(len(d.rest)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

// listOf returns a list of n zero values, nil for none.
func listOf[T any](n int) []T {
	if n == 0 {
		return nil
	}
	return make([]T, n)
}

func (d *decoder) string() string {
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.fail()
		return ""
	}
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}

func (d *decoder) strings() []string {
	list := listOf[string](d.count(1))
	for i := range list {
		list[i] = d.string()
	}
	return list
}
