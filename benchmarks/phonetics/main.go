//go:build !permissive

// Command phonetics measures phonetic codes on French names: how many of the names that
// were written wrong get the code of the true name, and how many pairs of different
// names share a code by chance.
//
//	go run ./benchmarks/phonetics
//	go run ./benchmarks/phonetics -pairs pairs.csv   # then other_codes.py pairs.csv
//
// It links matchr, which is under the GPL, to compare its codes: a build with the tag
// permissive leaves this command out.
package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"
)

func main() {
	log.SetFlags(0)
	data := flag.String("data", "benchmarks/data/fr_50k", "folder of a set with records, truth, persons and noise")
	pairs := flag.String("pairs", "", "write the pairs of names to this file, to measure other programs on them")
	flag.Parse()
	names, err := load(*data)
	if err != nil {
		log.Fatal(err)
	}
	if *pairs != "" {
		if err := names.write(*pairs); err != nil {
			log.Fatal(err)
		}
	}
	for _, field := range []string{family, given} {
		fmt.Printf("## %s\n\n", field)
		printTable(names.of(field))
		printExamples(names.of(field))
	}
}

// printTable prints, for each code, the share of the slips found by kind, and the
// collisions by chance.
func printTable(n fieldNames) {
	fmt.Print("| code | all slips")
	for _, k := range kinds {
		fmt.Printf(" | %s", k)
	}
	fmt.Print(" | collisions in 10,000 pairs |\n|---|---|")
	for range kinds {
		fmt.Print("---|")
	}
	fmt.Println("---|")
	for _, c := range codes {
		fmt.Printf("| %s | %.3f", c.name, found(c, n.slips))
		for _, k := range kinds {
			fmt.Printf(" | %.3f", found(c, slices.DeleteFunc(slices.Clone(n.slips), func(s slip) bool { return s.kind != k })))
		}
		fmt.Printf(" | %.1f |\n", 1e4*found(c, n.strangers))
	}
	fmt.Printf("\n%d slips, %d pairs of strangers\n\n", len(n.slips), len(n.strangers))
}

// found is the share of the pairs that share a code.
func found(c code, pairs []slip) float64 {
	n := 0
	for _, p := range pairs {
		if c.same(p.written, p.truth) {
			n++
		}
	}
	return float64(n) / float64(max(len(pairs), 1))
}

// examplesEach is how many examples are printed of each kind.
const examplesEach = 8

// printExamples prints pairs that ours alone finds, or the other alone, of two people or
// of one.
func printExamples(n fieldNames) {
	ours := codes[0]
	for _, c := range codes[1:] {
		fmt.Printf("%s\n", c.name)
		for _, e := range []struct {
			title       string
			pairs       []slip
			first, than code
		}{
			{"  slips that ours alone finds:", n.slips, ours, c},
			{"  slips that it alone finds:", n.slips, c, ours},
			{"  strangers that ours confuses:", n.strangers, ours, c},
			{"  strangers that it confuses:", n.strangers, c, ours},
		} {
			fmt.Println(e.title, strings.Join(examples(e.pairs, e.first, e.than), " "))
		}
	}
	fmt.Println()
}

// examples returns the first pairs that one code finds and another does not.
func examples(pairs []slip, finds, loses code) []string {
	var out []string
	for _, p := range pairs {
		if !finds.same(p.written, p.truth) || loses.same(p.written, p.truth) {
			continue
		}
		if e := p.written + "/" + p.truth; !slices.Contains(out, e) {
			out = append(out, e)
		}
		if len(out) == examplesEach {
			break
		}
	}
	return out
}

// write writes all pairs of names.
func (n names) write(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	w := csv.NewWriter(f)
	rows := [][]string{{"field", "kind", "written", "truth"}}
	for _, field := range []string{family, given} {
		for _, s := range slices.Concat(n.of(field).slips, n.of(field).strangers) {
			rows = append(rows, []string{field, s.kind, s.written, s.truth})
		}
	}
	return w.WriteAll(rows)
}
