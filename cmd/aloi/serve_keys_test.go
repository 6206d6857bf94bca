package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aloi/internal/datadir"
	"aloi/store/seal"
)

// The master key is guarded, and where it comes from is said when it is not the right one.
func TestServeGuardsItsMasterKey(t *testing.T) {
	s := start(t)
	s.stop()
	path := filepath.Join(s.data, datadir.MasterFile)
	key := fileText(t, path)
	commands := [][]string{{"serve", "--data", s.data, "--listen", "127.0.0.1:0"}, {"verify", "--data", s.data}, {"audit", "verify", "--data", s.data}}
	for _, c := range []struct {
		text string
		mode os.FileMode
		says string
	}{
		{key, 0o644, "open to others (mode 0644)"},
		{key[2:], 0o600, "32 random bytes"},
		{seal.NewMaster().String(), 0o600, "is not the one that sealed"},
		{"", 0, "is missing"},
	} {
		replace(t, path, c.text)
		if c.text != "" {
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
		}
		for _, args := range commands {
			expect(t, exitUsage, c.says, args...)
			expect(t, exitUsage, "--key-file, --key-command and ALOI_MASTER_KEY", args...)
		}
	}
	if _, err := os.Stat(path); err == nil {
		t.Error("a store whose key is gone got another one")
	}
	// The key may be anywhere else.
	file := filepath.Join(t.TempDir(), "key")
	replace(t, file, key)
	for _, args := range commands[1:] {
		expect(t, exitOK, "", append(args, "--key-file", file)...)
		expect(t, exitOK, "", append(args, "--key-command", "cat '"+file+"'")...)
		expect(t, exitUsage, "can't be used together", append(args, "--key-file", file, "--key-command", "cat")...)
	}
	t.Setenv(masterVariable, strings.TrimSpace(key))
	serve(t, s.data, "127.0.0.1:0").stop()
	expect(t, exitOK, "", commands[1]...)
	t.Setenv(masterVariable, seal.NewMaster().String())
	expect(t, exitUsage, "that of the environment is not the one", commands[1]...)
	expect(t, exitOK, "", append(commands[1], "--key-file", file)...) // which goes before
}

// What is missing or of another store is damage, and says what to do.
func TestServeNeedsItsKeyring(t *testing.T) {
	s := start(t)
	s.stop()
	path := filepath.Join(s.data, datadir.KeyringFile)
	keyring := fileText(t, path)
	replace(t, path, "")
	expect(t, exitCorrupt, "is missing", "serve", "--data", s.data, "--listen", "127.0.0.1:0")
	expect(t, exitCorrupt, "aloi recover --data "+s.data, "verify", "--data", s.data)
	replace(t, path, keyring)
	expect(t, exitOK, "", "verify", "--data", s.data)
}

func fileText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// replace writes a private file anew; an empty text removes it.
func replace(t *testing.T, path, text string) {
	t.Helper()
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if text == "" {
		return
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The policy of consent comes from a file, and one that is wrong is named.
func TestServePolicy(t *testing.T) {
	policy := put(t, t.TempDir(), "policy.yaml", "version: ours-1\ncolour: blue\n")
	for _, command := range []string{"serve", "verify"} {
		expect(t, exitUsage, "colour", command, "--data", t.TempDir(), "--policy", policy)
	}
	expect(t, exitUnavailable, "none.yaml", "serve", "--data", t.TempDir(), "--policy", "none.yaml")
}
