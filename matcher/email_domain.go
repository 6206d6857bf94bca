package matcher

import (
	"strings"

	"golang.org/x/net/publicsuffix"
)

// providers are the domains at which many private people have their address, the
// ones in France first. Only these are repaired to.
var providers = []string{
	"gmail.com", "orange.fr", "hotmail.fr", "hotmail.com", "wanadoo.fr", "yahoo.fr", "yahoo.com", "free.fr", "sfr.fr", "laposte.net",
	"outlook.fr", "outlook.com", "live.fr", "live.com", "icloud.com", "bbox.fr", "neuf.fr", "numericable.fr", "club-internet.fr", "aliceadsl.fr",
	"protonmail.com", "hotmail.co.uk", "yahoo.co.uk", "hotmail.be", "outlook.be", "skynet.be", "bluewin.ch",
}

// otherDomains look like a slip for one of the providers and are domains of their own.
var otherDomains = setOf(
	"mail.com", "email.com", "ymail.com", "gmx.com", "gmx.fr", "gmx.de", "hotmail.ca", "hotmail.it", "hotmail.es", "hotmail.de", "hotmail.ch",
	"yahoo.ca", "yahoo.it", "yahoo.es", "yahoo.de", "yahoo.be", "yahoo.ch", "outlook.es", "outlook.it", "outlook.de", "outlook.pt", "live.be", "live.ca",
	"live.it", "live.nl", "live.ch", "live.co.uk", "orange.com", "orange.be", "orange.es", "orange.sn", "orange.ci", "orange.mg", "orange.tn", "orange.pl", "orange.ro", "free.com", "sfr.com", "laposte.fr", "love.fr", "line.fr",
	"lime.fr", "life.fr", "five.fr", "tree.fr", "cloud.com", "proton.me", "neuf.com", "fmail.com", "rmail.com", "bmail.com", "dmail.com", "qmail.com",
)

// providerNames are the providers by their first label, the likeliest of each;
// onlyProviders those of which the label has one domain only: gmail → gmail.com.
var providerNames, onlyProviders = func() (names, only map[string]string) {
	names, only = make(map[string]string), make(map[string]string)
	for _, p := range providers {
		name, _, _ := strings.Cut(p, ".")
		if _, twice := names[name]; twice {
			delete(only, name)
			continue
		}
		names[name], only[name] = p, p
	}
	return names, only
}()

// minRepaired is the least length of a domain that is repaired: in a shorter one, one
// letter makes another domain.
const minRepaired = len("yahoo.fr")

// repairDomain returns the provider's domain that a slip was meant for: one letter
// more, less, other or swapped with its neighbour (gmial.com), an ending that the
// provider does not have (gmail.fr) or nobody has (free.ft), a dot left out (orangefr)
// or the ending with it (orange). Any other domain comes back as it is.
func repairDomain(domain string) string {
	if domain == "googlemail.com" {
		return "gmail.com"
	}
	if otherDomains[domain] {
		return domain
	}
	for _, p := range providers {
		if domain == p {
			return p
		}
	}
	for _, p := range providers {
		if len(p) >= minRepaired && isSlip(domain, p) {
			return p
		}
	}
	name, ending, dotted := strings.Cut(domain, ".")
	if p := onlyProviders[name]; p != "" && len(name) >= len("gmail") && !strings.Contains(ending, ".") {
		return p
	}
	if p := providerNames[name]; p != "" && !(dotted && isEnding(ending)) {
		return p
	}
	if !dotted {
		for _, p := range providers {
			if strings.ReplaceAll(p, ".", "") == strings.ReplaceAll(domain, "-", "") {
				return p
			}
		}
	}
	return domain
}

// isEnding reports whether domains may end so: fr, co.uk, but not ft.
func isEnding(ending string) bool {
	_, managed := publicsuffix.PublicSuffix(ending)
	return managed
}

// isSlip reports whether one slip of the hand turns a into b.
func isSlip(a, b string) bool {
	if len(a)-len(b) > 1 || len(b)-len(a) > 1 {
		return false
	}
	return distanceUpTo(a, b, 1) <= 1
}
