package matcher

import (
	"slices"
	"strings"

	"golang.org/x/net/idna"
)

// maxEmailBytes is the longest e-mail address (RFC 5321, 4.5.3.1.3).
const maxEmailBytes = 254

// maxParts is how many values of one field are read: one more than take part, so that those
// which are left out are flagged.
const maxParts = maxValues + 1

// readEmails reads a field that holds one e-mail address or several into the empty slice room,
// or into a new one. The reason is set where an address gives nothing to compare, and for an
// address of a function.
func readEmails(room []PreparedEmail, field string) (emails []PreparedEmail, reason string) {
	if foldsToPlaceholder(field) {
		return nil, FlagPlaceholder
	}
	if isPlainEmail(field) {
		email, why := readEmail(field)
		if why == "" || why == FlagRole {
			emails = append(room, email)
		}
		return emails, why
	}
	field = untyped(field)
	read := 0
	emails = room
	for part := range strings.FieldsFuncSeq(field, func(r rune) bool { return strings.ContainsRune(";, \t\n|<>", r) }) {
		if !strings.Contains(part, "@") && strings.ContainsAny(field, "@") {
			continue // a name beside the address: Jean Dupont <jean@…>
		}
		if read++; read > maxParts {
			break
		}
		email, why := readEmail(part)
		if why == "" || why == FlagRole {
			emails = append(emails, email)
		}
		if reason == "" || reason == FlagInvalid {
			reason = why
		}
	}
	if len(emails) == 0 && reason == "" {
		reason = FlagInvalid
	}
	return emails, reason
}

// isPlainEmail reports whether a field is letters, digits and the usual signs around one @:
// nothing in it parts two addresses, or is written for a sign.
func isPlainEmail(field string) bool {
	ats := 0
	for i := range len(field) {
		switch c := field[i]; {
		case c == '@':
			ats++
		case asciiFold[c] == 0 && c != '.' && c != '-' && c != '_':
			return false
		}
	}
	return ats == 1
}

// readEmail reads one address.
func readEmail(s string) (PreparedEmail, string) {
	s = strings.ToLower(s)
	at := strings.LastIndexByte(s, '@')
	if at <= 0 || len(s) > maxEmailBytes {
		return PreparedEmail{}, FlagInvalid
	}
	local := s[strings.LastIndexByte(s[:at], ':')+1 : at] // mailto:, E-mail :
	e := PreparedEmail{Local: localOf(local), Domain: repairDomain(domainOf(s[at+1:]))}
	if e.Local == "" || !strings.Contains(e.Domain, ".") || len(e.Local)+len("@")+len(e.Domain) > maxEmailBytes { // folding makes some letters longer
		return PreparedEmail{}, FlagInvalid
	}
	if e.Domain == "gmail.com" { // who reads it does not depend on the dots
		e.Local = strings.ReplaceAll(e.Local, ".", "")
	}
	name, _, _ := strings.Cut(e.Domain, ".")
	switch {
	case isEmailPlaceholder(e.Local) || isEmailPlaceholder(name):
		return PreparedEmail{}, FlagPlaceholder
	case isRole(e.Local) && !(isDigit(e.Local[len(e.Local)-1]) && slices.Contains(providers, e.Domain)): // job23@gmail.com is someone's
		e.Role = true
		return e, FlagRole
	}
	return e, ""
}

// localOf folds the part before the @ to lower-case ASCII and drops its tag. Quotes
// and spaces are dropped too.
func localOf(s string) string {
	if i := strings.IndexByte(s, '+'); i > 0 {
		s = s[:i]
	}
	if isPlainLocal(s) {
		return strings.Trim(s, ".")
	}
	var out []byte
	for _, c := range []byte(foldPunctuated(s)) {
		switch {
		case isLetter(c):
			out = append(out, c|0x20)
		case isDigit(c) || strings.IndexByte("._-'&=~!$%*/?^`{|}#", c) >= 0:
			out = append(out, c)
		}
	}
	return strings.Trim(string(out), ".'/")
}

