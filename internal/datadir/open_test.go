package datadir

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"aloi/internal/audit"
	"aloi/store/seal"
)

// isKind is errors.Is, and anything is of no kind.
func isKind(err, kind error) bool { return err != nil && (kind == nil || errors.Is(err, kind)) }

// A new directory is its owner's alone, keeps its keys, and holds nothing in the clear.
func TestOpenNew(t *testing.T) {
	dir := fresh(t)
	d := opened(t, dir, usual())
	put(t, d.Engine, 0, 20)
	refused(t, dir, usual(), ErrInUse)
	shut(t, d)
	for name, mode := range map[string]fs.FileMode{"": 0o700, MasterFile: 0o600, KeyringFile: 0o600, StoreFolder: 0o700, WitnessFolder: 0o700} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm() != mode {
			t.Errorf("%q has mode %v, want %v", name, info.Mode().Perm(), mode)
		}
	}
	for _, secret := range []string{canary, d.Keyring.Audit, string(d.Keyring.Index)} {
		if found := find(t, dir, secret); len(found) > 0 {
			t.Errorf("in the clear in %v", found)
		}
	}
	half, err := audit.PublicKey(d.Keyring.Audit)
	if got := read(t, filepath.Join(dir, PublicFile)); err != nil || got != half+"\n" || !strings.HasPrefix(got, "aloi/"+d.Keyring.Store[:8]+"+") {
		t.Errorf("the public key is %q, %v", got, err)
	}
	again := opened(t, dir, Options{Now: time.Now}) // changing nothing
	holds(t, again, 20)
	if again.Keyring.Store != d.Keyring.Store || again.Keyring.Audit != d.Keyring.Audit {
		t.Error("the keys changed")
	}
}

func TestOpenNeedsData(t *testing.T) {
	dir := fresh(t)
	refused(t, dir, Options{Now: time.Now}, ErrNoData, "holds no data of Aloi")
	if there, _ := is(dir); there {
		t.Error("a directory was made")
	}
	refused(t, t.TempDir(), Options{Now: time.Now}, ErrNoData)
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "", 0o600)
	refused(t, file, Options{Now: time.Now}, ErrNoData)
	if _, err := Open(t.Context(), dir, Options{}); err == nil {
		t.Error("opened without a clock")
	}
}

// A first start may end after each of its steps: the next one goes on.
func TestFirstStartBrokeOff(t *testing.T) {
	dir := fresh(t)
	shut(t, opened(t, dir, usual()))
	master, keyring := read(t, filepath.Join(dir, MasterFile)), read(t, filepath.Join(dir, KeyringFile))
	for _, files := range [][]string{{}, {MasterFile}, {MasterFile, KeyringFile}} {
		dir := t.TempDir()
		for _, name := range files {
			write(t, filepath.Join(dir, name), map[string]string{MasterFile: master, KeyringFile: keyring}[name], privateFile)
		}
		refused(t, dir, Options{Now: time.Now}, ErrNoData)
		d := opened(t, dir, usual())
		put(t, d.Engine, 0, 1)
		shut(t, d)
		if len(files) > 0 && read(t, filepath.Join(dir, MasterFile)) != master {
			t.Errorf("%v: another master key was made", files)
		}
	}
}

// What is missing, or of another store, is named, nothing is made in its place, and put
// back it opens again.
func TestMissingParts(t *testing.T) {
	dir, other := fresh(t), fresh(t)
	for _, dir := range []string{dir, other} {
		d := opened(t, dir, usual())
		put(t, d.Engine, 0, 5)
		shut(t, d)
	}
	for _, c := range []struct {
		name string
		kind error
		says string
	}{
		{MasterFile, ErrKey, "is missing"},
		{KeyringFile, ErrDamaged, "is missing"},
		{StoreFolder, ErrDamaged, "is missing"},
		{WitnessFolder, ErrDamaged, "witness"},
	} {
		path := filepath.Join(dir, c.name)
		back := away(t, path)
		for _, o := range []Options{usual(), {Now: time.Now}} {
			refused(t, dir, o, c.kind, c.says)
		}
		if there, _ := is(path); there && c.name != WitnessFolder {
			t.Errorf("%s was made anew", c.name)
		}
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(path, os.DirFS(filepath.Join(other, c.name))); c.name == StoreFolder || c.name == WitnessFolder {
			if err != nil {
				t.Fatal(err)
			}
		} else {
			write(t, path, read(t, filepath.Join(other, c.name)), privateFile)
		}
		kind := c.kind
		if c.name == KeyringFile { // its master key is another one
			kind = ErrKey
		}
		refused(t, dir, usual(), kind)
		back()
		d := opened(t, dir, usual())
		holds(t, d, 5)
		shut(t, d)
	}
}

// A keyring under the same master key may still be that of another store.
func TestKeyringOfAnotherStore(t *testing.T) {
	o := usual()
	o.Master.Text = seal.NewMaster().String()
	dir, other := fresh(t), fresh(t)
	for _, dir := range []string{dir, other} {
		d := opened(t, dir, o)
		put(t, d.Engine, 0, 5)
		shut(t, d)
		if there, _ := is(filepath.Join(dir, MasterFile)); there {
			t.Error("a master key that comes from elsewhere was written")
		}
	}
	write(t, filepath.Join(dir, KeyringFile), read(t, filepath.Join(other, KeyringFile)), privateFile)
	refused(t, dir, o, ErrDamaged, PublicFile, "is of another store")
	write(t, filepath.Join(dir, PublicFile), read(t, filepath.Join(other, PublicFile)), publicFile)
	refused(t, dir, o, ErrDamaged)
	if err := os.Remove(filepath.Join(dir, PublicFile)); err != nil {
		t.Fatal(err)
	}
	refused(t, dir, o, ErrDamaged)
}

// The public key is checked against the key, and made anew where it is missing.
func TestPublicKey(t *testing.T) {
	dir := fresh(t)
	d := opened(t, dir, usual())
	shut(t, d)
	path := filepath.Join(dir, PublicFile)
	half := read(t, path)
	write(t, path, "aloi/x+00000000+AAAA\n", publicFile)
	refused(t, dir, usual(), ErrDamaged, "is not the public half")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	shut(t, opened(t, dir, Options{Now: time.Now}))
	if there, _ := is(path); there {
		t.Error("who changes nothing wrote the public key")
	}
	shut(t, opened(t, dir, usual()))
	if read(t, path) != half {
		t.Error("it is another one")
	}
	if want, err := audit.PublicKey(d.Keyring.Audit); err != nil || half != want+"\n" {
		t.Errorf("%q, want %q, %v", half, want, err)
	}
}

// A flipped bit of the keyring, anywhere, is damage and no other key.
func TestDamagedKeyring(t *testing.T) {
	dir := fresh(t)
	shut(t, opened(t, dir, usual()))
	path := filepath.Join(dir, KeyringFile)
	text := read(t, path)
	head := strings.IndexByte(text, '\n')
	for _, at := range []int{0, head, head + 1, head + 20, len(text) - 1} {
		flipped := []byte(text)
		flipped[at] ^= 1
		write(t, path, string(flipped), privateFile)
		refused(t, dir, usual(), ErrDamaged, KeyringFile)
	}
	write(t, path, text[:len(text)-1], privateFile)
	refused(t, dir, usual(), ErrDamaged, KeyringFile)
	write(t, path, "", privateFile)
	refused(t, dir, usual(), ErrDamaged, KeyringFile)
}
