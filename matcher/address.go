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
		p.out.Addresses = keep(p, "address", p.out.Addresses, out)
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
	place := readPlace(p.addressText("address.postal_code", a.PostalCode), p.addressText("address.city", a.City))
	words := joinNumbers(appendAddressWords(p.addressRoom[:0], foldPunctuated(p.addressText("address.line", a.Line))))
	oneLine := place.code == "" && place.name == ""
	if oneLine {
		words = out.takePlace(words, &place)
	} else {
		words = place.dropFrom(words)
	}
	line := readLine(words)
	out.Number, out.Street = line.number, bounded(line.street)
	if len(line.rest) > 0 && oneLine && place.name == "" && !hasDigit(joinWords(line.rest)) {
		place.read(texts(line.rest))
	} else if len(line.rest) > 0 {
		line.complement = append(line.complement, joinWords(line.rest))
	}
	out.Complement = bounded(strings.Join(line.complement, " "))
	p.place(&out, &place)
	return out
}

// place sets country, postal code and city.
func (p *preparer) place(out *PreparedAddress, c *cityText) {
	out.Country = cmp.Or(out.Country, c.country)
	if c.code != "" {
		var reason string
		out.PostalCode, reason, c.short = readPostalCode(c.code, &out.Country)
		p.flag("address.postal_code", reason)
	}
	out.City = c.name
	p.checkPlace(out, c)
}

// maxAddressBytes is the longest street, complement, city or region that is compared.
const maxAddressBytes = 96

func bounded(s string) string { return strings.TrimSpace(s[:min(len(s), maxAddressBytes)]) }

// addressField folds a field, and flags a placeholder.
func (p *preparer) addressField(field, value string) string {
	if value == "" {
		return ""
	}
	folded := Fold(value)
	if folded != "" && isPlaceholder(folded) && !(field == "address.country" && len(folded) == 2) {
		p.flag(field, FlagPlaceholder)
		return ""
	}
	return folded
}

// addressText is a field as it came, empty where nothing of it is left when folded.
func (p *preparer) addressText(field, value string) string {
	if foldsToValue(value) {
		return value
	}
	var room [foldedBytes]byte
	switch folded := foldedIn(room[:0], value); {
	case len(folded) == 0:
		return ""
	case isPlaceholderFolded(folded):
		p.flag(field, FlagPlaceholder)
		return ""
	}
	return value
}
