package main

import (
	"encoding/json"
	"fmt"

	aloiv1 "aloi/proto/aloi/v1"
)

// modelCommand is `aloi model`: what decides on a server.
type modelCommand struct{ target }

// Help is the longer help of the command.
func (modelCommand) Help() string {
	return `Prints the model in force as a model file, YAML; with --json its version only.

  aloi model > model.yaml
  aloi model --json`
}

// Run prints it.
func (c *modelCommand) Run(e *env) error {
	return c.call(e.ctx, func(cl *client) error {
		m, err := cl.models.GetModel(e.ctx, &aloiv1.GetModelRequest{})
		if err != nil {
			return err
		}
		if e.json {
			return json.NewEncoder(e.stdout).Encode(map[string]string{"version": m.Version})
		}
		_, err = fmt.Fprint(e.stdout, m.Model)
		return err
	})
}
