package store

import (
	"context"
	"sync"
	"testing"

	"aloi/store/memory"
)

// TestBlocksWhileOthersWrite holds that readers get the blocks of their state while commits
// are made, broken off and refused beside them.
func TestBlocksWhileOthersWrite(t *testing.T) {
	const readers, rounds, commits = 4, 6, 400
	w := newBlockWalk(t, memory.New(), 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var reading sync.WaitGroup
	for range readers {
		reading.Go(func() {
			for ctx.Err() == nil {
				err := w.s.View(context.Background(), func(r *Reader) error {
					for range rounds {
						if fault := differentBlocks(r); fault != "" {
							t.Error(fault)
							cancel()
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := 0; i < commits && ctx.Err() == nil; i++ {
		w.write(w.changes)
	}
	cancel()
	reading.Wait()
}
