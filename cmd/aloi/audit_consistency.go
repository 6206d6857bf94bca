package main

import (
	"encoding/json"
	"errors"
	"fmt"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"aloi/internal/audit"
	aloiv1 "aloi/proto/aloi/v1"
)

// auditConsistencyCommand is `aloi audit consistency`.
type auditConsistencyCommand struct {
	File string `arg:"" placeholder:"FILE" help:"A checkpoint that was kept."`
	keyFlag
	target
}

// Help is the longer help of the command.
func (auditConsistencyCommand) Help() string {
	return `Asks the server to prove that its audit log holds everything that it held at a checkpoint,
unchanged and at the same place, and checks the proof here. Nothing is believed but the key
and the checkpoint that was kept.

  aloi audit consistency 2026-11-22.checkpoint --key audit.pub

Exit codes: 0 the log only grew, 1 it did not or the server cannot prove it, 2 a file is not
what it should be, 3 not reachable.`
}

// Run asks and checks.
func (c *auditConsistencyCommand) Run(e *env) error {
	v, err := c.verifier()
	if err != nil {
		return err
	}
	text, err := readCheckpoint(c.File)
	if err != nil {
		return err
	}
	kept, err := audit.Open(text, v)
	if err != nil {
		return usage(fmt.Errorf("%s: %w", c.File, err))
	}
	return c.call(e.ctx, func(cl *client) error {
		head, proof, err := askGrowth(e, cl, v, kept)
		if err != nil {
			return err
		}
		if err := audit.CheckGrowth(kept, head, proof); err != nil {
			return &exitError{exitFinding, err}
		}
		if e.json {
			return json.NewEncoder(e.stdout).Encode(map[string]any{"consistent": true, "old_size": kept.Size, "size": head.Size})
		}
		_, err = fmt.Fprintf(e.stdout, "The log grew from %d to %d entries, and nothing of before was changed.\n", kept.Size, head.Size)
		return err
	})
}

// askGrowth returns the head of the server's log, and its proof that it extends an older
// one. A log that is no longer needs none.
func askGrowth(e *env, cl *client, v note.Verifier, kept audit.Checkpoint) (head audit.Checkpoint, proof []tlog.Hash, err error) {
	now, err := cl.audit.Checkpoint(e.ctx, &aloiv1.CheckpointRequest{})
	if err != nil {
		return head, nil, err
	}
	if head, err = openHead(now.Checkpoint, v); err != nil || kept.Size == 0 || kept.Size >= head.Size {
		return head, nil, err
	}
	resp, err := cl.audit.Consistency(e.ctx, &aloiv1.ConsistencyRequest{OldSize: kept.Size})
	if err != nil {
		return head, nil, err
	}
	for _, h := range resp.Hashes {
		if len(h) != tlog.HashSize {
			return head, nil, &exitError{exitFinding, errors.New("the proof of the server is not one of hashes")}
		}
		proof = append(proof, tlog.Hash(h))
	}
	head, err = openHead(resp.Checkpoint, v)
	return head, proof, err
}

// openHead reads the checkpoint that a server gives; one that the key did not sign is a
// finding.
func openHead(text string, v note.Verifier) (audit.Checkpoint, error) {
	head, err := audit.Open(text, v)
	if err != nil {
		return head, &exitError{exitFinding, fmt.Errorf("the server's log: %w", err)}
	}
	return head, nil
}
