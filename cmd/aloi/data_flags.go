package main

import (
	"fmt"
	"log/slog"
	"math"
	"os"
	"strconv"
	"strings"
	"time"

	"aloi/consent"
	"aloi/engine"
	"aloi/internal/datadir"
)

// masterVariable is the variable of the environment that may hold the master key.
const masterVariable = "ALOI_MASTER_KEY"

// keyFlags say where the master key of a data directory comes from.
type keyFlags struct {
	KeyFile    string `placeholder:"FILE" xor:"master" help:"File with the master key; otherwise $ALOI_MASTER_KEY, or master.key in the directory."`
	KeyCommand string `placeholder:"COMMAND" xor:"master" help:"Command that prints the master key; no shell reads it."`
}

// master returns where the key comes from: what the command line says goes before the
// environment.
func (c *keyFlags) master(e *env) datadir.MasterSource {
	m := datadir.MasterSource{File: c.KeyFile, Command: c.KeyCommand, Stderr: e.stderr}
	if c.KeyFile == "" && c.KeyCommand == "" {
		m.Text = os.Getenv(masterVariable)
	}
	return m
}

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

// storeFlags are what a store is opened with.
type storeFlags struct {
	termsFlags
	keyFlags
}

// options reads the files, and returns what a store is opened with by who changes nothing:
// all of the archive stays.
func (c *storeFlags) options(e *env, log *slog.Logger) (o datadir.Options, err error) {
	o = datadir.Options{Master: c.master(e), ArchiveBytes: math.MaxInt64, Now: time.Now, Log: log, Progress: logSteps(log)}
	if o.Rules, err = readTerms(c.Rules, engine.ParseRules); err == nil {
		o.Policy, err = readTerms(c.Policy, consent.ParsePolicy)
	}
	return o, err
}

// readTerms reads one file, nil for none.
func readTerms[T any](path string, parse func([]byte) (*T, error)) (*T, error) {
	if path == "" {
		return nil, nil
	}
	text, err := readAtMost(path, maxTermsBytes)
	if err != nil {
		return nil, err
	}
	t, err := parse(text)
	if err != nil {
		return nil, usage(fmt.Errorf("%s: %w", path, err))
	}
	return t, nil
}

// byteSize is a number of bytes: 2GiB, 500MB, 0.
type byteSize int64

// byteUnits are what a size may end in.
var byteUnits = []struct {
	name  string
	bytes float64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"TiB", 1 << 40},
	{"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"TB", 1e12}, {"B", 1}, {"", 1},
}

// UnmarshalText reads a size.
func (b *byteSize) UnmarshalText(text []byte) error {
	for _, unit := range byteUnits {
		number, ok := strings.CutSuffix(string(text), unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if n *= unit.bytes; err != nil || math.IsNaN(n) || n < 0 || n >= math.MaxInt64 {
			break
		}
		*b = byteSize(n)
		return nil
	}
	return fmt.Errorf("%q is no size: 2GiB, 500MB, 0", text)
}

// sizeText writes a number of bytes for people.
func sizeText(n uint64) string {
	for i := len(byteUnits) - 1; i >= 0; i-- {
		if u := byteUnits[i]; strings.HasSuffix(u.name, "iB") && float64(n) >= u.bytes {
			return strconv.FormatFloat(float64(n)/u.bytes, 'f', 1, 64) + " " + u.name
		}
	}
	return strconv.FormatUint(n, 10) + " B"
}
