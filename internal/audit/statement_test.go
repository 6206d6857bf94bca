package audit

import (
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// A statement is what was signed, by the key that signed it, and never a checkpoint.
func TestStatement(t *testing.T) {
	private, public, err := NewKey("aloi/one")
	if err != nil {
		t.Fatal(err)
	}
	_, other, err := NewKey("aloi/one")
	if err != nil {
		t.Fatal(err)
	}
	const text = "a statement\nof two lines\n"
	signed, err := SignStatement(private, text)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := OpenStatement(signed, public); err != nil || got != text {
		t.Errorf("%q, %v", got, err)
	}
	for name, c := range map[string][2]string{
		"another key": {signed, other},
		"no key":      {signed, "nonsense"},
		"changed":     {strings.Replace(signed, "two", "six", 1), public},
		"unsigned":    {text, public},
	} {
		if _, err := OpenStatement(c[0], c[1]); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	v, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(signed, v); err == nil {
		t.Error("it passes for a checkpoint")
	}
	if _, err := SignStatement(private, "aloi/one\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"); err == nil {
		t.Error("a checkpoint passes for a statement")
	}
	if _, err := SignStatement("nonsense", text); err == nil {
		t.Error("nonsense signs")
	}
}