// isPlainLocal reports whether a text has nothing to fold and nothing to drop but dots.
func isPlainLocal(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && !isDigit(c) && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// domainOf returns the domain in lower-case ASCII, empty where it cannot be one. It may
// lack its dot.
func domainOf(s string) string {
	s, _, _ = strings.Cut(s, "?") // mailto:…?subject=
	s = strings.Trim(s, ".,;:)('\"/")
	if rest, ok := strings.CutPrefix(s, "www."); ok {
		s = rest
	}
	for i := range len(s) {
		if s[i] >= 0x80 {
			ascii, err := idna.Lookup.ToASCII(s)
			if err != nil {
				return ""
			}
			s = ascii
			break
		}
	}
	s = strings.ToLower(s)
	for i := range len(s) {
		if c := s[i]; !isLetter(c) && !isDigit(c) && c != '.' && c != '-' {
			return ""
		}
	}
	return s
}

// roles are what addresses of a function begin with, up to the first digit or sign.
var roles = setOf(
	"contact", "contacts", "info", "infos", "information", "accueil", "noreply", "no", "donotreply", "nepasrepondre", "ne", "reply",
	"admin", "administrateur", "administration", "administratif", "webmaster", "postmaster", "hostmaster", "root", "abuse", "mailerdaemon",
	"commercial", "commerciale", "compta", "comptabilite", "secretariat", "secretaire", "direction", "gerance", "gerant", "sav", "service",
	"services", "serviceclient", "serviceclients", "relationclient", "clientele", "support", "help", "aide", "vente", "ventes", "sales", "office",
	"bureau", "agence", "bonjour", "hello", "rh", "job", "jobs", "emploi", "recrutement", "candidature", "mairie", "magasin", "boutique", "caisse",
	"facturation", "facture", "factures", "billing", "commande", "commandes", "order", "orders", "marketing", "communication", "presse", "press",
	"newsletter", "reservation", "reservations", "booking", "hotel", "restaurant", "pharmacie", "cabinet", "garage", "association", "societe",
	"company", "team", "equipe", "staff", "shop", "store", "standard", "reception", "courrier", "mail", "email", "client", "clients", "customer",
	"security", "privacy", "dpo", "rgpd",
)

// isRole reports whether a local part names a function: contact, no-reply, sav.lyon.
func isRole(local string) bool {
	if isRoleWord(local) {
		return true
	}
	end := strings.IndexFunc(local, func(r rune) bool { return r < 'a' || r > 'z' })
	if end <= 0 {
		return roles[local]
	}
	head := local[:end]
	if head == "no" || head == "ne" || head == "mail" || head == "email" { // part of a name, unless it is all
		return false
	}
	return roles[head]
}

// maxRoleBytes is more than the longest of roles has.
const maxRoleBytes = 32

// isRoleWord reports whether the lower-case letters of s are one of roles.
func isRoleWord(s string) bool {
	var letters [maxRoleBytes]byte
	n := 0
	for i := range len(s) {
		if s[i] < 'a' || s[i] > 'z' {
			continue
		}
		if n == len(letters) {
			return false
		}
		letters[n] = s[i]
		n++
	}
	return roles[string(letters[:n])]
}

// emailPlaceholders are local parts and names of domains that people make up to get
// past a form.
var emailPlaceholders = setOf(
	"nc", "na", "nr", "nd", "n.a", "n.c", "rien", "aucun", "aucune", "inconnu", "inconnue", "unknown", "none", "non", "null", "nil", "undefined", "vide",
	"refus", "refuse", "refuser", "sans", "sansmail", "sansemail", "sans-mail", "sansadresse", "pasdemail", "pasdemel", "pasdadresse", "pas-de-mail",
	"pasdemails", "pasdemailclient", "pas.de.mail", "nomail", "noemail", "no-mail", "no.mail", "no-email", "no.email", "pasmail", "nonrenseigne",
	"noncommunique", "non-renseigne", "non.renseigne", "anonyme", "anonymous", "test", "tests", "testtest", "toto", "azerty", "azertyuiop",
	"qwerty", "qsdf", "asdf", "abc", "abcd", "xyz", "foo", "foobar", "fake", "faux", "exemple", "a", "x", "xx", "z", "aa", "0",
)

func isEmailPlaceholder(part string) bool {
	return emailPlaceholders[part] || isRepeated(part, minRepeated)
}
