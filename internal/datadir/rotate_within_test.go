package datadir

import (
	"context"
	"errors"
	"testing"
)

// A rotation that breaks off when a part is sealed anew leaves the keys of the other part.
func TestRotationBrokeOffWithin(t *testing.T) {
	dir := fresh(t)
	d := opened(t, dir, usual())
	const records = 900
	put(t, d.Engine, 0, records)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := d.Rotate(ctx, func(done, total uint64) {
		if done >= total {
			t.Errorf("all of %d values are sealed in one go: this shows nothing", total)
		}
		cancel()
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	shut(t, d)
	d = opened(t, dir, usual())
	holds(t, d, records)
	if scrubbed, err := d.DB.Scrub(t.Context(), nil); err != nil || len(scrubbed.Faults) > 0 {
		t.Errorf("%+v, %v", scrubbed, err)
	}
}
