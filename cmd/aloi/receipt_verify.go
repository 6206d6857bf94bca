package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"aloi/internal/audit"
)

// receiptVerifyCommand is `aloi receipt verify`.
type receiptVerifyCommand struct {
	File string `arg:"" placeholder:"FILE" help:"The receipt."`
	keyFlag
}

// Help is the longer help of the command.
func (receiptVerifyCommand) Help() string {
	return `Checks a receipt by the public key of the log, which is not in it: have it from whoever gave
the receipt, or from who checks on them. No server is asked. Checked are that the record is
the one that the log commits to, that the signed log holds it at the place that is said, and
that the notice is the one that the record names.

  aloi receipt verify receipt.json --key audit.pub
  aloi receipt verify receipt.json --key 'aloi-3f…+8ba1c3f5+AT…' --json

Exit codes: 0 all of it holds, 1 it does not, 2 the file is no receipt or the key no key,
3 there is no such file.`
}

// receiptCheck is what a check of a receipt says.
type receiptCheck struct {
	File     string          `json:"file"`
	Holds    bool            `json:"holds"`
	Failure  string          `json:"failure,omitempty"`
	Log      string          `json:"log"`       // origin
	LogIndex uint64          `json:"log_index"` // of the entry, counted from 0
	Leaf     string          `json:"leaf"`      // RFC 6962 hash of the leaf, hexadecimal
	Record   json.RawMessage `json:"record"`
	Notice   string          `json:"notice,omitempty"`
}

// Run checks and says.
func (c *receiptVerifyCommand) Run(e *env) error {
	v, err := c.verifier()
	if err != nil {
		return err
	}
	text, err := readAtMost(c.File, audit.MaxReceiptBytes)
	if err != nil {
		return err
	}
	r, err := audit.ParseReceipt(text)
	if err != nil {
		return usage(fmt.Errorf("%s: %w", c.File, err))
	}
	failure := r.Verify(v)
	if e.json {
		hash := r.LeafHash()
		check := receiptCheck{File: c.File, Holds: failure == nil, Log: v.Name(), LogIndex: r.Index,
			Leaf: hex.EncodeToString(hash[:]), Record: r.Payload, Notice: r.Notice}
		if failure != nil {
			check.Failure = failure.Error()
		}
		out := json.NewEncoder(e.stdout)
		out.SetEscapeHTML(false)
		if err := out.Encode(check); err != nil {
			return err
		}
		if failure != nil {
			return &exitError{code: exitFinding}
		}
		return nil
	}
	if failure != nil {
		return &exitError{exitFinding, fmt.Errorf("%s does not hold: %w", c.File, failure)}
	}
	var p page
	if err := p.receipt(r, v.Name()); err != nil {
		return err
	}
	return p.writeTo(e.stdout)
}

// receipt adds a receipt that holds: what was recorded, and how it is proved.
func (p *page) receipt(r *audit.Receipt, log string) error {
	event, err := r.Event()
	if err != nil {
		return err
	}
	p.line(fmt.Sprintf("The receipt holds: it is entry %d of the log %s.", r.Index, log))
	rows := [][]string{{"what", string(event.Kind)}, {"when", stamp(event.Time)}, {"recorded", stamp(event.RecordedTime)}}
	if event.Record.Source != "" {
		rows = append(rows, []string{"of record", strings.ReplaceAll(event.Record.Source, refSeparator, escapedSlash) + refSeparator + event.Record.ID})
	}
	for _, row := range [][]string{
		{"contact point", event.ContactPoint}, {"purposes", strings.Join(event.Purposes, ", ")}, {"channels", strings.Join(event.Channels, ", ")},
		{"controllers", strings.Join(event.Controllers, ", ")}, {"collected by", event.Method}, {"valid until", stamp(event.ValidUntil)}, {"notice", event.Notice},
	} {
		if row[1] != "" {
			rows = append(rows, row)
		}
	}
	p.rows(2, rows)
	if r.Notice != "" {
		p.line("The notice that was shown:")
		p.paragraph(2, r.Notice)
	}
	return nil
}

// stamp writes a time to the second, UTC; a time that is not known is empty.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}
