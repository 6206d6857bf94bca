package consent

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Answer is the decision with everything that proves it. Two equal cases give equal
// answers, lists in order.
type Answer struct {
	Decision Verdict
	Reason   Reason
	Basis    Basis // of a PERMIT
	Scope    Scope
	// Deciding are the ids of the events that decided: the grant or fact of a PERMIT, the
	// stops or the failing grant of a DENY. Blockers are those of the stops that stand.
	Deciding, Blockers []string
	// Obligations bind whoever uses a PERMIT.
	Obligations []Obligation
	// ValidUntil is when a PERMIT ends if nothing new is said, zero if never.
	ValidUntil time.Time
	// Rule is the id of the row that was applied, Policy the version of the policy.
	Rule, Policy string
	// Relationship is what the person was taken for: what the question says, or what was
	// found; empty where that played no part.
	Relationship Relationship
	// Links are those that the answer rests on.
	Links []Link
	// Core are the records whose data a message may use: all of the person's core.
	Core []string
}

// Verdict is PERMIT or DENY.
type Verdict string

// The verdicts.
const (
	Permit Verdict = "PERMIT"
	Deny   Verdict = "DENY"
)

// Scope narrows a PERMIT.
type Scope string

// The scopes. A scoped answer lets a message use only the data of the records in
// Answer.Core: the contact point belongs to another identity inside the golden record.
const (
	Full   Scope = ""
	Scoped Scope = "SCOPED"
)

// Basis is the ground that a PERMIT rests on (GDPR art. 6, ePrivacy art. 13).
type Basis string

// The bases.
const (
	BasisConsent    Basis = "CONSENT"
	BasisSoftOptIn  Basis = "SOFT_OPT_IN"
	BasisContract   Basis = "CONTRACT"
	BasisTrade      Basis = "PROFESSIONAL_INTEREST"
	BasisInterest   Basis = "LEGITIMATE_INTEREST"
	BasisObligation Basis = "LEGAL_OBLIGATION"
	BasisNoPerson   Basis = "NOT_A_PERSON"
)

// Reason is why: a closed list.
type Reason string

// The reasons of a PERMIT.
const (
	ConsentValid           Reason = "CONSENT_VALID"
	ConsentValidThirdParty Reason = "CONSENT_VALID_THIRD_PARTY"
	SoftOptIn              Reason = "SOFT_OPT_IN"
	OngoingContract        Reason = "ONGOING_CONTRACT"
	ProInterest            Reason = "PRO_LEGITIMATE_INTEREST"
	InterestInformed       Reason = "LEGITIMATE_INTEREST_INFORMED"
	NotAPerson             Reason = "NOT_A_PERSON"
	ServiceNecessary       Reason = "SERVICE_NECESSARY"
)

