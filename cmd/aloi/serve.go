package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"runtime/debug"

	"aloi/server"
)

// serveCommand is `aloi serve`: it runs a server until it is interrupted.
type serveCommand struct {
	Data           string `required:"" placeholder:"DIR" help:"Directory of the store; made when it is not there."`
	Listen         string `default:"127.0.0.1:7411" placeholder:"ADDR" help:"Address to listen on (127.0.0.1:7411); port 0 takes a free one."`
	InsecureListen bool   `help:"Listen on an address that other machines reach, in clear text and without asking who calls."`
	termsFlags
}

// Help is the longer help of the command.
func (serveCommand) Help() string {
	return `Starts with no configuration file:

  aloi serve --data ./aloi-data

DIR holds the store and secret.key, which keys the hashes of personal values: keep
a copy of it apart from the data, the store can't be read without it. audit.key signs the
checkpoints of the audit log, and audit.pub is what others check them by. The address is
printed once the server answers. Ctrl-C or SIGTERM stops it in order: what was
received is finished and acknowledged. Logs go to stderr and hold no personal data.`
}

// serveGCPercent trades memory for time: a server's garbage is mostly what one batch
// needed. GOGC says otherwise.
const serveGCPercent = 200

// Run starts the server and waits for the end of the context.
func (c *serveCommand) Run(e *env) error {
	log := newLog(e)
	terms, err := c.terms()
	if err != nil {
		return err
	}
	addr, err := c.address()
	if err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(serveGCPercent)
	}
	d, err := openData(e.ctx, c.Data, true, terms, log)
	if err != nil {
		return err
	}
	return errors.Join(c.serve(e, d, addr, log), d.close())
}

func (c *serveCommand) serve(e *env, d *data, addr *net.TCPAddr, log *slog.Logger) error {
	listener, err := net.ListenTCP("tcp", addr)
	if err != nil {
		return &exitError{exitUnavailable, fmt.Errorf("can't listen on %s: %w", c.Listen, err)}
	}
	counts, err := d.engine.Counts(e.ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	log.Info("serving", "address", listener.Addr().String(), "records", counts.Records,
		"entities", counts.Entities, "model", d.engine.Model().Version)
	s := server.New(d.engine, server.Options{Log: log})
	if counts.Records > 0 {
		defer warmUp(e.ctx, d, log)()
	}
	c.announce(e, listener.Addr().String())
	if err := s.Serve(e.ctx, listener); err != nil {
		return &exitError{exitUnavailable, err}
	}
	log.Info("stopped")
	return nil
}

// warmUp reads what decisions need into memory beside the server; what it returns ends
// that and waits for it.
func warmUp(ctx context.Context, d *data, log *slog.Logger) (end func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := d.engine.WarmUp(ctx); err != nil && ctx.Err() == nil {
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
