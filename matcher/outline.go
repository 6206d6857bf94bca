package matcher

import "aloi"

// outline is what can be seen of a record at a glance: enough to tell of most pairs that
// they are no link, without a look at their texts. It is made of the fields of the record
// when that is made; the encoding has the parts of it that are heard. In the zero outline
// nothing can be seen.
//
// Hashes and sets of letters show where two texts differ, never that they are equal.
type outline struct {
	marks         outlineMarks
	given, family nameOutline
	groups        uint32    // of the given name, by the last bits of their numbers
	domain        uint16    // hash of that of the e-mail address
	mentions      letterSet // of the e-mail addresses and handles
	local         uint32    // hash of the e-mail address before the @, without marks
	letters       letterSet // of the same
	phones        [outlinePhones]uint32
	postal        uint32 // hash of the postal code, 0 for none
	city          letterSet
	localBytes    uint8
	cityBytes     uint8
	area          uint8 // hash of the area of the postal code, 0 for none
	number        uint8 // hash of the house number without its bis or ter, 0 for none
	first         byte  // letter of the given name
	kinds         uint8 // of the identifiers, by the last bits of their hashes
}

// outlinePhones is how many telephone numbers an outline holds.
const outlinePhones = 2

// nameOutline is that of one name of one word, or of a compound.
type nameOutline struct {
	hash    uint32 // as the tables of frequencies have it
	letters letterSet
	sound   uint16 // hash of its FrenchCode, 0 for none; of several names a bit each
	bytes   uint8
}

// outlineMarks say what a record has, and what its outline cannot show.
type outlineMarks uint32

const (
	outlined      outlineMarks = 1 << iota
	hasGivenName               // a given name
	hasFamilyName              // a family name
	manyFamilies               // of several words, with particles or another at birth
	manyGivens                 // further ones
	compoundGiven              // of two words
	tabledGiven                // in the table of given names
	usedGiven                  // in it or in the lists of diminutives
	womansGiven                // by the table
	mansGiven                  // by the table
	hasGeneration
	hasMail     // an e-mail address that is no role
	manyMails   // several
	hasPhones   // telephone numbers
	otherPhones // more than fit, or none of France
	hasAttributes
	hasAddress
	manyAddresses
	hasStreet
	hasPostal
	hasCity
	hasCountry // a country or a region
)

// listedMarks are those that listed returns.
const listedMarks = tabledGiven | usedGiven | womansGiven | mansGiven

func (m outlineMarks) has(x outlineMarks) bool { return m&x != 0 }

// outlineOf makes the outline of a record.
func outlineOf(p *Prepared) outline { return outlineBy(p, nil) }

// outlineBy is outlineOf with the given names that were heard before; nil for none.
func outlineBy(p *Prepared, known *heardGivens) outline {
	if !outlinable(p) {
		return outline{}
	}
	var o outline
	if len(p.Names) > 0 {
		o.hear(&p.Names[0], known)
	}
	o.see(p)
	return o
}

// see outlines all but what is heard. The record is outlinable.
func (o *outline) see(p *Prepared) {
	o.marks |= outlined
	if len(p.Names) > 0 {
		o.name(&p.Names[0])
	}
	o.contacts(p)
	o.address(p)
	if len(p.Attributes) > 0 {
		o.marks |= hasAttributes
	}
}

// contacts outlines e-mail addresses, telephone numbers and identifiers.
func (o *outline) contacts(p *Prepared) {
	for i := range p.Emails {
		e := &p.Emails[i]
		if e.Role || e.Local == "" {
			continue
		}
		if o.marks.has(hasMail) || len(e.Local) > wordBytes {
			o.marks |= manyMails
		}
		o.marks |= hasMail
		o.mail(e)
	}
	for i, x := range p.Phones {
		o.marks |= hasPhones
		if n := nationalNumber(x); n > 0 && i < outlinePhones {
			o.phones[i] = n
		} else {
			o.marks |= otherPhones
		}
	}
	for i := range p.Identifiers {
		x := &p.Identifiers[i]
		o.kinds |= kindOf(x.Type)
		if x.Type == aloi.IdentifierSocialHandle {
			o.mentions |= letterSetOf(x.Value)
		}
	}
}

// kindOf returns the bit of a type of identifier.
func kindOf(kind string) uint8 { return 1 << (hashSpaceless(kind) % 8) }

// mail outlines an e-mail address.
func (o *outline) mail(e *PreparedEmail) {
	var local [wordBytes]byte
	n := 0
	for i := 0; i < min(len(e.Local), wordBytes); i++ {
		if c := e.Local[i]; !isMark(c) {
			local[n] = c
			n++
		}
	}
	o.local, o.domain = hashBytes(local[:n]), uint16(hashSpaceless(e.Domain))
	o.letters, o.localBytes = letterSetOf(e.Local), uint8(min(len(e.Local), wordBytes))
	o.mentions |= o.letters
}

// address outlines the postal address.
func (o *outline) address(p *Prepared) {
	if len(p.Addresses) == 0 {
		return
	}
	o.marks |= hasAddress
	x := &p.Addresses[0]
	if len(p.Addresses) > 1 || len(x.City) > wordBytes {
		o.marks |= manyAddresses
		return
	}
	if x.Street != "" {
		o.marks |= hasStreet
	}
	if x.Number != "" {
		o.number = uint8(hashSpaceless(houseOnly(x.Number))) | 1
	}
	if x.PostalCode != "" {
		o.marks |= hasPostal
		o.postal = hashSpaceless(x.PostalCode)
	}
	if area := areaOf(x.PostalCode); area != "" {
		o.area = uint8(hashSpaceless(area)) | 1
	}
	if x.City != "" {
		o.marks |= hasCity
		o.city, o.cityBytes = letterSetOf(x.City), uint8(len(x.City))
	}
	if x.Country != "" || x.Region != "" {
		o.marks |= hasCountry
	}
}

// nationalNumber returns the nine digits of a French telephone number behind its prefix,
// 0 for any other.
func nationalNumber(x string) uint32 {
	if x == "" {
		return 0
	}
	digits := withinCountry(x)
	if len(digits) != frenchDigitsShort || len(digits) == len(x) || digits[0] == '0' {
		return 0
	}
	n := uint32(0)
	for i := 0; i < len(digits); i++ {
		if !isDigit(digits[i]) {
			return 0
		}
		n = n*10 + uint32(digits[i]-'0')
	}
	return n
}
