package engine

import (
	"context"

	"aloi/matcher"
	"aloi/store"
)

// Train learns a model from the stored records, without labels, starting at the model
// in force. Nothing changes: Adopt puts it in force. Every prepared record is
// held in memory; operations and questions go on meanwhile. o is as for matcher.Train,
// except that 0 workers are those of the engine. It is CodeUnavailable when another
// model is being learned or adopted.
func (e *Engine) Train(ctx context.Context, o matcher.TrainOptions) (*matcher.Model, *matcher.TrainReport, error) {
	if !e.busy.CompareAndSwap(false, true) {
		return nil, nil, errBusy
	}
	defer e.busy.Store(false)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(e.ending, cancel)()
	if o.Workers == 0 {
		o.Workers = e.workers
	}
	base := e.matcher().Model()
	var records []*matcher.Prepared
	err := e.view(ctx, func(r *store.Reader) error {
		return r.EachFeatures(func(number uint64, stored *store.Features) error {
			f, err := decodeFeatures(stored, number)
			if err == nil {
				records = append(records, f.record)
			}
			return err
		})
	})
	if err != nil {
		return nil, nil, err
	}
	return matcher.Train(ctx, base, records, o)
}
