package engine

import (
	"fmt"

	"aloi"
	"aloi/matcher"
	"aloi/store"
)

// survive computes the golden records of the groups that changed.
func (b *batch) survive() error {
	members, err := b.fetchMembers()
	if err != nil {
		return err
	}
	b.e.parallel(len(b.groups), func(i int) {
		g := b.groups[i]
		if g.kind == "" {
			return
		}
		list := make([]Contribution, len(g.members))
		for k, n := range g.members {
			rec := &members[n].Record
			list[k] = Contribution{Ref: rec.Ref, Record: rec, Prepared: b.features[n].record}
		}
		g.golden = b.e.rules.Survive(list)
	})
	return nil
}

// journal writes down what changed. A batch that changed nothing has no entry.
func (b *batch) journal() error {
	for _, g := range b.groups {
		if g.kind == "" {
			continue
		}
		b.entry.Changes = append(b.entry.Changes, store.Change{
			Kind: g.kind, Entity: g.entity, Before: g.before, Added: g.added, Removed: g.removed, Touched: g.touched,
		})
	}
	for _, id := range sortedKeys(b.retired) {
		if b.retired[id] == 0 {
			b.entry.Changes = append(b.entry.Changes, store.Change{
				Kind: aloi.ChangeDeleted, Entity: id, Before: []uint64{id}, Removed: b.entities[id].Members,
			})
		}
	}
	if len(b.entry.Changes) > 0 || len(b.rulings) > 0 || b.ledger.moved {
		b.counters.Sequence++
		b.entry.Sequence, b.entry.Time = b.counters.Sequence, b.now
	}
	return nil
}

// acknowledge answers each operation, but for the reasons that tell finds.
func (b *batch) acknowledge() error {
	b.acks = make([]aloi.Acknowledgement, len(b.ops))
	opened := map[*group]bool{}
	for i, op := range b.ops {
		ack := &b.acks[i]
		ack.Sequence = b.counters.Sequence
		if err := b.answer(op, &b.results[i], opened, ack); err != nil {
			return err
		}
	}
	return nil
}

func (b *batch) answer(op *prepared, res *result, opened map[*group]bool, ack *aloi.Acknowledgement) error {
	if op.Judge != nil || op.Withdraw != nil {
		res.number = b.lastLive(res.pair)
	}
	ack.Outcome, ack.RecordNumber, ack.Violations = res.outcome, res.number, append(op.violations, res.violations...)
	ack.Refusal, ack.Flags, ack.EventID, ack.LogIndex = res.refusal, res.flags, res.eventID, res.place
	g := b.groupOf[res.number]
	switch res.outcome {
	case aloi.OutcomeRejected:
		ack.Reason = "the operation is not valid"
		if res.refusal != "" {
			ack.Reason = refusals[res.refusal]
		}
		return nil
	case aloi.OutcomeNotFound:
		ack.Reason = "nothing of that name is stored"
		return nil
	case aloi.OutcomeDeleted:
		ack.Reason = "the record was removed and its entity resolved without it"
		return nil
	}
	if res.number != 0 && !b.live(res.number) {
		ack.Outcome, ack.Reason = aloi.OutcomeDeleted, "a later operation of the same batch removed the record"
		return nil
	}
	if res.number != 0 {
		home, err := b.entityNow(res.number)
		if err != nil {
			return err
		}
		ack.Entity = entityID(home)
	}
	switch res.outcome {
	case aloi.OutcomeUnchanged:
		ack.Reason = "the same was sent before"
	case aloi.OutcomeStale:
		ack.Reason = "a later version is stored"
		if res.events > 0 {
			ack.Reason = fmt.Sprintf("a later version is stored; %d new events of this one were kept", res.events)
		}
	case aloi.OutcomeJudged:
		b.answerJudged(op, res, g, ack)
	case aloi.OutcomeRecorded:
		ack.Reason = "it is kept"
	default:
		return b.answerPut(res, g, opened, ack)
	}
	return nil
}

// lastLive returns the larger number of a pair that the batch leaves stored, 0 for
// none: a judgement outlives records that a later operation of its batch removes.
func (b *batch) lastLive(pair [2]uint64) (last uint64) {
	for _, n := range pair {
		if b.live(n) {
			last = max(last, n)
		}
	}
	return last
}

