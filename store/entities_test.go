package store

import (
	"slices"
	"testing"
)

func TestEntityNumbers(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		want := []uint64{1, 2, 5, 255, 256, 1 << 40}
		update(t, s, func(w *Writer) error {
			for _, n := range want {
				if err := w.Set(EncodeEntity(&Entity{Number: n, Members: []uint64{n}})); err != nil {
					return err
				}
			}
			return w.RedirectEntity(3, 2)
		})
		for _, limit := range []int{1, 2, len(want), 9} {
			var got []uint64
			after := uint64(0)
			for range len(want) + 1 {
				var page []uint64
				view(t, s, func(r *Reader) (err error) {
					page, err = r.EntityNumbers(after, limit)
					return err
				})
				if len(page) > limit {
					t.Fatalf("%d numbers, at most %d", len(page), limit)
				}
				for _, after = range page {
					got = append(got, after)
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("%d at once: %v, want %v", limit, got, want)
			}
		}
	})
}
