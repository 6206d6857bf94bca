package matcher

import (
	"cmp"
	"strings"

	"aloi"
)

// addresses reads the postal addresses and returns the country of the first that
// names one.
func (p *preparer) addresses() (region string) {
	for i := range p.record.Addresses {
		out := p.address(&p.record.Addresses[i])
		if out == (PreparedAddress{}) {
			continue
		}
		region = cmp.Or(region, out.Country)
		p.out.Addresses = appendNew(p.out.Addresses, out)
	}
	return region
}

// address reads one postal address.
func (p *preparer) address(a *aloi.Address) PreparedAddress {
	var out PreparedAddress
	if country := p.addressField("address.country", a.Country); country != "" {
		out.Country = countryOf(country)
		if out.Country == "" {
			p.flag("address.country", FlagInvalid)
		}
	}
	out.Region = regionOf(p.addressField("address.region", a.Region))
	code, city := readCity(p.addressField("address.city", a.City))
	out.City = city
	if typed := p.addressField("address.postal_code", a.PostalCode); typed != "" {
		var reason string
		out.PostalCode, reason = readPostalCode(a.PostalCode, out.Country)
		p.flag("address.postal_code", reason)
	}
	out.PostalCode = cmp.Or(out.PostalCode, code)

	if p.addressField("address.line", a.Line) == "" {
		return out
	}
	words := addressWords(a.Line)
	oneLine := out.PostalCode == "" && out.City == ""
	if oneLine {
		words = out.takePlace(words)
	} else {
		words = withoutPlace(words, out.PostalCode, out.City)
	}
	line := readLine(words)
	out.Number, out.Street = line.number, bounded(line.street)
	if len(line.rest) > 0 && oneLine && out.City == "" && !hasDigit(joinWords(line.rest)) {
		_, out.City = readCity(joinWords(line.rest))
	} else if len(line.rest) > 0 {
		line.complement = append(line.complement, joinWords(line.rest))
	}
	out.Complement = bounded(strings.Join(line.complement, " "))
	return out
}

// maxAddressBytes is the longest street, complement, city or region that is compared.
const maxAddressBytes = 96

func bounded(s string) string { return strings.TrimSpace(s[:min(len(s), maxAddressBytes)]) }

// addressField folds a field, and flags a placeholder.
func (p *preparer) addressField(field, value string) string {
	folded := Fold(value)
	if folded != "" && isPlaceholder(folded) && !(field == "address.country" && len(folded) == 2) {
		p.flag(field, FlagPlaceholder)
		return ""
	}
	return folded
}

// withoutPlace drops a postal code and city at the end of a line where the address has
// them in their own fields too.
func withoutPlace(words []addressWord, code, city string) []addressWord {
	for at := 1; at < len(words); at++ {
		tail := words[at:]
		if len(tail) > 1 && tail[0].text == code {
			if _, c := readCity(joinWords(tail[1:])); c == city || city == "" {
				return words[:at]
			}
		}
		if tail[0].parted && city != "" && joinWords(tail) == city {
			return words[:at]
		}
	}
	return words
}

// takePlace reads country, postal code, region and city at the end of a line that holds
// the whole address, and returns the words before them.
func (out *PreparedAddress) takePlace(words []addressWord) []addressWord {
	words = out.takeCountry(words)
	if at := codeThenCity(words); at > 0 {
		out.PostalCode, _ = readPostalCode(words[at].text, out.Country)
		_, out.City = readCity(joinWords(words[at+1:]))
		return words[:at]
	}
	n := len(words)
	if n > 2 && isCodeWord(words[n-1].text) {
		out.PostalCode, _ = readPostalCode(words[n-1].text, out.Country)
		n--
	} else if n > 3 && isLetterCode(words[n-2].text, words[n-1].text) {
		out.PostalCode = words[n-2].text + words[n-1].text
		n -= 2
	}
	if n > 2 && isState(words[n-1].text) && (out.Region == "" || out.Region == words[n-1].text) {
		out.Region = words[n-1].text
		n--
	}
	words = words[:n]
	if out.PostalCode == "" && out.Region == "" {
		return words
	}
	for at := n - 1; at > 0; at-- { // the city is what follows the last comma
		if words[at].parted && !hasDigit(joinWords(words[at:])) {
			_, out.City = readCity(joinWords(words[at:]))
			return words[:at]
		}
	}
	return words
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
		if isCodeWord(words[at].text) && len(words[at].text) == 5 && !hasDigit(words[at+1].text) {
			return at
		}
	}
	return 0
}
