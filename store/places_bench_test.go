package store

import (
	"errors"
	"fmt"
	"testing"

	"aloi/store/badger"
)

// BenchmarkPlaces is reading the links of a record and its entity in a transaction, from memory
// and, in one that has written of their kind, from the database.
func BenchmarkPlaces(b *testing.B) {
	const records = 50_000
	db, err := badger.Open(b.TempDir(), badger.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	s, err := Open(b.Context(), db, testSecret)
	if err != nil {
		b.Fatal(err)
	}
	for from := uint64(1); from <= records; from += 10_000 {
		err := s.Update(b.Context(), func(w *Writer) (err error) {
			for n := from; n < from+10_000; n++ {
				err = errors.Join(err, w.SetEntityOf(n, n/2), w.SetLinks(n, []Link{{Other: n ^ 1}, {Other: n + 2}}))
			}
			return err
		})
		if err != nil {
			b.Fatal(err)
		}
	}
	for _, from := range []string{"memory", "database"} {
		b.Run(from, func(b *testing.B) {
			err := s.Update(b.Context(), func(w *Writer) error {
				w.keeps = from == "memory"
				b.ReportAllocs()
				for n := uint64(0); b.Loop(); n += 7919 {
					links, err := w.Links(1 + n%records)
					home, homeErr := w.EntityOf(1 + n%records)
					if err != nil || homeErr != nil || len(links) != 2 || home == 0 && n%records != 0 {
						return fmt.Errorf("%v, %d, %w", links, home, errors.Join(err, homeErr))
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		})
	}
}
