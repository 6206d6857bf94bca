package matcher

import "strings"

// FrenchCode returns a code that is the same for names that sound alike in French.
func FrenchCode(name string) string { return strings.ReplaceAll(Fold(name), " ", "") }
