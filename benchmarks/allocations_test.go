package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"math"
	"os"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	"aloi"
	"aloi/engine"
	"aloi/internal/synth"
	"aloi/matcher"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/store"
	inmemory "aloi/store/memory"
)

var updateAllocations = flag.Bool("update-allocations", false, "write what is counted to "+allocationsFile)

// allocationsFile holds how often each step of the hot path allocates, for one record or one
// pair. It counts, so that any machine can check it.
const allocationsFile = "allocations.json"

// allocationsAllowed is how much more than in the file a step may allocate.
const allocationsAllowed = 1.05

// hotPath are the steps, each as a function that does it for so many records, or pairs, and
// goes on with others at each call.
type hotStep struct {
	records int
	do      func() error
}

const (
	hotRecords = 2_000
	hotBatch   = 100
)

// hotSteps returns the steps over invented customers.
func hotSteps(tb testing.TB) map[string]hotStep {
	tb.Helper()
	m, err := matcher.New(matcher.Default())
	if err != nil {
		tb.Fatal(err)
	}
	h := &hotPath{m: m}
	var wire bytes.Buffer
	if err := writeMessages(&wire, synth.New(1, hotBatch), hotBatch, nil); err != nil {
		tb.Fatal(err)
	}
	h.message = wire.Bytes()[lengthBytes:]
	for source := synth.New(1, hotRecords); ; {
		r, _, ok := source.Next()
		if !ok {
			break
		}
		p := m.Prepare(r)
		h.records, h.prepared = append(h.records, r), append(h.prepared, p)
		h.stored = append(h.stored, matcher.AppendPrepared(nil, p))
	}
	h.pairs()
	return map[string]hotStep{
		"decode":  {hotBatch, func() error { return proto.Unmarshal(h.message, &aloiv1.StreamRequest{}) }},
		"prepare": {hotRecords, h.prepare},
		"keys":    {hotRecords, h.keys},
		"read":    {hotRecords, h.read},
		"linked":  {len(h.candidates), h.linked},
		"ingest":  {hotRecords / 2, h.ingest(tb)},
	}
}

// hotPath is what the steps work on.
type hotPath struct {
	m          *matcher.Matcher
	message    []byte
	records    []*aloi.Record
	prepared   []*matcher.Prepared
	stored     [][]byte
	candidates [][2]*matcher.Prepared // pairs that share a key
}

func (h *hotPath) pairs() {
	last := map[uint64]*matcher.Prepared{}
	for _, p := range h.prepared {
		for _, key := range h.m.AppendKeyHashes(nil, p) {
			if before := last[key]; before != nil {
				h.candidates = append(h.candidates, [2]*matcher.Prepared{before, p})
			}
			last[key] = p
		}
	}
}

func (h *hotPath) prepare() error {
	for _, r := range h.records {
		h.m.Prepare(r)
	}
	return nil
}

func (h *hotPath) keys() error {
	var keys []uint64
	for _, p := range h.prepared {
		keys = h.m.AppendKeyHashes(keys[:0], p)
	}
	return nil
}

func (h *hotPath) read() error {
	for _, b := range h.stored {
		if _, err := matcher.DecodePrepared(b); err != nil {
			return err
		}
	}
	return nil
}

func (h *hotPath) linked() error {
	for _, pair := range h.candidates {
		h.m.Linked(pair[0], pair[1], nil)
	}
	return nil
}

// ingest puts the first half of the records into a store in memory, and the second half when
// it is called again.
func (h *hotPath) ingest(tb testing.TB) func() error {
	tb.Helper()
	st, err := store.Open(tb.Context(), inmemory.New(), []byte("a secret for tests only"))
	if err != nil {
		tb.Fatal(err)
	}
	e, err := engine.Open(tb.Context(), st, engine.Options{Now: func() time.Time { return time.Unix(1e9, 0) }, Workers: 1})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { e.Close() })
	next := 0
	return func() error {
		half := h.records[next : next+hotRecords/2]
		next = (next + hotRecords/2) % hotRecords
		for batch := range slices.Chunk(half, hotBatch) {
			var ops []engine.Operation
			for _, r := range batch {
				ops = append(ops, engine.Operation{Put: r})
			}
			if _, err := e.Apply(tb.Context(), ops); err != nil {
				return err
			}
		}
		return nil
	}
}

// allocations counts what each step allocates, for one record or pair: in the second of two
// calls, so that what is made once is made.
func allocations(t *testing.T) map[string]float64 {
	t.Helper()
	counts := map[string]float64{}
	for name, step := range hotSteps(t) {
		n := testing.AllocsPerRun(1, func() {
			if err := step.do(); err != nil {
				t.Error(err)
			}
		})
		counts[name] = math.Round(100*n/float64(step.records)) / 100
	}
	return counts
}

// No step of the hot path allocates more often than it did.
func TestAllocations(t *testing.T) {
	got := allocations(t)
	if *updateAllocations {
		text, err := json.MarshalIndent(got, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(allocationsFile, append(text, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(allocationsFile)
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]float64
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	if names := slices.Sorted(maps.Keys(want)); !slices.Equal(names, slices.Sorted(maps.Keys(got))) {
		t.Fatalf("%s has %v", allocationsFile, names)
	}
	for name, n := range got {
		switch {
		case n > want[name]*allocationsAllowed:
			t.Errorf("%s: %.2f allocations each, %.2f before; if that is worth it, run with -update-allocations", name, n, want[name])
		case n*allocationsAllowed < want[name]:
			t.Logf("%s: %.2f allocations each, %.2f before: run with -update-allocations to keep it so", name, n, want[name])
		}
	}
}

func BenchmarkHotPath(b *testing.B) {
	for name, step := range hotSteps(b) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := step.do(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*step.records), "ns/record")
		})
	}
}
