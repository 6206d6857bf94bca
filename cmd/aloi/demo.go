package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"aloi/internal/datadir"
	"aloi/server"
)

// demoCommand is `aloi demo`: it shows on sample records what Aloi does.
type demoCommand struct {
	Keep string `placeholder:"DIR" help:"Keep the store there, to look at it with the other commands; it must be new."`
}

// Help is the longer help of the command.
func (demoCommand) Help() string {
	return `Starts a server on a fresh store, streams sample records of four channels into it over
gRPC, and shows what became of them: people and the reasons that their records are
theirs, one golden record with the provenance of each value, a near miss that was not
merged and why, and a consent history that came from two channels. Nothing is left
behind, unless --keep says where.

  aloi demo
  aloi demo --keep ./demo-data && aloi serve --data ./demo-data`
}

// Run shows the story of the samples.
func (c *demoCommand) Run(e *env) error {
	dir, err := c.directory()
	if err != nil {
		return err
	}
	if c.Keep == "" {
		defer os.RemoveAll(dir)
	}
	return withServer(e.ctx, dir, func(t target) error {
		return t.call(e.ctx, func(cl *client) error {
			s, err := tell(e.ctx, cl)
			if err != nil {
				return err
			}
			if e.json {
				return s.printJSON(e.stdout)
			}
			var p page
			p.story(s)
			p.whereNext(c.Keep)
			return p.writeTo(e.stdout)
		})
	})
}

// directory returns where the store goes.
func (c *demoCommand) directory() (string, error) {
	if c.Keep == "" {
		return os.MkdirTemp("", "aloi-demo-")
	}
	if _, err := os.Stat(c.Keep); err == nil {
		return "", usage(fmt.Errorf("--keep %s: it is there already", c.Keep))
	}
	return c.Keep, nil
}

// withServer runs use beside a server over the store in dir, on a port of this machine.
func withServer(ctx context.Context, dir string, use func(target) error) error {
	d, err := openData(ctx, dir, datadir.Options{Create: true, Fleeting: true, Now: time.Now})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, d.Close())
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	served := make(chan error, 1)
	go func() { served <- server.New(d.Engine, server.Options{Data: d}).Serve(ctx, listener) }()
	err = use(target{Addr: listener.Addr().String()})
	stop()
	return errors.Join(err, <-served, d.Close())
}
