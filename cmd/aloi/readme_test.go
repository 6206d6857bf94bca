package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// readmeCommand finds the commands of the README: `./aloi …` and `go run ./cmd/aloi …`.
var readmeCommand = regexp.MustCompile(`(?m)^    (?:\./aloi|go run \./cmd/aloi) (.*)$`)

// TestReadmeCommands holds that every command that the README shows is one.
// TestDemoOutput runs the demo, and the tests of each command run the others.
func TestReadmeCommands(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	found := readmeCommand.FindAllStringSubmatch(string(text), -1)
	if len(found) < 5 {
		t.Fatalf("%d commands in the README", len(found))
	}
	// Files that the examples name must be there for the parser's own checks.
	t.Chdir(t.TempDir())
	if err := os.WriteFile("customers.csv", []byte("id,email\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, m := range found {
		line, _, _ := strings.Cut(m[1], " #")
		var c cli
		parser, err := kong.New(&c, kong.Exit(func(int) {}))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(strings.Fields(line)); err != nil {
			t.Errorf("aloi %s: %v", line, err)
		}
	}
}
