package main

import (
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"

	"aloi/internal/mapping"
	"aloi/matcher"
)

// trainCommand is `aloi train`.
type trainCommand struct {
	In      []string `placeholder:"FILE,…" help:"CSV or JSON Lines files, also .gz and .zst; - is the standard input. Without it the records of the server."`
	Mapping []string `placeholder:"FILE" help:"YAML file that says which column goes where; without it the names of the columns do. INPUT=FILE is for that input only."`
	Source  string   `placeholder:"NAME" help:"Source of rows that name none; without it the name of their file."`
	Out     string   `required:"" placeholder:"MODEL.yaml" help:"Where the model goes, for 'aloi dedupe --model'."`
	Report  string   `placeholder:"FILE" help:"Where the report goes: JSON if its name ends in .json, else text."`
	Model   string   `placeholder:"FILE" help:"Model to start from; without it, or as shipped, the shipped one."`
	Name    string   `placeholder:"VERSION" help:"Version of the new model; without it that of the model to start from, with -trained."`
	Seed    uint64   `default:"1" help:"Chooses the pairs of strangers. The same files and seed give the same model."`
	Rejects string   `placeholder:"FILE" help:"Where bad rows go: line, field, reason. They teach nothing."`
	target
}

// Help is the long help of the command.
func (trainCommand) Help() string {
	return `Learns from your own records, without labels, how much each agreement says, and writes
a model. Rows are read as by 'aloi dedupe'. docs/training.md says how it works.

  aloi train --in clients.csv --out model.yaml
  aloi train --in store.csv,web.jsonl.gz --out model.yaml --report report.txt
  aloi train --in clients.csv --out model.yaml --json | jq .thresholds
  aloi dedupe --in clients.csv --model model.yaml --clusters clusters.csv
  aloi train --out model.yaml && aloi adopt model.yaml

Without --in it learns from the records of a server, starting at the model in force there.
It needs at least ` + fmt.Sprint(matcher.MinTrainRecords) + ` records, and some thousands to learn well; the report says what was
seen too seldom. Attribute paths of a mapping: ` + mapping.Paths + `.

Exit code 1 says that rows were rejected.`
}

// Run reads, learns and writes.
func (c *trainCommand) Run(e *env) error {
	if len(c.In) == 0 {
		return c.fromServer(e)
	}
	inputs := batchInputs{paths: c.In, mapping: c.Mapping, source: c.Source, model: c.Model, rejects: c.Rejects}
	set, err := inputs.read(e, false)
	if err != nil {
		return err
	}
	model, report, err := c.learn(e, set)
	if err != nil {
		return err
	}
	if err := c.write(model, report); err != nil {
		return err
	}
	if err := c.print(e, report); err != nil {
		return err
	}
	if set.rejected > 0 {
		return &exitError{exitFinding, fmt.Errorf("%d rows were rejected", set.rejected)}
	}
	return nil
}

// learn trains on the rows.
func (c *trainCommand) learn(e *env, set *rowSet) (*matcher.Model, *matcher.TrainReport, error) {
	resolved, err := set.gather()
	if err != nil {
		return nil, nil, err
	}
	o, done := trainProgress(e, matcher.TrainOptions{Seed: c.Seed, Version: c.Name})
	defer done()
	return matcher.Train(e.ctx, set.matcher.Model(), resolved.prepared, o)
}

// write writes the model and the report.
func (c *trainCommand) write(m *matcher.Model, r *matcher.TrainReport) error {
	if err := writeFile(c.Out, m.Save); err != nil || c.Report == "" {
		return err
	}
	return writeFile(c.Report, func(f io.Writer) error {
		if filepath.Ext(c.Report) == ".json" {
			return json.NewEncoder(f).Encode(r)
		}
		return r.WriteText(f)
	})
}

// print shows the report, or the gist of it where a file has it.
func (c *trainCommand) print(e *env, r *matcher.TrainReport) error {
	switch {
	case e.json:
		return json.NewEncoder(e.stdout).Encode(r)
	case c.Report == "":
		return r.WriteText(e.stdout)
	}
	_, err := fmt.Fprintf(e.stdout, "%s: from %d records, about %.0f pairs of one person; %d warnings in %s\n",
		r.Version, r.Records, r.OnePerson, len(r.Warnings), c.Report)
	return err
}
