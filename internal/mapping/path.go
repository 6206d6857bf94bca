package mapping

import (
	"regexp"
	"strings"

	"aloi"
)

// kind is the attribute that a path names.
type kind uint8

const (
	kindNone kind = iota
	kindCivility
	kindGiven
	kindMiddle
	kindFamily
	kindBirth
	kindFull
	kindBirthDate
	kindGender
	kindEmail
	kindPhone
	kindLine
	kindPostalCode
	kindCity
	kindRegion
	kindCountry
	kindIdentifier
	kindAttribute
	kindNote
)

// paths are the attribute paths without a type of their own.
var paths = map[string]kind{
	"name.civility": kindCivility, "name.given": kindGiven, "name.middle": kindMiddle,
	"name.family": kindFamily, "name.birth": kindBirth, "name.full": kindFull,
	"birth_date": kindBirthDate, "gender": kindGender, "email": kindEmail, "phone": kindPhone,
	"address.line": kindLine, "address.postal_code": kindPostalCode, "address.city": kindCity,
	"address.region": kindRegion, "address.country": kindCountry, "note": kindNote,
}

// Paths lists the attribute paths, for messages and help.
const Paths = "name.civility|given|middle|family|birth|full, birth_date, gender, email, phone, " +
	"address.line|postal_code|city|region|country, identifier.<type>, attribute.<name>, note"

var typeName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// parsePath returns the attribute that a path names, and the type of an identifier or
// the name of a free attribute. It returns kindNone when there is no such path.
func parsePath(path string) (kind, string) {
	if k, ok := paths[path]; ok {
		return k, ""
	}
	for prefix, k := range map[string]kind{"identifier.": kindIdentifier, "attribute.": kindAttribute} {
		if name, ok := strings.CutPrefix(path, prefix); ok && typeName.MatchString(name) {
			return k, name
		}
	}
	return kindNone, ""
}

// single reports whether a record has one value of the attribute, so that several
// columns of it are parts of that value. The others stand side by side; each further
// full name is a name of its own.
func (k kind) single() bool {
	switch k {
	case kindEmail, kindPhone, kindIdentifier, kindAttribute, kindFull:
		return false
	}
	return true
}

// scoped reports whether a value of the path is meaningless without its scope.
func scoped(path string) bool { return path == "identifier."+aloi.IdentifierSocialHandle }

// MaxAddresses is the most addresses of one row.
const MaxAddresses = 4

// ofAddress reports whether the attribute is a part of an address.
func (k kind) ofAddress() bool { return k >= kindLine && k <= kindCountry }
