package matcher

import (
	"cmp"
	"slices"
)

// texts are the words without their marks.
func texts(words []addressWord) []string {
	return appendTexts(make([]string, 0, len(words)), words)
}

func appendTexts(list []string, words []addressWord) []string {
	for _, w := range words {
		list = append(list, w.text)
	}
	return list
}

// dropFrom drops a postal code and city at the end of a line where the address has
// them in their own fields too, and takes the one that is missing there.
func (c *cityText) dropFrom(words []addressWord) []addressWord {
	var room [maxAddressWords]string
	all := appendTexts(room[:0], words)
	for at := 1; at < len(words); at++ {
		tail := all[at:]
		if code, rest := takeCode(tail); code != "" && code != tail[len(tail)-1] {
			var in cityText
			in.read(rest)
			if c.name == "" || in.name == c.name || code == c.code {
				c.code, c.name = cmp.Or(c.code, code), cmp.Or(c.name, in.name)
				return words[:at]
			}
		}
		if len(tail) == 1 && tail[0] == c.code {
			return words[:at]
		}
		if c.name != "" && c.name[0] == tail[0][0] && endsStreet(words, at) && cityName(joinWords(words[at:])) == c.name {
			return words[:at]
		}
	}
	return words
}

// endsStreet reports whether a street may end before the word at: at a comma, or past
// a name: 12 RUE PASTEUR LYON, but not 12 RUE DE LYON.
func endsStreet(words []addressWord, at int) bool {
	before := words[at-1].text
	return words[at].parted || at > 1 && len(before) > 1 && !belongsToName(before) && !isType(frenchTypes, before) && !hasDigit(before)
}

// takePlace reads country, postal code, region and city at the end of a line that holds
// the whole address, and returns the words before them.
func (out *PreparedAddress) takePlace(words []addressWord, c *cityText) []addressWord {
	words = out.takeCountry(words)
	if at := codeThenCity(words); at > 0 {
		code, rest := takeCode(texts(words[at:]))
		c.code = code
		c.read(rest)
		if before := words[at-1].text; at > 1 && (before == "F" || before == "FR") {
			at--
		}
		return words[:at]
	}
	n := len(words)
	if n > 2 && isCodeWord(words[n-1].text) {
		c.code = words[n-1].text
		n--
	} else if n > 3 && isLetterCode(words[n-2].text, words[n-1].text) {
		c.code = words[n-2].text + words[n-1].text
		n -= 2
	}
	if n > 2 && isState(words[n-1].text) && (out.Region == "" || out.Region == words[n-1].text) {
		out.Region = words[n-1].text
		n--
	}
	words = words[:n]
	if at := c.cityAt(words, out.Region == ""); at > 0 {
		c.read(texts(words[at:]))
		return words[:at]
	}
	return words
}

// cityAt finds the city at the end of a line: of a postal code in France, the communes
// that have it; else what follows the last comma, which must be a commune where no code and
// no state stands behind it. It is 0 where there is none.
func (c *cityText) cityAt(words []addressWord, french bool) int {
	t := communes()
	if french && c.code != "" {
		for at := 1; at < len(words); at++ {
			key := cityKey(cityName(joinWords(words[at:])))
			if slices.ContainsFunc(t.byCode.of(c.code), func(x *commune) bool { return slices.Contains(x.keys, key) }) {
				return at
			}
		}
	}
	for at := len(words) - 1; at > 0; at-- {
		if !words[at].parted {
			continue
		}
		var in cityText
		in.read(texts(words[at:]))
		if hasDigit(in.name) || c.code == "" && french && t.byKey[cityKey(in.name)] == nil {
			return 0
		}
		return at
	}
	return 0
}

// maxCountryWords is how many words the name of a country has.
const maxCountryWords = 4

// takeCountry reads a country written out at the end of a line. Codes of two letters
// are left alone, for they may be a state: CA, IN, DE.
func (out *PreparedAddress) takeCountry(words []addressWord) []addressWord {
	for n := min(maxCountryWords, len(words)-1); n > 0; n-- {
		tail := words[len(words)-n:]
		text := joinWords(tail)
		if code := countryOf(text); code != "" && len(text) > 2 && (out.Country == "" || out.Country == code) &&
			(tail[0].parted || isCodeWord(words[len(words)-n-1].text) || n == 1 && len(words) > 4 && !isType(frenchTypes, words[len(words)-2].text) && !belongsToName(words[len(words)-2].text)) {
			out.Country = code
			return words[:len(words)-n]
		}
	}
	return words
}

// codeThenCity finds a postal code that a city of letters follows, and something comes
// before: 12 rue de la Paix 75002 Paris. It is 0 where there is none.
func codeThenCity(words []addressWord) int {
	for at := len(words) - 2; at > 0; at-- {
		w, next := words[at].text, words[at+1].text
		if isCodeWord(w) && len(w) == 5 && !hasDigit(next) ||
			at+2 < len(words) && isSplitCode(w, next) && !words[at+1].parted && !hasDigit(words[at+2].text) {
			return at
		}
	}
	return 0
}