// entityNow returns the entity that a live record is in after the batch.
func (b *batch) entityNow(number uint64) (uint64, error) {
	if g := b.groupOf[number]; g != nil {
		return g.entity, nil
	}
	return b.home(number)
}

func (b *batch) answerJudged(op *prepared, res *result, g *group, ack *aloi.Acknowledgement) {
	ack.Reason = "the judgement is kept; it changed no entity"
	if op.Withdraw != nil {
		ack.Reason = "the judgement is withdrawn; it changed no entity"
	}
	if g == nil {
		return
	}
	together := res.pair[0] != 0 && res.pair[1] != 0 && b.groupOf[res.pair[0]] == b.groupOf[res.pair[1]]
	switch {
	case g.kind == aloi.ChangeMerged:
		ack.Outcome, ack.Reason = aloi.OutcomeMerged, "the entities of the two records became one"
	case g.kind == aloi.ChangeSplit && together:
		ack.Outcome, ack.Reason = aloi.OutcomeSplit, "the two records are in one entity now, which some of their other records left"
	case g.kind == aloi.ChangeSplit:
		ack.Outcome, ack.Reason = aloi.OutcomeSplit, "the entity of the two records came apart"
	}
}

// answerPut says what a record that is in force did to its entity.
func (b *batch) answerPut(res *result, g *group, opened map[*group]bool, ack *aloi.Acknowledgement) error {
	home := b.homes[res.number] // 0: an operation of this batch brought the record
	moved := home != 0 && home != g.entity
	switch {
	case g.kind == aloi.ChangeCreated && !opened[g]:
		ack.Outcome = aloi.OutcomeCreated
	case g.kind == aloi.ChangeMerged:
		ack.Outcome = aloi.OutcomeMerged
	case g.kind == aloi.ChangeSplit && !res.created:
		ack.Outcome = aloi.OutcomeSplit
	case res.created || moved:
		ack.Outcome = aloi.OutcomeJoined
	default:
		ack.Outcome = aloi.OutcomeUpdated
	}
	opened[g] = true
	return b.reason(res.number, g, ack)
}

// reason says in a sentence what holds a record in its entity: the heaviest link to
// another member, by its strongest evidence, without values. That one is left to tell.
func (b *batch) reason(number uint64, g *group, ack *aloi.Acknowledgement) error {
	best, err := b.heaviest(number, g)
	if err != nil {
		return err
	}
	switch {
	case best == nil && len(g.members) > 1:
		ack.Reason = "held with its entity by a judgement"
		return nil
	case best == nil:
		ack.Reason = "no stored record reaches the same threshold"
		return nil
	case ack.Outcome == aloi.OutcomeCreated:
		ack.Reason = "the first record of a person"
		return nil
	}
	x, err := b.feature(number)
	if err != nil {
		return err
	}
	y, err := b.feature(best.Other)
	if err != nil {
		return err
	}
	common, err := b.e.commonOf(x, b.sizeAfter)
	b.untold = append(b.untold, evidence{ack, x.record, y.record, common})
	return err
}

// evidence is what a reason is to be told of: a record, and the one that holds it.
type evidence struct {
	ack    *aloi.Acknowledgement
	x, y   *matcher.Prepared
	common matcher.Common
}

// tell gives the answers the reasons that they lack. It reads nothing, and can be done while
// the batch is brought to the disk.
func (b *batch) tell() {
	same := b.matcher.Model().Same.Text(aloi.English)
	b.e.parallel(len(b.untold), func(i int) {
		u := &b.untold[i]
		c := b.matcher.Compare(u.x, u.y, u.common)
		u.ack.Reason = fmt.Sprintf("%s with a record of the entity: %s, same from %s",
			english.agreement(aloi.English, c), c.Weight.Text(aloi.English), same)
	})
	b.untold = nil
}

// heaviest returns the heaviest link of a record within its group that joins, nil
// for none (tie: the other record with the lesser number; it is only for telling).
func (b *batch) heaviest(number uint64, g *group) (*store.Link, error) {
	s, err := b.linksOf(number)
	if err != nil {
		return nil, err
	}
	var best *store.Link
	for i, l := range s.after {
		if b.joins(l) && b.groupOf[l.Other] == g && (best == nil || l.Weight > best.Weight) {
			best = &s.after[i]
		}
	}
	return best, nil
}
