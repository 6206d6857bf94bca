package badger

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/dgraph-io/badger/v4"
)

// held makes a directory with files of Badger's names, and holds them.
func held(t *testing.T) (dir string, files map[string][]byte) {
	t.Helper()
	dir = t.TempDir()
	files = map[string][]byte{
		badger.ManifestFilename: []byte("list"),
		"000001.sst":            []byte("table"),
		"00001.mem":             append(append(make([]byte, 3<<20), "log"...), make([]byte, 3<<20)...),
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := hold(dir); err != nil {
		t.Fatal(err)
	}
	return dir, files
}

// empty does what Badger does with a log whose table is on disk.
func empty(t *testing.T, path string) {
	t.Helper()
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// What is put back is what was held, whatever Badger did with it meanwhile.
func TestPutBack(t *testing.T) {
	dir, files := held(t)
	empty(t, filepath.Join(dir, "00001.mem"))
	for _, name := range []string{"000002.sst", badger.ManifestFilename} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("another"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Remove(filepath.Join(dir, "000001.sst")); err != nil {
		t.Fatal(err)
	}
	if err := putBack(dir); err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is %d bytes, %v; want the %d that were held", name, len(got), err, len(want))
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "000002.sst")); err == nil {
		t.Error("a table that was made meanwhile is still there")
	}
}

// Where a compaction has emptied a table, what came of it stays.
func TestPutBackReplaced(t *testing.T) {
	dir, _ := held(t)
	empty(t, filepath.Join(dir, "000001.sst"))
	if err := os.WriteFile(filepath.Join(dir, "000002.sst"), []byte("compacted"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := putBack(dir); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(filepath.Join(dir, "000002.sst")); err != nil || string(got) != "compacted" {
		t.Errorf("the new table is %q, %v", got, err)
	}
	if _, err := os.Stat(filepath.Join(dir, holdFolder)); err == nil {
		t.Error("files are still held")
	}
}

// A log that Badger has emptied and not yet removed is no damage by itself.
func TestEmptyLog(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "00001.mem"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := checkLogs(dir); err != nil {
		t.Error(err)
	}
}
