package matcher

import "slices"

// spelling is a way to write sounds. Of those that fit, the first in its table counts.
type spelling struct {
	text   string
	sounds string
	where  place
}

// place says what must stand around a spelling.
type place uint8

const (
	anywhere           place = iota
	beforeClosed             // before a consonant that is not N or M, or the end: nasal vowels
	beforeLips               // before B, P or F: nasal vowels written with M
	beforeVowel              // before a vowel
	beforeSoft               // before E, I or Y
	atEnd                    // the end of what is heard of the name
	atMuteEnd                // the same, past the first letter
	atStart                  // the start of the name
	beforeDental             // before T, D, N or X, or the end: the l of Gaultier is not heard
	afterI                   // after I or Y
	afterSoftConsonant       // after G, CH, I or Y
)

// vowels are the spellings of vowels, longest first where one starts another.
var vowels = [256][]spelling{
	'A': {
		{"AULX", "O", atEnd}, {"AUL", "O", beforeDental}, {"AUN", "3", beforeClosed}, {"AU", "O", anywhere},
		{"AILL", "AI", anywhere}, {"AIL", "AI", atEnd},
		{"AIN", "2", beforeClosed}, {"AYN", "2", beforeClosed}, {"AIM", "2", beforeLips}, {"AIM", "2", atEnd},
		{"AIE", "E", atEnd}, {"AYE", "E", atEnd}, {"AI", "EI", beforeVowel}, {"AY", "EI", beforeVowel}, {"AI", "E", anywhere}, {"AY", "E", anywhere},
		{"AEN", "1", beforeClosed}, {"AN", "1", beforeClosed}, {"AM", "1", beforeLips},
		{"AETI", "ETI", anywhere}, {"AE", "A", anywhere}, {"A", "A", anywhere},
	},
	'E': {
		{"EAU", "O", anywhere}, {"EILL", "EI", anywhere}, {"EIL", "EI", atEnd},
		{"EIN", "2", beforeClosed}, {"EYN", "2", beforeClosed},
		{"EI", "EI", beforeVowel}, {"EY", "EI", beforeVowel}, {"EI", "E", anywhere}, {"EY", "E", anywhere},
		{"EU", "E", anywhere}, {"EN", "2", afterI}, {"EN", "1", beforeClosed}, {"EM", "1", beforeLips},
		{"ER", "", afterSoftConsonant}, {"ET", "E", atEnd}, {"EE", "", atMuteEnd}, {"E", "", atMuteEnd}, {"E", "E", anywhere},
	},
	'I': {
		{"IN", "2", beforeClosed}, {"IM", "2", beforeLips}, {"I", "I", anywhere},
	},
	'O': {
		{"OEU", "E", anywhere}, {"OUILL", "WI", anywhere}, {"OUL", "W", beforeDental}, {"OU", "W", anywhere},
		{"OIN", "W2", beforeClosed}, {"OIC", "OIK", atEnd}, {"OIK", "OIK", atEnd}, {"OO", "W", anywhere}, {"OI", "WA", anywhere}, {"OY", "WA", anywhere},
		{"OE", "O", anywhere}, {"ON", "3", beforeClosed}, {"OM", "3", beforeLips}, {"O", "O", anywhere},
	},
	'U': {
		{"UN", "2", beforeClosed}, {"UM", "2", beforeLips}, {"UE", "U", anywhere}, {"U", "U", anywhere},
	},
	'Y': {
		{"YN", "2", beforeClosed}, {"YM", "2", beforeLips}, {"Y", "I", anywhere},
	},
}

