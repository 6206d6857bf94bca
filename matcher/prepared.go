package matcher

import (
	"crypto/sha256"

	"aloi"
)

// Tie breaks ties between records. It is a hash of the record's reference, the
// same in every store and every process, so that no result depends on the order
// of arrival or on a store's own numbering.
type Tie [16]byte

// TieOf returns the tie of a reference.
func TieOf(ref aloi.RecordRef) Tie {
	var room [128]byte // for most
	text := append(append(append(room[:0], ref.Source...), 0), ref.ID...)
	sum := sha256.Sum256(text)
	return Tie(sum[:len(Tie{})])
}

// Prepared is a record normalised for comparison. Texts are folded: upper-case
// ASCII letters and digits, single spaces. Values that were missing, placeholders or
// not understood are absent, and Flags says so. It is immutable once made.
type Prepared struct {
	Tie Tie

	// Names are the distinct readings of the person's name, in order of the record.
	Names []PreparedName
	// Gender is 'M', 'F', or 0: from the gender, else the civility.
	Gender byte
	// Birth is the birth date; the zero Date is none.
	Birth Date
	// BirthTyped is what was typed where it is no possible birth date, such as
	// 1937-12-33 or 2972-10-22, for a comparison digit by digit; Birth is then zero.
	// It may be any number of the form, and is zero wherever Birth is not.
	BirthTyped Date
	// Emails, Phones, Addresses and Identifiers are distinct and in order of the record.
	Emails []PreparedEmail
	// Phones are digits: E.164 without the plus sign or, where no region fits, the
	// digits as dialled inside the country, which begin with 0 in most countries and
	// never do in E.164.
	Phones      []string
	Addresses   []PreparedAddress
	Identifiers []PreparedIdentifier
	// Attributes are the free attributes that the model names, folded.
	Attributes []PreparedAttribute
	// Flags lists what was left out and why, sorted by field, then reason.
	Flags []Flag

	outline outline // of all above
}

// PreparedName is one reading of a name. A token is one folded word, or a
// compound of two with a space between: JEAN PIERRE.
type PreparedName struct {
	// Given is the first given name: no token or one. Jean-Pierre, Jean Pierre and
	// Jeanpierre are JEAN PIERRE; J-Pierre is J PIERRE, J.P. is J P. A one-letter
	// token is an initial.
	Given []string
	// Middle are the further given names, initials included.
	Middle []string
	// Family and Birth are the family name in use and at birth, word by word, the
	// particles apart: DE LA TOUR is TOUR. A name of particles only keeps them.
	Family []string
	Birth  []string
	// FamilyWhole and BirthWhole are the same in one word, particles included:
	// DELATOUR. Empty when Family or Birth is.
	FamilyWhole string
	BirthWhole  string
	// Loose are tokens of a one-line name whose role is not known.
	Loose []string
	// Generation tells namesakes of one family apart: JR, SR, II, III, IV or empty.
	Generation string
}

// Date is a calendar date; Month and Day are 0 when only the year, or the year and
// month, are known. The zero Date is no date.
type Date struct {
	Year       int16
	Month, Day int8
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// PreparedEmail is an e-mail address in parts.
type PreparedEmail struct {
	Local  string // folded to lower case, tags dropped
	Domain string // lower case, ASCII (IDNA)
	// Role is set for addresses of a function rather than a person: contact@, info@.
	Role bool
}

// PreparedAddress is a postal address in parts.
type PreparedAddress struct {
	Number     string // house number, the first of a range, with its bis or ter: 12, 12B
	Street     string // type and name, abbreviations written out: AVENUE VICTOR HUGO; dates without the year: RUE DU 8 MAI
	Complement string // residence, building, floor, BP
	PostalCode string // without spaces; French codes have five digits
	City       string // as it is called today, SAINT written out, CEDEX and arrondissement dropped
	Region     string
	Country    string // ISO 3166 alpha-2, empty when unknown
}

// PreparedIdentifier is an identifier, folded. Type and Scope are lower case.
type PreparedIdentifier struct {
	Type, Scope, Value string
}

// PreparedAttribute is a free attribute that the model compares.
type PreparedAttribute struct{ Name, Value string }

// Flag says that a value took no part in matching, or not as it came.
type Flag struct {
	Field  string // attribute path, e.g. `phone`
	Reason string // one of the Flag… constants
}

// The reasons of a Flag.
const (
	FlagPlaceholder = "placeholder"    // NC, INCONNU, 01/01/1900, 0600000000
	FlagInvalid     = "not understood" // an impossible date, letters in a phone
	FlagRole        = "role address"   // contact@, noreply@
	FlagService     = "of a service"   // a telephone number that belongs to no person: 08…, 3xxx
	FlagNoLatin     = "no Latin letters"
	FlagCorrected   = "corrected"        // a postal code by its city: it takes part as corrected
	FlagDisagrees   = "of another place" // a postal code that is not the city's: it takes part
	FlagSeveral     = "several people"   // M. et Mme Dupont: the first is read
	FlagTooMany     = "too many"         // values past the first ones of the record, or of one field
)
