package engine

import (
	"context"

	"aloi/matcher"
	"aloi/store"
)

// Train learns a model from the stored records, starting at the model in force: without
// labels, but the judgements on stored records are known pairs. Nothing changes: Adopt
// puts it in force. Every prepared record is held in memory; operations and questions
// go on meanwhile. o is as for matcher.Train, except that 0 workers are those of the
// engine, and that o.Known is not used. It is CodeUnavailable when another model is
// being learned or adopted.
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
	var numbers []uint64
	var judged []JudgedPair
	err := e.view(ctx, func(r *store.Reader) error {
		err := r.EachFeatures(func(number uint64, stored *store.Features) error {
			f, err := decodeFeatures(stored, number)
			if err == nil {
				records, numbers = append(records, f.record), append(numbers, number)
			}
			return err
		})
		if err == nil {
			judged, err = judgedPairs(r, numbers, e.st)
		}
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	o.Known = nil
	for _, j := range judged {
		o.Known = append(o.Known, matcher.KnownPair(j))
	}
	return matcher.Train(ctx, base, records, o)
}
