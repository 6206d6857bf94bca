package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"aloi/matcher"
	aloiv1 "aloi/proto/aloi/v1"
)

// fromServer learns from the records of a server, starting at its model.
func (c *trainCommand) fromServer(e *env) error {
	if len(c.Mapping) > 0 || c.Source+c.Model+c.Rejects != "" {
		return usage(errors.New("--mapping, --source, --model and --rejects go with --in: a server has its own records and model"))
	}
	return c.call(e.ctx, func(cl *client) error {
		trained, err := c.learnRemote(e, cl)
		if err != nil {
			return err
		}
		model, err := matcher.Load(strings.NewReader(trained.Model))
		if err != nil {
			return err
		}
		var report matcher.TrainReport
		if err := json.Unmarshal([]byte(trained.ReportJson), &report); err != nil {
			return fmt.Errorf("the report of the server: %w", err)
		}
		if err := c.write(model, &report); err != nil {
			return err
		}
		return c.print(e, &report)
	})
}

// learnRemote has the server learn, and shows how far it is.
func (c *trainCommand) learnRemote(e *env, cl *client) (*aloiv1.TrainedModel, error) {
	stream, err := cl.models.Train(e.ctx, &aloiv1.TrainRequest{Version: c.Name, Seed: c.Seed})
	if err != nil {
		return nil, err
	}
	var bar *progress
	defer func() { bar.done() }()
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the server ended without a model")
		}
		if err != nil || m.Trained != nil {
			return m.GetTrained(), err
		}
		if bar == nil {
			bar = e.progress("learning", "steps", int64(m.Total))
		}
		bar.at(int64(m.Done), int64(m.Done))
	}
}
