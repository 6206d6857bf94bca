package engine

import (
	"strconv"
	"strings"

	"aloi"
)

// An entity id is E, the entity's number in decimal with leading zeros to
// idDigits, and a check digit that catches one wrong digit or two that changed
// places (the Damm algorithm, H. M. Damm, 2004).
const idDigits = 11

// damm is the quasigroup of order 10 of Damm's dissertation.
var damm = [10][10]byte{
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2}, {7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
	{4, 2, 0, 6, 8, 7, 1, 3, 5, 9}, {1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
	{6, 1, 2, 3, 0, 4, 5, 9, 7, 8}, {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
	{5, 8, 6, 9, 7, 2, 0, 1, 3, 4}, {8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
	{9, 4, 3, 8, 6, 1, 7, 2, 0, 5}, {2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
}

func dammOf(digits string) (check byte) {
	for i := range len(digits) {
		check = damm[check][digits[i]-'0']
	}
	return check
}

// entityID renders the number of an entity; 0 is the empty id.
func entityID(number uint64) aloi.EntityID {
	if number == 0 {
		return ""
	}
	digits := strconv.FormatUint(number, 10)
	digits = strings.Repeat("0", max(0, idDigits-len(digits))) + digits
	return aloi.EntityID("E" + digits + string('0'+dammOf(digits)))
}

// entityNumber reads an id, or says that it is none.
func entityNumber(id aloi.EntityID) (uint64, error) {
	digits, ok := strings.CutPrefix(string(id), "E")
	n, err := strconv.ParseUint(digits, 10, 64)
	if !ok || err != nil || n < 10 || entityID(n/10) != id {
		return 0, aloi.Invalid(aloi.Violation{Field: "entity_id", Reason: "is not an entity id"})
	}
	return n / 10, nil
}
