package main

import "aloi/benchmarks/truthset"

// householdPairs returns the pairs of records of different people of one household,
// where the set says who lives with whom.
func (r *result) householdPairs() []pair {
	rows, err := truthset.Rows(r.Folder, "persons.csv")
	if err != nil {
		return nil
	}
	home := map[string]string{}
	for _, row := range rows {
		home[row["entity_id"]] = row["household_id"]
	}
	members := map[string][]int{}
	var pairs []pair
	for i := range r.Records {
		e := r.Truth[r.IDs[i]]
		for _, j := range members[home[e]] {
			if r.Truth[r.IDs[j]] != e {
				pairs = append(pairs, pair{j, i})
			}
		}
		members[home[e]] = append(members[home[e]], i)
	}
	return pairs
}
