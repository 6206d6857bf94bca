package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"aloi/engine"

	aloiv1 "aloi/proto/aloi/v1"
)

// adoptCommand is `aloi adopt`: it puts a model in force on a server.
type adoptCommand struct {
	Model   string `arg:"" optional:"" placeholder:"MODEL.yaml" help:"The model, as 'aloi train' and 'aloi model' write it."`
	Shipped bool   `help:"Instead of a file: the model that the server ships with."`
	target
}

// Help is the longer help of the command.
func (adoptCommand) Help() string {
	return `Resolves everything that the server holds anew, under another model. Ids stay with most of
their records, judgements stand, and the journal says what changed. Ingest waits
meanwhile, questions are answered. Once entities are being written it is finished, even
if you interrupt it or the server stops: then at the next start.

  aloi adopt model.yaml
  aloi adopt --shipped

To see first what a model would do, run 'aloi dedupe --model model.yaml' on your files.`
}

// Run adopts the model and says what changed.
func (c *adoptCommand) Run(e *env) error {
	if (c.Model == "") != c.Shipped {
		return usage(errors.New("name a model file, or say --shipped"))
	}
	req := &aloiv1.AdoptRequest{}
	if c.Model != "" {
		var err error
		if req.Model, err = readModel(c.Model); err != nil {
			return err
		}
	}
	return c.call(e.ctx, func(cl *client) error {
		a, err := adopt(e, cl, req)
		if err != nil {
			return err
		}
		return printAdoption(e, a)
	})
}

// adopt has the server adopt a model, and shows how far it is.
func adopt(e *env, cl *client, req *aloiv1.AdoptRequest) (*aloiv1.Adoption, error) {
	stream, err := cl.models.Adopt(e.ctx, req)
	if err != nil {
		return nil, err
	}
	steps := &stepBars{e: e}
	defer steps.done()
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the server ended without saying what changed")
		}
		if err != nil || m.Adoption != nil {
			return m.GetAdoption(), err
		}
		steps.at(m.Step, int(m.Done), int(m.Total))
	}
}

// readModel reads a model file; what is wrong with it is said before a server is asked.
func readModel(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, engine.MaxModelBytes+1))
	if err != nil {
		return "", err
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return "", usage(fmt.Errorf("%s is empty", path))
	}
	if _, err := engine.ParseModel(string(text)); err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	return string(text), nil
}

func printAdoption(e *env, a *aloiv1.Adoption) error {
	if e.json {
		return printJSON(e.stdout, a)
	}
	var p page
	p.line(fmt.Sprintf("%s is in force in place of %s: %s, %d entities.", a.Version, a.Replaced, count(int(a.Records), "record"), a.Entities))
	if a.FirstSequence == 0 {
		p.line("No entity changed.")
	} else {
		p.line(fmt.Sprintf("%d entities gained or lost records, or are new: 'aloi changes' has them from %d to %d.", a.Changed, a.FirstSequence, a.LastSequence))
	}
	return p.writeTo(e.stdout)
}
