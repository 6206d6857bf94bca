package engine_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"aloi"
	"aloi/consent"
	"aloi/engine"
	"aloi/store"
	"aloi/store/badger"
)

// benchPeople is how many records the benchmarks ask about, each of a person of its own.
const benchPeople = 5000

// benchEngine is an engine over Badger with records that have an e-mail address, a phone,
// a postal address and three events each.
func benchEngine(b *testing.B) (*engine.Engine, []aloi.EntityID) {
	b.Helper()
	db, err := badger.Open(b.TempDir(), badger.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	st, err := store.Open(b.Context(), db, testSecret)
	if err != nil {
		b.Fatal(err)
	}
	e, err := engine.Open(b.Context(), st, engine.Options{AuditKey: testKey, Now: func() time.Time { return testNow }})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { e.Close() })
	rng := rand.New(rand.NewPCG(1, 2))
	word := func(n int) string {
		w := make([]byte, n)
		for i := range w {
			w[i] = "bcdfglmnprstvaeiou"[rng.IntN(18)]
		}
		return string(w)
	}
	var list []engine.Operation
	for i := range benchPeople {
		given, family := word(6), word(9)
		mail := fmt.Sprintf("%s.%s@example.org", given, family)
		r := person("web", fmt.Sprint(i), given, family, fmt.Sprintf("19%02d-%02d-%02d", rng.IntN(90), 1+rng.IntN(12), 1+rng.IntN(28)), mail, fmt.Sprintf("+336%08d", rng.IntN(100_000_000)))
		r.Addresses = []aloi.Address{{Line: fmt.Sprint(1+rng.IntN(200), " rue ", word(8)), PostalCode: "69003", City: "Lyon"}}
		sale := aloi.ConsentEvent{SourceEventID: "s", Kind: aloi.ConsentSale, Time: testNow.Add(-24 * time.Hour), Controllers: []string{"C1"}, ContactPoint: "email:" + mail, Goods: "coffee", OptOutOffered: true}
		informed := aloi.ConsentEvent{SourceEventID: "i", Kind: aloi.ConsentInformed, Time: testNow.Add(-72 * time.Hour), Controllers: []string{"C1"}}
		r = saying(r, grant("g", "email:"+mail), sale, informed)
		if i%5 == 0 {
			r = saying(r, withdrawn("w", "email:"+mail))
		}
		list = append(list, put(r))
	}
	if _, err := e.Apply(b.Context(), list); err != nil {
		b.Fatal(err)
	}
	ids, err := e.EntityIDs(b.Context(), "", benchPeople)
	if err != nil || len(ids) < benchPeople*9/10 {
		b.Fatalf("%d entities: %v", len(ids), err)
	}
	return e, ids
}

func BenchmarkDecide(b *testing.B) {
	e, ids := benchEngine(b)
	b.ReportAllocs()
	b.ResetTimer()
	for i := range b.N {
		if _, err := e.Decide(b.Context(), ofEntity(ids[i%len(ids)]), news("")); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkDecideMany reports decisions a second, on all cores.
func BenchmarkDecideMany(b *testing.B) {
	e, ids := benchEngine(b)
	subjects := make([]engine.Subject, len(ids))
	for i, id := range ids {
		subjects[i] = ofEntity(id)
	}
	b.ReportAllocs()
	b.ResetTimer()
	permits := 0
	for range b.N {
		all, err := e.DecideMany(b.Context(), subjects, news(""))
		if err != nil {
			b.Fatal(err)
		}
		for _, list := range all {
			if list[0].Answer.Decision == consent.Permit {
				permits++
			}
		}
	}
	if permits == 0 {
		b.Fatal("nobody may be written to")
	}
	b.ReportMetric(float64(b.N*len(subjects))/b.Elapsed().Seconds(), "decisions/s")
}
