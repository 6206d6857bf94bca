//go:build ignore

// This program writes data/communes.tsv, the communes of France with their postal
// codes and former names, from three files of npm @etalab/decoupage-administratif:
// communes.json of the current release, and historique-communes.json and communes.json of
// release 0.7.0, the last that had the history.
package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aloi/matcher"
)

// commune is an entry of communes.json, of whatever type.
type commune struct {
	Code       string   `json:"code"`
	Name       string   `json:"nom"`
	Type       string   `json:"type"`
	Seat       string   `json:"chefLieu"` // of a part: the commune that it is in
	OldCodes   []string `json:"anciensCodes"`
	PostCodes  []string `json:"codesPostaux"`
	Population int      `json:"population"`
}

// state is an entry of historique-communes.json: a commune under one name.
type state struct {
	ID        string `json:"id"`
	Code      string `json:"code"`
	Name      string `json:"nom"`
	Successor string `json:"successeur"`
}

const current = "commune-actuelle"

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: go run commune_gen.go communes.json historique-communes.json communes-0.7.0.json")
	}
	var now, before []commune
	var history []state
	read(os.Args[1], &now)
	read(os.Args[2], &history)
	read(os.Args[3], &before)

	communes, holder := map[string]*commune{}, map[string]string{}
	for i, c := range now {
		if c.Type == current && len(c.PostCodes) > 0 {
			communes[c.Code] = &now[i]
			holder[c.Code] = c.Code
		}
	}
	for _, c := range now {
		for _, old := range c.OldCodes {
			holder[old] = cmp.Or(holder[old], holder[c.Code])
		}
		if c.Seat != "" {
			holder[c.Code] = cmp.Or(holder[c.Code], holder[c.Seat])
		}
	}
	former := map[string]map[string]bool{} // code of a commune → names
	add := func(code, name string) {
		c := communes[code]
		if c == nil || key(name) == key(c.Name) {
			return
		}
		if former[code] == nil {
			former[code] = map[string]bool{}
		}
		former[code][name] = true
	}
	for _, c := range now {
		if c.Seat != "" {
			add(holder[c.Seat], c.Name)
		}
	}
	for _, c := range before {
		if c.Type == current {
			add(holder[c.Code], c.Name)
		}
	}
	states := map[string]state{}
	for _, s := range history {
		states[s.ID] = s
	}
	for _, s := range history {
		last := s
		for range history { // a chain is no longer than that
			next, ok := states[last.Successor]
			if !ok {
				break
			}
			last = next
		}
		add(holder[last.Code], s.Name)
	}
	write(communes, former)
}

func read(path string, into any) {
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func key(name string) string { return strings.ReplaceAll(matcher.Fold(name), " ", "") }

// write stores a line for each commune: name, postal codes, former names.
func write(communes map[string]*commune, former map[string]map[string]bool) {
	f, err := os.Create(filepath.Join("data", "communes.tsv"))
	if err != nil {
		log.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "# Source: Insee, La Poste (see NOTICE.md). Commune, postal codes, names of the communes that it was or took in.")
	for _, code := range slices.Sorted(maps.Keys(communes)) {
		c := communes[code]
		names := map[string]string{} // by key, so that spellings count once
		for _, n := range slices.Sorted(maps.Keys(former[code])) {
			names[key(n)] = n
		}
		line := c.Name + "\t" + strings.Join(c.PostCodes, ",")
		if len(names) > 0 {
			line += "\t" + strings.Join(slices.Sorted(maps.Values(names)), ",")
		}
		fmt.Fprintln(w, line)
	}
	if err := w.Flush(); err != nil {
		log.Fatal(err)
	}
	if err := f.Close(); err != nil {
		log.Fatal(err)
	}
}
