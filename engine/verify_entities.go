package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"

	"aloi"
	"aloi/matcher"
	"aloi/store"
	"aloi/store/kv"
)

// checkBlocks compares the blocks, as they are in memory, with those that the records make.
// A server that takes in so much meanwhile that the state which is verified can't be asked
// for its blocks any more is no fault: what they are part of then counts as not looked at.
func (v *verification) checkBlocks(context.Context) error {
	want := map[store.BlockID][]uint64{}
	for _, x := range v.records {
		for _, id := range x.f.Blocks {
			want[id] = append(want[id], x.number)
		}
		x.f.Blocks = nil // nobody asks for them again
	}
	v.report.Blocks = uint64(len(want))
	err := cmp.Or(v.checkMembers(want), v.checkNoOthers(want))
	if errors.Is(err, store.ErrOldState) {
		v.report.miss(checkBlock)
		return nil
	}
	return err
}

// checkMembers holds that each block has the records that it should.
func (v *verification) checkMembers(want map[store.BlockID][]uint64) error {
	for _, id := range slices.SortedFunc(maps.Keys(want), cmp.Compare) {
		k, err := v.r.Block(id, math.MaxInt)
		if err != nil {
			return err
		}
		if !slices.Equal(k.Members, want[id]) {
			v.report.find(checkBlock, blockName(id), "its members are not the %d records that have it", len(want[id]))
		}
	}
	return nil
}

// checkNoOthers holds that no other block has records.
func (v *verification) checkNoOthers(want map[store.BlockID][]uint64) error {
	return v.r.EachBlock(func(id store.BlockID) error {
		if _, ok := want[id]; ok {
			return nil
		}
		k, err := v.r.Block(id, 0)
		if err == nil && k.Size > 0 {
			v.report.find(checkBlock, blockName(id), "no record has it, and it has %d", k.Size)
		}
		return err
	})
}

func blockName(id store.BlockID) string { return fmt.Sprintf("block %016x", uint64(id)) }

// checkPartition resolves all records anew and compares links and groups.
func (v *verification) checkPartition(ctx context.Context) error {
	if err := v.readJudgements(); err != nil {
		return err
	}
	prepared := make([]*matcher.Prepared, len(v.records))
	for i, x := range v.records {
		prepared[i] = x.f.record
	}
	p, err := Partition(ctx, v.matcher, prepared, v.judged, v.e.workers, func(done, total int) { v.progress("blocks", done, total) })
	if err != nil {
		return err
	}
	if err := v.checkLinks(p.Links); err != nil {
		return err
	}
	entityOf := map[int32]uint64{} // group → entity of its first record
	groupOf := map[uint64]int32{}
	for i, x := range v.records {
		label := p.Labels[i]
		if _, ok := entityOf[label]; !ok {
			entityOf[label] = x.home
			if other, taken := groupOf[x.home]; taken && other != label {
				v.report.find(checkPartition, record(x.number), "is with record %d in entity %s and should not be", v.records[other].number, entityID(x.home))
			}
			groupOf[x.home] = label
		} else if entityOf[label] != x.home {
			v.report.find(checkPartition, record(x.number), "is in entity %s and should be with record %d in %s", entityID(x.home), v.records[label].number, entityID(entityOf[label]))
		}
	}
	return nil
}

// checkLinks compares the links with those of the partition.
func (v *verification) checkLinks(links []Link) error {
	want := map[uint64][]store.Link{}
	for _, l := range links {
		a, b := v.records[l.A].number, v.records[l.B].number
		s := store.Link{Weight: int32(l.Weight), Veto: l.Veto, Deterministic: l.Deterministic}
		s.Other = b
		want[a] = append(want[a], s)
		s.Other = a
		want[b] = append(want[b], s)
	}
	v.report.Links = uint64(len(links))
	for _, x := range v.records {
		n := x.number
		stored, err := v.r.Links(n)
		if err != nil {
			return err
		}
		slices.SortFunc(want[n], func(a, b store.Link) int { return cmp.Compare(a.Other, b.Other) })
		if !slices.Equal(stored, want[n]) {
			v.report.find(checkLink, record(n), "%d stored, %d computed, or other weights", len(stored), len(want[n]))
		}
	}
	return nil
}

// checkEntities compares members and golden records with those computed.
func (v *verification) checkEntities(ctx context.Context) error {
	want := map[uint64][]uint64{}
	for _, x := range v.records {
		want[x.home] = append(want[x.home], x.number)
	}
	err := v.r.EachEntity(func(stored *store.Entity) error {
		if v.report.Entities++; ctx.Err() != nil {
			return ctx.Err()
		}
		v.lastEntity = max(v.lastEntity, stored.Number)
		where := "entity " + string(entityID(stored.Number))
		members := want[stored.Number]
		delete(want, stored.Number)
		if len(stored.Members) == 0 {
			v.report.find(checkEmpty, where, "it has no records")
		}
		if !slices.Equal(stored.Members, members) {
			v.report.find(checkEntity, where, "its records are not those that are in it")
			return nil
		}
		golden, err := v.survivors(members)
		if err != nil {
			return err
		}
		if !sameGolden(golden, stored.Golden) {
			v.report.find(checkSurvived, where, "not what its records let survive")
		}
		if _, err := v.r.Redirect(stored.Number); !errors.Is(err, kv.ErrNotFound) {
			v.report.find(checkRedirect, where, "it is live and redirects all the same")
		}
		return nil
	})
	delete(want, 0) // said of each record already
	for _, number := range sortedKeys(want) {
		v.report.find(checkEntity, "entity "+string(entityID(number)), "missing, %d records are in it", len(want[number]))
	}
	return err
}

// survivors computes the golden record of an entity with these records.
func (v *verification) survivors(members []uint64) ([]aloi.Attribute, error) {
	list := make([]Contribution, len(members))
	for i, n := range members {
		rec, err := v.r.Record(n)
		if err != nil {
			return nil, err
		}
		list[i] = Contribution{Ref: rec.Record.Ref, Record: &rec.Record, Prepared: v.byNumber[n].f.record}
	}
	return v.e.rules.Survive(list), nil
}

func sameGolden(x, y []aloi.Attribute) bool {
	return slices.EqualFunc(x, y, func(a, b aloi.Attribute) bool {
		if !a.UpdatedAt.Equal(b.UpdatedAt) {
			return false
		}
		a.UpdatedAt = b.UpdatedAt
		return reflect.DeepEqual(a, b)
	})
}
