package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"aloi/internal/datadir"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/store/seal"
)

// keysCommand is `aloi keys`.
type keysCommand struct {
	Status    keysStatusCommand    `cmd:"" help:"Say which key seals the values of a server."`
	Rotate    keysRotateCommand    `cmd:"" help:"Seal every value of a server with a new key."`
	Rewrap    keysRewrapCommand    `cmd:"" help:"Seal the keyring of a directory with another master key."`
	NewMaster keysNewMasterCommand `cmd:"" help:"Print a new master key."`
}

// keysStatusCommand is `aloi keys status`.
type keysStatusCommand struct{ target }

// Run asks and prints.
func (c *keysStatusCommand) Run(e *env) error {
	return c.call(e.ctx, func(cl *client) error {
		s, err := aloiv1.NewOperationsClient(cl.conn).GetStatus(e.ctx, &aloiv1.GetStatusRequest{})
		if err != nil {
			return err
		}
		if e.json {
			return printJSON(e.stdout, s.GetKeys())
		}
		_, err = fmt.Fprintln(e.stdout, keysText(s.GetKeys()))
		return err
	})
}

// keysRotateCommand is `aloi keys rotate`.
type keysRotateCommand struct{ target }

// Help is the longer help of the command.
func (keysRotateCommand) Help() string {
	return `Gives a running server a new key for its values, seals every value anew with it, looks at
every value whether one is left, and then forgets the former keys: what an old copy of the
disk holds opens with an old keyring only. Everything goes on meanwhile. If it breaks off,
ask for it again: it goes on where it was.

Backups keep their own keys. The archive of commits begins anew: make a full backup
afterwards.

  aloi keys rotate`
}

// Run rotates, and shows how far it is.
func (c *keysRotateCommand) Run(e *env) error {
	return c.call(e.ctx, func(cl *client) error {
		stream, err := aloiv1.NewOperationsClient(cl.conn).RotateKeys(e.ctx, &aloiv1.RotateKeysRequest{})
		if err != nil {
			return err
		}
		steps := &stepBars{e: e}
		defer steps.done()
		for {
			m, err := stream.Recv()
			if err != nil {
				return err
			}
			if !m.Finished {
				steps.at("values", int(m.Done), int(m.Total))
				continue
			}
			steps.done()
			if e.json {
				return printJSON(e.stdout, m)
			}
			_, err = fmt.Fprintf(e.stdout, "Every value is sealed with key %d; keys before it are gone.\n", m.Active)
			return err
		}
	})
}

// keysRewrapCommand is `aloi keys rewrap`.
type keysRewrapCommand struct {
	Data          string `required:"" placeholder:"DIR" help:"Data directory; no server may have it open."`
	NewKeyFile    string `placeholder:"FILE" xor:"new" help:"File with the new master key."`
	NewKeyCommand string `placeholder:"COMMAND" xor:"new" help:"Command that prints the new master key; no shell reads it."`
	keyFlags
}

// Help is the longer help of the command.
func (keysRewrapCommand) Help() string {
	return `Seals the keyring of a data directory with another master key; the values are as before.
Stop the server first: it has the former key in memory, and would write the keyring with
that again. From then on give the server the new key. A copy of the former keyring still
opens with the former key: to make those useless, run 'aloi keys rotate' afterwards.

  aloi keys new-master > new.key && chmod 600 new.key
  aloi keys rewrap --data ./aloi-data --new-key-file new.key
  aloi serve --data ./aloi-data --key-file new.key`
}

// Run changes the master key.
func (c *keysRewrapCommand) Run(e *env) error {
	if c.NewKeyFile == "" && c.NewKeyCommand == "" {
		return usage(errors.New("say where the new master key is: --new-key-file or --new-key-command"))
	}
	from := c.master(e)
	to := datadir.MasterSource{File: c.NewKeyFile, Command: c.NewKeyCommand, Stderr: e.stderr}
	if err := datadir.Rewrap(e.ctx, c.Data, from, to); err != nil {
		return dataError(c.Data, err)
	}
	if e.json {
		return json.NewEncoder(e.stdout).Encode(map[string]any{"data": c.Data, "rewrapped": true})
	}
	_, err := fmt.Fprintln(e.stdout, "The keyring opens with the new master key alone. Keep the former one only for copies of the former keyring.")
	return err
}

// keysNewMasterCommand is `aloi keys new-master`.
type keysNewMasterCommand struct{}

// Help is the longer help of the command.
func (keysNewMasterCommand) Help() string {
	return `Prints a new master key: 32 random bytes in hex. Whoever has it and the directory can read
everything; without it nobody can.

  (umask 077 && aloi keys new-master > /run/secrets/aloi.key)
  aloi serve --data ./aloi-data --key-file /run/secrets/aloi.key`
}

// Run prints it.
func (keysNewMasterCommand) Run(e *env) error {
	key := seal.NewMaster().String()
	if e.json {
		return json.NewEncoder(e.stdout).Encode(map[string]string{"master_key": key})
	}
	_, err := fmt.Fprintln(e.stdout, key)
	return err
}
