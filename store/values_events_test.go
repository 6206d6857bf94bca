package store

import (
	"aloi"
)

func eventValues(s *Store) []stored {
	consent, interaction := fullConsent(), fullInteraction()
	act, contact := must(ConsentContent(consent)), must(InteractionContent(interaction))
	return []stored{{
		"consent", s.contentKey(famConsent, 1, act), func(w *Writer) error { return w.SetEntry(1, act, &Entry{ConsentEvent: consent}) },
		[]reading{
			{"HasConsent", func(r *Reader) (any, error) { return r.HasConsent(1, act) }, true},
			{"Consents", func(r *Reader) (any, error) { return r.Consents(1) }, []aloi.ConsentEvent{consent}},
			{"Entry", func(r *Reader) (any, error) { return r.Entry(1, act) }, &Entry{ConsentEvent: consent}},
			{"EachEntry", eachEntry, entriesOf},
			eachOwned,
		},
	}, {
		"interaction", s.contentKey(famInteract, 1, contact), func(w *Writer) error { return w.Set(w.s.EncodeInteraction(1, contact, interaction)) },
		[]reading{
			{"HasInteraction", func(r *Reader) (any, error) { return r.HasInteraction(1, contact) }, true},
			{"Interactions", func(r *Reader) (any, error) { return r.Interactions(1) }, []aloi.Interaction{interaction}},
			eachOwned,
		},
	}}
}

func journalValues() []stored {
	entry := JournalEntry{Sequence: 9, Time: instant(7), Changes: []Change{
		{Kind: aloi.ChangeMerged, Entity: 5, Before: []uint64{2, 5}, Added: []uint64{300}, Removed: []uint64{4}, Touched: []uint64{1, 2}},
		{Kind: aloi.ChangeDeleted, Entity: 3},
	}}
	return []stored{{
		"journal", append(numberKey(famJournal, 9), 0, 0), func(w *Writer) error { return w.AppendJournal(entry) },
		[]reading{{"Journal", func(r *Reader) (any, error) { return r.Journal(0, 10) }, []JournalEntry{entry}}},
	}}
}
