package aloi

// maxTypeBytes is the longest name of a type, of an attribute or of a kind.
const maxTypeBytes = 64

// isSourceName reports whether a text is letters, digits and . _ : / -, the first of them a
// letter or a digit.
func isSourceName(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case i > 0 && (c == '.' || c == '_' || c == ':' || c == '/' || c == '-'):
		default:
			return false
		}
	}
	return s != ""
}

// isTypeName reports whether a text is lower-case letters, digits and _, the first of them a
// letter, and not too long.
func isTypeName(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z':
		case i > 0 && ('0' <= c && c <= '9' || c == '_'):
		default:
			return false
		}
	}
	return s != "" && len(s) <= maxTypeBytes
}
