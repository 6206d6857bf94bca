package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/timestamppb"

	"aloi/internal/audit"
	aloiv1 "aloi/proto/aloi/v1"
)

// audienceCommand is `aloi audience`.
type audienceCommand struct {
	List  audienceListCommand  `cmd:"" default:"withargs" help:"Write the list of who may be contacted."`
	Check audienceCheckCommand `cmd:"" help:"Say whether a list is the one that was given out."`
}

// Help is the longer help of the command.
func (audienceCommand) Help() string {
	return `Asks for everybody whether a campaign may contact them, and writes those whom it may:

  aloi audience --controller shop --purpose Newsletter --channel EMAIL --out list.csv
  aloi audience check list.csv

The file has one row for each person, with the first contact point that is permitted, or
with --all-points one for each contact point. It takes its name once it is whole. Beside it
list.csv.summary.json says what was asked, how often each reason was given, and what proves
the list: the audit log holds the root of a Merkle tree over every PERMIT. See
docs/campaigns.md.

Exit codes: 0 done; for check, 1 the list is not as it was given out.`
}

// audienceListCommand is `aloi audience list`, which needs not be said.
type audienceListCommand struct {
	campaignFlags
	Out       string `required:"" placeholder:"FILE.csv" help:"File to write; FILE.csv.summary.json is written beside it."`
	AllPoints bool   `help:"A row for each contact point that is permitted, and not only the first of each person."`
	language
	target
}

// audienceColumns are the columns of the file. No cell begins with a character that a
// spreadsheet takes for a formula: a contact point begins with its type, and no other
// column is free text.
var audienceColumns = []string{"entity_id", "contact_point", "reason", "basis", "scope", "valid_until", "obligations", "permit"}

// The places of the columns that prove a row, and of its number.
const (
	entityColumn = iota
	pointColumn
	reasonColumn
	basisColumn
	permitColumn = 7
)

// listSeparator stands between obligations in a cell.
const listSeparator = " "

// audienceFormat names the form of a summary.
const audienceFormat = "aloi-audience-1"

// audienceSummary is what stands beside a list, so that it can be proved.
type audienceSummary struct {
	Format   string          `json:"format"`
	File     string          `json:"file"`
	Rows     uint64          `json:"rows"`
	Campaign json.RawMessage `json:"campaign"` // aloi.v1.Question
	Summary  json.RawMessage `json:"summary"`  // aloi.v1.CampaignSummary
	// LeftOut are the further contact points of people who are in the list: they were
	// permitted as well, and the root is over them too.
	LeftOut []leftOutPermit `json:"left_out"`
}

// leftOutPermit is a PERMIT that is not in the list: its place among all, from 1, and its
// leaf, a salted hash.
type leftOutPermit struct {
	Permit uint64 `json:"permit"`
	Leaf   []byte `json:"leaf"`
}

// Run asks and writes.
func (c *audienceListCommand) Run(e *env) error {
	list, err := createFile(c.Out)
	if err != nil {
		return err
	}
	defer list.discard()
	w := newAudienceWriter(list, c.AllPoints)
	var summary *aloiv1.CampaignSummary
	err = c.call(e.ctx, func(cl *client) error {
		summary, err = c.ask(e, cl, w)
		return err
	})
	if err != nil {
		return err
	}
	return c.finish(e, list, w, summary)
}

// ask streams the verdicts of everybody to w.
func (c *audienceListCommand) ask(e *env, cl *client, w *audienceWriter) (*aloiv1.CampaignSummary, error) {
	stream, err := cl.consent.DecideMany(e.ctx)
	if err != nil {
		return nil, err
	}
	// What Send has to tell is told by Recv.
	_ = stream.Send(&aloiv1.DecideManyRequest{Campaign: c.question(), Explain: true})
	_ = stream.Send(&aloiv1.DecideManyRequest{Everyone: true})
	_ = stream.CloseSend()
	var bar *progress
	defer func() { bar.done() }()
	for {
		resp, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the server ended the campaign without its summary")
		}
		if err != nil {
			return nil, err
		}
		if bar == nil && resp.Total > 0 {
			bar = e.progress("deciding", "people", int64(resp.Total))
		}
		for _, v := range resp.Verdicts {
			w.add(v)
		}
		bar.at(int64(resp.Done), int64(resp.Done))
		if resp.Summary != nil {
			return resp.Summary, nil
		}
	}
}

