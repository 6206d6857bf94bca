package store

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"aloi"
	"aloi/store/badger"
	"aloi/store/kv"
	"aloi/store/memory"
)

// testSecret keys the stores of these tests; testdata/format1.txt depends on it.
var testSecret = []byte("le secret des essais, 32 octets!")

// seal frames a payload for its key.
func seal(key, payload []byte) []byte { return appendFrame(nil, key, payload) }

// databases are the databases that a store is held to its promises on.
var databases = []struct {
	name string
	open func(t *testing.T) kv.DB
}{
	{"memory", openMemory},
	{"badger", func(t *testing.T) kv.DB {
		db, err := badger.Open(t.TempDir(), badger.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		return db
	}},
}

func openMemory(t *testing.T) kv.DB {
	db := memory.New()
	t.Cleanup(func() { db.Close() })
	return db
}

// onEach runs a test on a fresh store in each database.
func onEach(t *testing.T, test func(t *testing.T, s *Store)) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) { test(t, openStore(t, d.open(t))) })
	}
}

func openStore(t *testing.T, db kv.DB) *Store {
	t.Helper()
	s, err := Open(t.Context(), db, testSecret)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// failer is what the helpers need of a *testing.T, a *testing.F and a *rapid.T.
type failer interface {
	Helper()
	Fatal(args ...any)
}

func update(t failer, s *Store, fn func(*Writer) error) {
	t.Helper()
	if err := s.Update(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

func view(t failer, s *Store, fn func(*Reader) error) {
	t.Helper()
	if err := s.View(context.Background(), fn); err != nil {
		t.Fatal(err)
	}
}

// pair is a key and its value, as the database holds them.
type pair struct{ key, value []byte }

// dump returns everything that a database holds, by key.
func dump(t failer, db kv.DB) (pairs []pair) {
	t.Helper()
	err := db.View(context.Background(), func(r kv.Reader) error {
		return r.Scan(kv.Range{}, func(key, value []byte) error {
			pairs = append(pairs, pair{bytes.Clone(key), bytes.Clone(value)})
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return pairs
}

// setRaw puts a value under a key, past the store.
func setRaw(t failer, db kv.DB, key, value []byte) {
	t.Helper()
	err := db.Update(context.Background(), func(tx kv.Txn) error { return tx.Set(slices.Clone(key), slices.Clone(value)) })
	if err != nil {
		t.Fatal(err)
	}
}

// deleteRaw removes a key, past the store.
func deleteRaw(t failer, db kv.DB, key []byte) {
	t.Helper()
	if err := db.Update(context.Background(), func(tx kv.Txn) error { return tx.Delete(key) }); err != nil {
		t.Fatal(err)
	}
}

// instant is a time of the tests, with a fraction as Go's clock gives it.
func instant(day int) time.Time {
	return time.Date(2026, 3, day, 9, 30, 15, 123456789, time.UTC)
}

// fullRecord is a record with a value in every field.
func fullRecord() aloi.Record {
	return aloi.Record{
		Ref: aloi.RecordRef{Source: "boutique", ID: "anne.lefevre@exemple.fr"}, Version: -3, UpdatedAt: instant(1),
		Names: []aloi.Name{
			{Civility: "Mme", Given: "Anne-Sophie", Middle: "Zoé", Family: "Lefèvre", Birth: "D’Haÿ", Full: "Mme Anne-Sophie LEFÈVRE"},
			{Given: "Anne"},
		},
		BirthDate: "02/03/1984", Gender: "F",
		Addresses: []aloi.Address{
			{Line: "12 bis, av. Victor-Hugo\nRésidence Les Lilas", PostalCode: "69003", City: "Lyon", Region: "Rhône", Country: "FR"},
			{City: "Mâcon"},
		},
		Emails: []string{"Anne.Lefevre@exemple.fr", "contact@exemple.fr"}, Phones: []string{"06 39 98 12 34"},
		Identifiers: []aloi.Identifier{{Type: "loyalty_card", Value: "2984-11"}, {Type: "social_handle", Scope: "mastodon", Value: "@anne"}},
		Attributes:  []aloi.FreeAttribute{{Name: "occupation", Value: "Fée clochette"}},
		Note:        "Préfère être appelée le soir.",
	}
}

func fullConsent() aloi.ConsentEvent {
	return aloi.ConsentEvent{
		SourceEventID: "act-77", Kind: aloi.ConsentGiven, Time: instant(2), UncertaintySeconds: 60, RecordedTime: instant(3),
		Purposes: []string{"newsletter"}, Channels: []string{"email", "sms"}, Controllers: []string{"maison"},
		ContactPoint: "email:anne.lefevre@exemple.fr", Method: "web_form", Notice: "v3",
		Evidence:   []aloi.FreeAttribute{{Name: "form_sha256", Value: "ab12"}},
		ValidUntil: instant(30), Jurisdiction: "FR", Token: "jeton", Refers: "act-76",
		Submission: "s-9", Sequence: 4, ExpressedBy: []string{"mère"},
	}
}

// fullEntry is an entry with a value in every field.
func fullEntry() Entry {
	e := Entry{
		ConsentEvent: fullConsent(), Log: 3, Salt: []byte("un sel de trente-deux octets, oui"),
		Said: []uint64{2, 300}, Assigned: -1, Point: PointHash{7, 15: 8},
		AssignedBy: "claire", AssignedWhy: "c'est sa mère qui appelait", Waited: true,
	}
	e.ExpressedBy = []string{"subject", "parent"}
	e.Source, e.SharedOK = "centre d'appels", true
	e.Goods, e.Similar, e.OptOutOffered, e.OptOutUsed, e.FreeAccount = "bougies", []string{"parfum"}, true, true, true
	e.Related, e.Until = []string{"assurance"}, instant(28)
	return e
}

func fullInteraction() aloi.Interaction {
	return aloi.Interaction{ID: "c-1", Kind: aloi.InteractionPurchase, Time: instant(4), Detail: "Commande n° 4411"}
}

func fullEntity() Entity {
	return Entity{Number: 5, Members: []uint64{1, 2, 300}, Golden: []aloi.Attribute{{
		Path: "identifier.social_handle", Rank: 2, Value: "@anne", Record: aloi.RecordRef{Source: "boutique", ID: "1"},
		UpdatedAt: instant(5), Rule: "most_recent", Agreeing: 2, Contributed: 3, Scope: "mastodon",
	}, {Path: "name.given", Value: "Anne-Zoé", Record: aloi.RecordRef{Source: "web", ID: "a"}, Rule: "only_value", Agreeing: 1, Contributed: 1}}}
}
