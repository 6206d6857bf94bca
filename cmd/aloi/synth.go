package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"aloi/internal/synth"
)

// synthCommand is `aloi synth`.
type synthCommand struct {
	Records int    `required:"" placeholder:"N" help:"Number of records."`
	Seed    uint64 `required:"" placeholder:"S" help:"The same seed and number give the same bytes on any machine."`
	Out     string `required:"" placeholder:"DIR" help:"Folder to write into; it is made when it is not there."`
	Format  string `default:"csv" enum:"csv,jsonl" help:"csv, or jsonl with the proofs of consents and the interactions too."`
	Force   bool   `help:"Write into a folder that is not empty."`
}

// Help is the long help of the command.
func (synthCommand) Help() string {
	return `Makes records of invented French customers in four systems (store, web, sav, social),
with the truth: who is who. For tests and for load.

  aloi synth --records 50000 --seed 1 --out ./customers
  aloi dedupe --in customers/records.csv --clusters clusters.csv
  aloi evaluate --truth customers/truth.csv --clusters clusters.csv

DIR gets records.csv (with mapping.yaml, for its consents) or records.jsonl, truth.csv
and README.md.`
}

// Run writes the folder.
func (c *synthCommand) Run(e *env) error {
	if c.Records < 1 || c.Records > synth.MaxRecords {
		return usage(fmt.Errorf("--records must be from 1 to %d", synth.MaxRecords))
	}
	if err := c.folder(); err != nil {
		return err
	}
	name, form := "records.csv", synth.NewCSV
	if c.Format == "jsonl" {
		name, form = "records.jsonl", synth.NewJSON
	}
	g := synth.New(c.Seed, c.Records)
	err := c.write(e, g, name, form)
	if err == nil {
		err = c.text("README.md", synth.Readme(c.Seed, c.Records, name))
	}
	if err == nil && c.Format == "csv" {
		err = c.text("mapping.yaml", synth.Mapping)
	}
	switch {
	case err != nil:
	case e.json:
		err = json.NewEncoder(e.stdout).Encode(map[string]any{"records": c.Records, "people": g.People(), "seed": c.Seed, "folder": c.Out, "file": name})
	default:
		_, err = fmt.Fprintf(e.stdout, "%d records of %d people in %s\n", c.Records, g.People(), filepath.Join(c.Out, name))
	}
	return err
}

func (c *synthCommand) text(name, text string) error {
	return writeFile(filepath.Join(c.Out, name), func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// folder makes the folder, or checks that nothing in it would be lost.
func (c *synthCommand) folder() error {
	const searchable = 0o755
	if err := os.MkdirAll(c.Out, searchable); err != nil {
		return err
	}
	there, err := os.ReadDir(c.Out)
	if err != nil {
		return err
	}
	if len(there) > 0 && !c.Force {
		return usage(fmt.Errorf("%s is not empty: give --force to write into it all the same", c.Out))
	}
	return nil
}

// progressRecords is how often the bar moves.
const progressRecords = 10_000

// write writes the records and the truth.
func (c *synthCommand) write(e *env, g *synth.Generator, name string, form func(io.Writer) synth.Writer) error {
	truth, err := createFile(filepath.Join(c.Out, "truth.csv"))
	if err != nil {
		return err
	}
	defer truth.discard()
	err = writeFile(filepath.Join(c.Out, name), func(w io.Writer) error {
		buffered := bufio.NewWriterSize(truth, outputBuffer)
		if err := c.generate(e, g, form(w), csv.NewWriter(buffered)); err != nil {
			return err
		}
		return buffered.Flush()
	})
	if err != nil {
		return err
	}
	return truth.commit()
}

func (c *synthCommand) generate(e *env, g *synth.Generator, records synth.Writer, truth *csv.Writer) error {
	bar := e.progress("writing", "records", int64(c.Records))
	defer bar.done()
	truth.Write([]string{"record_id", "entity_id"})
	for n := int64(0); ; n++ {
		if n%progressRecords == 0 {
			bar.at(n, n)
			if err := e.ctx.Err(); err != nil {
				return err
			}
		}
		record, person, ok := g.Next()
		if !ok {
			break
		}
		records.Write(record)
		truth.Write([]string{record.Ref.ID, person})
	}
	truth.Flush()
	return errors.Join(truth.Error(), records.Flush())
}