// consonants are the spellings of consonants that are not one letter for itself.
var consonants = [256][]spelling{
	'B': {{"BV", "V", anywhere}},
	'C': {
		{"CHR", "KR", anywhere}, {"CHL", "KL", anywhere}, {"CHAEL", "KAL", atEnd}, {"CH", "C", anywhere},
		{"CK", "K", anywhere}, {"CQU", "K", anywhere}, {"CQ", "K", anywhere}, {"COIS", "SWAS", anywhere}, {"COYS", "SWAS", anywhere}, {"COI", "SWA", atEnd}, {"COY", "SWA", atEnd},
		{"CC", "KS", beforeSoft}, {"C", "S", beforeSoft}, {"C", "K", anywhere},
	},
	'D': {{"DJ", "J", anywhere}, {"DT", "T", anywhere}},
	'G': {
		{"GU", "G", beforeSoft}, {"GN", "NI", anywhere}, {"GH", "G", anywhere},
		{"GEA", "JA", anywhere}, {"GEO", "JO", anywhere}, {"G", "J", beforeSoft},
	},
	'H': {{"H", "", anywhere}},
	'J': {{"JEAN", "J1", beforeClosed}, {"JEA", "JA", anywhere}},
	'L': {{"LH", "L", anywhere}},
	'P': {{"PH", "F", anywhere}, {"PTI", "TI", anywhere}},
	'Q': {{"QU", "K", anywhere}, {"Q", "K", anywhere}},
	'S': {{"SCH", "C", anywhere}, {"SH", "C", anywhere}, {"SC", "S", beforeSoft}},
	'T': {{"TH", "T", anywhere}, {"TIA", "SIA", afterI}, {"TZ", "S", anywhere}},
	'W': {{"W", "V", anywhere}},
	'X': {{"X", "S", atStart}, {"X", "KS", anywhere}},
	'Z': {{"Z", "S", anywhere}},
}

// spellings are those of both tables by their first letter and the second of what they
// stand in, in the order of their table; 0 stands for no second letter.
var spellings = func() (by [26][27][]spelling) {
	for a := range by {
		for _, s := range slices.Concat(vowels['A'+a], consonants['A'+a]) {
			for b := range by[a] {
				if len(s.text) == 1 || s.text[1] == byte('A'+b-1) {
					by[a][b] = append(by[a][b], s)
				}
			}
		}
	}
	return by
}()

// first returns the sounds of what stands at i and how many letters write it.
func (t *transcriber) first(i int) (string, int) {
	letter, second := t.name[i]-'A', byte(0)
	if i+1 < len(t.name) {
		second = t.name[i+1] - 'A' + 1
	}
	list := spellings[letter][second]
	for k := range list {
		s := &list[k]
		if (len(s.text) <= 2 || t.has(i, s.text)) && t.stands(s.where, i, i+len(s.text)) {
			return s.sounds, len(s.text)
		}
	}
	return letterNames[letter], 1
}

// letterNames are the letters that stand for themselves.
var letterNames = [26]string{
	"A", "B", "K", "D", "E", "F", "G", "", "I", "J", "K", "L", "M",
	"N", "O", "P", "K", "R", "S", "T", "U", "V", "V", "KS", "I", "S",
}

// stands reports whether the letters around [from, to) are what the place asks for.
func (t *transcriber) stands(where place, from, to int) bool {
	if where == anywhere {
		return true
	}
	next, last := t.at(to), t.at(from-1)
	if next == 'H' { // mute
		next = t.at(to + 1)
	}
	switch where {
	case beforeClosed:
		return !isVowel(next) && next != 'N' && next != 'M'
	case beforeLips:
		return next == 'B' || next == 'P' || next == 'F'
	case beforeVowel:
		return isVowel(next)
	case beforeSoft:
		return next == 'E' || next == 'I' || next == 'Y'
	case atEnd:
		return to == len(t.name)
	case atMuteEnd:
		return to == len(t.name) && from > 0
	case atStart:
		return from == 0
	case beforeDental:
		return next == 'T' || next == 'D' || next == 'N' || next == 'X' || to == len(t.name)
	case afterI:
		return (last == 'I' || last == 'Y') && (to == len(t.name) || !isVowel(next) && next != 'N')
	case afterSoftConsonant:
		return to == len(t.name) && (last == 'G' || last == 'I' || last == 'Y' || last == 'H' && t.at(from-2) == 'C')
	}
	return true
}
