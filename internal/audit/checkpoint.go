package audit

import (
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	// MaxCheckpointBytes is the largest checkpoint that is read: a hundred witnesses fit.
	MaxCheckpointBytes = 1 << 14
	// MaxLogSize is how many entries a log may say that it has; the arithmetic of proofs
	// is right up to here.
	MaxLogSize = 1 << 62
	// MaxProofHashes is more than any proof has in a log of MaxLogSize.
	MaxProofHashes = 64
)

// emptyRoot is the root of no entries (RFC 6962).
var emptyRoot = tlog.Hash(sha256.Sum256(nil))

// Checkpoint is the head of a log.
type Checkpoint struct {
	Origin string // name of the log, which is the name of its key
	Size   uint64 // entries
	Root   tlog.Hash
}

// NewKey makes an Ed25519 key pair for signing checkpoints; name is the origin of the
// log, without spaces and plus signs. The texts are what note.NewSigner and
// note.NewVerifier read.
func NewKey(name string) (private, public string, err error) {
	if private, public, err = note.GenerateKey(rand.Reader, name); err != nil {
		return "", "", err
	}
	if _, err := note.NewVerifier(public); err != nil {
		return "", "", fmt.Errorf("name of the key: it is empty, or holds a space or a plus sign")
	}
	return private, public, nil
}

// Sign returns a checkpoint as a signed note (C2SP tlog-checkpoint). The origin must be
// the name of the key.
func (c Checkpoint) Sign(s note.Signer) (string, error) {
	if c.Origin != s.Name() {
		return "", fmt.Errorf("the key is of %q and the checkpoint of %q", s.Name(), c.Origin)
	}
	if c.Size > MaxLogSize {
		return "", errCheckpoint
	}
	text, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root)}, s)
	return string(text), err
}

var errCheckpoint = errors.New("the checkpoint is not of the form of one (C2SP tlog-checkpoint)")

// Open reads a signed checkpoint; a signature that is wrong or of another key is an
// error. Signatures of others, and lines after the root, are left alone.
func Open(text string, v note.Verifier) (Checkpoint, error) {
	if len(text) > MaxCheckpointBytes {
		return Checkpoint{}, fmt.Errorf("the checkpoint is larger than %d bytes", MaxCheckpointBytes)
	}
	n, err := note.Open([]byte(text), note.VerifierList(v))
	if err != nil {
		return Checkpoint{}, signatureError(err)
	}
	lines := strings.SplitN(n.Text, "\n", 4)
	if len(lines) < 4 {
		return Checkpoint{}, errCheckpoint
	}
	c := Checkpoint{Origin: lines[0]}
	if c.Size, err = strconv.ParseUint(lines[1], 10, 63); err != nil || c.Size > MaxLogSize || strconv.FormatUint(c.Size, 10) != lines[1] {
		return Checkpoint{}, errCheckpoint
	}
	if c.Root, err = tlog.ParseHash(lines[2]); err != nil || c.Root.String() != lines[2] {
		return Checkpoint{}, errCheckpoint
	}
	if c.Origin != v.Name() {
		return Checkpoint{}, fmt.Errorf("the checkpoint is signed by %q, and is of another log", v.Name())
	}
	return c, nil
}

// signatureError says what is wrong with a note.
func signatureError(err error) error {
	var wrong *note.InvalidSignatureError
	var unknown *note.UnverifiedNoteError
	switch {
	case errors.As(err, &wrong):
		return errors.New("the signature of the checkpoint is wrong: its text was changed, or another key signed it")
	case errors.As(err, &unknown):
		return errors.New("the checkpoint is not signed by this key")
	}
	return errCheckpoint
}

// CheckGrowth checks that the newer checkpoint extends the older by a consistency proof,
// which is empty when one of the sizes is 0 or both are the same. The error says what
// does not hold.
func CheckGrowth(older, newer Checkpoint, proof []tlog.Hash) error {
	switch {
	case older.Origin != newer.Origin:
		return errors.New("the checkpoints are of two logs")
	case max(older.Size, newer.Size) > MaxLogSize || len(proof) > MaxProofHashes:
		return errors.New("a checkpoint or the proof is larger than a log can be")
	case newer.Size < older.Size:
		return fmt.Errorf("the log had %d entries and now has %d: entries are gone", older.Size, newer.Size)
	case older.Size == 0 && older.Root != emptyRoot:
		return errors.New("the older checkpoint is of no entries, and its root is not the one of none")
	case older.Size == newer.Size && older.Root != newer.Root:
		return fmt.Errorf("two checkpoints of %d entries differ: the log was written twice", older.Size)
	case older.Size == 0 || older.Size == newer.Size:
		if len(proof) > 0 {
			return errors.New("the proof is longer than it should be")
		}
		return nil
	}
	if tlog.CheckTree(proof, int64(newer.Size), newer.Root, int64(older.Size), older.Root) != nil {
		return fmt.Errorf("the log of %d entries does not extend the one of %d: what was recorded before was changed, or the proof is another's", newer.Size, older.Size)
	}
	return nil
}