// The reasons of a DENY.
const (
	ContactPointUnknown Reason = "CONTACT_POINT_UNKNOWN"
	SharedAmbiguous     Reason = "SHARED_CP_AMBIGUOUS"
	Erased              Reason = "ERASED"
	Restricted          Reason = "RESTRICTED_ART18"
	PurposeUnknown      Reason = "PURPOSE_UNKNOWN"
	ChannelUnknown      Reason = "CHANNEL_UNKNOWN"
	ControllerUnknown   Reason = "CONTROLLER_UNKNOWN"

	Objected           Reason = "OBJECTED_ART21"
	ConsentWithdrawn   Reason = "CONSENT_WITHDRAWN"
	ConsentRefused     Reason = "CONSENT_REFUSED"
	ConsentRevoked     Reason = "CONSENT_REVOKED"
	StopInherited      Reason = "STOP_INHERITED_PENDING_REVIEW"
	StopWinsTie        Reason = "STOP_WINS_TIE"
	ReconsentUnproved  Reason = "RECONSENT_UNVERIFIED"
	SuppressedErased   Reason = "SUPPRESSED_ERASED"
	SuppressedObjected Reason = "SUPPRESSED_OBJECTED"
	RetentionExpired   Reason = "RETENTION_EXPIRED"
	ContactPointDead   Reason = "CONTACT_POINT_DEAD"

	NoBasis              Reason = "NO_BASIS"
	NoRule               Reason = "NO_RULE"
	SectorForbidden      Reason = "SECTOR_FORBIDDEN"
	ControllerMismatch   Reason = "CONTROLLER_MISMATCH"
	ChannelMismatch      Reason = "CHANNEL_MISMATCH"
	ContactPointMismatch Reason = "CONTACT_POINT_MISMATCH"
	PointUnspecified     Reason = "CP_UNSPECIFIED"
	IdentityTooWeak      Reason = "GRANT_IDENTITY_TOO_WEAK"
	ConsentInvalidated   Reason = "CONSENT_INVALIDATED"
	NoProof              Reason = "NO_PROOF"
	PurchasedNoProof     Reason = "PURCHASED_NO_PROOF"
	GrantUndated         Reason = "GRANT_UNDATED"
	MinorNoParental      Reason = "MINOR_NO_PARENTAL"
	MinorConflicting     Reason = "MINOR_CONFLICTING_BIRTHDATE"
	ConfirmationPending  Reason = "DOI_PENDING"
	ConsentExpired       Reason = "CONSENT_EXPIRED"

	SoftNoSale      Reason = "SOFT_OPT_IN_NO_SALE"
	SoftOtherPoint  Reason = "SOFT_OPT_IN_OTHER_CONTACT_POINT"
	SoftNotInformed Reason = "SOFT_OPT_IN_NOT_INFORMED"
	SoftOptedOut    Reason = "SOFT_OPT_IN_OPTED_OUT"
	SoftUndeclared  Reason = "SOFT_OPT_IN_GOODS_UNDECLARED"
	SoftNotSimilar  Reason = "SOFT_OPT_IN_NOT_SIMILAR"
	SoftBlocked     Reason = "SOFT_OPT_IN_BLOCKED_BY_STOP"
	InterestBlocked Reason = "INTEREST_BLOCKED_BY_STOP"
	ContractUnmet   Reason = "CONTRACT_NOT_RUNNING_OR_NOT_RELATED"
	ProUnmet        Reason = "PRO_NOT_RELATED_OR_NOT_INFORMED"
)

// Reasons lists every reason.
var Reasons = []Reason{
	ConsentValid, ConsentValidThirdParty, SoftOptIn, OngoingContract, ProInterest, InterestInformed, NotAPerson, ServiceNecessary,
	ContactPointUnknown, SharedAmbiguous, Erased, Restricted, PurposeUnknown, ChannelUnknown, ControllerUnknown,
	Objected, ConsentWithdrawn, ConsentRefused, ConsentRevoked, StopInherited, StopWinsTie, ReconsentUnproved,
	SuppressedErased, SuppressedObjected, RetentionExpired, ContactPointDead,
	NoBasis, NoRule, SectorForbidden, ControllerMismatch, ChannelMismatch, ContactPointMismatch, PointUnspecified, IdentityTooWeak,
	ConsentInvalidated, NoProof, PurchasedNoProof, GrantUndated, MinorNoParental, MinorConflicting, ConfirmationPending, ConsentExpired,
	SoftNoSale, SoftOtherPoint, SoftNotInformed, SoftOptedOut, SoftUndeclared, SoftNotSimilar, SoftBlocked, InterestBlocked,
	ContractUnmet, ProUnmet,
}

func compareLinks(x, y Link) int {
	return cmp.Or(strings.Compare(x.A, y.A), strings.Compare(x.B, y.B), strings.Compare(string(x.Strength), string(y.Strength)))
}

// ids returns the ids of events, sorted and distinct.
func ids(list []*event) []string {
	var out []string
	for _, e := range list {
		out = append(out, e.ID)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
