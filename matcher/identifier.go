package matcher

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"aloi"
)

// maxIdentifierBytes is the longest identifier that is kept; more is a text in the
// wrong column.
const maxIdentifierBytes = 128

// networkAliases are other names of social networks.
var networkAliases = map[string]string{"x": "twitter", "fb": "facebook", "insta": "instagram", "ig": "instagram", "tt": "tiktok", "snap": "snapchat", "li": "linkedin"}

// severalIdentifiers parts two identifiers in one field.
var severalIdentifiers = regexp.MustCompile(`\s*[;,|]\s*|\s+(?:/|ou|et)\s+`)

// readIdentifiers folds the identifiers of a field, mostly one, into the empty slice room, or
// into a new one. A part of a field that is
// too short to be one leaves the field whole.
func readIdentifiers(room []PreparedIdentifier, x aloi.Identifier) (list []PreparedIdentifier, reason string) {
	if !strings.ContainsAny(x.Value, ";,| \t\n\f\r") { // nothing that parts two
		id, why := readIdentifier(x)
		if id.Value == "" {
			return nil, why
		}
		return append(room, id), why
	}
	values := severalIdentifiers.Split(x.Value, maxIdentifiers+1)
	if x.Type == aloi.IdentifierSocialHandle || len(values) > maxIdentifiers || slices.ContainsFunc(values, func(v string) bool { return len(v) < identifierBytes }) {
		values = []string{x.Value}
	}
	list = room
	for _, value := range values {
		id, why := readIdentifier(aloi.Identifier{Type: x.Type, Scope: x.Scope, Value: value})
		if id.Value != "" {
			list = append(list, id)
		}
		if reason == "" {
			reason = why
		}
	}
	return list, reason
}

// maxIdentifiers is the most identifiers of one field.
const maxIdentifiers = 4

// What people and spreadsheets put around a number: a sign for number, a remark in
// parentheses, .0 after it. A number in scientific notation has lost its last digits.
var (
	numberSign = regexp.MustCompile(`^\s*(?:[Nn]\s?[°ºo]\s?[.:]?\s*|#\s*)(\d)`)
	remark     = regexp.MustCompile(`^(.*\d.*?)\s*\([^()]*\)\s*$`)
	wholeFloat = regexp.MustCompile(`^(\d+)[.,]0+$`)
	scientific = regexp.MustCompile(`^\d[.,]\d+[Ee]\+?\d+$`)
)

// minBareDigits is the least digits that are left of a number without its leading zeros,
// which spreadsheets drop.
const minBareDigits = 6

// bareNumber folds a number without what stands around it; it is empty where digits were lost.
func bareNumber(value string) string {
	value = strings.TrimSpace(value)
	if isNumber(value) && len(value) <= maxFoldedBytes {
		if bare := strings.TrimLeft(value, "0"); len(bare) >= minBareDigits {
			return bare
		}
		return value
	}
	if !isNumber(value) && strings.ContainsAny(value, "°ºoO#().,") {
		value = numberSign.ReplaceAllString(value, "$1")
		value = remark.ReplaceAllString(value, "$1")
		value = wholeFloat.ReplaceAllString(value, "$1")
		if scientific.MatchString(value) {
			return ""
		}
	}
	folded := strings.ReplaceAll(Fold(value), " ", "")
	bare := strings.TrimLeft(folded, "0")
	if len(bare) >= minBareDigits && strings.Trim(bare, "0123456789") == "" {
		return bare
	}
	return folded
}

// noNumbers are what people type where they have no number, besides the placeholders.
var noNumbers = setOf("NA", "OUI", "PERDU", "PERDUE", "VOLE", "VOLEE", "PAS DE CARTE", "SANS CARTE", "AUCUNE CARTE", "CARTE PERDUE", "CARTE OUBLIEE",
	"OUBLIEE", "OUBLI", "EN COURS", "PROVISOIRE", "TEMPORAIRE", "SANS NUMERO", "PAS DE NUMERO", "LOST", "PENDING")

// readIdentifier folds an identifier. Its value is empty, with the reason, where it
// identifies nobody.
func readIdentifier(x aloi.Identifier) (PreparedIdentifier, string) {
	out := PreparedIdentifier{Type: x.Type, Scope: strings.ToLower(Fold(x.Scope))}
	reason := ""
	switch x.Type {
	case aloi.IdentifierSocialHandle:
		out.Scope, out.Value = readHandle(x.Scope, x.Value)
	case aloi.IdentifierIP:
		if ip, err := netip.ParseAddr(strings.TrimSpace(x.Value)); err == nil {
			out.Value = strings.ToUpper(ip.Unmap().WithZone("").String())
		}
	default:
		out.Value = bareNumber(x.Value)
	}
	out.Scope = out.Scope[:min(len(out.Scope), maxIdentifierBytes)]
	folded := Fold(x.Value)
	switch {
	case isPlaceholder(folded) || isSequence(out.Value) || isRepeated(out.Value, minRepeated) || x.Type != aloi.IdentifierSocialHandle && noNumbers[folded]:
		out.Value, reason = "", FlagPlaceholder
	case out.Value == "" || len(out.Value) > maxIdentifierBytes:
		out.Value, reason = "", FlagInvalid
	}
	return out, reason
}

// readHandle returns network and handle in lower case, of a handle with or without @ or of
// the address of a profile.
func readHandle(network, value string) (string, string) {
	network = strings.ToLower(strings.ReplaceAll(Fold(network), " ", ""))
	value = strings.ToLower(strings.TrimSpace(value))
	if _, rest, ok := strings.Cut(value, "://"); ok {
		value = rest
	}
	if host, path, ok := strings.Cut(value, "/"); ok && strings.Contains(host, ".") {
		value, _, _ = strings.Cut(path, "?")
		if name := networkOfHost(host); network == "" {
			network = name
		}
		value = strings.Trim(value, "/")
		value = value[strings.LastIndexByte(value, '/')+1:]
	}
	if alias, ok := networkAliases[network]; ok {
		network = alias
	}
	return network, foldHandle(value)
}

// networkOfHost returns the network that a host name belongs to: its second level.
func networkOfHost(host string) string {
	labels := strings.Split(host, ".")
	if len(labels) < 2 {
		return ""
	}
	return strings.ToLower(strings.ReplaceAll(Fold(labels[len(labels)-2]), " ", ""))
}

// foldHandle keeps the letters, digits and . _ - of a handle, in lower case.
func foldHandle(s string) string {
	var out []byte
	for _, c := range []byte(foldPunctuated(s)) {
		switch {
		case c >= 'A' && c <= 'Z':
			out = append(out, c-'A'+'a')
		case c >= '0' && c <= '9' || c == '.' || c == '_' || c == '-':
			out = append(out, c)
		}
	}
	return string(out)
}

// minSequence is the least digits that make 123456… a placeholder.
const minSequence = 6

// isSequence reports whether a text is digits that count up or down by one.
func isSequence(s string) bool {
	if len(s) < minSequence {
		return false
	}
	step := s[1] - s[0]
	if step != 1 && step != 0xff {
		return false
	}
	for i := range len(s) {
		if !isDigit(s[i]) || i > 0 && s[i] != (s[i-1]-'0'+step+10)%10+'0' {
			return false
		}
	}
	return true
}
