package consent

import (
	"cmp"
	"math"
	"time"

	"aloi"
)

// MaxDossierEvents is how many events a dossier holds; of a record with more, the ledger
// has them.
const MaxDossierEvents = 512

// MaxActions is how many acts of the person a dossier dates. The last before a question is
// what counts, and a date of the future may be a slip, so that one is not enough.
const MaxActions = 16

// Dossier is what decisions need of one record, in the form that is stored beside it: a
// pure function of the record and its ledger.
type Dossier struct {
	Ref           aloi.RecordRef
	ContactPoints []string // canonical, sorted
	Birth         time.Time
	Actions       []time.Time // when the person acted towards the house: the latest MaxActions, ascending
	Bought        bool        // there was a purchase
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

// unsaid is the uncertainty of an event whose source states none.
const unsaid time.Duration = -1

// EventOf returns a stored event as decisions see it, under an id of ours. Record is for
// who makes the case, and so is Refers, which stays the source's id.
func EventOf(id, source string, e *aloi.ConsentEvent) Event {
	x := Event{
		ID: id, Kind: e.Kind, Time: e.Time, Recorded: e.RecordedTime, Uncertainty: unsaid,
		Purposes: each(e.Purposes, PurposeOf), Channels: each(e.Channels, ChannelOf), Controllers: e.Controllers,
		ContactPoint: e.ContactPoint, Method: e.Method, Token: e.Token, Refers: e.Refers, Submission: e.Submission,
		Sequence: e.Sequence, By: e.ExpressedBy, ValidUntil: e.ValidUntil, SharedOK: e.SharedOK, Goods: e.Goods,
		Similar: e.Similar, OptOutOffered: e.OptOutOffered, OptOutUsed: e.OptOutUsed, FreeAccount: e.FreeAccount,
		Related: e.Related, Until: e.Until,
	}
	if e.SourceEventID != "" {
		x.SourceID = cmp.Or(e.Source, source) + "\x00" + e.SourceEventID
	}
	if e.UncertaintySeconds > 0 {
		x.Uncertainty = time.Duration(min(e.UncertaintySeconds, maxUncertaintySeconds)) * time.Second
	}
	for _, a := range e.Evidence {
		x.Evidence.add(a.Name, a.Value)
	}
	x.Evidence.Notice = cmp.Or(e.Notice, x.Evidence.Notice)
	return x
}

// maxUncertaintySeconds is the longest uncertainty that a time.Duration holds.
const maxUncertaintySeconds = int64(math.MaxInt64 / time.Second)

// each reads the names of a list, nil for none.
func each[T ~string](list []string, read func(string) T) []T {
	if len(list) == 0 {
		return nil
	}
	names := make([]T, len(list))
	for i, s := range list {
		names[i] = read(s)
	}
	return names
}
