package engine_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"aloi"
	"aloi/consent"
	"aloi/engine"
)

// neighbourhood is what happens to people who are linked in every way: the same person,
// likely the same, maybe the same, strangers who share an address.
func neighbourhood() []engine.Operation {
	twice := withdrawn("7", annesMail)
	twice.Purposes = []string{"PromotionalOffers"}
	again := twice
	again.Kind, again.Time = aloi.ConsentGiven, testNow.Add(-2*time.Hour)
	void := aloi.ConsentEvent{SourceEventID: "8", Kind: aloi.ConsentInvalidated, Time: testNow, Refers: "1"}
	return ops(
		put(saying(anneWeb(), grant("1", annesMail), again)), put(saying(anneSAV(), twice, grant("2", annesMail))),
		put(saying(anneStore(), grant("3", ""), withdrawn("4", annesPhone))),
		put(saying(odile("1", "odile.l1971@example.org"), grant("1", odilesMail))), put(saying(odile("2", "a.l1984@example.org"), void)),
		put(saying(marc(), withdrawn("5", odilesMail))),
		act(onMail("email:marc.dubreuil@example.org"), objected("6")),
		same(ref("crm", "2"), ofMarc), different(inSAV, inStore),
	)
}

// TestOrderOfArrival holds that no answer hangs on the order in which records, events and
// judgements came, nor on the database.
func TestOrderOfArrival(t *testing.T) {
	const orders = 12
	rng := engine.LawRand(1)
	var want string
	for i := range orders {
		db := engine.NewMemory(t)
		if i%4 == 3 {
			db = engine.NewBadger(t)
		}
		f, list := on(t, db), neighbourhood()
		rng.Shuffle(len(list), func(x, y int) { list[x], list[y] = list[y], list[x] })
		size := 1 + rng.IntN(len(list))
		for len(list) > 0 {
			n := min(size, len(list))
			if _, err := f.Apply(context.Background(), list[:n]); err != nil {
				t.Fatal(err)
			}
			list = list[n:]
		}
		got := f.everybody(t)
		if want == "" {
			want = got
		}
		if got != want {
			t.Fatalf("order %d:\n%s\nwant\n%s", i, got, want)
		}
	}
	for _, reason := range []consent.Reason{consent.ConsentValid, consent.ConsentWithdrawn, consent.Objected} {
		if !strings.Contains(want, string(reason)) {
			t.Errorf("nobody is answered %s: the test shows little", reason)
		}
	}
}

// everybody is what everybody is answered.
func (f *fixture) everybody(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	for _, r := range []aloi.RecordRef{inWeb, inStore, inSAV, ofMarc, ref("crm", "1"), ref("crm", "2")} {
		for _, p := range []consent.Purpose{consent.Newsletter, consent.PromotionalOffers} {
			for _, point := range []string{"", annesMail, odilesMail} {
				q := news(point)
				q.Purpose = p
				for _, s := range []engine.Subject{{Record: &r}, ofEntity(f.personOf(t, r))} {
					list, err := f.Decide(t.Context(), s, q)
					if err != nil {
						t.Fatal(err)
					}
					for _, v := range list {
						b.WriteString(stated(v) + "\n")
					}
				}
			}
		}
	}
	return b.String()
}
