package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
)

// keyPair makes a key of age in a file, as age-keygen does.
func keyPair(t *testing.T) (file, recipient string) {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "backup.key")
	if err := os.WriteFile(file, []byte("# created: today\n"+id.String()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file, id.Recipient().String()
}

// rowsOf is a file of n rows, whose numbers begin with first.
func rowsOf(first, n int) string {
	var b strings.Builder
	b.WriteString("id,given,family,email\n")
	for i := first; i < first+n; i++ {
		name := string(rune('a'+i%26)) + string(rune('a'+i/26%26))
		b.WriteString(strings.Join([]string{name + "-" + string(rune('0'+i%10)), "Anne" + name, "Lef" + name, name + string(rune('0'+i%10)) + "@example.org"}, ",") + "\n")
	}
	return b.String()
}

// A server is backed up while it runs; the backups come back as they were, and what was
// deleted after the moment that is restored does not.
func TestBackupAndRestore(t *testing.T) {
	key, recipient := keyPair(t)
	s := start(t)
	s.ingest(t, exitOK, rowsOf(0, 40), "-", "--source", "web")
	dir := t.TempDir()
	full, inc := filepath.Join(dir, "full.aloi"), filepath.Join(dir, "inc.aloi")
	said := s.ask(t, "backup", "--to", full, "--recipient", recipient)
	if !strings.Contains(said, "restored and verified: 40 records") {
		t.Errorf("backup said %q", said)
	}
	s.ask(t, "delete", "web/ba-1")
	s.ingest(t, exitOK, rowsOf(40, 10), "-", "--source", "web")
	var made struct {
		Kind          string
		After, Commit uint64
		Records       uint64
		SHA256        string
	}
	if err := json.Unmarshal([]byte(s.ask(t, "backup", "--json", "--to", inc, "--recipient", recipient, "--after", full+".manifest")), &made); err != nil {
		t.Fatal(err)
	}
	if made.Kind != "increment" || made.Commit <= made.After || made.Records != 49 || len(made.SHA256) != 64 {
		t.Errorf("%+v", made)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*")); len(left) != 4 {
		t.Errorf("there are %v", left)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) != 0 {
		t.Errorf("left are %v", left)
	}

	both := filepath.Join(t.TempDir(), "both")
	code, out, stderr := aloiRun(t, "", "restore", full, inc, "--identity", key, "--data", both, "--erasures", s.data)
	if code != exitOK || !strings.Contains(out, "49 records") || !strings.Contains(out, "All that the old directory knows") {
		t.Fatalf("restore: %d %s %s", code, out, stderr)
	}
	if code, out, stderr := aloiRun(t, "", "verify", "--data", both); code != exitOK {
		t.Errorf("verify: %d %s %s", code, out, stderr)
	}
	early := filepath.Join(t.TempDir(), "early")
	code, out, stderr = aloiRun(t, "", "restore", full, "--json", "--identity", key, "--data", early, "--erasures", s.data)
	var restored struct {
		Records  uint64
		Again    int  `json:"erased_again"`
		Complete bool `json:"erasures_complete"`
	}
	if err := json.Unmarshal([]byte(out), &restored); code != exitOK || err != nil || restored.Records != 39 || restored.Again != 1 || !restored.Complete {
		t.Errorf("restore: %d %s %s", code, out, stderr)
	}
	if s.stop() != exitOK {
		t.Error(s.log)
	}
	served := serve(t, both, "127.0.0.1:0")
	if got := served.ask(t, "get", "web/aa-0"); !strings.Contains(got, "Anneaa") {
		t.Errorf("got %q", got)
	}
}

func TestBackupOffline(t *testing.T) {
	key, recipient := keyPair(t)
	s := start(t)
	s.ingest(t, exitOK, rowsOf(0, 10), "-", "--source", "web")
	file := filepath.Join(t.TempDir(), "b")
	if code, _, stderr := aloiRun(t, "", "backup", "--data", s.data, "--to", file, "--recipient", recipient); code != exitUnavailable || !strings.Contains(stderr, "in use") {
		t.Errorf("while a server has it open: %d %s", code, stderr)
	}
	s.stop()
	if code, out, stderr := aloiRun(t, "", "backup", "--data", s.data, "--to", file, "--recipient", recipient); code != exitOK {
		t.Fatalf("%d %s %s", code, out, stderr)
	}
	dir := filepath.Join(t.TempDir(), "again")
	if code, out, stderr := aloiRun(t, "", "restore", file, "--identity", key, "--data", dir, "--archive", s.data); code != exitOK {
		t.Errorf("%d %s %s", code, out, stderr)
	}
}

func TestBackupRefuses(t *testing.T) {
	key, recipient := keyPair(t)
	other, _ := keyPair(t)
	s := start(t)
	s.ingest(t, exitOK, rowsOf(0, 10), "-", "--source", "web")
	dir := t.TempDir()
	file := filepath.Join(dir, "b")
	s.ask(t, "backup", "--to", file, "--recipient", recipient)
	manifest := file + ".manifest"
	damaged := filepath.Join(dir, "damaged")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	content[len(content)/2] ^= 1
	if err := os.WriteFile(damaged, content, 0o600); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(dir, "to")
	online := []string{"--addr", s.addr}
	for name, c := range map[string]struct {
		code int
		says string
		args []string
	}{
		"no recipient":          {exitUsage, "age-keygen", append(online, "backup", "--to", to)},
		"not a recipient":       {exitUsage, "age1", append(online, "backup", "--to", to, "--recipient", "age1x")},
		"a file is there":       {exitUsage, "is there already", append(online, "backup", "--to", file, "--recipient", recipient)},
		"no manifest":           {exitUsage, "manifest", append(online, "backup", "--to", to, "--recipient", recipient, "--after", key)},
		"no server":             {exitUnavailable, "no server answers", []string{"backup", "--addr", "127.0.0.1:1", "--to", to, "--recipient", recipient}},
		"damaged":               {exitCorrupt, "damaged", []string{"restore", damaged, "--identity", key, "--data", to, "--without-erasures"}},
		"another key":           {exitCorrupt, "other keys", []string{"restore", file, "--identity", other, "--data", to, "--without-erasures"}},
		"not a key":             {exitUsage, "private keys", []string{"restore", file, "--identity", manifest, "--data", to, "--without-erasures"}},
		"erasures":              {exitUsage, "--without-erasures", []string{"restore", file, "--identity", key, "--data", to}},
		"not a moment":          {exitUsage, "--until", []string{"restore", file, "--identity", key, "--data", to, "--until", "noon"}},
		"a file is missing":     {exitUnavailable, "no such file", []string{"restore", "nowhere", "--identity", key, "--data", to, "--without-erasures"}},
		"signed by another key": {exitCorrupt, "another key", []string{"restore", file, "--identity", key, "--data", to, "--without-erasures", "--audit-key", other}},
	} {
		if c.args[0] == "--addr" {
			c.args = append(c.args[2:], c.args[:2]...)
		}
		if code, _, stderr := aloiRun(t, "", c.args...); code != c.code || !strings.Contains(stderr, c.says) {
			t.Errorf("%s: %d %q, want %d %q", name, code, stderr, c.code, c.says)
		}
		for _, path := range []string{to, to + ".part", to + ".manifest"} {
			if _, err := os.Lstat(path); err == nil {
				t.Errorf("%s: %s is left", name, path)
			}
		}
	}
}
