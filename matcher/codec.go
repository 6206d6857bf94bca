package matcher

import (
	"encoding/binary"
	"slices"
)

// preparedVersion is the first byte of an encoded Prepared. It changes with the
// layout below or with the meaning of a field. Records in the layout of firstVersion are
// read too, and those of secondVersion, in which outlineMark is never set.
const preparedVersion, secondVersion = 3, 2

// AppendPrepared appends the encoding of p to dst and returns the result. Equal records have
// equal encodings.
//
// Layout: version, tie, the length of the heads as uvarint, the heads, then the bytes of all
// strings one after another. It lets a reader cut every string out of one copy of the texts,
// and what a record does not have takes no room. Change preparedVersion on a change.
//
// The heads are three bytes of marks, as below, then the fields in the order of the struct:
//   - The head of a string says how long it is, or which of codecWords, see appendHead.
//   - A list has its length in two bits of marks; where they are many, its length less many
//     follows as uvarint. Then come its elements.
//   - A name begins with two bytes of marks. A family name in one word that is no more than
//     its words together has no head and no text of its own.
//   - An address begins with a bit for each of its texts, and has the heads of those that
//     are not empty.
//   - Behind the names is what codec_outline.go says of them.
//   - A date of a person alive is in two bytes, see shortDate, any other in four.
func AppendPrepared(dst []byte, p *Prepared) []byte {
	var heads, texts [encodedBytes]byte
	e := encoder{heads: heads[:0], texts: texts[:0]}
	e = e.marks(p)
	for i := range p.Names {
		e = e.name(&p.Names[i])
	}
	if hears(p) {
		e = e.outline(p)
	}
	e = e.date(p.Birth)
	e = e.date(p.BirthTyped)
	roles := hasRole(p.Emails)
	for _, x := range p.Emails {
		e = e.string(x.Local)
		e = e.word(x.Domain)
		if roles {
			e = e.byte(flagByte(x.Role))
		}
	}
	e = e.strings(p.Phones)
	for i := range p.Addresses {
		e = e.address(&p.Addresses[i])
	}
	for _, x := range p.Identifiers {
		e = e.word(x.Type)
		e = e.word(x.Scope)
		e = e.string(x.Value)
	}
	for _, x := range p.Attributes {
		e = e.word(x.Name)
		e = e.string(x.Value)
	}
	for _, x := range p.Flags {
		e = e.word(x.Field)
		e = e.word(x.Reason)
	}
	dst = slices.Grow(dst, headsAt+binary.MaxVarintLen32+len(e.heads)+len(e.texts))
	dst = append(append(dst, preparedVersion), p.Tie[:]...)
	dst = binary.AppendUvarint(dst, uint64(len(e.heads)))
	return append(append(dst, e.heads...), e.texts...)
}

// encodedBytes is more than the heads or the texts of a usual record take.
const encodedBytes = 256

// encoder collects the heads and the texts of a record. Its methods return it as it is
// after them, so that the memory it begins with stays on the stack.
type encoder struct{ heads, texts []byte }

// many is what two bits of marks say of a list of so many elements or more.
const many = 3

// The places of marks: of the first three bytes of the heads, and of the two of a name. A
// number of two bits stands there, but for the marks named in one.
const (
	marksBytes = 3
	nameBytes  = 2

	roleMark       = 4 // in the third byte: each e-mail address has a byte for its role
	outlineMark    = 5 // in the third byte: what is heard of the name is there
	familyMark     = 2 // in the second byte of a name: the family name in one word stands apart
	birthMark      = 3 // the same at birth
	generationMark = 4
)

// What two bits say of a gender, and of a date.
const (
	genderNone, genderM, genderF, genderOther = 0, 1, 2, 3

	dateNone, dateShort, dateLong = 0, 1, 2
)

// marks writes the first bytes of the heads, and the lengths of lists that they cannot say.
func (e encoder) marks(p *Prepared) encoder {
	e = e.bits(genderMark(p.Gender), countMark(len(p.Names)), countMark(len(p.Emails)), countMark(len(p.Phones)))
	e = e.bits(countMark(len(p.Addresses)), countMark(len(p.Identifiers)), countMark(len(p.Attributes)), countMark(len(p.Flags)))
	e = e.byte(dateMark(p.Birth) | dateMark(p.BirthTyped)<<2 | flagByte(hasRole(p.Emails))<<roleMark | flagByte(hears(p))<<outlineMark)
	if genderMark(p.Gender) == genderOther {
		e = e.byte(p.Gender)
	}
	for _, n := range [...]int{len(p.Names), len(p.Emails), len(p.Phones), len(p.Addresses), len(p.Identifiers), len(p.Attributes), len(p.Flags)} {
		e = e.count(n)
	}
	return e
}

