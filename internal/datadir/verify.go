package datadir

import (
	"context"

	"aloi/engine"
	"aloi/store/kv"
)

// Verify is a scrub and engine.Verify together, on a running store: the values first,
// because what is computed from one that does not open says nothing.
func (d *Data) Verify(ctx context.Context, progress func(step string, done, total int)) (*engine.Report, error) {
	if progress == nil {
		progress = func(string, int, int) {}
	}
	scrubbed, err := d.scrubAll(ctx, progress)
	if err != nil {
		return nil, err
	}
	if len(scrubbed.Faults) > 0 {
		return engine.ScrubReport(scrubbed), nil
	}
	report, err := d.Engine.Verify(ctx, progress)
	if err != nil {
		return nil, err
	}
	report.AddScrub(scrubbed)
	return report, nil
}

// scrubAll reads everything once, as fast as it goes, and tells of the kilobytes.
func (d *Data) scrubAll(ctx context.Context, progress func(step string, done, total int)) (kv.Scrubbed, error) {
	const kilobyte = 1 << 10
	total, err := allocated(d.path(StoreFolder))
	if err != nil {
		return kv.Scrubbed{}, err
	}
	done := 0
	scrubbed, err := d.DB.Scrub(ctx, func(bytes int) error {
		done += bytes
		progress("kilobytes", (done+kilobyte-1)/kilobyte, (max(done, int(total))+kilobyte-1)/kilobyte)
		return nil
	})
	return scrubbed, coded(err)
}
