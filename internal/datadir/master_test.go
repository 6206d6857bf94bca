package datadir

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"aloi/store/seal"
)

func TestSplitCommand(t *testing.T) {
	for _, c := range []struct {
		line string
		want []string
	}{
		{"cat", []string{"cat"}},
		{"  pass  show\taloi/master ", []string{"pass", "show", "aloi/master"}},
		{`vault kv get -field="the key" 'a b' c\ d`, []string{"vault", "kv", "get", "-field=the key", "a b", "c d"}},
		{`x "" '' a""b`, []string{"x", "", "", "ab"}},
		{`x "a\"b" 'a\b' $HOME|*`, []string{"x", `a"b`, `a\b`, "$HOME|*"}},
		{"", nil}, {"  ", nil}, {`""`, nil}, {`a "b`, nil}, {`a 'b`, nil}, {`a \`, nil},
	} {
		got, err := splitCommand(c.line)
		if !slices.Equal(got, c.want) || (err == nil) != (c.want != nil) {
			t.Errorf("%q: %q, %v; want %q", c.line, got, err, c.want)
		}
	}
}

// The same key from each of the places opens the same directory; nothing of it is in an
// error, whatever is wrong with it.
func TestMasterSources(t *testing.T) {
	dir, keys := fresh(t), t.TempDir()
	key := seal.NewMaster().String()
	good, wide, junk, none := filepath.Join(keys, "good key"), filepath.Join(keys, "wide"), filepath.Join(keys, "junk"), filepath.Join(keys, "none")
	write(t, good, key+"\n", 0o600)
	write(t, wide, key, 0o640)
	write(t, junk, "4a1ea6", 0o600)
	o := usual()
	o.Master.File = none
	refused(t, dir, o, ErrKey, "no such file")
	for _, from := range []MasterSource{{Text: key}, {File: good}, {Command: "cat '" + good + "'"}, {Text: "  " + strings.ToUpper(key) + "\n"}} {
		o.Master = from
		shut(t, opened(t, dir, o))
	}
	other := seal.NewMaster().String()
	for _, c := range []struct {
		from MasterSource
		says string
	}{
		{MasterSource{File: wide}, "open to others (mode 0640)"},
		{MasterSource{File: junk}, "32 random bytes"},
		{MasterSource{Text: "4a1ea6"}, "32 random bytes"},
		{MasterSource{Text: other}, "is not the one that sealed"},
		{MasterSource{Text: key, File: good}, "more than one way"},
		{MasterSource{Command: "cat " + none}, "exit status 1"},
		{MasterSource{Command: none}, "no such file"},
		{MasterSource{Command: "cat 'x"}, "within quotes"},
		{MasterSource{Command: "head -c 5000 /dev/zero"}, "more than 4096 bytes"},
		{MasterSource{}, "is missing"},
	} {
		o.Master = c.from
		_, err := Open(t.Context(), dir, o)
		wrong(t, err, ErrKey, c.says)
		for _, secret := range []string{"4a1ea6", key, other} {
			if err != nil && strings.Contains(err.Error(), secret) {
				t.Errorf("the error holds a key: %v", err)
			}
		}
	}
}

// What a command says besides reaches the caller, and a caller that goes ends it.
func TestKeyCommand(t *testing.T) {
	script := filepath.Join(t.TempDir(), "key")
	write(t, script, "#!/bin/sh\necho unlocking >&2\necho ' k '\n", 0o700)
	var said bytes.Buffer
	if got, err := runKeyCommand(t.Context(), script, &said); got != "k" || err != nil || said.String() != "unlocking\n" {
		t.Errorf("%q, %v, said %q", got, err, said.String())
	}
	ctx, cancel := context.WithCancel(t.Context())
	started := filepath.Join(t.TempDir(), "started")
	write(t, script, "#!/bin/sh\n: > '"+started+"'\nsleep 600\n", 0o700)
	done := make(chan error)
	go func() {
		_, err := runKeyCommand(ctx, script, nil)
		done <- err
	}()
	for there := false; !there; {
		_, err := os.Stat(started)
		there = err == nil
	}
	cancel()
	if err := <-done; err == nil {
		t.Error("a command that was cut off gave a key")
	}
}
