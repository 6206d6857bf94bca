package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"time"
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

// leafVersion is the version of the form below.
const leafVersion = 1

// leafForm is a leaf as the log hashes it: JSON in this order, without white space.
type leafForm struct {
	Version  int    `json:"v"`
	Sequence uint64 `json:"seq"`
	Time     string `json:"time"` // RFC 3339, UTC, as many decimals as there are
	Kind     Kind   `json:"kind"`
	Actor    string `json:"actor"`
	Policy   string `json:"policy"`
	Commit   []byte `json:"commit"` // base64
}

// Encode returns the canonical bytes of a leaf, which the log hashes.
func (l *Leaf) Encode() []byte {
	b, err := encode(&leafForm{leafVersion, l.Sequence, formatTime(l.Time), l.Kind, l.Actor, l.Policy, l.Commit[:]})
	if err != nil {
		panic(err) // numbers and texts can be encoded
	}
	return b
}

var errLeaf = errors.New("the leaf is not one of this log's form")

// ParseLeaf reads what Encode wrote; anything else is an error.
func ParseLeaf(b []byte) (*Leaf, error) {
	var f leafForm
	if err := json.Unmarshal(b, &f); err != nil || len(f.Commit) != sha256.Size {
		return nil, errLeaf
	}
	l := &Leaf{Sequence: f.Sequence, Kind: f.Kind, Actor: f.Actor, Policy: f.Policy, Commit: [32]byte(f.Commit)}
	var err error // what is of another version is not written as it was read
	if l.Time, err = time.Parse(time.RFC3339Nano, f.Time); err != nil || !bytes.Equal(l.Encode(), b) {
		return nil, errLeaf
	}
	return l, nil
}

// Commit is SHA-256(salt ‖ payload).
func Commit(salt, payload []byte) [32]byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(payload)
	return [32]byte(h.Sum(nil))
}

// encode returns v as JSON without white space, texts as they are. The standard library
// keeps the order of fields; that it escapes as it does today is held by the tests.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

func formatTime(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
