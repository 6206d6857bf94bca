package engine

import (
	"context"
)

// Stubs: each is replaced in a file of its own.

// VerifyLog checks the log, the ledger and what is derived from them (consent.md,
// section 5). progress, if not nil, is told of the entries read.
func (e *Engine) VerifyLog(ctx context.Context, o AuditOptions, progress func(step string, done, total uint64)) (*Report, error) {
	panic("stub")
}
