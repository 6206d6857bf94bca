package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"aloi"
	"aloi/consent"
	"aloi/engine"
	"aloi/store"
	"aloi/store/badger"
	"aloi/store/kv"
)

// What a data directory holds.
const (
	storeFolder = "store"      // the database
	secretFile  = "secret.key" // keys the hashes of personal values; without it the store can't be read
	secretBytes = 32
	auditFile   = "audit.key" // signs the checkpoints of the audit log
	publicFile  = "audit.pub" // by which anybody checks them
	privateDir  = 0o700       // the directory is the owner's alone
	privateFile = 0o600
)

// othersMask are the permissions that the secret and the key may not have.
const othersMask = 0o077

// maxTermsBytes is the most that a file of survivorship rules, or of the policy of
// consent, may be.
const maxTermsBytes = 1 << 20

// termsFlags name the files that a store works by. A store keeps the survivorship rules
// that it was made with: with others it is refused. The policy of consent may change: the
// audit log says since when.
type termsFlags struct {
	Rules  string `placeholder:"FILE" help:"Survivorship rules (YAML); give a store the same ones every time."`
	Policy string `placeholder:"FILE" help:"Policy of consent (YAML), see docs/consent.md; the one for France otherwise."`
}

// terms are what a store works by; nil is the default.
type terms struct {
	rules  *engine.Rules
	policy *consent.Policy
}

// terms reads the files.
func (c *termsFlags) terms() (t terms, err error) {
	if t.rules, err = readTerms(c.Rules, engine.ParseRules); err == nil {
		t.policy, err = readTerms(c.Policy, consent.ParsePolicy)
	}
	return t, err
}

// readTerms reads one file, nil for none.
func readTerms[T any](path string, parse func([]byte) (*T, error)) (*T, error) {
	if path == "" {
		return nil, nil
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxTermsBytes {
		return nil, usage(fmt.Errorf("%s is larger than %d bytes", path, maxTermsBytes))
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	t, err := parse(text)
	if err != nil {
		return nil, usage(fmt.Errorf("%s: %w", path, err))
	}
	return t, nil
}

// data is an open data directory: the engine over its store.
type data struct {
	engine *engine.Engine
	db     kv.DB
}

// openData opens a data directory. With create it makes it when it is not there, and
// resolves a store anew that must be; without, it changes nothing.
func openData(ctx context.Context, dir string, create bool, t terms, log *slog.Logger) (*data, error) {
	secret, err := readSecret(dir, create)
	if err != nil {
		return nil, err
	}
	key, err := readAuditKey(dir, create)
	if err != nil {
		return nil, err
	}
	db, err := badger.Open(filepath.Join(dir, storeFolder), badger.Options{Logger: log})
	if errors.Is(err, badger.ErrInUse) {
		return nil, &exitError{exitUnavailable, fmt.Errorf("%s is in use: a server or another command has it open; stop that one first", dir)}
	}
	if err != nil {
		return nil, &exitError{openCode(err), err}
	}
	d, err := openEngine(ctx, db, secret, engine.Options{
		Rules: t.rules, Policy: t.policy, AuditKey: key, Now: time.Now, AsItIs: !create, Progress: logSteps(log),
	})
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return d, nil
}

// openCode is the exit code for a database that can't be opened: it is damaged, unless
// the system says why. Badger keeps such errors as text only.
func openCode(err error) int {
	for _, cause := range []syscall.Errno{syscall.EACCES, syscall.EPERM, syscall.EROFS, syscall.ENOSPC, syscall.EDQUOT,
		syscall.EMFILE, syscall.ENFILE, syscall.ENOMEM, syscall.EIO, syscall.ENOTDIR} {
		if strings.Contains(err.Error(), cause.Error()) {
			return exitUnavailable
		}
	}
	return exitCorrupt
}

// logSteps tells of a store that is resolved anew, which takes a while: each step once.
func logSteps(log *slog.Logger) func(step string, done, total uint64) {
	var mu sync.Mutex
	last := ""
	return func(step string, _, total uint64) {
		mu.Lock()
		defer mu.Unlock()
		if step != last {
			last = step
			log.Info("resolving the store anew", "step", step, "records", total)
		}
	}
}

func openEngine(ctx context.Context, db kv.DB, secret []byte, o engine.Options) (*data, error) {
	st, err := store.Open(ctx, db, secret)
	if err != nil {
		return nil, openError(err)
	}
	e, err := engine.Open(ctx, st, o)
	if err != nil {
		return nil, openError(err)
	}
	return &data{engine: e, db: db}, nil
}

// openError marks an error that is not Aloi's own fault: another secret, format, model
// or rules than those that the store was made with.
func openError(err error) error {
	if aloi.CodeOf(err) != aloi.CodeInternal {
		return damaged(err)
	}
	return &exitError{exitUnavailable, err}
}

// close stops the engine and then closes the database.
func (d *data) close() error { return errors.Join(d.engine.Close(), d.db.Close()) }
