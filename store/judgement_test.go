package store

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"aloi"
	"aloi/internal/property"
	"aloi/store/memory"
)

func refNumber(n int) aloi.RecordRef { return aloi.RecordRef{Source: "web", ID: fmt.Sprint(n)} }

func TestJudgementsPages(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		const pairs = 25
		update(t, s, func(w *Writer) error {
			for i := range pairs {
				if err := w.SetJudgement(aloi.Judgement{A: refNumber(i), B: refNumber(i + 1), Verdict: aloi.VerdictSame}); err != nil {
					return err
				}
			}
			return nil
		})
		var whole []aloi.Judgement
		view(t, s, func(r *Reader) error {
			return r.Judgements(nil, func(_ []byte, j *aloi.Judgement) bool {
				whole = append(whole, *j)
				return true
			})
		})
		if len(whole) != pairs {
			t.Fatalf("%d judgements, want %d", len(whole), pairs)
		}
		for _, size := range []int{1, 2, 7, pairs - 1, pairs, pairs + 1} {
			var got []aloi.Judgement
			var cursor []byte
			for more := true; more && len(got) <= pairs; {
				n := 0
				view(t, s, func(r *Reader) error {
					return r.Judgements(cursor, func(at []byte, j *aloi.Judgement) bool {
						got, cursor, n = append(got, *j), at, n+1
						return n < size
					})
				})
				more = n == size
			}
			if !reflect.DeepEqual(got, whole) {
				t.Errorf("pages of %d give %d judgements in another order or number, want %d", size, len(got), len(whole))
			}
		}
	})
}

// A cursor stays good when the judgement that it names is withdrawn.
func TestJudgementsAfterAWithdrawnOne(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		update(t, s, func(w *Writer) error {
			for i := range 5 {
				if err := w.SetJudgement(aloi.Judgement{A: refNumber(0), B: refNumber(i + 1), Verdict: aloi.VerdictDifferent}); err != nil {
					return err
				}
			}
			return nil
		})
		var cursors [][]byte
		var all []aloi.Judgement
		read := func(after []byte) (list []aloi.Judgement) {
			view(t, s, func(r *Reader) error {
				return r.Judgements(after, func(at []byte, j *aloi.Judgement) bool {
					list, cursors = append(list, *j), append(cursors, at)
					return true
				})
			})
			return list
		}
		all = read(nil)
		update(t, s, func(w *Writer) error { return w.DeleteJudgement(all[1]) })
		if got := read(cursors[1]); !reflect.DeepEqual(got, all[2:]) {
			t.Errorf("%+v, want %+v", got, all[2:])
		}
	})
}

// The judgements and their index say the same as a map does, whatever was set,
// replaced and withdrawn, in whichever order the two records were named.
func TestJudgementIndex(t *testing.T) {
	const records = 5
	property.Check(t, func(t *rapid.T) {
		db := memory.New()
		defer db.Close()
		s, err := Open(t.Context(), db, testSecret)
		if err != nil {
			t.Fatal(err)
		}
		type pairKey [2]int
		model := map[pairKey]aloi.Judgement{}
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			a := rapid.IntRange(0, records-1).Draw(t, "a")
			b := (a + rapid.IntRange(1, records-1).Draw(t, "b")) % records
			j := aloi.Judgement{A: refNumber(a), B: refNumber(b), Verdict: aloi.VerdictSame, Steward: rapid.SampledFrom([]string{"claire", "rémi"}).Draw(t, "steward")}
			if rapid.Bool().Draw(t, "different") {
				j.Verdict = aloi.VerdictDifferent
			}
			withdraw := rapid.Bool().Draw(t, "withdraw")
			update(t, s, func(w *Writer) error {
				if withdraw {
					return w.DeleteJudgement(j)
				}
				return w.SetJudgement(j)
			})
			if key := (pairKey{min(a, b), max(a, b)}); withdraw {
				delete(model, key)
			} else {
				model[key] = j.Ordered()
			}
		}
		view(t, s, func(r *Reader) error {
			want := slices.Collect(maps.Values(model))
			slices.SortFunc(want, func(a, b aloi.Judgement) int {
				return slices.Compare(s.judgementKey(a.A, a.B), s.judgementKey(b.A, b.B))
			})
			var got []aloi.Judgement
			err := r.Judgements(nil, func(_ []byte, j *aloi.Judgement) bool {
				got = append(got, *j)
				return true
			})
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Fatalf("judgements %+v, %v, want %+v", got, err, want)
			}
			for n := range records {
				checkJudged(t, s, r, refNumber(n), want)
			}
			return nil
		})
		for _, p := range dump(t, db) {
			if p.key[0] == famJudged && len(model) == 0 {
				t.Fatalf("the key %q is left over", p.key)
			}
		}
	})
}

func checkJudged(t *rapid.T, s *Store, r *Reader, ref aloi.RecordRef, judgements []aloi.Judgement) {
	var want []Judged
	for _, j := range judgements {
		switch ref {
		case j.A:
			want = append(want, Judged{Other: s.RefHash(j.B), Same: j.Verdict == aloi.VerdictSame})
		case j.B:
			want = append(want, Judged{Other: s.RefHash(j.A), Same: j.Verdict == aloi.VerdictSame})
		}
	}
	slices.SortFunc(want, func(a, b Judged) int { return slices.Compare(a.Other[:], b.Other[:]) })
	if got, err := r.Judged(s.RefHash(ref)); err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("judgements on %v: %+v, %v, want %+v", ref, got, err, want)
	}
}
