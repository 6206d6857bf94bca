package store

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"aloi"
	"aloi/internal/property"
	"aloi/store/memory"
)

// Contact points say the same as a map does, whatever was added, added again, and removed;
// one without entries has no key.
func TestPointsAreAMap(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		db := memory.New()
		defer db.Close()
		s, err := Open(t.Context(), db, testSecret)
		if err != nil {
			t.Fatal(err)
		}
		model := pointModel{}
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			p := s.PointHash(rapid.SampledFrom([]string{"email:a@exemple.fr", "email:b@exemple.fr", "phone:+33639981234"}).Draw(t, "point"))
			record := rapid.Uint64Range(0, 2).Draw(t, "record")
			content := ContentHash{byte(rapid.IntRange(0, 2).Draw(t, "content"))}
			at := s.keyedContent(content)
			if rapid.Bool().Draw(t, "delete") {
				update(t, s, func(w *Writer) error { return w.DeletePoint(p, record, content) })
				model.remove(p, record, at)
				continue
			}
			var e *Entry
			if record == 0 {
				e = &Entry{Log: rapid.Uint64Range(1, 9).Draw(t, "log")}
			}
			update(t, s, func(w *Writer) error { return w.AddPoint(p, record, content, e) })
			model.add(p, PointEntry{Record: record, Content: at, Entry: e})
		}
		keys := 3 // format, check, counters
		for p, want := range model {
			keys += min(len(want), 1) + len(want)
			view(t, s, func(r *Reader) error {
				got, err := r.Point(p)
				if err != nil || !reflect.DeepEqual(got, want) && len(got)+len(want) > 0 {
					t.Fatalf("%+v, %v, want %+v", got, err, want)
				}
				return nil
			})
		}
		if got := len(dump(t, db)); got != keys {
			t.Fatalf("%d keys, want %d", got, keys)
		}
	})
}

type pointModel map[PointHash][]PointEntry

func (m pointModel) remove(p PointHash, record uint64, content [16]byte) {
	m[p] = slices.DeleteFunc(m[p], func(e PointEntry) bool { return e.Record == record && e.Content == content })
}

func (m pointModel) add(p PointHash, e PointEntry) {
	m.remove(p, e.Record, e.Content)
	m[p] = append(m[p], e)
	slices.SortFunc(m[p], func(a, b PointEntry) int {
		return cmp.Or(cmp.Compare(a.Record, b.Record), bytes.Compare(a.Content[:], b.Content[:]))
	})
}

func TestAPointHoldsAnEntryOfNoRecordOnly(t *testing.T) {
	s := openStore(t, openMemory(t))
	for record, e := range map[uint64]*Entry{0: nil, 1: {}} {
		err := s.Update(t.Context(), func(w *Writer) error { return w.AddPoint(PointHash{1}, record, ContentHash{}, e) })
		if err == nil {
			t.Errorf("record %d, entry %v: no error", record, e)
		}
	}
}

// A point whose entries are not as many as its marker says is damaged: its stops, or some
// of them, were lost.
func TestAPointThatMiscountsIsAnError(t *testing.T) {
	p, other := PointHash{1}, PointHash{2}
	for _, c := range []struct {
		name   string
		damage func(w *Writer) error
		hidden bool // Point answers by the marker alone
	}{
		{"entry lost", func(w *Writer) error { return w.tx.Delete(pointEntryKey(p, 1, w.s.keyedContent(ContentHash{}))) }, false},
		{"every entry lost", func(w *Writer) error {
			return errors.Join(w.tx.Delete(pointEntryKey(p, 1, w.s.keyedContent(ContentHash{}))), w.tx.Delete(pointEntryKey(p, 2, w.s.keyedContent(ContentHash{}))))
		}, false},
		{"marker too small", func(w *Writer) error { return w.putNumber(pointKey(p), 1) }, false},
		{"marker too great", func(w *Writer) error { return w.putNumber(pointKey(p), 3) }, false},
		{"marker lost", func(w *Writer) error { return w.tx.Delete(pointKey(p)) }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := openStore(t, openMemory(t))
			update(t, s, func(w *Writer) error {
				return errors.Join(w.AddPoint(p, 1, ContentHash{}, nil), w.AddPoint(p, 2, ContentHash{}, nil), w.AddPoint(other, 1, ContentHash{}, nil))
			})
			update(t, s, func(w *Writer) error { return c.damage(w) })
			view(t, s, func(r *Reader) error {
				if err := r.EachPoint(func(PointHash, *PointEntry) error { return nil }); aloi.CodeOf(err) != aloi.CodeCorrupt {
					t.Errorf("EachPoint: %v", err)
				}
				if _, err := r.Point(p); !c.hidden && aloi.CodeOf(err) != aloi.CodeCorrupt {
					t.Errorf("Point: %v", err)
				}
				_, err := r.Point(other)
				return err
			})
		})
	}
}

func TestSuppressionPages(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		const points = 9
		update(t, s, func(w *Writer) error {
			for i := range points {
				if err := w.SetSuppressions(s.PointHash(fmt.Sprint("phone:+3363998123", i)), []Suppression{{Log: uint64(i)}}); err != nil {
					return err
				}
			}
			return nil
		})
		for _, size := range []int{1, 2, points, points + 1} {
			var got []PointHash
			var after []byte
			for more := true; more && len(got) <= points; {
				n := 0
				view(t, s, func(r *Reader) error {
					return r.EachSuppression(after, func(p PointHash, _ []Suppression) bool {
						got, after, n = append(got, p), p[:], n+1
						return n < size
					})
				})
				more = n == size
			}
			if len(got) != points || !slices.IsSortedFunc(got, func(a, b PointHash) int { return bytes.Compare(a[:], b[:]) }) {
				t.Errorf("pages of %d give %d contact points, or in another order", size, len(got))
			}
		}
	})
}
