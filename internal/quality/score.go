// Package quality measures a partition of records against the true one: pairwise
// and B-cubed precision, recall and F1, and how entities were over-merged or split.
//
// Pairwise figures count pairs of records (Bilenko and Mooney 2003); one large wrong
// cluster costs them much. B-cubed figures (Bagga and Baldwin 1998) average over
// records, so that each record weighs the same. Both are needed to judge a result.
//
//	r := quality.Score(truth, predicted) // both: record id → entity or cluster id
//	fmt.Println(r.PairF1, r.B3F1)
package quality

// Result holds the figures of one comparison. Ratios are between 0 and 1; the field
// names on the wire are those of the usual scoring scripts.
type Result struct {
	Records        int `json:"records"`         // in the truth
	Entities       int `json:"entities"`        // in the truth
	Clusters       int `json:"clusters"`        // predicted, over the records of the truth
	TruePairs      int `json:"true_pairs"`      // pairs of records of one entity
	PredictedPairs int `json:"predicted_pairs"` // pairs of records of one cluster

	PairPrecision float64 `json:"pair_precision"` // 1 when nothing was predicted
	PairRecall    float64 `json:"pair_recall"`    // 1 when there is nothing to find
	PairF1        float64 `json:"pair_f1"`
	B3Precision   float64 `json:"b3_precision"`
	B3Recall      float64 `json:"b3_recall"`
	B3F1          float64 `json:"b3_f1"`

	OvermergedClusters int `json:"overmerged_clusters"` // clusters with records of several entities
	SplitEntities      int `json:"split_entities"`      // entities with records in several clusters
	ExactEntities      int `json:"exact_entities"`      // entities that are one cluster, nothing missing or added

	// Missing counts records of the truth that were not predicted: each is its own
	// cluster. Unknown counts predicted records that are not in the truth: they are
	// left out.
	Missing int `json:"missing"`
	Unknown int `json:"unknown"`
}

// group is the records that one cluster and one entity have in common.
type group struct{ cluster, entity int }

// Score compares predicted (record id → cluster id) to truth (record id → entity id).
// A record that is not predicted is a cluster of its own. An empty truth gives ratios
// of 1 over pairs and 0 over records.
func Score(truth, predicted map[string]string) Result {
	r := Result{Records: len(truth)}
	entities, clusters := numbering{}, numbering{}
	entitySize, clusterSize := map[int]int{}, map[int]int{}
	common := map[group]int{}
	for id, entity := range truth {
		e := entities.of(entity)
		cluster, ok := predicted[id]
		c := 0
		if ok {
			c = clusters.of(cluster)
		} else {
			r.Missing++
			c = -r.Missing // no predicted cluster has a negative number
		}
		entitySize[e]++
		clusterSize[c]++
		common[group{c, e}]++
	}
	r.Unknown = len(predicted) - (len(truth) - r.Missing)
	r.Entities, r.Clusters = len(entitySize), len(clusterSize)
	r.pairs(entitySize, clusterSize, common)
	r.bCubed(entitySize, clusterSize, common)
	r.count(entitySize, clusterSize, common)
	return r
}

// numbering gives small numbers to names.
type numbering map[string]int

func (n numbering) of(name string) int {
	i, ok := n[name]
	if !ok {
		i = len(n)
		n[name] = i
	}
	return i
}

func (r *Result) pairs(entitySize, clusterSize map[int]int, common map[group]int) {
	r.TruePairs, r.PredictedPairs = pairsIn(entitySize), pairsIn(clusterSize)
	found := pairsIn(common)
	r.PairPrecision, r.PairRecall = ratio(found, r.PredictedPairs), ratio(found, r.TruePairs)
	r.PairF1 = harmonic(r.PairPrecision, r.PairRecall)
}

// bCubed sums by the size of the groups, so that the order in which a map is read
// has no part in how the floating-point sums are rounded.
func (r *Result) bCubed(entitySize, clusterSize map[int]int, common map[group]int) {
	if r.Records == 0 {
		return
	}
	var p, q fractions
	for g, n := range common {
		p.add(n*n, clusterSize[g.cluster])
		q.add(n*n, entitySize[g.entity])
	}
	r.B3Precision, r.B3Recall = p.sum()/float64(r.Records), q.sum()/float64(r.Records)
	r.B3F1 = harmonic(r.B3Precision, r.B3Recall)
}

func (r *Result) count(entitySize, clusterSize map[int]int, common map[group]int) {
	entitiesOf, clustersOf := map[int]int{}, map[int]int{}
	for g, n := range common {
		entitiesOf[g.cluster]++
		clustersOf[g.entity]++
		if n == clusterSize[g.cluster] && n == entitySize[g.entity] {
			r.ExactEntities++
		}
	}
	r.OvermergedClusters, r.SplitEntities = severalIn(entitiesOf), severalIn(clustersOf)
}

func severalIn(counts map[int]int) int {
	n := 0
	for _, c := range counts {
		if c > 1 {
			n++
		}
	}
	return n
}

func pairsIn[K comparable](sizes map[K]int) int {
	pairs := 0
	for _, n := range sizes {
		pairs += n * (n - 1) / 2
	}
	return pairs
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

func harmonic(p, r float64) float64 {
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}
