package quality

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os/exec"
	"testing"
)

func TestScore(t *testing.T) {
	truth := map[string]string{"a": "1", "b": "1", "c": "1", "d": "2", "e": "2", "f": "3"}
	for _, c := range []struct {
		name      string
		predicted map[string]string
		want      Result
	}{
		{"all right", maps.Clone(truth), Result{Records: 6, Entities: 3, Clusters: 3, TruePairs: 4, PredictedPairs: 4,
			PairPrecision: 1, PairRecall: 1, PairF1: 1, B3Precision: 1, B3Recall: 1, B3F1: 1, ExactEntities: 3}},
		{"nothing predicted", nil, Result{Records: 6, Entities: 3, Clusters: 6, TruePairs: 4,
			PairPrecision: 1, PairRecall: 0, PairF1: 0, B3Precision: 1, B3Recall: 0.5, B3F1: 2. / 3,
			SplitEntities: 2, ExactEntities: 1, Missing: 6}},
		{"all in one, and a stranger", map[string]string{"a": "x", "b": "x", "c": "x", "d": "x", "e": "x", "f": "x", "z": "x"},
			Result{Records: 6, Entities: 3, Clusters: 1, TruePairs: 4, PredictedPairs: 15,
				PairPrecision: 4. / 15, PairRecall: 1, PairF1: 8. / 19, B3Precision: 14. / 36, B3Recall: 1, B3F1: 28. / 50,
				OvermergedClusters: 1, Unknown: 1}},
		{"one split, one over-merged", map[string]string{"a": "x", "b": "x", "c": "y", "d": "y", "e": "z", "f": "w"},
			Result{Records: 6, Entities: 3, Clusters: 4, TruePairs: 4, PredictedPairs: 2,
				PairPrecision: 0.5, PairRecall: 0.25, PairF1: 1. / 3, B3Precision: 5. / 6, B3Recall: 11. / 18, B3F1: 2 * (5. / 6) * (11. / 18) / (26. / 18),
				OvermergedClusters: 1, SplitEntities: 2, ExactEntities: 1}},
	} {
		if got := Score(truth, c.predicted); !near(got, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", c.name, got, c.want)
		}
	}
}

// near compares the counts exactly and the ratios to within rounding.
func near(a, b Result) bool {
	for _, p := range [][2]*float64{{&a.PairPrecision, &b.PairPrecision}, {&a.PairRecall, &b.PairRecall}, {&a.PairF1, &b.PairF1},
		{&a.B3Precision, &b.B3Precision}, {&a.B3Recall, &b.B3Recall}, {&a.B3F1, &b.B3F1}} {
		if math.Abs(*p[0]-*p[1]) > 1e-12 {
			return false
		}
		*p[0] = *p[1]
	}
	return a == b
}

// TestDefinition compares Score to the definitions, written out over pairs and records.
func TestDefinition(t *testing.T) {
	for seed := range uint64(50) {
		truth, predicted := random(rand.New(rand.NewPCG(seed, 3)))
		got, want := Score(truth, predicted), byDefinition(truth, predicted)
		if math.Abs(got.PairF1-want.PairF1) > 1e-12 || math.Abs(got.B3F1-want.B3F1) > 1e-12 || got.TruePairs != want.TruePairs || got.PredictedPairs != want.PredictedPairs {
			t.Fatalf("seed %d: got %+v, want %+v", seed, got, want)
		}
	}
}

func random(rng *rand.Rand) (truth, predicted map[string]string) {
	truth, predicted = map[string]string{}, map[string]string{}
	for i := range rng.IntN(80) + 2 {
		id := fmt.Sprint(i)
		truth[id] = fmt.Sprint(rng.IntN(20))
		if rng.IntN(10) > 0 {
			predicted[id] = fmt.Sprint(rng.IntN(25))
		}
	}
	return truth, predicted
}

func byDefinition(truth, predicted map[string]string) Result {
	same := func(m map[string]string, a, b string) bool {
		x, ok := m[a]
		y, ok2 := m[b]
		return a == b || ok && ok2 && x == y
	}
	var r Result
	found, p, q := 0, 0.0, 0.0
	for a := range truth {
		var both, inCluster, inEntity float64
		for b := range truth {
			t, c := same(truth, a, b), same(predicted, a, b)
			if a < b && t {
				r.TruePairs++
			}
			if a < b && c {
				r.PredictedPairs++
			}
			if a < b && t && c {
				found++
			}
			for _, x := range []struct {
				is bool
				n  *float64
			}{{t && c, &both}, {c, &inCluster}, {t, &inEntity}} {
				if x.is {
					*x.n++
				}
			}
		}
		p, q = p+both/inCluster, q+both/inEntity
	}
	n := float64(len(truth))
	r.PairF1 = harmonic(ratio(found, r.PredictedPairs), ratio(found, r.TruePairs))
	r.B3F1 = harmonic(p/n, q/n)
	return r
}

// reference is the usual formulation with counters, in Python.
const reference = `
import json, sys
from collections import Counter
t, p = json.load(sys.stdin)
c = {k: p.get(k, "\0" + k) for k in t}
T, C, J = Counter(t.values()), Counter(c.values()), Counter((c[k], t[k]) for k in t)
n = lambda m: sum(v * (v - 1) // 2 for v in m.values())
print(json.dumps([n(J), n(C), n(T), sum(v * v / C[a] for (a, _), v in J.items()) / len(t), sum(v * v / T[b] for (_, b), v in J.items()) / len(t)]))
`

func TestAgainstPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3")
	}
	truth, predicted := random(rand.New(rand.NewPCG(7, 7)))
	cmd := exec.Command(python, "-c", reference)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		json.NewEncoder(in).Encode([]any{truth, predicted})
		in.Close()
	}()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want []float64
	if err := json.Unmarshal(out, &want); err != nil {
		t.Fatal(err)
	}
	got := Score(truth, predicted)
	for i, v := range []float64{got.PairRecall * float64(got.TruePairs), float64(got.PredictedPairs), float64(got.TruePairs), got.B3Precision, got.B3Recall} {
		if math.Abs(v-want[i]) > 1e-9 {
			t.Errorf("figure %d: got %v, want %v", i, v, want[i])
		}
	}
}
