package badger

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/sync/errgroup"

	"aloi/internal/durable"
	"aloi/store/kv"
)

// inventoryFile lists every file of a database that was closed in order, with its size and
// hash. It is removed before the database is opened: where it is missing, the last process
// did not end in order, and what the database holds is compared with its head instead.
const inventoryFile = "INVENTORY"

// listed is one file of an inventory.
type listed struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// isOurs reports whether a file belongs to the database: not the inventory itself, nor what
// Badger keeps of the process that has it open.
func isOurs(name string) bool { return name != inventoryFile && name != "LOCK" && name != holdFolder }

// takeInventory lists the files in dir, hashed on all cores.
func takeInventory(dir string) ([]listed, error) {
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return nil, err
	}
	var files []listed
	for _, e := range entries {
		if isOurs(e.Name()) {
			files = append(files, listed{Name: e.Name()})
		}
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range files {
		g.Go(func() (err error) {
			files[i], err = listFile(dir, files[i].Name)
			return err
		})
	}
	return files, g.Wait()
}

func listFile(dir, name string) (listed, error) {
	file, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		return listed{}, err
	}
	defer file.Close()
	h := sha256.New()
	n, err := io.Copy(h, file)
	return listed{name, n, hex.EncodeToString(h.Sum(nil))}, err
}

// writeInventory lists a database that was closed in order. The list is authenticated with
// key: a line of the MAC in hex, then JSON.
func writeInventory(dir string, key []byte) error {
	files, err := takeInventory(dir)
	if err != nil {
		return err
	}
	text, err := json.Marshal(files)
	if err != nil {
		return err
	}
	content := append([]byte(hex.EncodeToString(inventorySum(key, text))+"\n"), text...)
	return durable.WriteFile(filepath.Join(dir, inventoryFile), content, 0o600)
}

func inventorySum(key, text []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("aloi inventory\n"))
	h.Write(text)
	return h.Sum(nil)
}

// checkInventory compares the files with the inventory, if there is one: clean tells that
// there is, and that they are as they were written.
func checkInventory(dir string, key []byte) (clean bool, err error) {
	content, err := os.ReadFile(filepath.Join(dir, inventoryFile))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	} else if err != nil {
		return false, err
	}
	line, text, _ := bytes.Cut(content, []byte("\n"))
	if sum, err := hex.DecodeString(string(line)); err != nil || !hmac.Equal(sum, inventorySum(key, text)) {
		return false, fmt.Errorf("%w: %s is not as it was written", kv.ErrCorrupt, filepath.Join(dir, inventoryFile))
	}
	var want []listed
	if err := json.Unmarshal(text, &want); err != nil {
		return false, err
	}
	have, err := takeInventory(dir)
	if err != nil {
		return false, err
	}
	return true, compareInventory(dir, want, have)
}

// compareInventory names the first file that is missing, changed or new.
func compareInventory(dir string, want, have []listed) error {
	there := map[string]listed{}
	for _, f := range have {
		there[f.Name] = f
	}
	for _, f := range want {
		path := filepath.Join(dir, f.Name)
		switch got, ok := there[f.Name]; {
		case !ok:
			return fmt.Errorf("%w: %s is missing", kv.ErrCorrupt, path)
		case got.Bytes != f.Bytes:
			return fmt.Errorf("%w: %s has %d bytes, it was closed with %d", kv.ErrCorrupt, path, got.Bytes, f.Bytes)
		case got.SHA256 != f.SHA256:
			return fmt.Errorf("%w: %s was changed since it was closed", kv.ErrCorrupt, path)
		}
		delete(there, f.Name)
	}
	for _, f := range have {
		if _, extra := there[f.Name]; extra {
			return fmt.Errorf("%w: %s was not there when the store was closed", kv.ErrCorrupt, filepath.Join(dir, f.Name))
		}
	}
	return nil
}

// dropInventory removes the inventory of a database that is about to change.
func dropInventory(dir string) error {
	err := os.Remove(filepath.Join(dir, inventoryFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return errors.Join(err, durable.SyncDir(dir))
}
