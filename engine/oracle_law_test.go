package engine

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"aloi"
	"aloi/matcher"
	"aloi/store"
)

// lawClock is the only instant there is: what the engine dates must not depend on
// when it happens.
var lawClock = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// facts is the dumb reference: what is stored, kept in plain maps.
type facts struct {
	records map[aloi.RecordRef]*fact
	judged  map[[2]aloi.RecordRef]aloi.Verdict
	gone    map[aloi.RecordRef]bool
}

// fact is a record in force, with the events of all its versions.
type fact struct {
	record   *aloi.Record
	content  store.ContentHash
	prepared *matcher.Prepared
	consents map[store.ContentHash]aloi.ConsentEvent
	contacts map[store.ContentHash]aloi.Interaction
}

func newFacts() *facts {
	return &facts{records: map[aloi.RecordRef]*fact{}, judged: map[[2]aloi.RecordRef]aloi.Verdict{}, gone: map[aloi.RecordRef]bool{}}
}

// of returns the facts that a script ends with.
func (s *script) of() *facts {
	f := newFacts()
	for _, lane := range s.lanes {
		for _, seg := range lane {
			for _, op := range seg {
				f.apply(op)
			}
		}
	}
	return f
}

func (f *facts) apply(op Operation) {
	switch {
	case op.Put != nil:
		f.put(op.Put)
	case op.Delete != nil:
		if f.records[*op.Delete] != nil {
			delete(f.records, *op.Delete)
			f.gone[*op.Delete] = true
		}
	case op.Judge != nil:
		j := op.Judge.Ordered()
		f.judged[[2]aloi.RecordRef{j.A, j.B}] = j.Verdict
	case op.Withdraw != nil:
		j := aloi.Judgement{A: op.Withdraw[0], B: op.Withdraw[1]}.Ordered()
		delete(f.judged, [2]aloi.RecordRef{j.A, j.B})
	}
}

