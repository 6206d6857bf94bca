package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
)

// The key of the audit log is made once, with its public half, and guarded as the secret.
func TestServeGuardsItsAuditKey(t *testing.T) {
	s := start(t)
	s.stop()
	path, public := filepath.Join(s.data, auditFile), filepath.Join(s.data, publicFile)
	key, half := fileText(t, path), fileText(t, public)
	signer, err := note.NewSigner(strings.TrimSpace(key))
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(strings.TrimSpace(half))
	if err != nil {
		t.Fatal(err)
	}
	if name := verifier.Name(); name != signer.Name() || !strings.HasPrefix(name, "aloi/") || len(name) != len("aloi/01234567") || verifier.KeyHash() != signer.KeyHash() {
		t.Errorf("the log is called %q, its key %q", name, signer.Name())
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != privateFile {
		t.Errorf("the key has mode %v, %v", info.Mode(), err)
	}

	args := []string{"serve", "--data", s.data, "--listen", "127.0.0.1:0"}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	expect(t, exitUsage, "open to others (mode 0640)", args...)
	expect(t, exitUsage, "open to others (mode 0640)", "verify", "--data", s.data)
	for _, c := range []struct{ key, half, says string }{
		{"PRIVATE+KEY+x", half, "no key that signs"},
		{key, "aloi/x+00000000+AAAA\n", "not the public half"},
		{"", half, "is missing"},
	} {
		replace(t, path, c.key)
		replace(t, public, c.half)
		expect(t, exitUsage, c.says, args...)
		if _, err := os.Stat(path); c.key == "" && err == nil {
			t.Error("a log whose key is gone got another one")
		}
	}
	replace(t, path, key)
	replace(t, public, "")
	serve(t, s.data, "127.0.0.1:0")
	if fileText(t, path) != key || fileText(t, public) != half {
		t.Error("the key changed, or its public half was not written again")
	}
	if left, _ := filepath.Glob(filepath.Join(s.data, "*.key.*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
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
	if err := os.WriteFile(path, []byte(text), privateFile); err != nil {
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
