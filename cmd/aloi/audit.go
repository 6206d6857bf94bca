package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"aloi/internal/audit"
	aloiv1 "aloi/proto/aloi/v1"
)

// auditCommand is `aloi audit`.
type auditCommand struct {
	Checkpoint  auditCheckpointCommand  `cmd:"" help:"Print the signed head of the audit log, to be kept elsewhere."`
	Consistency auditConsistencyCommand `cmd:"" help:"Check that the log only grew since a checkpoint."`
	Verify      auditVerifyCommand      `cmd:"" help:"Check a stored log, and what it proves."`
}

// keyFlag is the public key of a log.
type keyFlag struct {
	Key string `required:"" placeholder:"KEY" help:"Public key of the log, or a file with it: aloi audit checkpoint prints it."`
}

// maxKeyBytes is the most that a file with a public key may be.
const maxKeyBytes = 4096

// verifier reads the flag.
func (c *keyFlag) verifier() (note.Verifier, error) {
	if v, err := note.NewVerifier(c.Key); err == nil {
		return v, nil
	}
	text, err := readAtMost(c.Key, maxKeyBytes)
	if errors.Is(err, os.ErrNotExist) {
		return nil, usage(errors.New("--key is neither a public key nor a file"))
	}
	if err != nil {
		return nil, err
	}
	v, err := note.NewVerifier(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, usage(fmt.Errorf("%s holds no public key of a log", c.Key))
	}
	return v, nil
}

// readAtMost reads a file of at most so many bytes; one that is larger is wrong input.
func readAtMost(path string, limit int64) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		return nil, usage(fmt.Errorf("%s is larger than %d bytes", path, limit))
	}
	return text, err
}

// readCheckpoint reads a signed checkpoint, and does not check it.
func readCheckpoint(path string) (string, error) {
	text, err := readAtMost(path, audit.MaxCheckpointBytes)
	return string(text), err
}

// auditCheckpointCommand is `aloi audit checkpoint`.
type auditCheckpointCommand struct {
	Out string `placeholder:"FILE" help:"Write the checkpoint here; printed otherwise."`
	target
}

// Help is the longer help of the command.
func (auditCheckpointCommand) Help() string {
	return `Prints the head of the audit log, a signed note after C2SP tlog-checkpoint, and on stderr the
public key that it is checked by. Keep both where whoever runs the server cannot change them:
a log that was cut short or written anew no longer fits a checkpoint that was kept.

  aloi audit checkpoint --out 2026-11-22.checkpoint
  aloi audit checkpoint | mail -s 'audit log' dpo@example.org
  aloi audit checkpoint --json | jq -r .verifier_key > audit.pub`
}

// Run asks and writes. The note alone goes to stdout or the file, as others read it.
func (c *auditCheckpointCommand) Run(e *env) error {
	return c.call(e.ctx, func(cl *client) error {
		resp, err := cl.audit.Checkpoint(e.ctx, &aloiv1.CheckpointRequest{})
		if err != nil {
			return err
		}
		write := func(w io.Writer) error {
			_, err := io.WriteString(w, resp.Checkpoint)
			return err
		}
		if c.Out != "" {
			if err := writeFile(c.Out, write); err != nil {
				return err
			}
		}
		if e.json {
			return printJSON(e.stdout, resp)
		}
		if c.Out == "" {
			if err := write(e.stdout); err != nil {
				return err
			}
		}
		_, err = fmt.Fprintln(e.stderr, "aloi: public key of the log:", shown(resp.VerifierKey))
		return err
	})
}
