package datadir

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"aloi/engine"
	"aloi/internal/audit"
	"aloi/store"
	"aloi/store/badger"
	"aloi/store/seal"
)

// ofBefore makes a directory as it was before keyrings, with records in it.
func ofBefore(t *testing.T, records int) (dir string) {
	t.Helper()
	dir = t.TempDir()
	secret := strings.Repeat("s3cr3t!!", secretBytes/8)
	key, half, err := audit.NewKey("aloi/01234567")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, secretFile), secret, privateFile)
	write(t, filepath.Join(dir, auditFile), key+"\n", privateFile)
	write(t, filepath.Join(dir, PublicFile), half+"\n", publicFile)
	db, err := badger.Open(filepath.Join(dir, StoreFolder), badger.Options{})
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), db, []byte(secret))
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.Open(t.Context(), st, engine.Options{Now: time.Now, AuditKey: key})
	if err != nil {
		t.Fatal(err)
	}
	put(t, e, 0, records)
	for _, end := range []func() error{e.Close, db.Close} {
		if err := end(); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// adopted expects a directory of before to open with everything that it held, its keys and
// values no more in the clear, and to go on from there.
func adopted(t *testing.T, dir string, records int) {
	t.Helper()
	half := read(t, filepath.Join(dir, PublicFile))
	d := opened(t, dir, usual())
	holds(t, d, records)
	put(t, d.Engine, records, 1)
	shut(t, d)
	if d.Keyring.Adopting || read(t, filepath.Join(dir, PublicFile)) != half {
		t.Error("the adoption did not end, or the public key changed")
	}
	for _, clear := range []string{canary, "s3cr3t", d.Keyring.Audit} {
		if found := find(t, dir, clear); len(found) > 0 {
			t.Errorf("in the clear in %v", found)
		}
	}
	for _, name := range []string{secretFile, auditFile, beforeFolder, copyFolder} {
		if there, _ := is(filepath.Join(dir, name)); there {
			t.Errorf("%s is still there", name)
		}
	}
	again := opened(t, dir, Options{Now: time.Now})
	holds(t, again, records+1)
	report, err := again.Engine.Verify(t.Context(), nil)
	if err != nil || report.Differences > 0 {
		t.Errorf("verify: %v, %+v", err, report)
	}
	shut(t, again)
}

func TestAdopt(t *testing.T) {
	const records = 30
	dir := ofBefore(t, records)
	before := find(t, dir, "")
	refused(t, dir, Options{Now: time.Now}, nil, "start a server on it once")
	if after := find(t, dir, ""); !slices.Equal(before, after) {
		t.Errorf("who changes nothing changed %v to %v", before, after)
	}
	adopted(t, dir, records)
}

// A start that adopts may end after each of its steps.
func TestAdoptionBrokeOff(t *testing.T) {
	const records = 10
	dir := ofBefore(t, records)
	begun := func(t *testing.T) *Data {
		t.Helper()
		d := &Data{dir: clone(t, dir), o: usual()}
		if err := d.adopt(t.Context()); err != nil {
			t.Fatal(err)
		}
		return d
	}
	t.Run("before the keyring", func(t *testing.T) {
		dir := clone(t, dir)
		write(t, filepath.Join(dir, MasterFile), seal.NewMaster().String(), privateFile)
		adopted(t, dir, records)
	})
	t.Run("after the keyring", func(t *testing.T) {
		d := begun(t)
		refused(t, d.dir, Options{Now: time.Now}, nil, "start a server on it once")
		adopted(t, d.dir, records)
	})
	t.Run("within the copy", func(t *testing.T) {
		d := begun(t)
		if err := os.MkdirAll(filepath.Join(d.path(copyFolder), StoreFolder), privateDir); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(d.path(copyFolder), StoreFolder, "MANIFEST"), "torn", privateFile)
		adopted(t, d.dir, records)
	})
	moves := [][2]string{{StoreFolder, beforeFolder}, {filepath.Join(copyFolder, WitnessFolder), WitnessFolder}, {filepath.Join(copyFolder, StoreFolder), StoreFolder}}
	for done := range len(moves) + 1 {
		t.Run(fmt.Sprintf("after %d moves", done), func(t *testing.T) {
			d := begun(t)
			if err := d.copySealed(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, move := range moves[:done] {
				if err := os.Rename(d.path(move[0]), d.path(move[1])); err != nil {
					t.Fatal(err)
				}
			}
			refused(t, d.dir, Options{Now: time.Now}, nil, "start a server on it once")
			adopted(t, d.dir, records)
		})
	}
	t.Run("before the rest is removed", func(t *testing.T) {
		d := begun(t)
		secret, key := read(t, d.path(secretFile)), read(t, d.path(auditFile))
		before := clone(t, d.path(StoreFolder))
		shut(t, opened(t, d.dir, usual()))
		write(t, d.path(secretFile), secret, privateFile)
		write(t, d.path(auditFile), key, privateFile)
		if err := os.CopyFS(d.path(beforeFolder), os.DirFS(before)); err != nil {
			t.Fatal(err)
		}
		shut(t, opened(t, d.dir, Options{Now: time.Now})) // which leaves them
		if there, _ := is(d.path(beforeFolder)); !there {
			t.Error("who changes nothing removed a part")
		}
		adopted(t, d.dir, records)
	})
}

// What is wrong with the keys of before is said, and can be put right.
func TestAdoptWrongKeys(t *testing.T) {
	const records = 3
	dir := ofBefore(t, records)
	secret, key := filepath.Join(dir, secretFile), filepath.Join(dir, auditFile)
	for _, c := range []struct {
		path, text string
		mode       os.FileMode
		kind       error
		says       string
	}{
		{secret, read(t, secret), 0o640, ErrKey, "open to others (mode 0640)"},
		{secret, "short", 0o600, ErrKey, "5 bytes"},
		{key, read(t, key), 0o604, ErrKey, "open to others (mode 0604)"},
		{key, "PRIVATE+KEY+x", 0o600, ErrKey, "no key that signs"},
		{secret, strings.Repeat("x", secretBytes), 0o600, nil, "the secret is not the one"},
	} {
		was := read(t, c.path)
		write(t, c.path, c.text, c.mode)
		refused(t, dir, usual(), c.kind, c.says)
		write(t, c.path, was, privateFile)
	}
	back := away(t, key)
	refused(t, dir, usual(), ErrKey, "is missing")
	back()
	adopted(t, dir, records)
}

// A store whose audit key is gone with its public half is refused, and is as before when they
// are put back.
func TestAdoptWithoutAuditKey(t *testing.T) {
	dir := ofBefore(t, 2)
	key, half := away(t, filepath.Join(dir, auditFile)), away(t, filepath.Join(dir, PublicFile))
	refused(t, dir, usual(), nil, "not signed by this key")
	key()
	half()
	adopted(t, dir, 2)
}

// Files of keys that are not those of the store stay where they are.
func TestForeignKeysStay(t *testing.T) {
	dir := fresh(t)
	shut(t, opened(t, dir, usual()))
	path := filepath.Join(dir, secretFile)
	write(t, path, strings.Repeat("x", secretBytes), privateFile)
	shut(t, opened(t, dir, usual()))
	if read(t, path) != strings.Repeat("x", secretBytes) {
		t.Error("it changed")
	}
}
