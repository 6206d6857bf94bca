package engine

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"aloi"
	"aloi/consent"
	"aloi/internal/audit"
)

// Stubs: each is replaced in a file of its own.

// Decide answers a question about a subject: one verdict for each contact point that is
// asked about, at least one. A subject that is not stored is an error; an entity id that
// was merged away follows.
func (e *Engine) Decide(ctx context.Context, s Subject, q consent.Question) ([]Verdict, error) {
	panic("stub")
}

// DecideMany answers one question about many subjects, on all workers, from one state of
// the store; a subject that is not stored gets a verdict of CONTACT_POINT_UNKNOWN.
func (e *Engine) DecideMany(ctx context.Context, subjects []Subject, q consent.Question) ([][]Verdict, error) {
	panic("stub")
}

// EntityIDs returns at most limit entities past one (empty for the first), in order.
func (e *Engine) EntityIDs(ctx context.Context, after aloi.EntityID, limit int) ([]aloi.EntityID, error) {
	panic("stub")
}

// History returns the events of a subject by the time of the act.
func (e *Engine) History(ctx context.Context, s Subject) ([]HistoryEvent, error) { panic("stub") }

// PreviewJudgement says which decisions a Judge or Withdraw would change. It changes
// nothing, and takes a place in the queue of the writer.
func (e *Engine) PreviewJudgement(ctx context.Context, op Operation) (*ConsentPreview, error) {
	panic("stub")
}

// Suppressions returns a page of the suppression list.
func (e *Engine) Suppressions(ctx context.Context, size int, after string) (*SuppressionPage, error) {
	panic("stub")
}

// Notice returns the notice with a SHA-256, hexadecimal.
func (e *Engine) Notice(ctx context.Context, sha256 string) (*aloi.Notice, error) { panic("stub") }

// Checkpoint returns the signed head of the log.
func (e *Engine) Checkpoint(ctx context.Context) (string, error) { panic("stub") }

// VerifierKey returns the public key of the checkpoints.
func (e *Engine) VerifierKey() string { panic("stub") }

// Consistency proves that the log grew from an old size, with the checkpoint it grew to.
func (e *Engine) Consistency(ctx context.Context, old uint64) ([]tlog.Hash, string, error) {
	panic("stub")
}

// Receipt returns the receipt of an event of a subject.
func (e *Engine) Receipt(ctx context.Context, s Subject, eventID string) (*audit.Receipt, error) {
	panic("stub")
}

// VerifyLog checks the log, the ledger and what is derived from them (consent.md,
// section 5). progress, if not nil, is told of the entries read.
func (e *Engine) VerifyLog(ctx context.Context, o AuditOptions, progress func(step string, done, total uint64)) (*Report, error) {
	panic("stub")
}
