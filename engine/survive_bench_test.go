package engine_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"testing"

	"aloi/engine"
	"aloi/internal/synth"
	"aloi/matcher"
)

// invented returns the contributions of people whom synth invented, by person, in the order
// of their first record.
func invented(records int) (people [][]engine.Contribution) {
	m, err := matcher.New(matcher.Default())
	if err != nil {
		panic(err)
	}
	source, at := synth.New(1, records), map[string]int{}
	for {
		r, person, ok := source.Next()
		if !ok {
			return people
		}
		i, known := at[person]
		if !known {
			i = len(people)
			at[person], people = i, append(people, nil)
		}
		people[i] = append(people[i], engine.Contribution{Ref: r.Ref, Record: r, Prepared: m.Prepare(r)})
	}
}

// survivesDigest is what survives of invented people, hashed: it changes with rulesRevision.
const survivesDigest = "96ae6746929b56ed906503ffb910915f"

// TestSurvivesAsBefore holds what survives of people of one record and of many, with what was
// prepared and without.
func TestSurvivesAsBefore(t *testing.T) {
	rules, sum := engine.DefaultRules(), sha256.New()
	add := func(h hash.Hash, members []engine.Contribution) {
		for _, a := range rules.Survive(members) {
			fmt.Fprintf(h, "%+v\n", a)
		}
	}
	people := invented(20_000)
	for i, members := range people {
		add(sum, members)
		if i > 0 && i%3 == 0 { // strangers together disagree on everything
			add(sum, append(members[:len(members):len(members)], people[i-1]...))
		}
		for k := range members {
			members[k].Prepared = nil
		}
		add(sum, members)
	}
	if got := hex.EncodeToString(sum.Sum(nil)[:16]); got != survivesDigest {
		t.Errorf("digest %s, want %s", got, survivesDigest)
	}
}

// BenchmarkSurvive is what the golden record of a person costs.
func BenchmarkSurvive(b *testing.B) {
	people, rules := invented(20_000), engine.DefaultRules()
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		rules.Survive(people[i%len(people)])
	}
}
