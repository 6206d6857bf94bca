package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// MaxReceiptBytes is the largest receipt that is read.
const MaxReceiptBytes = 1 << 20

// Receipt is a consent receipt: the record of an act, and the proof that the log holds it.
// It is personal data, for the person.
type Receipt struct {
	Payload    []byte // canonical JSON, in terms of ISO/IEC TS 27560
	Salt       []byte
	Leaf       []byte
	Index      uint64 // of the leaf, from 0
	Proof      []tlog.Hash
	Checkpoint string
	Notice     string // text that was shown, where it is stored
}

// receiptFormat is the version of the form below, and of what it says of itself.
const receiptFormat = "aloi consent receipt 1"

// howToCheck is in each receipt: whoever has one needs no more than it and the key.
var howToCheck = []string{
	"commit in leaf is SHA-256 of the 32 bytes of salt followed by record, without the white space between its parts.",
	"SHA-256 of a zero byte followed by leaf, without white space, stands at index, counted from 0, of the Merkle tree (RFC 6962) whose size and root are in checkpoint; proof leads from the one to the other.",
	"checkpoint is a signed note (C2SP). Who gave this receipt publishes its key.",
	"sha256 of privacy_notice in record is SHA-256 of notice, where there is one.",
	"The program does all of this without a connection: aloi receipt verify FILE --key KEY.",
}

// receiptForm is a receipt as a file. Bytes are base64.
type receiptForm struct {
	Format     string          `json:"format"`
	Record     json.RawMessage `json:"record"`
	Notice     string          `json:"notice,omitempty"`
	Salt       []byte          `json:"salt"`
	Leaf       json.RawMessage `json:"leaf"`
	Index      uint64          `json:"index"`
	Proof      []tlog.Hash     `json:"proof"`
	Checkpoint string          `json:"checkpoint"`
	HowToCheck []string        `json:"how_to_check"`
}

// JSON renders a receipt for a person to read; ParseReceipt reads it. A payload or a leaf
// that does not come back as the same bytes is an error, and so is a receipt of more than
// MaxReceiptBytes.
func (r *Receipt) JSON() ([]byte, error) {
	b, err := encode(&receiptForm{receiptFormat, r.Payload, r.Notice, r.Salt, r.Leaf, r.Index,
		append([]tlog.Hash{}, r.Proof...), r.Checkpoint, howToCheck})
	if err != nil {
		return nil, errReceipt
	}
	var text bytes.Buffer
	if err := json.Indent(&text, b, "", "  "); err != nil {
		return nil, errReceipt
	}
	text.WriteByte('\n')
	back, err := ParseReceipt(text.Bytes())
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(back.Payload, r.Payload) || !bytes.Equal(back.Leaf, r.Leaf) {
		return nil, errReceipt
	}
	return text.Bytes(), nil
}

var errReceipt = errors.New("not a consent receipt, or changed since it was written")

// ParseReceipt reads a receipt. Between the parts of the JSON there may be other white
// space than JSON wrote; nothing else may differ, so that nobody is shown what is not
// checked. It does not check the proof.
func ParseReceipt(text []byte) (*Receipt, error) {
	if len(text) > MaxReceiptBytes {
		return nil, fmt.Errorf("the receipt is larger than %d bytes", MaxReceiptBytes)
	}
	var f receiptForm
	if err := json.Unmarshal(text, &f); err != nil || f.Format != receiptFormat || !slices.Equal(f.HowToCheck, howToCheck) || f.Proof == nil {
		return nil, errReceipt
	}
	var compact, record, leaf bytes.Buffer
	for _, part := range []struct {
		into *bytes.Buffer
		text []byte
	}{{&compact, text}, {&record, f.Record}, {&leaf, f.Leaf}} {
		if err := json.Compact(part.into, part.text); err != nil || part.into.Bytes()[0] != '{' {
			return nil, errReceipt
		}
	}
	// A field twice, or under another name, would be shown and not read.
	if again, err := encode(&f); err != nil || !bytes.Equal(again, compact.Bytes()) {
		return nil, errReceipt
	}
	return &Receipt{Payload: record.Bytes(), Salt: f.Salt, Leaf: leaf.Bytes(), Index: f.Index, Proof: f.Proof,
		Checkpoint: f.Checkpoint, Notice: f.Notice}, nil
}

// Event returns the act that the receipt is of.
func (r *Receipt) Event() (*Event, error) { return ParsePayload(r.Payload) }

// LeafHash returns the hash of the leaf in the tree.
func (r *Receipt) LeafHash() tlog.Hash { return tlog.RecordHash(r.Leaf) }

// Verify checks the whole chain: payload to commitment, leaf, inclusion, signature, and
// that the notice is the one that the payload names. The error says what does not hold.
func (r *Receipt) Verify(v note.Verifier) error {
	event, err := r.Event()
	if err != nil {
		return err
	}
	leaf, err := ParseLeaf(r.Leaf)
	switch {
	case err != nil:
		return err
	case len(r.Salt) != SaltBytes:
		return fmt.Errorf("the salt has %d bytes and not %d", len(r.Salt), SaltBytes)
	case leaf.Kind != KindConsent:
		return errors.New("the leaf is not of a consent event")
	case Commit(r.Salt, r.Payload) != leaf.Commit:
		return errors.New("the record is not what the leaf commits to: the record, the salt or the leaf was changed")
	case leaf.Sequence != r.Index:
		return errors.New("the leaf is of another place in the log than the receipt says")
	}
	head, err := Open(r.Checkpoint, v)
	switch {
	case err != nil:
		return err
	case r.Index >= head.Size:
		return errors.New("the checkpoint is older than the entry")
	case len(r.Proof) > MaxProofHashes:
		return fmt.Errorf("the proof has more than %d hashes", MaxProofHashes)
	case tlog.CheckRecord(r.Proof, int64(head.Size), head.Root, int64(r.Index), r.LeafHash()) != nil:
		return errors.New("the log of the checkpoint does not hold the leaf: the leaf or the proof was changed, or they are of another log")
	}
	return r.verifyNotice(event.notices())
}

// verifyNotice checks the text that was shown by the hashes that the record names.
func (r *Receipt) verifyNotice(named []string) error {
	if r.Notice == "" {
		return nil
	}
	if len(named) == 0 {
		return errors.New("the receipt shows a notice, and the record names none")
	}
	sum := sha256.Sum256([]byte(r.Notice))
	if hash := hex.EncodeToString(sum[:]); !slices.ContainsFunc(named, func(n string) bool { return strings.EqualFold(n, hash) }) {
		return errors.New("the notice is not the one that the record names")
	}
	return nil
}
