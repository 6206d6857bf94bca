package main

import (
	"cmp"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"aloi"
)

// pair is two records by index.
type pair struct{ i, j int }

// printErrors prints a fixed sample of the pairs that were wrongly joined and of those
// that were missed, with the evidence for and against each.
func (r *result) printErrors(n int) {
	var missed, wrong []pair
	r.truePairs(func(i, j int) {
		if r.partition.Labels[i] != r.partition.Labels[j] {
			missed = append(missed, pair{i, j})
		}
	})
	members := map[int32][]int{}
	for i, l := range r.partition.Labels {
		for _, j := range members[l] {
			if r.Truth[r.IDs[i]] != r.Truth[r.IDs[j]] {
				wrong = append(wrong, pair{j, i})
			}
		}
		members[l] = append(members[l], i)
	}
	r.printPairs("wrongly joined", wrong, n)
	r.printCauses(missed)
	r.printPairs("missed", missed, n)
}

// printCauses counts why pairs were missed.
func (r *result) printCauses(missed []pair) {
	keys, same := 0, r.matcher.Model().Same
	light, vetoed, kept := 0, 0, 0
	for _, p := range missed {
		l := r.matcher.Weigh(r.prepared[p.i], r.prepared[p.j], r.common)
		switch {
		case l.Veto:
			vetoed++
		case l.Weight < same:
			light++
		case !r.blocked[p]:
			keys++
		default:
			kept++
		}
	}
	fmt.Printf("\n== missed: %d too light, %d vetoed, %d heavy enough without a common key, %d kept apart by clustering\n", light, vetoed, keys, kept)
}

func (r *result) printPairs(title string, pairs []pair, n int) {
	fmt.Printf("\n== %d %s\n", len(pairs), title)
	r.printKinds(pairs)
	rng := rand.New(rand.NewPCG(1, 2))
	rng.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	keys := func(i int) []string { return r.matcher.Keys(r.prepared[i]) }
	for _, p := range pairs[:min(n, len(pairs))] {
		c := r.matcher.Compare(r.prepared[p.i], r.prepared[p.j], r.common)
		common := 0
		for _, k := range keys(p.i) {
			if slices.Contains(keys(p.j), k) {
				common++
			}
		}
		fmt.Printf("\n%s %s: %.1f bits, prior %.1f, veto %v, %d keys in common\n", r.IDs[p.i], r.IDs[p.j], c.Weight.Bits(), c.Prior.Bits(), c.VetoReason.In(aloi.English), common)
		for _, i := range []int{p.i, p.j} {
			x := r.Records[i]
			fmt.Printf("   %v | %s %s | %v %v | %v | %v\n", x.Names, x.BirthDate, x.Gender, x.Emails, x.Phones, x.Addresses, x.Identifiers)
		}
		for _, e := range c.Evidence {
			fmt.Println("     ", strings.ReplaceAll(e.Sentence(aloi.English), "\n", " "))
		}
	}
}

// maxKinds is how many kinds of evidence printKinds prints.
const maxKinds = 30

// printKinds counts the pairs by what their comparisons say, commonest first.
func (r *result) printKinds(pairs []pair) {
	count, sum := map[string]int{}, map[string]float64{}
	for _, p := range pairs {
		c := r.matcher.Compare(r.prepared[p.i], r.prepared[p.j], r.common)
		var kind []string
		for _, e := range c.Evidence {
			if e.Level != "possible" {
				kind = append(kind, e.Comparison+" "+e.Level)
			}
		}
		k := strings.Join(kind, ", ")
		count[k]++
		sum[k] += c.Weight.Bits()
	}
	kinds := slices.SortedFunc(maps.Keys(count), func(a, b string) int {
		return cmp.Or(count[b]-count[a], strings.Compare(a, b))
	})
	for _, k := range kinds[:min(maxKinds, len(kinds))] {
		fmt.Printf("%6d  %6.1f bits  %s\n", count[k], sum[k]/float64(count[k]), k)
	}
}
