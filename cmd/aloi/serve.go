package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"aloi/engine"
	"aloi/internal/datadir"
	"aloi/server"
)

// serveCommand is `aloi serve`: it runs a server until it is interrupted.
type serveCommand struct {
	Data           string   `required:"" placeholder:"DIR" help:"Directory of the store; made when it is not there."`
	Listen         string   `default:"127.0.0.1:7411" placeholder:"ADDR" help:"Address to listen on (127.0.0.1:7411); port 0 takes a free one."`
	InsecureListen bool     `help:"Listen on an address that other machines reach, in clear text and without asking who calls."`
	Archive        byteSize `default:"2GiB" placeholder:"SIZE" help:"How much of what commits wrote is kept beside the store, for incremental backups and a return to any moment (2GiB); 0 for none."`
	ScrubRate      byteSize `default:"2MiB" placeholder:"SIZE" help:"How much a second is read in the background to find damage (2MiB); 0 for nothing."`
	Pprof          string   `placeholder:"ADDR" help:"Serve profiles of the server over HTTP on this address, for 'go tool pprof'; off without it, and of this machine alone (127.0.0.1:6060)."`
	storeFlags
}

// Help is the longer help of the command.
func (serveCommand) Help() string {
	return `Starts with no configuration file:

  aloi serve --data ./aloi-data

Every value in DIR is sealed. The master key opens all of it, and nothing else does: it is
made with the directory, in DIR/master.key, unless you say where it is. Keep a copy of it
and of DIR/keyring apart from the data. audit.pub is what others check the audit log by.
The address is printed once the server answers. Ctrl-C or SIGTERM stops it in order: what
was received is finished and acknowledged. Logs go to stderr and hold no personal data.

  aloi serve --data ./aloi-data --key-file /run/secrets/aloi.key
  aloi serve --data ./aloi-data --key-command 'pass show aloi/master'

It ends by itself when the store must not be used any more: with exit code 3 when a commit
failed and it must be started again, with 5 when stored data is damaged. Exit code 75 says
that the disk is too full to start.`
}

// Run starts the server and waits for the end of the context.
func (c *serveCommand) Run(e *env) error {
	log := newLog(e)
	o, err := c.options(e, log)
	if err != nil {
		return err
	}
	addr, err := c.address()
	if err != nil {
		return err
	}
	profiles, err := c.pprofListener()
	if err != nil {
		return err
	}
	defer servePprof(profiles, log)()
	boundMemory(log)
	o.Create, o.ArchiveBytes, o.ScrubBytesPerSecond = true, int64(c.Archive), int64(c.ScrubRate)
	d, err := openData(e.ctx, c.Data, o)
	if err != nil {
		return err
	}
	err = c.serve(e, d, addr, log)
	if closed := d.Close(); err == nil {
		return closed // after a failure it tells nothing new
	}
	return err
}

func (c *serveCommand) serve(e *env, d *datadir.Data, addr *net.TCPAddr, log *slog.Logger) error {
	listener, err := net.ListenTCP("tcp", addr)
	if err != nil {
		return &exitError{exitUnavailable, fmt.Errorf("can't listen on %s: %w", c.Listen, err)}
	}
	counts, err := d.Engine.Counts(e.ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	log.Info("serving", "address", listener.Addr().String(), "records", counts.Records,
		"entities", counts.Entities, "model", d.Engine.Model().Version)
	s := server.New(d.Engine, server.Options{Log: log, Data: d})
	if counts.Records > 0 {
		defer warmUp(e.ctx, d.Engine, log)()
	}
	c.announce(e, listener.Addr().String())
	err = s.Serve(e.ctx, listener) // which ends by itself when the store has failed
	if failed := d.Err(); failed != nil && e.ctx.Err() == nil {
		return c.failed(failed)
	}
	if err != nil {
		return &exitError{exitUnavailable, err}
	}
	log.Info("stopped")
	return nil
}

// failed says what to do about a store that must not be used any more.
func (c *serveCommand) failed(err error) error {
	if errors.Is(err, datadir.ErrDamaged) {
		return dataError(c.Data, err)
	}
	return &exitError{exitUnavailable, fmt.Errorf("the store has failed: %w; start the server again: what was acknowledged is there, "+
		"and what was not is to be sent again", err)}
}

// warmUp reads what decisions need into memory beside the server; what it returns ends
// that and waits for it.
func warmUp(ctx context.Context, en *engine.Engine, log *slog.Logger) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		start := time.Now()
		err := en.WarmUp(ctx)
		switch {
		case err == nil:
			log.Info("warm", "took", time.Since(start))
		case ctx.Err() == nil:
			log.Warn("warming up", "error", err)
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

// announce prints the address, for people and for programs that took port 0.
func (c *serveCommand) announce(e *env, addr string) {
	if !e.json {
		fmt.Fprintf(e.stdout, "Aloi is listening on %s, data in %s\n", addr, c.Data)
		return
	}
	// A document of two strings can always be encoded.
	_ = json.NewEncoder(e.stdout).Encode(map[string]string{"address": addr, "data": c.Data})
}

// address resolves the address to listen on once, so that what is checked is what is used.
func (c *serveCommand) address() (*net.TCPAddr, error) {
	addr, err := net.ResolveTCPAddr("tcp", c.Listen)
	if err != nil {
		return nil, usage(fmt.Errorf("--listen %s: %w", c.Listen, err))
	}
	if !addr.IP.IsLoopback() && !c.InsecureListen {
		return nil, usage(fmt.Errorf("--listen %s: other machines would reach this address, and Aloi speaks clear text to anyone who calls; "+
			"listen on 127.0.0.1, or say --insecure-listen when the network is trusted", c.Listen))
	}
	return addr, nil
}

// newLog returns the log of a server.
func newLog(e *env) *slog.Logger {
	if e.json {
		return slog.New(slog.NewJSONHandler(e.stderr, nil))
	}
	return slog.New(slog.NewTextHandler(e.stderr, nil))
}
