package main

import (
	"cmp"
	"context"
	"runtime"
	"strconv"
	"time"

	"aloi/benchmarks/truthset"
	"aloi/engine"
	"aloi/internal/quality"
	"aloi/matcher"
)

// The ways to measure a set.
const (
	shipped = "shipped" // the model as it is
	trained = "trained" // trained on the set itself, without labels, as `aloi dedupe` does
)

// result is what was measured on one set.
type result struct {
	*truthset.Set
	way            string
	matcher        *matcher.Matcher
	prepared       []*matcher.Prepared
	partition      *engine.Partitioned
	score          quality.Result
	shared         map[string]int // how many records have a blocking key
	blocked        map[pair]bool  // the true pairs that share one
	blockingRecall float64
	keys           float64       // per record
	elapsed        time.Duration // to prepare, train, compare and cluster
	peak           int           // most resident memory meanwhile, in MiB; 0 if not known
}

// measure resolves a set by a model, or by one that is trained from it.
func measure(m *matcher.Matcher, s *truthset.Set, way string) (*result, error) {
	ctx := context.Background()
	resetPeak()
	start := time.Now()
	r := &result{Set: s, way: way, matcher: m}
	r.prepare()
	if way == trained {
		if err := r.train(ctx); err != nil {
			return nil, err
		}
	}
	var err error
	if r.partition, err = engine.Partition(ctx, r.matcher, r.prepared, nil, runtime.GOMAXPROCS(0), nil); err != nil {
		return nil, err
	}
	r.elapsed, r.peak = time.Since(start), peak()
	r.score = r.scoreOf(r.partition.Labels)
	r.block()
	return r, nil
}

func (r *result) prepare() {
	r.prepared = make([]*matcher.Prepared, len(r.Records))
	for i, rec := range r.Records {
		r.prepared[i] = r.matcher.Prepare(rec)
	}
}

// train replaces the model by one learned from the records, where `aloi dedupe` would.
func (r *result) train(ctx context.Context) error {
	model, _, err := matcher.Adapt(ctx, r.matcher.Model(), r.prepared, matcher.TrainOptions{Seed: 1, Workers: runtime.GOMAXPROCS(0)})
	if err != nil {
		return err
	}
	r.matcher, err = matcher.New(model)
	return err
}

// scoreOf compares a partition with the truth. Records with one label are one entity.
func (r *result) scoreOf(labels []int32) quality.Result {
	predicted := make(map[string]string, len(labels))
	for i, label := range labels {
		predicted[r.IDs[i]] = strconv.Itoa(int(label))
	}
	return quality.Score(r.Truth, predicted)
}

// block finds the true pairs that share a blocking key which is not too common.
func (r *result) block() {
	r.blocked, r.shared = map[pair]bool{}, map[string]int{}
	keys := make([][]string, len(r.prepared))
	total := 0
	for i, p := range r.prepared {
		keys[i] = r.matcher.Keys(p)
		total += len(keys[i])
		for _, k := range keys[i] {
			r.shared[k]++
		}
	}
	all := 0
	r.truePairs(func(i, j int) {
		all++
		if r.share(keys[i], keys[j]) {
			r.blocked[pair{i, j}] = true
		}
	})
	r.blockingRecall = float64(len(r.blocked)) / float64(max(all, 1))
	r.keys = float64(total) / float64(len(r.prepared))
}

// common reports whether too many records have a key for it to be evidence.
func (r *result) common(key string) bool {
	return r.shared[key] > matcher.CapOfHash(matcher.HashKey(key))
}

// share reports whether two sorted lists have a key in common that is not too common.
func (r *result) share(a, b []string) bool {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch cmp.Compare(a[i], b[j]) {
		case -1:
			i++
		case 1:
			j++
		default:
			if !r.common(a[i]) {
				return true
			}
			i, j = i+1, j+1
		}
	}
	return false
}

// truePairs calls fn for each pair of records of one entity, in order.
func (r *result) truePairs(fn func(i, j int)) {
	members := map[string][]int{}
	for i := range r.Records {
		e := r.Truth[r.IDs[i]]
		for _, j := range members[e] {
			fn(j, i)
		}
		members[e] = append(members[e], i)
	}
}
