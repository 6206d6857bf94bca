package audit

import (
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

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