// finish writes the summary, gives both files their names, and prints the counts. The
// list comes last: where it stands, its summary does.
func (c *audienceListCommand) finish(e *env, list *pendingFile, w *audienceWriter, summary *aloiv1.CampaignSummary) error {
	if summary.Permitted != w.permits {
		return fmt.Errorf("the server counted %d PERMITs and sent %d", summary.Permitted, w.permits)
	}
	if err := w.flush(); err != nil {
		return fmt.Errorf("%s: %w", c.Out, err)
	}
	said, err := w.summary(c.question(), summary, filepath.Base(c.Out))
	if err != nil {
		return err
	}
	err = writeFile(summaryPath(c.Out), func(out io.Writer) error {
		enc := json.NewEncoder(out)
		enc.SetIndent("", "  ")
		return enc.Encode(said)
	})
	if err == nil {
		err = list.commit()
	}
	if err != nil {
		return err
	}
	if e.json {
		return printJSON(e.stdout, summary)
	}
	var p page
	p.line(fmt.Sprintf("%s: %d rows for %d people asked about; %d PERMITs, %d DENYs", c.Out, w.rows, summary.Subjects, summary.Permitted, summary.Denied))
	rows := make([][]string, len(summary.Reasons))
	for i, r := range summary.Reasons {
		rows[i] = []string{fmt.Sprint(r.Count), decisionName(r.Permit), r.Reason, c.consentWords().reason(r.Reason)}
	}
	alignRight(rows, 0)
	p.rows(2, rows)
	return p.writeTo(e.stdout)
}

func summaryPath(list string) string { return list + ".summary.json" }

// audienceWriter writes the PERMITs of a campaign as they come.
type audienceWriter struct {
	out       *bufio.Writer
	csv       *csv.Writer
	allPoints bool

	permits, rows uint64
	listed        map[string]bool // people
	leftOut       []permit        // until the salt is known
}

func newAudienceWriter(out io.Writer, allPoints bool) *audienceWriter {
	w := &audienceWriter{out: bufio.NewWriterSize(out, outputBuffer), allPoints: allPoints, listed: map[string]bool{}}
	w.csv = csv.NewWriter(w.out)
	w.csv.Write(audienceColumns)
	return w
}

// flush writes what is gathered. An error of an earlier row is told here.
func (w *audienceWriter) flush() error {
	w.csv.Flush()
	return errors.Join(w.csv.Error(), w.out.Flush())
}

// permit is a PERMIT that is left out of the list.
type permit struct {
	number uint64
	row    []byte
}

// add writes a verdict, if it is a PERMIT that belongs into the list. A person comes twice
// when entities were merged meanwhile.
func (w *audienceWriter) add(v *aloiv1.ConsentVerdict) {
	if !v.Permit {
		return
	}
	w.permits++
	if !w.allPoints && w.listed[v.EntityId] {
		w.leftOut = append(w.leftOut, permit{w.permits, audit.Row(v.EntityId, v.ContactPoint, v.Reason, v.Basis)})
		return
	}
	w.listed[v.EntityId] = true
	w.rows++
	w.csv.Write([]string{
		v.EntityId, v.ContactPoint, v.Reason, v.Basis, scopeText(v), second(v.ValidUntil),
		strings.Join(v.Obligations, listSeparator), strconv.FormatUint(w.permits, 10),
	})
}

// scopeText is empty, or says that a message may use the data of some records only, which
// follow.
func scopeText(v *aloiv1.ConsentVerdict) string {
	if !v.Scoped {
		return ""
	}
	return "SCOPED: " + refTexts(v.Core)
}

// second writes a time to the second, UTC; nothing for none.
func second(t *timestamppb.Timestamp) string {
	if t == nil {
		return ""
	}
	return t.AsTime().Format(time.RFC3339)
}

// summary says what was asked and what proves the list.
func (w *audienceWriter) summary(q *aloiv1.Question, s *aloiv1.CampaignSummary, file string) (*audienceSummary, error) {
	campaign, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(q)
	if err != nil {
		return nil, err
	}
	counted, err := protojson.MarshalOptions{UseProtoNames: true}.Marshal(s)
	if err != nil {
		return nil, err
	}
	said := &audienceSummary{Format: audienceFormat, File: file, Rows: w.rows, Campaign: campaign, Summary: counted}
	for _, p := range w.leftOut {
		leaf := campaignLeaf(s.Salt, p.row)
		said.LeftOut = append(said.LeftOut, leftOutPermit{p.number, leaf[:]})
	}
	return said, nil
}

// campaignLeaf is the leaf of a row in the tree of a campaign (audit.Root).
func campaignLeaf(salt, row []byte) tlog.Hash {
	return tlog.RecordHash(append(append(make([]byte, 0, len(salt)+len(row)), salt...), row...))
}