// bits writes four numbers of two bits as one byte.
func (e encoder) bits(a, b, c, d byte) encoder { return e.byte(a | b<<2 | c<<4 | d<<6) }

func (e encoder) byte(b byte) encoder {
	e.heads = append(e.heads, b)
	return e
}

func genderMark(g byte) byte {
	switch g {
	case 0:
		return genderNone
	case 'M':
		return genderM
	case 'F':
		return genderF
	}
	return genderOther
}

func countMark(n int) byte { return byte(min(n, many)) }

// count writes the length of a list where its mark is many.
func (e encoder) count(n int) encoder {
	if n >= many {
		e.heads = binary.AppendUvarint(e.heads, uint64(n-many))
	}
	return e
}

func (e encoder) name(n *PreparedName) encoder {
	family, birth := !isJoined(n.FamilyWhole, n.Family), !isJoined(n.BirthWhole, n.Birth)
	e = e.bits(countMark(len(n.Given)), countMark(len(n.Middle)), countMark(len(n.Family)), countMark(len(n.Birth)))
	e = e.byte(countMark(len(n.Loose)) | flagByte(family)<<familyMark | flagByte(birth)<<birthMark | flagByte(n.Generation != "")<<generationMark)
	for _, list := range [...][]string{n.Given, n.Middle, n.Family, n.Birth, n.Loose} {
		e = e.count(len(list))
	}
	e = e.strings(n.Given)
	e = e.strings(n.Middle)
	e = e.strings(n.Family)
	if family {
		e = e.string(n.FamilyWhole)
	}
	e = e.strings(n.Birth)
	if birth {
		e = e.string(n.BirthWhole)
	}
	e = e.strings(n.Loose)
	if n.Generation != "" {
		e = e.string(n.Generation)
	}
	return e
}

// isJoined reports whether whole is the words written together.
func isJoined(whole string, words []string) bool {
	for _, w := range words {
		if len(w) > len(whole) || whole[:len(w)] != w {
			return false
		}
		whole = whole[len(w):]
	}
	return whole == ""
}

func dateMark(d Date) byte {
	_, short := shortDate(d)
	switch {
	case d.IsZero():
		return dateNone
	case short:
		return dateShort
	}
	return dateLong
}

// The bits of a short date: years from firstBirthYear, month, day.
const (
	yearBits, monthBits, dayBits = 7, 4, 5
)

// shortDate returns a date in sixteen bits, if it fits.
func shortDate(d Date) (bits uint16, ok bool) {
	year := int(d.Year) - firstBirthYear
	if year < 0 || year >= 1<<yearBits || d.Month < 0 || d.Month >= 1<<monthBits || d.Day < 0 || d.Day >= 1<<dayBits {
		return 0, false
	}
	return uint16(year)<<(monthBits+dayBits) | uint16(d.Month)<<dayBits | uint16(d.Day), true
}

func (e encoder) date(d Date) encoder {
	switch bits, _ := shortDate(d); dateMark(d) {
	case dateShort:
		e.heads = binary.LittleEndian.AppendUint16(e.heads, bits)
	case dateLong:
		e.heads = append(binary.LittleEndian.AppendUint16(e.heads, uint16(d.Year)), byte(d.Month), byte(d.Day))
	}
	return e
}

func hasRole(emails []PreparedEmail) bool {
	return slices.ContainsFunc(emails, func(x PreparedEmail) bool { return x.Role })
}

func flagByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

func (e encoder) address(a *PreparedAddress) encoder {
	at := len(e.heads)
	e = e.byte(0)
	for i, s := range [...]string{a.Number, a.Street, a.Complement, a.PostalCode, a.City, a.Region} {
		if s != "" {
			e.heads[at] |= 1 << i
			e = e.string(s)
		}
	}
	if a.Country != "" {
		e.heads[at] |= 1 << countryMark
		e = e.word(a.Country)
	}
	return e
}

// countryMark is the bit of an address for its country, the last of its texts.
const countryMark = 6

func (e encoder) strings(list []string) encoder {
	for _, s := range list {
		e = e.string(s)
	}
	return e
}

func (e encoder) string(s string) encoder {
	e.heads = appendHead(e.heads, len(s))
	e.texts = append(e.texts, s...)
	return e
}

// word writes a string that may be one of codecWords.
func (e encoder) word(s string) encoder {
	if n, ok := codecNumbers[s]; ok {
		return e.byte(wordHead + n)
	}
	return e.string(s)
}
