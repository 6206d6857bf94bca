package main

import (
	"bufio"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
	"google.golang.org/protobuf/encoding/protojson"

	"aloi/engine"
	"aloi/internal/audit"
	aloiv1 "aloi/proto/aloi/v1"
)

// audienceCheckCommand is `aloi audience check`.
type audienceCheckCommand struct {
	File string `arg:"" placeholder:"FILE.csv" help:"The list; FILE.csv.summary.json must be beside it."`
}

// Help is the longer help of the command.
func (audienceCheckCommand) Help() string {
	return `Computes the Merkle root again from the list and its summary, without a server: a row that
was added, changed, taken out or moved gives another. That the audit log holds the root, at
the place that is printed, is for aloi audit verify --list to say.

  aloi audience check list.csv

Exit codes: 0 it is the list that was given out, 1 it is not, 2 a file cannot be read.`
}

// maxSummaryBytes is the most that a summary is read of.
const maxSummaryBytes = 1 << 30

// Run checks and says.
func (c *audienceCheckCommand) Run(e *env) error {
	rows, campaign, err := checkList(c.File)
	var wrong *changedList
	if err != nil && !errors.As(err, &wrong) {
		return err
	}
	return c.report(e, rows, campaign, wrong)
}

// checkList computes the root of a list again; the error is a changedList where it is
// another than the one that was given out.
func checkList(path string) (rows uint64, campaign *aloiv1.CampaignSummary, err error) {
	said, campaign, err := readSummary(summaryPath(path))
	if err != nil {
		return 0, nil, err
	}
	leaves, rows, err := leavesOf(path, said, campaign.Salt)
	switch {
	case err != nil:
		return rows, campaign, err
	case rows != said.Rows:
		return rows, campaign, &changedList{fmt.Sprintf("it has %d rows and was given out with %d", rows, said.Rows)}
	case uint64(len(leaves)) != campaign.Permitted:
		return rows, campaign, &changedList{fmt.Sprintf("it tells of %d PERMITs, and %d were given", len(leaves), campaign.Permitted)}
	}
	if root := merkleRoot(leaves); string(root[:]) != string(campaign.Root) {
		return rows, campaign, &changedList{"its Merkle root is another: a row was changed, moved or exchanged"}
	}
	return rows, campaign, nil
}

// readGiven returns a list for the comparison with the log; one that was changed since it
// was given out is an error.
func readGiven(path string) (engine.GivenList, error) {
	_, campaign, err := checkList(path)
	var wrong *changedList
	if errors.As(err, &wrong) {
		return engine.GivenList{}, &exitError{exitFinding, fmt.Errorf("%s is not the list that was given out: %w", path, wrong)}
	}
	if err != nil {
		return engine.GivenList{}, err
	}
	return engine.GivenList{Index: campaign.LogIndex, Root: [32]byte(campaign.Root)}, nil
}

// changedList says how a list differs from the one that was given out.
type changedList struct{ how string }

func (w *changedList) Error() string { return w.how }

func (c *audienceCheckCommand) report(e *env, rows uint64, s *aloiv1.CampaignSummary, wrong *changedList) error {
	if e.json {
		doc := map[string]any{"file": c.File, "rows": rows, "as_given_out": wrong == nil, "log_index": s.LogIndex, "root": hex.EncodeToString(s.Root)}
		if wrong != nil {
			doc["difference"] = wrong.how
		}
		if err := json.NewEncoder(e.stdout).Encode(doc); err != nil {
			return err
		}
	}
	switch {
	case wrong != nil && e.json:
		return &exitError{code: exitFinding}
	case wrong != nil:
		return &exitError{exitFinding, fmt.Errorf("%s is not the list that was given out: %s", c.File, wrong.how)}
	case e.json:
		return nil
	}
	var p page
	p.line(fmt.Sprintf("%s: %d rows, as given out on %s", c.File, rows, moment(s.At)))
	p.rows(2, [][]string{{"root", hex.EncodeToString(s.Root)}, {"log entry", fmt.Sprint(s.LogIndex)}, {"policy", s.PolicyVersion}})
	return p.writeTo(e.stdout)
}

// readSummary reads a summary, and of it what the server said.
func readSummary(path string) (*audienceSummary, *aloiv1.CampaignSummary, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	if info.Size() > maxSummaryBytes {
		return nil, nil, usage(fmt.Errorf("%s is larger than %d bytes", path, maxSummaryBytes))
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, err
	}
	said, campaign := &audienceSummary{}, &aloiv1.CampaignSummary{}
	if err := json.Unmarshal(text, said); err != nil || said.Format != audienceFormat {
		return nil, nil, usage(fmt.Errorf("%s is no summary of a campaign", path))
	}
	if err := protojson.Unmarshal(said.Summary, campaign); err != nil {
		return nil, nil, usage(fmt.Errorf("%s: summary is not readable", path))
	}
	return said, campaign, nil
}

// leavesOf returns the leaves of all PERMITs in the order in which they were given: those
// of the rows of the list, and those that were left out.
func leavesOf(path string, said *audienceSummary, salt []byte) (leaves []tlog.Hash, rows uint64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	in := csv.NewReader(bufio.NewReaderSize(f, outputBuffer))
	in.FieldsPerRecord, in.ReuseRecord = len(audienceColumns), true
	header, err := in.Read()
	if err != nil || !slices.Equal(header, audienceColumns) {
		return nil, 0, usage(fmt.Errorf("%s is no list of aloi audience: its header is another", path))
	}
	leftOut := said.LeftOut
	for {
		for len(leftOut) > 0 && leftOut[0].Permit == uint64(len(leaves))+1 {
			if len(leftOut[0].Leaf) != tlog.HashSize {
				return leaves, rows, &changedList{"the summary has a leaf of another length"}
			}
			leaves, leftOut = append(leaves, tlog.Hash(leftOut[0].Leaf)), leftOut[1:]
		}
		row, err := in.Read()
		if err == io.EOF {
			return leaves, rows, nil
		}
		if err != nil {
			return leaves, rows, usage(fmt.Errorf("%s: %w", path, err))
		}
		rows++
		if n, err := strconv.ParseUint(row[permitColumn], 10, 64); err != nil || n != uint64(len(leaves))+1 {
			return leaves, rows, &changedList{fmt.Sprintf("row %d is not PERMIT %d: a row was added, moved or taken out", rows, len(leaves)+1)}
		}
		leaves = append(leaves, campaignLeaf(salt, audit.Row(row[entityColumn], row[pointColumn], row[reasonColumn], row[basisColumn])))
	}
}

// merkleRoot returns the root of RFC 6962 over leaves.
func merkleRoot(leaves []tlog.Hash) tlog.Hash {
	switch n := len(leaves); n {
	case 0:
		return new(audit.Root).Sum()
	case 1:
		return leaves[0]
	default:
		half := 1 // the largest power of two below n
		for half*2 < n {
			half *= 2
		}
		return tlog.NodeHash(merkleRoot(leaves[:half]), merkleRoot(leaves[half:]))
	}
}
