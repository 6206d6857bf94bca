package aloi

import "time"

// Outcome is what became of one operation.
type Outcome string

// The outcomes of an operation.
const (
	OutcomeCreated   Outcome = "CREATED"   // a new entity
	OutcomeJoined    Outcome = "JOINED"    // an existing entity got one more record
	OutcomeMerged    Outcome = "MERGED"    // entities became one
	OutcomeSplit     Outcome = "SPLIT"     // an entity came apart
	OutcomeUpdated   Outcome = "UPDATED"   // the record changed, its entity kept its members
	OutcomeUnchanged Outcome = "UNCHANGED" // sent before: nothing was written
	OutcomeStale     Outcome = "STALE"     // older than what is stored: its values are not in force
	OutcomeDeleted   Outcome = "DELETED"
	OutcomeJudged    Outcome = "JUDGED"    // a judgement was stored or withdrawn, no entity changed
	OutcomeNotFound  Outcome = "NOT_FOUND" // nothing to delete or withdraw
	OutcomeRejected  Outcome = "REJECTED"  // see Violations; nothing was stored
	OutcomeRecorded  Outcome = "RECORDED"  // an act, a suppression or a notice was stored by itself
)

// Acknowledgement is the durable answer to one operation: when it has been given,
// what it says is on disk.
type Acknowledgement struct {
	Outcome Outcome
	// Entity is the entity that the record is in now; empty after DELETED,
	// NOT_FOUND and REJECTED.
	Entity EntityID
	// Reason says in one plain sentence why, without personal values.
	Reason string
	// RecordNumber is the number that stands for the record in the journal, 0 for none.
	RecordNumber uint64
	// Sequence is the journal position that made this durable: a store that holds
	// it holds this operation. For an operation that wrote nothing it is the
	// position of the journal at that time.
	Sequence uint64
	// Violations names each field that was wrong (outcome REJECTED).
	Violations []Violation
	// Refusal is why something right in form was not done (outcome REJECTED, without
	// Violations), as a program can read it: TOKEN_EXPIRED.
	Refusal string
	// Flags are remarks on consent events that were kept all the same, in order.
	Flags []Flag
	// EventID is the id of the consent event that was recorded by itself.
	EventID string
	// LogIndex is the place in the audit log, counted from 1, of what was recorded by
	// itself; 0 for none.
	LogIndex uint64
}

// ChangeKind is what happened to an entity.
type ChangeKind string

// The kinds of change.
const (
	ChangeCreated ChangeKind = "CREATED" // a new entity, with its records
	ChangeJoined  ChangeKind = "JOINED"  // records were added
	ChangeMerged  ChangeKind = "MERGED"  // Before lists the entities that became Entity
	ChangeSplit   ChangeKind = "SPLIT"   // Before is the entity that Entity came out of, or lost records to
	ChangeUpdated ChangeKind = "UPDATED" // same records, new values, consents or interactions
	ChangeDeleted ChangeKind = "DELETED" // the last record is gone
)

// Change is one entry of the journal: what one batch did to one entity. It holds
// ids and numbers only, no personal value.
type Change struct {
	// Sequence is the journal position of the batch; Index is the place in it.
	Sequence uint64
	Index    int
	Time     time.Time
	Kind     ChangeKind
	// Entity is the entity after the change (before it, for DELETED).
	Entity EntityID
	// Before lists the ids that the records of Entity were under before the batch,
	// sorted; records that are new have none.
	Before []EntityID
	// Added, Removed and Touched are record numbers: those that came into Entity,
	// those that left it (to another entity or deleted), and those that stayed and changed.
	Added   []uint64
	Removed []uint64
	Touched []uint64
}
