package main

import (
	"encoding/json"
	"fmt"
	"io"

	"aloi/engine"
	"aloi/internal/mapping"
	"aloi/matcher"
)

// dedupeCommand is `aloi dedupe`.
type dedupeCommand struct {
	In       []string `required:"" placeholder:"FILE,…" help:"CSV or JSON Lines files, also .gz and .zst; - is the standard input."`
	Mapping  []string `placeholder:"FILE" help:"YAML file that says which column goes where; without it the names of the columns do. INPUT=FILE is for that input only."`
	Source   string   `placeholder:"NAME" help:"Source of rows that name none; without it the name of their file."`
	Model    string   `placeholder:"FILE" help:"Model to resolve with, as 'aloi train' writes it, or shipped; without it one that is learned from the rows."`
	Clusters string   `required:"" placeholder:"OUT.csv" help:"Where the clusters go: record_id,cluster_id, one line for each input row."`
	Golden   string   `placeholder:"OUT.jsonl" help:"Where the golden records go: one JSON object for each cluster."`
	Rejects  string   `placeholder:"FILE" help:"Where bad rows go: line, field, reason. Each of them is a cluster of its own."`
}

// Help is the long help of the command.
func (dedupeCommand) Help() string {
	return `Finds which rows are one person, without a server, with the functions of the server.

  aloi dedupe --in clients.csv --clusters clusters.csv
  aloi dedupe --in store.csv,web.jsonl.gz --clusters c.csv --golden golden.jsonl --rejects bad.csv
  aloi dedupe --in export.csv --mapping columns.yaml --source crm --clusters c.csv
  aloi dedupe --in store.csv,sav.csv --mapping sav.csv=sav.yaml --clusters c.csv

Columns are found from their names (prenom, given_name, code_postal, tel, …) and what
was found is printed. A mapping says it instead:

  record_id: rec_id
  source: {value: web}
  updated_at: {column: created_at, format: "2006-01-02"}
  columns:
    first: name.given
    dob: {to: birth_date, format: "yyyymmdd"}
    street_no: {to: address.line, part: 1}
    street: {to: address.line, part: 2}
    card: identifier.loyalty_card

Attribute paths: ` + mapping.Paths + `.

The model is learned from the rows themselves, without labels, if they are at least
` + fmt.Sprint(matcher.EnoughRecords) + ` records; else it is the one that is shipped with Aloi. 'aloi train' writes it to a
file, with a report.

Two rows of one source with the same record id are two versions of one record: the
later one counts. Exit code 1 says that rows were rejected.`
}

// dedupeSummary is what `aloi dedupe --json` prints.
type dedupeSummary struct {
	Rows     int            `json:"rows"`
	Records  int            `json:"records"` // distinct
	Rejected int            `json:"rejected"`
	Clusters int            `json:"clusters"`
	Compared int            `json:"comparisons"`
	Model    string         `json:"model"` // its version
	Origin   modelOrigin    `json:"model_origin"`
	Files    []inputSummary `json:"files"`
}

// modelOrigin says where the model of a batch comes from.
type modelOrigin string

const (
	originFile    modelOrigin = "file"
	originLearned modelOrigin = "learned from the records"
	originShipped modelOrigin = "shipped"
	originTooFew  modelOrigin = "shipped (too few records to learn from)"
	originDoubt   modelOrigin = "shipped (what the records taught is implausible)"
)

// adapt returns the model to resolve the records with: the one that was asked for, else
// one that is learned from them.
func (c *dedupeCommand) adapt(e *env, m *matcher.Matcher, records []*matcher.Prepared) (*matcher.Matcher, modelOrigin, error) {
	switch c.Model {
	case "":
	case shippedModel:
		return m, originShipped, nil
	default:
		return m, originFile, nil
	}
	o, done := trainProgress(e, matcher.TrainOptions{Seed: defaultSeed})
	model, report, err := matcher.Adapt(e.ctx, m.Model(), records, o)
	done()
	if err != nil || report == nil {
		return m, originTooFew, err
	}
	if report.Implausible {
		return m, originDoubt, nil
	}
	m, err = matcher.New(model)
	return m, originLearned, err
}

// Run reads, learns, resolves and writes.
func (c *dedupeCommand) Run(e *env) error {
	inputs := batchInputs{paths: c.In, mapping: c.Mapping, source: c.Source, model: c.Model, rejects: c.Rejects}
	set, err := inputs.read(e, c.Golden != "")
	if err != nil {
		return err
	}
	resolved, err := set.gather()
	if err != nil {
		return err
	}
	m, origin, err := c.adapt(e, set.matcher, resolved.prepared)
	if err != nil {
		return err
	}
	if err := resolved.resolve(e, m); err != nil {
		return err
	}
	if err := c.write(resolved); err != nil {
		return err
	}
	return c.finish(e, dedupeSummary{
		Rows: set.count, Records: len(resolved.records), Rejected: set.rejected, Clusters: resolved.clusters, Compared: resolved.compared,
		Model: m.Model().Version, Origin: origin, Files: set.files,
	})
}

func (c *dedupeCommand) write(r *resolution) error {
	if err := writeFile(c.Clusters, r.writeClusters); err != nil || c.Golden == "" {
		return err
	}
	return writeFile(c.Golden, func(f io.Writer) error { return r.writeGolden(f, engine.DefaultRules()) })
}

// finish prints the summary and says whether rows were rejected.
func (c *dedupeCommand) finish(e *env, s dedupeSummary) error {
	if e.json {
		if err := json.NewEncoder(e.stdout).Encode(s); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(e.stdout, "%d rows, %d records, %d clusters (%d comparisons)\nmodel: %s, %s\n",
			s.Rows, s.Records, s.Clusters, s.Compared, s.Model, s.Origin)
	}
	if s.Rejected == 0 {
		return nil
	}
	where := "give --rejects FILE to see them all"
	if c.Rejects != "" {
		where = "see " + c.Rejects
	}
	return &exitError{exitFinding, fmt.Errorf("%d rows were rejected: %s", s.Rejected, where)}
}
