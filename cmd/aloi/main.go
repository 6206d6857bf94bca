// Command aloi is the golden-record engine and every tool around it: it serves,
// ingests, asks, explains, judges, de-duplicates files, measures and verifies.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"aloi"
)

// The exit codes, for scripts.
const (
	exitOK          = 0
	exitFinding     = 1 // a difference was found, or some rows were rejected
	exitUsage       = 2 // the command line, a mapping or an input file is wrong
	exitUnavailable = 3 // a server, a file or a store could not be reached
	exitNotFound    = 4 // nothing of that name is stored
	exitCorrupt     = 5 // stored data failed its check
	exitInternal    = 70
	exitNoRoom      = 75 // the disk is too full to open the store
)

const description = `Aloi keeps one golden record per person, from records that stream in.

See it at work on sample records:

  aloi demo

Start a server on a fresh store, and send it a file:

  aloi serve --data ./aloi-data
  aloi ingest customers.csv --source web

Ask who somebody is, and why:

  aloi search --family Lefèvre --given Anne
  aloi get web/1042
  aloi why web/1042 store/MAG-7

De-duplicate a file without a server:

  aloi dedupe --in customers.csv --clusters clusters.csv

Exit codes: 0 done, 1 a difference or a rejected row, 2 wrong usage or input,
3 not reachable, 4 not found, 5 stored data is damaged, 70 a fault of Aloi,
75 no room on the disk.`

// cli is the command line.
type cli struct {
	JSON  bool `help:"Print JSON, one document or one line per result, and no progress bar." name:"json"`
	Quiet bool `help:"Print no progress bar." short:"q"`
	profiles

	commands
}

// env is what a command has of the world.
type env struct {
	ctx    context.Context
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
	json   bool
	quiet  bool
}

// exitError carries an exit code with what is printed to stderr; Err may be nil
// when everything has been said.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usage marks an error as one of the command line or of an input.
func usage(err error) error {
	if err == nil {
		return nil
	}
	return &exitError{exitUsage, err}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second interrupt ends the program at once
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the program: it parses args, runs the command and returns its exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("aloi"), kong.Description(description), kong.UsageOnError(),
		kong.Writers(stdout, stderr), kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}))
	if err != nil {
		fmt.Fprintln(stderr, "aloi:", err)
		return exitInternal
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 { // help was asked for
		return exited
	}
	if err != nil {
		fmt.Fprintf(stderr, "aloi: %v (see aloi --help)\n", err)
		return exitUsage
	}
	err = c.during(func() error {
		return parsed.Run(&env{ctx: ctx, stdin: stdin, stdout: stdout, stderr: stderr, json: c.JSON, quiet: c.Quiet || c.JSON})
	})
	if err != nil && err.Error() != "" {
		fmt.Fprintln(stderr, "aloi:", err)
	}
	return exitCode(err)
}

// exitCode is what a script sees of an error.
func exitCode(err error) int {
	var exit *exitError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &exit):
		return exit.code
	}
	switch aloi.CodeOf(err) {
	case aloi.CodeInvalid, aloi.CodeTooLarge:
		return exitUsage
	case aloi.CodeNotFound:
		return exitNotFound
	case aloi.CodeUnavailable:
		return exitUnavailable
	case aloi.CodeCorrupt:
		return exitCorrupt
	}
	var path *os.PathError
	if errors.As(err, &path) {
		return exitUnavailable
	}
	return exitInternal
}
