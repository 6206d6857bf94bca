package main

import "path/filepath"

// householdPairs returns the pairs of records of different people of one household,
// where the set says who lives with whom.
func (r *result) householdPairs() []pair {
	rows, err := readCSV(filepath.Join(r.folder, "persons.csv"))
	if err != nil {
		return nil
	}
	home := map[string]string{}
	for _, row := range rows {
		home[row["entity_id"]] = row["household_id"]
	}
	members := map[string][]int{}
	var pairs []pair
	for i := range r.records {
		e := r.truth[r.ids[i]]
		for _, j := range members[home[e]] {
			if r.truth[r.ids[j]] != e {
				pairs = append(pairs, pair{j, i})
			}
		}
		members[home[e]] = append(members[home[e]], i)
	}
	return pairs
}
