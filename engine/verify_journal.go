package engine

import (
	"context"

	"aloi/store"
)

// journalPage is how many entries of the journal are read at once.
const journalPage = 256

// checkJournal follows the journal from its beginning, as who keeps a copy does, and holds
// that it ends with the entities that there are, and not past the last batch.
func (v *verification) checkJournal(ctx context.Context) error {
	homes := map[uint64]uint64{} // record → entity, as the journal tells it
	for after := uint64(0); ; {
		entries, err := v.r.Journal(after, journalPage)
		if err != nil {
			return err
		}
		if len(entries) == 0 {
			break
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		for i := range entries {
			follow(homes, entries[i].Changes)
		}
		if after = entries[len(entries)-1].Sequence; after > v.counters.Sequence {
			v.report.find(checkJournalCount, "journal", "the last batch is %d, and there is one of %d", v.counters.Sequence, after)
		}
	}
	v.compareHomes(homes)
	return nil
}

// follow carries out what one batch changed: a record that went from one entity to
// another is told of at both.
func follow(homes map[uint64]uint64, changes []store.Change) {
	for i := range changes {
		for _, n := range changes[i].Removed {
			delete(homes, n)
		}
	}
	for i := range changes {
		for _, n := range changes[i].Added {
			homes[n] = changes[i].Entity
		}
	}
}

// compareHomes compares where the journal leads with where the records are.
func (v *verification) compareHomes(homes map[uint64]uint64) {
	for _, x := range v.records {
		n := x.number
		if homes[n] != x.home {
			v.report.find(checkJournal, record(n), "it is not in the entity that the journal leads to")
		}
		delete(homes, n)
	}
	for _, n := range sortedKeys(homes) {
		v.report.find(checkJournal, record(n), "the journal has it, and it is not stored")
	}
}
