package datadir

import (
	"slices"
	"strings"
	"testing"
)

// FuzzSplitCommand holds that a command line is split as it was put together, that plain
// words are split at spaces alone, and that no error holds a part of the line, which may be
// a secret.
func FuzzSplitCommand(f *testing.F) {
	f.Add("pass show aloi/master", "it's")
	f.Add(`security find -w "my key" 'a\b' c\ d ""`, `a"b\c`)
	f.Add(`'open`, "")
	f.Add("\\", "\n")
	f.Add("\xff\u2028 é", "\x00")
	f.Fuzz(func(t *testing.T, line, word string) {
		words, err := splitCommand(line)
		switch {
		case err != nil && len(line) > 12 && strings.Contains(err.Error(), line):
			t.Fatal("the error holds the line")
		case err == nil && (len(words) == 0 || words[0] == ""):
			t.Fatalf("%q is no command", words)
		case err == nil && !strings.ContainsAny(line, `"'\`) && strings.ToValidUTF8(line, "") == line &&
			!slices.Equal(words, strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\n", r) })):
			t.Fatalf("%q is split into %q", line, words)
		}
		if word = strings.ToValidUTF8(word, "?"); word == "" {
			word = "x"
		}
		quoted := "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		doubled := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(word) + `"`
		want := []string{word, "", word, "-" + word}
		if got, err := splitCommand(quoted + " '' \t" + doubled + ` -` + quoted + "\n"); err != nil || !slices.Equal(got, want) {
			t.Fatalf("%q comes back as %q, %v", want, got, err)
		}
	})
}
