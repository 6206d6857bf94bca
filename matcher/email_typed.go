package matcher

import (
	"regexp"
	"strings"
)

// What people write for the signs of an address, and what mail programs put around it.
var (
	writtenAt  = regexp.MustCompile(`(?i)\s*[([{]\s*(at|arobase|a)\s*[)\]}]\s*|\s+(at|arobase|arobas)\s+`)
	writtenDot = regexp.MustCompile(`(?i)\s*[([{]\s*(dot|point)\s*[)\]}]\s*|\s+(dot|point)\s+`)
	looseAt    = regexp.MustCompile(`\s*@[\s@]*`)
	// brokenEnding is a domain whose dot was typed as a comma or a semicolon, or whose
	// parts stand apart: orange,fr and la poste.net.
	brokenEnding = regexp.MustCompile(`(@[\pL\d-]+)(?:[,;] ?(\pL{2,3})(?:$|[\s;,>])|\s+([\pL\d-]+\.\pL{2,3})$)`)
	betweenTwo   = regexp.MustCompile(`(\.\pL{2,})\s*/\s*(\S*@)`)
)

// maxFieldBytes is the longest field that is looked at for missed signs.
const maxFieldBytes = 4 * maxEmailBytes

// untyped undoes the ways in which people miss the signs of an e-mail address: jean (at)
// orange (dot) fr, jean @ orange.fr, jean@orange,fr, jeanàgmail.com, jeangmail.com.
func untyped(field string) string {
	if plain := strings.Count(field, "@") == 1 && !strings.ContainsAny(field, " ,;()[]{}\t"); plain || len(field) > maxFieldBytes {
		return field
	}
	if !strings.Contains(field, "@") {
		field = writtenAt.ReplaceAllString(field, "@")
	}
	if !strings.Contains(field, "@") {
		field = withAt(field)
	}
	if at := strings.IndexByte(field, '@'); at >= 0 {
		field = field[:at] + writtenDot.ReplaceAllString(field[at:], ".")
		field = looseAt.ReplaceAllString(field, "@")
		field = brokenEnding.ReplaceAllStringFunc(field, joinEnding)
		field = betweenTwo.ReplaceAllString(field, "$1 $2")
	}
	return field
}

// joinEnding puts a broken domain together.
func joinEnding(broken string) string {
	m := brokenEnding.FindStringSubmatch(broken)
	if m[2] != "" {
		if !isEnding(strings.ToLower(m[2])) {
			return broken
		}
		return m[1] + "." + m[2] + " "
	}
	if joined := strings.ToLower(m[1][1:] + m[3]); repairDomain(joined) != joined || isProvider(joined) {
		return "@" + joined
	}
	return broken
}

func isProvider(domain string) bool {
	name, _, _ := strings.Cut(domain, ".")
	return providerNames[name] != "" && repairDomain(domain) == domain
}

// minBeforeAt is the least letters before a provider's domain that lacks its @.
const minBeforeAt = 3

// withAt puts the @ before the domain of a provider where there is none, or à in its
// place: it is on the same key of a French keyboard.
func withAt(field string) string {
	text := strings.ToLower(strings.TrimSpace(field))
	for _, p := range providers {
		head, ok := strings.CutSuffix(text, p)
		if !ok || len(p) < minRepaired {
			continue
		}
		head = strings.TrimRight(strings.TrimSuffix(head, "à"), ".£&")
		if len(head) >= minBeforeAt && !strings.ContainsAny(head, " /") {
			return head + "@" + p
		}
	}
	return field
}
