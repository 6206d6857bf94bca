// Package audit is the form of the audit log: what a leaf commits to, how its head is
// signed, and the receipts and proofs that anyone can check without the store. It is pure:
// the log itself is kept by package store, and written by package engine.
//
// The log is a Merkle tree after RFC 6962. A leaf holds no personal value and no plain
// hash of one: it commits to its payload with a salt that is kept beside the payload, so
// that once both are destroyed the leaf says nothing and every proof still holds.
package audit

import (
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"aloi"
)

// Kind is what an entry of the log records.
type Kind string

// The kinds of entries.
const (
	KindConsent     Kind = "consent"     // a consent event; payload in the ledger
	KindJudgement   Kind = "judgement"   // a steward linked or unlinked two records
	KindAssignment  Kind = "assignment"  // a steward ruled whom an inherited stop concerns
	KindSuppression Kind = "suppression" // a contact point was put on the list
	KindErasure     Kind = "erasure"     // payloads were destroyed, and why
	KindPolicy      Kind = "policy"      // a policy came into force
	KindDecisions   Kind = "decisions"   // the PERMITs of a campaign were given out
)

// SaltBytes is the length of a salt.
const SaltBytes = 32

// Leaf is what the log holds of one entry.
type Leaf struct {
	Sequence uint64 // place in the log, from 0
	Time     time.Time
	Kind     Kind
	Actor    string // pseudonym of who acted: a keyed hash
	Policy   string // version in force
	Commit   [32]byte
}

// Encode returns the canonical bytes of a leaf, which the log hashes.
func (l *Leaf) Encode() []byte { panic("stub") }

// ParseLeaf reads what Encode wrote; anything else is an error.
func ParseLeaf(b []byte) (*Leaf, error) { panic("stub") }

// Commit is SHA-256(salt ‖ payload).
func Commit(salt, payload []byte) [32]byte { panic("stub") }

// Event is a consent event with what names it, for a payload.
type Event struct {
	ID     string
	Record aloi.RecordRef // zero for an event on a contact point alone
	aloi.ConsentEvent
}

// Payload returns the canonical JSON of a consent event in the terms of ISO/IEC TS
// 27560:2023. Equal events have equal payloads, for ever: a new field is left out where
// it is empty.
func Payload(e *Event) ([]byte, error) { panic("stub") }

// Checkpoint is the head of a log.
type Checkpoint struct {
	Origin string
	Size   uint64
	Root   tlog.Hash
}

// NewKey makes an Ed25519 key pair for signing checkpoints; name is the origin of the log.
func NewKey(name string) (private, public string, err error) { panic("stub") }

// Sign returns a checkpoint as a signed note (C2SP tlog-checkpoint).
func (c Checkpoint) Sign(s note.Signer) (string, error) { panic("stub") }

// Open reads a signed checkpoint; a signature that is wrong or of another key is an error.
func Open(text string, v note.Verifier) (Checkpoint, error) { panic("stub") }

// Receipt is a consent receipt: the record of an act, and the proof that the log holds it.
// It is personal data, for the person.
type Receipt struct {
	Payload    []byte // canonical JSON, in terms of ISO/IEC TS 27560
	Salt       []byte
	Leaf       []byte
	Index      uint64
	Proof      []tlog.Hash
	Checkpoint string
	Notice     string // text that was shown, where it is stored
}

// JSON renders a receipt; ParseReceipt reads it.
func (r *Receipt) JSON() ([]byte, error) { panic("stub") }

// MaxReceiptBytes is the largest receipt that is read.
const MaxReceiptBytes = 1 << 20

// ParseReceipt reads a receipt.
func ParseReceipt(text []byte) (*Receipt, error) { panic("stub") }

// Verify checks the whole chain: payload to commitment, leaf, inclusion, signature, and
// that the notice is the one that the payload names. The error says what does not hold.
func (r *Receipt) Verify(v note.Verifier) error { panic("stub") }

// CheckGrowth checks that the newer checkpoint extends the older by a consistency proof.
func CheckGrowth(older, newer Checkpoint, proof []tlog.Hash) error { panic("stub") }

// Root adds up a Merkle root over rows, of which it keeps none. The zero value is empty.
type Root struct {
	Salt  []byte
	stack []tlog.Hash
	n     uint64
}

// Add appends a row: its leaf is SHA-256(0x00 ‖ salt ‖ row).
func (r *Root) Add(row []byte) { panic("stub") }

// Sum returns the root of the rows so far, the one of RFC 6962 for no rows.
func (r *Root) Sum() tlog.Hash { panic("stub") }
