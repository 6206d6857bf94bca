package main

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"aloi/internal/audit"
)

// readSecret returns the secret of a data directory, which it makes with the
// directory when both are new and create is set. A store whose secret is gone gets
// no other one: that one could not read it.
func readSecret(dir string, create bool) ([]byte, error) {
	path := filepath.Join(dir, secretFile)
	_, err := os.Stat(filepath.Join(dir, storeFolder))
	stored := err == nil
	if !stored && !create {
		return nil, &exitError{exitUnavailable, fmt.Errorf("%s holds no data of Aloi", dir)}
	}
	secret, err := loadSecret(path)
	switch {
	case !errors.Is(err, fs.ErrNotExist):
		return secret, err
	case stored:
		return nil, usage(fmt.Errorf("%s is missing: the store beside it can't be read without the secret that it was written with", path))
	}
	if err := os.MkdirAll(dir, privateDir); err != nil {
		return nil, err
	}
	if err := makeSecret(dir, path); err != nil {
		return nil, err
	}
	return loadSecret(path)
}

// loadSecret reads the secret.
func loadSecret(path string) ([]byte, error) {
	secret, err := loadPrivate(path)
	if err == nil && len(secret) != secretBytes {
		return nil, usage(fmt.Errorf("%s has %d bytes, a secret has %d", path, len(secret), secretBytes))
	}
	return secret, err
}

// makeSecret writes a new secret.
func makeSecret(dir, path string) error {
	secret := make([]byte, secretBytes)
	rand.Read(secret)
	return makePrivate(dir, path, secret)
}

// logNameBytes is how many random bytes tell the log of one store from that of another.
const logNameBytes = 4

// readAuditKey returns the key that signs the checkpoints of the audit log. With create
// it makes one for a log that has none yet, and writes the public half beside it; without,
// a store from before the log has none. A log whose key is gone gets no other one: who
// kept a checkpoint would not know it.
func readAuditKey(dir string, create bool) (string, error) {
	path, public := filepath.Join(dir, auditFile), filepath.Join(dir, publicFile)
	text, err := loadPrivate(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Stat(public); err == nil {
			return "", usage(fmt.Errorf("%s is missing: the checkpoints of the audit log are signed with it", path))
		}
		if !create {
			return "", nil
		}
		if err := makeAuditKey(dir, path); err != nil {
			return "", err
		}
		text, err = loadPrivate(path)
	}
	if err != nil {
		return "", err
	}
	key := strings.TrimSpace(string(text))
	half, err := audit.PublicKey(key)
	if err != nil {
		return "", usage(fmt.Errorf("%s holds no key that signs", path))
	}
	return key, checkPublic(public, half, create)
}

// checkPublic compares the public half of the key with the one that is stored, which it
// writes with create where there is none.
func checkPublic(path, half string, create bool) error {
	stored, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && create:
		return writeFile(path, func(w io.Writer) error {
			_, err := io.WriteString(w, half+"\n")
			return err
		})
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && strings.TrimSpace(string(stored)) != half:
		return usage(fmt.Errorf("%s is not the public half of %s", path, auditFile))
	}
	return err
}

// makeAuditKey writes a new key; the name of the log is in it.
func makeAuditKey(dir, path string) error {
	name := make([]byte, logNameBytes)
	rand.Read(name)
	key, _, err := audit.NewKey("aloi/" + hex.EncodeToString(name))
	if err != nil {
		return err
	}
	return makePrivate(dir, path, []byte(key+"\n"))
}

// loadPrivate reads a file that only its owner may read.
func loadPrivate(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); mode&othersMask != 0 && runtime.GOOS != "windows" {
		return nil, usage(fmt.Errorf("%s is open to others (mode %04o): run chmod 600 on it", path, mode))
	}
	return os.ReadFile(path)
}

// makePrivate writes a private file, whole or not at all, unless there is one already: of
// two processes that start at once, one makes it and both read it.
func makePrivate(dir, path string, content []byte) error {
	f, err := os.CreateTemp(dir, filepath.Base(path)+".*") // exclusive, mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err = errors.Join(err, f.Chmod(privateFile), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(dir)
}

// syncDir makes the names in a directory durable, where the system can.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