func (f *facts) put(r *aloi.Record) {
	content := store.ContentOf(r)
	x := f.records[r.Ref]
	if x == nil {
		x = &fact{consents: map[store.ContentHash]aloi.ConsentEvent{}, contacts: map[store.ContentHash]aloi.Interaction{}}
		f.records[r.Ref] = x
		delete(f.gone, r.Ref)
	}
	if x.record == nil || cmp.Or(cmp.Compare(r.Version, x.record.Version), r.UpdatedAt.Compare(x.record.UpdatedAt), slices.Compare(content[:], x.content[:])) > 0 {
		x.record, x.content, x.prepared = r, content, lawMatcher.Prepare(r)
	}
	for _, e := range r.Consents {
		h := must(store.ConsentContent(e))
		e.RecordedTime = lawClock
		x.consents[h] = e
	}
	for _, i := range r.Interactions {
		x.contacts[must(store.InteractionContent(i))] = i
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

var lawMatcher = must(matcher.New(matcher.Default()))

// state is everything that the engine maintains, in a form that can be compared:
// references stand for record numbers, and entities have no ids.
type state struct {
	entities []string
	links    []string
	blocks   map[store.BlockID][]string
}

// state computes everything from nothing.
func (f *facts) state(st *store.Store) *state {
	refs := slices.SortedFunc(maps.Keys(f.records), aloi.RecordRef.Compare)
	at := map[aloi.RecordRef]int32{}
	prepared := make([]*matcher.Prepared, len(refs))
	s := &state{blocks: map[store.BlockID][]string{}}
	for i, ref := range refs {
		at[ref], prepared[i] = int32(i), f.records[ref].prepared
		for _, k := range lawMatcher.Keys(prepared[i]) {
			id := blockID(st, k)
			s.blocks[id] = append(s.blocks[id], ref.Source+"/"+ref.ID)
		}
	}
	p := must(Partition(context.Background(), lawMatcher, prepared, f.judgedPairs(at), 1, nil))
	for _, l := range p.Links {
		s.links = append(s.links, linkText(refs[l.A], refs[l.B], int32(l.Weight), l.Veto, l.Deterministic))
	}
	groups := map[int32][]Contribution{}
	for i, label := range p.Labels {
		groups[label] = append(groups[label], f.contribution(refs[i]))
	}
	for _, members := range groups {
		s.entities = append(s.entities, entityText(members, DefaultRules().Survive(members), mergeConsents(members), mergeInteractions(members)))
	}
	return s.sorted()
}

func (f *facts) judgedPairs(at map[aloi.RecordRef]int32) []JudgedPair {
	var pairs []JudgedPair
	for pair, verdict := range f.judged {
		a, okA := at[pair[0]]
		b, okB := at[pair[1]]
		if okA && okB {
			pairs = append(pairs, JudgedPair{A: a, B: b, Same: verdict == aloi.VerdictSame})
		}
	}
	slices.SortFunc(pairs, func(x, y JudgedPair) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	return pairs
}

func (f *facts) contribution(ref aloi.RecordRef) Contribution {
	x := f.records[ref]
	r := *x.record
	r.Consents = slices.Collect(maps.Values(x.consents))
	r.Interactions = slices.Collect(maps.Values(x.contacts))
	return Contribution{Ref: ref, Record: &r, Prepared: x.prepared}
}

func (s *state) sorted() *state {
	slices.Sort(s.entities)
	slices.Sort(s.links)
	for _, members := range s.blocks {
		slices.Sort(members)
	}
	return s
}

func linkText(a, b aloi.RecordRef, weight int32, veto, deterministic bool) string {
	if b.Compare(a) < 0 {
		a, b = b, a
	}
	return fmt.Sprintf("%s/%s – %s/%s: %d veto=%t deterministic=%t", a.Source, a.ID, b.Source, b.ID, weight, veto, deterministic)
}

func entityText(members []Contribution, golden []aloi.Attribute, consents []aloi.MemberConsent, interactions []aloi.MemberInteraction) string {
	refs := make([]aloi.RecordRef, len(members))
	for i, m := range members {
		refs[i] = m.Ref
	}
	slices.SortFunc(refs, aloi.RecordRef.Compare)
	var b strings.Builder
	line := func(kind string, v any) { fmt.Fprintf(&b, "%s %s\n", kind, must(json.Marshal(v))) }
	line("members", refs)
	for _, a := range golden {
		line("golden", a)
	}
	for _, c := range consents {
		line("consent", c)
	}
	for _, i := range interactions {
		line("interaction", i)
	}
	return b.String()
}

// differences returns the first things that differ, empty when nothing does.
func (s *state) differences(want *state) string {
	var b strings.Builder
	diffLists(&b, "entity", s.entities, want.entities)
	diffLists(&b, "link", s.links, want.links)
	diffLists(&b, "block", s.blockTexts(), want.blockTexts())
	return b.String()
}

// blockTexts writes the blocks that are not empty.
func (s *state) blockTexts() []string {
	var texts []string
	for _, id := range slices.Sorted(maps.Keys(s.blocks)) {
		texts = append(texts, fmt.Sprintf("%016x %s", uint64(id), strings.Join(s.blocks[id], " ")))
	}
	return texts
}

const maxDifferences = 4 // per list, so that a failure can be read

func diffLists(b *strings.Builder, what string, got, want []string) {
	if slices.Equal(got, want) {
		return
	}
	n := 0
	report := func(verb, text string) {
		if n++; n <= maxDifferences {
			fmt.Fprintf(b, "%s %s: %s\n", what, verb, text)
		}
	}
	for _, x := range got {
		if !slices.Contains(want, x) {
			report("is there and should not", x)
		}
	}
	for _, x := range want {
		if !slices.Contains(got, x) {
			report("is missing", x)
		}
	}
	if n == 0 && len(got) != len(want) {
		report("count differs", fmt.Sprintf("%d, want %d", len(got), len(want)))
	}
}

// read returns everything that a store holds of those facts.
func (w *subject) read(t testing.TB, f *facts) *state {
	t.Helper()
	ctx := context.Background()
	s := &state{blocks: map[store.BlockID][]string{}}
	seen := map[aloi.EntityID]bool{}
	for ref := range f.records {
		e, err := w.engine.EntityOf(ctx, ref)
		if err != nil {
			t.Errorf("entity of a live record: %v", err)
			return s
		}
		if seen[e.ID] {
			continue
		}
		seen[e.ID] = true
		members := make([]Contribution, len(e.Members))
		for i, ref := range e.Members {
			members[i].Ref = ref
		}
		s.entities = append(s.entities, entityText(members, e.Golden, e.Consents, e.Interactions))
	}
	for ref := range f.gone {
		if _, err := w.engine.EntityOf(ctx, ref); aloi.CodeOf(err) != aloi.CodeNotFound {
			t.Errorf("entity of a deleted record: %v, want not found", err)
		}
	}
	if err := w.store.View(ctx, func(r *store.Reader) error { return w.readIndexes(r, f, s) }); err != nil {
		t.Error(err)
	}
	return s.sorted()
}

// readIndexes reads the links and the blocks.
func (w *subject) readIndexes(r *store.Reader, f *facts, s *state) error {
	names := map[uint64]aloi.RecordRef{}
	for ref := range f.records {
		n, err := r.Number(w.store.RefHash(ref))
		if err != nil {
			return err
		}
		names[n] = ref
	}
	for n, ref := range names {
		links, err := r.Links(n)
		if err != nil {
			return err
		}
		for _, l := range links {
			if other, ok := names[l.Other]; !ok {
				s.links = append(s.links, fmt.Sprintf("%s/%s – record %d, which is gone", ref.Source, ref.ID, l.Other))
			} else if n < l.Other {
				s.links = append(s.links, linkText(ref, other, l.Weight, l.Veto, l.Deterministic))
			}
		}
		for _, k := range lawMatcher.Keys(f.records[ref].prepared) {
			w.blocks[blockID(w.store, k)] = true
		}
	}
	for id := range w.blocks {
		b, err := r.Block(id, math.MaxInt)
		if err != nil {
			return err
		}
		for _, n := range b.Members {
			s.blocks[id] = append(s.blocks[id], names[n].Source+"/"+names[n].ID)
		}
		if b.Size != len(b.Members) {
			s.blocks[id] = append(s.blocks[id], fmt.Sprintf("size %d", b.Size))
		}
	}
	return nil
}
