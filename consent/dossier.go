package consent

import (
	"time"

	"aloi"
)

// MaxDossierEvents is how many events a dossier holds; of a record with more, the ledger
// has them.
const MaxDossierEvents = 512

// Dossier is what decisions need of one record, in the form that is stored beside it: a
// pure function of the record and its ledger.
type Dossier struct {
	Ref           aloi.RecordRef
	ContactPoints []string // canonical, sorted
	Birth         time.Time
	LastAction    time.Time
	Bought        bool // there was a purchase
	// Events are sorted by id; their Record and Inherited are for who makes a case.
	Events []DossierEvent
	// Partial says that there are more than MaxDossierEvents, and Events has none.
	Partial bool
}

// DossierEvent is an event of a record and whom it was said to (store.Entry).
type DossierEvent struct {
	Event
	Said     []uint64
	Assigned int8
}

// AppendDossier appends the encoded dossier.
func AppendDossier(dst []byte, d *Dossier) []byte { panic("stub") }

// ReadDossier decodes a dossier. Its texts share memory with b.
func ReadDossier(b []byte) (*Dossier, error) { panic("stub") }

// EventOf returns a stored event as decisions see it. Record, and what an act refers to
// by id, are for who makes the case: Refers stays the source's id.
func EventOf(id, source string, e *aloi.ConsentEvent) Event { panic("stub") }

// Check returns the flags of an event that was recorded at now; field is its path. Texts
// reports whether the notice with a SHA-256 (hexadecimal) is stored.
func (p *Policy) Check(e *aloi.ConsentEvent, now time.Time, field string, texts func(sha256 string) bool) []aloi.Flag {
	panic("stub")
}

// Acts reports whether an interaction of a kind is an act of the person towards the house,
// from which retention counts. To open a mail is none.
func (p *Policy) Acts(kind string) bool { panic("stub") }

// ParsePolicy reads a policy as YAML: what it does not say is as in DefaultPolicy. An
// unknown key, or a value out of range, is an error that names it.
func ParsePolicy(text []byte) (*Policy, error) { panic("stub") }

// Text returns the policy as YAML that ParsePolicy reads back as the same.
func (p *Policy) Text() []byte { panic("stub") }
