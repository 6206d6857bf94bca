package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"aloi/internal/quality"
)

// evaluateCommand is `aloi evaluate`.
type evaluateCommand struct {
	Truth    string `required:"" placeholder:"T.csv" help:"True entities: record_id,entity_id; further columns are ignored."`
	Clusters string `required:"" placeholder:"C.csv" help:"Clusters to measure: record_id,cluster_id, as 'aloi dedupe' writes them."`
}

// Help is the long help of the command.
func (evaluateCommand) Help() string {
	return `Measures clusters against the truth: pairwise and B-cubed precision, recall and F1,
clusters that mix entities, entities that are split. A record that is missing from the
clusters counts as a cluster of its own.

  aloi dedupe --in clients.csv --clusters clusters.csv
  aloi evaluate --truth truth.csv --clusters clusters.csv
  aloi evaluate --truth truth.csv --clusters clusters.csv --json | jq .pair_f1`
}

// Run measures and prints.
func (c *evaluateCommand) Run(e *env) error {
	truth, err := readPartition(c.Truth)
	if err != nil {
		return err
	}
	predicted, err := readPartition(c.Clusters)
	if err != nil {
		return err
	}
	if len(truth) == 0 {
		return usage(fmt.Errorf("%s: there is no record in it", c.Truth))
	}
	r := quality.Score(truth, predicted)
	if r.Unknown > 0 {
		fmt.Fprintf(e.stderr, "aloi: warning: %d records of %s are not in %s: left out\n", r.Unknown, c.Clusters, c.Truth)
	}
	if e.json {
		return json.NewEncoder(e.stdout).Encode(r)
	}
	return printResult(e.stdout, r)
}

func printResult(w io.Writer, r quality.Result) error {
	_, err := fmt.Fprintf(w, `records      %d (%d without a cluster)
entities     %d true, %d clusters
pairs        %d true, %d predicted

             precision  recall  F1
pairwise     %9.4f  %6.4f  %6.4f
B-cubed      %9.4f  %6.4f  %6.4f

exact        %d entities
split        %d entities
over-merged  %d clusters
`,
		r.Records, r.Missing, r.Entities, r.Clusters, r.TruePairs, r.PredictedPairs,
		r.PairPrecision, r.PairRecall, r.PairF1, r.B3Precision, r.B3Recall, r.B3F1,
		r.ExactEntities, r.SplitEntities, r.OvermergedClusters)
	return err
}

// readPartition reads a CSV file of records and their groups: the first two columns
// below a header line. A record that is there twice has the group of its last line.
func readPartition(path string) (map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	if _, err := r.Read(); err != nil {
		return nil, usage(fmt.Errorf("%s: no header line: %w", path, err))
	}
	groups := map[string]string{}
	for {
		fields, err := r.Read()
		switch {
		case err == io.EOF:
			return groups, nil
		case err != nil:
			return nil, usage(fmt.Errorf("%s: %w", path, err))
		case len(fields) < 2:
			line, _ := r.FieldPos(0)
			return nil, usage(fmt.Errorf("%s: line %d has no second column", path, line))
		}
		groups[fields[0]] = fields[1]
	}
}
