package aloi

import (
	"regexp"
	"strings"
	"testing"
)

// The names of sources and of types as they are defined.
var (
	sourcePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:/-]*$`)
	typePattern   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)
)

func checkNames(t *testing.T, s string) {
	t.Helper()
	if got, want := isSourceName(s), sourcePattern.MatchString(s); got != want {
		t.Errorf("isSourceName(%q) = %v, want %v", s, got, want)
	}
	if got, want := isTypeName(s), typePattern.MatchString(s); got != want {
		t.Errorf("isTypeName(%q) = %v, want %v", s, got, want)
	}
}

// TestNamesPlain tries every byte alone, in front, inside and at the end of a name.
func TestNamesPlain(t *testing.T) {
	for c := range 256 {
		b := string([]byte{byte(c)})
		for _, s := range []string{b, b + "a1", "a" + b + "1", "a1" + b, b + b} {
			checkNames(t, s)
		}
	}
	for _, n := range []int{0, 63, 64, 65} {
		checkNames(t, strings.Repeat("a", n))
	}
}

func FuzzNamesPlain(f *testing.F) {
	for _, s := range []string{"crm.fr/shop:2_a-b", "loyalty_card", "_x", "9x", "a\n", "é", "\xff"} {
		f.Add(s)
	}
	f.Fuzz(checkNames)
}
