package mapping

import "strings"

// streetTypes are words that are the beginning of a street name when they stand alone,
// and what may follow a house number.
var streetTypes = set(`rue r avenue av ave boulevard bd bld blvd bvd chemin ch che chem place pl allee allée all impasse imp quai
	route rte square sq cours crs passage pass cite cité faubourg fg residence résidence res lotissement lot hameau ham sentier
	ruelle villa voie esplanade promenade rond point bis ter quater a b c d`)

// maxStreetStart is the length in bytes of the longest house number with a street type.
const maxStreetStart = 24

// addressSeparator is what comes between what there is of an address line and the next
// part: a space after a house number, a street type or both, else a comma.
func addressSeparator(before string) string {
	if len(before) > maxStreetStart {
		return ", "
	}
	for w := range strings.FieldsFuncSeq(before, func(r rune) bool { return strings.ContainsRune(" .,-/", r) }) {
		rest := strings.ToLower(strings.TrimLeft(w, "0123456789")) // 12B
		if rest != "" && !streetTypes[rest] {
			return ", "
		}
	}
	return " "
}

// separator is what comes between two parts of one value.
func (k kind) separator(before string) string {
	switch k {
	case kindLine:
		return addressSeparator(before)
	case kindBirthDate:
		return "-"
	case kindNote:
		return "\n"
	}
	return " "
}
