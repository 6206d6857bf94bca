package engine

import (
	"time"

	"aloi"
	"aloi/consent"
)

// Subject is whom a question of consent, or an act, is about. Exactly one field is set.
type Subject struct {
	Entity aloi.EntityID
	Record *aloi.RecordRef
	Point  string // contact point, whoever owns it
}

// ConsentOperation records one act by itself.
type ConsentOperation struct {
	Subject Subject
	Event   aloi.ConsentEvent
}

// Confirmation completes a double opt-in.
type Confirmation struct {
	Token    string
	Evidence []aloi.FreeAttribute
}

// Assignment rules on whom an inherited stop concerns.
type Assignment struct {
	EventID string
	Record  aloi.RecordRef
	Steward string
	Reason  string
}

// DecisionBatch is what is kept of the PERMITs that were given to a sender.
type DecisionBatch struct {
	Question        consent.Question // of the campaign
	Root            [32]byte         // Merkle root over the PERMITs (audit.Root)
	Salt            []byte
	Permits, Denies uint64
}

// Verdict is one answer about one contact point of one person.
type Verdict struct {
	Entity   aloi.EntityID // empty: nobody owns the contact point
	Question consent.Question
	Answer   *consent.Answer // its Core and Links are those below, by record number
	Core     []aloi.RecordRef
	Links    []UsedLink
	Model    string // version
}

// UsedLink is a link that an answer rests on.
type UsedLink struct {
	A, B     aloi.RecordRef
	Strength aloi.LinkStrength
}

// HistoryEvent is a consent event, where it stands, and what proves it.
type HistoryEvent struct {
	ID          string
	Record      aloi.RecordRef // zero: on a contact point whose owner is not known
	Event       aloi.ConsentEvent
	Conflicting bool
	Inherited   bool
	LogIndex    uint64 // counted from 1; 0: of before the log
	Commit      [32]byte
	NoticeText  string // of the notice that its evidence names, where it is stored
}

// ConsentPreview is what a judgement would change.
type ConsentPreview struct {
	Asked   int // questions that were compared
	Changes []ChangedDecision
}

// ChangedDecision is a question whose answer would be another.
type ChangedDecision struct {
	Record        aloi.RecordRef
	Before, After Verdict
}

// KeyedSuppression is a suppression as the list shows it.
type KeyedSuppression struct {
	Key string // keyed hash of the contact point, hexadecimal
	aloi.Suppression
}

// SuppressionPage is one page of the list.
type SuppressionPage struct {
	Suppressions []KeyedSuppression
	Next         string // continues after this page; empty is the end
}

// AuditOptions say what VerifyLog compares with.
type AuditOptions struct {
	// Checkpoints are signed checkpoints that were kept elsewhere.
	Checkpoints []string
	// Lists are the PERMITs that senders say they were given.
	Lists []GivenList
	Now   time.Time
}

// GivenList is a list of PERMITs, by its Merkle root (audit.Root), and the entry of the
// log, from 0, that is said to hold it.
type GivenList struct {
	Index uint64
	Root  [32]byte
}
