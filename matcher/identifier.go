package matcher

import (
	"net/netip"
	"strings"

	"aloi"
)

// maxIdentifierBytes is the longest identifier that is kept; more is a text in the
// wrong column.
const maxIdentifierBytes = 128

// networkAliases are other names of social networks.
var networkAliases = map[string]string{"x": "twitter", "fb": "facebook", "insta": "instagram", "ig": "instagram", "tt": "tiktok", "snap": "snapchat", "li": "linkedin"}

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
		out.Value = strings.ReplaceAll(Fold(x.Value), " ", "")
	}
	switch {
	case isPlaceholder(Fold(x.Value)) || isSequence(out.Value):
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
