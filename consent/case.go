package consent

import (
	"slices"
	"time"

	"aloi"
)

// Case is everything that bears on a question: the records around a person, how they
// are linked, and the events and suppressions that concern them or the contact point
// asked about. The order of its lists has no meaning.
type Case struct {
	Records      []Record
	Links        []Link
	Events       []Event
	Suppressions []Suppression
	// Shared are further events, for a caller who has them already and spares a copy.
	Shared []*Event
}

// Record is a source record, as far as consent needs it.
type Record struct {
	ID string
	// ContactPoints are those that the record owns: `email:…`, `phone:…`, `postal:…`.
	ContactPoints []string
	// Birth is the date of birth, zero if unknown.
	Birth time.Time
	// LastAction is when the person last did something towards the house, zero if unknown.
	LastAction time.Time
	// Actions are further times at which the person did something, in any order.
	Actions []time.Time
	// Bought says that the source knows of a purchase.
	Bought bool
}

// Link says that two records are, or may be, one person.
type Link struct {
	A, B     string // ids of records
	Strength aloi.LinkStrength
}

// Event is one act or fact, with its record. What does not belong to its kind is zero.
type Event struct {
	ID string
	// SourceID is the source's own id of the act behind the name of the source, so that
	// it is unique. One with two contents is in conflict: both are kept, the stop counts.
	SourceID string
	Kind     aloi.ConsentKind
	Record   string // id
	// Time is when the person acted, zero if unknown; Recorded is when Aloi learned of it.
	Time, Recorded time.Time
	// Uncertainty is how far Time may be off, each side; negative if the source does not say.
	Uncertainty time.Duration
	// Purposes, Channels and Controllers: on a stop, empty or * is all; on a grant
	// nothing absent is assumed.
	Purposes     []Purpose
	Channels     []Channel
	Controllers  []string
	ContactPoint string // empty is person-wide
	Method       string
	Evidence     Evidence
	Token        string // of a request and its confirmation
	Refers       string // id of the event that this one invalidates or lifts
	Submission   string // with Sequence: the order inside one form
	Sequence     int64
	By           []string // subject, parent, controller, authority; empty is the subject
	ValidUntil   time.Time
	// Inherited marks a stop that was said to a merged person and copied when she was
	// taken apart: it binds until a steward assigns it.
	Inherited bool
	// SharedOK says that the giver knows that others use the contact point too: a stop of
	// hers is for herself alone, and that of another does not end a grant of hers.
	SharedOK bool

	// Of a sale: what was bought, what is similar, whether an opt-out was offered and used
	// when the address was taken, and whether it is an account without a purchase.
	Goods         string
	Similar       []string
	OptOutOffered bool
	OptOutUsed    bool
	FreeAccount   bool
	// Of a contract: what is related to its object, and its end.
	Related []string
	Until   time.Time
}

// Evidence is the proof of an act.
type Evidence struct {
	// NotAffirmative says that nobody acted: a box that was ticked beforehand.
	NotAffirmative bool
	// Auth says how the person was identified: doi, authenticated, signed_paper,
	// recorded_call, in_store_id; none or empty is not at all.
	Auth string
	// Notice is the text that was shown, NoticeHash its hash.
	Notice, NoticeHash string
	// Of a list that was bought: who sold it, which company the form named as recipient,
	// when it was collected.
	Broker, NamedRecipient, CollectedAt string
	// Other says that there is a proof of another kind: a form, a scan, a recording.
	Other bool
}

// Suppression is a contact point, kept as a keyed hash in the store, that must not be
// used for marketing again (CNIL MED-2023-040).
type Suppression struct {
	ContactPoint string
	Controllers  []string // empty or * is all
	Time         time.Time
	Until        time.Time // zero is no end
	Reason       SuppressionReason
}

// SuppressionReason is why a contact point is suppressed.
type SuppressionReason string

// The reasons of a suppression.
const (
	SuppressionErased   SuppressionReason = "ERASED"
	SuppressionObjected SuppressionReason = "OBJECTED"
)

// Question asks whether a controller may contact a person.
type Question struct {
	Controller   string
	Purpose      Purpose
	Channel      Channel
	ContactPoint string
	Record       string // a record of the person; empty is the first of the case
	At           time.Time
	KnownAt      time.Time    // what was known then; zero is At
	Relationship Relationship // empty: customer after a purchase from the controller or in a contract with it, else prospect
	Jurisdiction string       // FR or EU; empty is the policy's
	// Goods are what the message is about; Related says that they concern the trade of a
	// professional; Sector is one that a rule names, empty for none.
	Goods   string
	Related bool
	Sector  string
}

// Relationship is what the person is to the controller.
type Relationship string

// The relationships.
const (
	Prospect     Relationship = "prospect"
	Customer     Relationship = "customer"
	Professional Relationship = "professional"
	Organisation Relationship = "organisation"
)

// Relationships lists every relationship.
var Relationships = []Relationship{Prospect, Customer, Professional, Organisation}

func isGrant(k aloi.ConsentKind) bool { return k == aloi.ConsentGiven || k == aloi.ConsentRenewed }

// serves reports whether an event is a fact that can only help to permit. A sale at
// which an opt-out was used is none.
func serves(e *Event) bool {
	switch e.Kind {
	case aloi.ConsentConfirmed, aloi.ConsentContract, aloi.ConsentInformed, aloi.ConsentRestrictionLifted:
		return true
	case aloi.ConsentSale:
		return !e.OptOutUsed
	}
	return false
}

// permits reports whether an event can be what a PERMIT of marketing rests on.
func permits(e *Event) bool {
	return isGrant(e.Kind) || serves(e) && e.Kind != aloi.ConsentRestrictionLifted
}

// covers reports whether a list of what an event names covers a value; on a stop an
// empty one covers all.
func covers[T ~string](list []T, value T, stop bool) bool {
	return stop && len(list) == 0 || slices.Contains(list, value) || slices.Contains(list, wildcard)
}
