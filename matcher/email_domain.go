package matcher

import "strings"

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
	"live.it", "live.nl", "live.ch", "live.co.uk", "orange.com", "orange.be", "orange.es", "free.com", "sfr.com", "laposte.fr", "love.fr", "line.fr",
	"lime.fr", "life.fr", "five.fr", "tree.fr", "cloud.com", "proton.me", "neuf.com", "fmail.com", "rmail.com", "bmail.com", "dmail.com", "qmail.com",
)

// providerNames are the providers by their first label: gmail → gmail.com, where it
// has one domain only.
var providerNames = func() map[string]string {
	names := make(map[string]string)
	for _, p := range providers {
		name, _, _ := strings.Cut(p, ".")
		if _, twice := names[name]; twice {
			p = ""
		}
		names[name] = p
	}
	return names
}()

// minRepaired is the least length of a domain that is repaired: in a shorter one, one
// letter makes another domain.
const minRepaired = len("yahoo.fr")

// repairDomain returns the provider's domain that a slip was meant for: one letter
// more, less, other or swapped with its neighbour (gmial.com), or an ending that the
// provider does not have (gmail.fr). Any other domain comes back as it is.
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
	name, ending, _ := strings.Cut(domain, ".")
	if p := providerNames[name]; p != "" && len(name) >= len("gmail") && !strings.Contains(ending, ".") {
		return p
	}
	return domain
}

// isSlip reports whether one slip of the hand turns a into b.
func isSlip(a, b string) bool {
	if len(a)-len(b) > 1 || len(b)-len(a) > 1 {
		return false
	}
	return editDistance(a, b) <= 1
}
