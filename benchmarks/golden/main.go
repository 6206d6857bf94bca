// Command golden measures survivorship by itself: it puts the records of a data set
// together by the truth, lets golden values survive under several tables of rules,
// and compares them with the true persons.
//
//	go run ./benchmarks/golden -data benchmarks/data/fr_5k
//
// It fails where one rule alone does clearly better than the default table.
//
// The directory holds records.csv, truth.csv and persons.csv, plain or compressed, as
// the sets fr_5k and fr_50k do. A share is taken of the persons whose records say anything of the
// attribute; `contested` are those whose records do not all say the same.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"text/tabwriter"

	"aloi"
	"aloi/engine"
	"aloi/matcher"
)

func main() {
	data := flag.String("data", "benchmarks/data/fr_50k", "directory with records.csv, truth.csv and persons.csv")
	rules := flag.String("rules", "", "YAML file of a further table of rules to measure")
	flag.Parse()
	if err := run(*data, *rules); err != nil {
		fmt.Fprintln(os.Stderr, "golden:", err)
		os.Exit(1)
	}
}

// table is a named table of rules.
type table struct {
	name  string
	rules *engine.Rules
}

func run(dir, file string) error {
	people, err := load(dir)
	if err != nil {
		return err
	}
	tables := []table{{"default", engine.DefaultRules()}}
	for _, rule := range []engine.Rule{engine.RuleMostRecent, engine.RuleMostFrequent, engine.RuleLongest} {
		t, err := alone(rule)
		if err != nil {
			return err
		}
		tables = append(tables, table{string(rule), t})
	}
	if file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		t, err := engine.ParseRules(text)
		if err != nil {
			return err
		}
		tables = append(tables, table{"file", t})
	}
	return report(people, tables)
}

// alone returns the table that has one rule for everything.
func alone(rule engine.Rule) (*engine.Rules, error) {
	text := "attributes:\n"
	for _, path := range []string{"name.civility", "name.given", "name.middle", "name.family", "name.birth", "name.full",
		"birth_date", "gender", "address", "email", "phone", "identifier", "attribute"} {
		text += fmt.Sprintf("  %s: [%s]\n", path, rule)
	}
	return engine.ParseRules([]byte(text))
}

// tally counts for one attribute and one table.
type tally struct{ asked, right, written, contested, contestedRight int }

func report(people []person, tables []table) error {
	counts := make([]map[string]*tally, len(tables))
	for i, t := range tables {
		counts[i] = map[string]*tally{}
		for _, p := range people {
			p.score(t.rules.Survive(p.members), counts[i])
		}
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	header := "attribute\tpersons\tcontested\t"
	for _, t := range tables {
		header += t.name + "\tcontested\t"
	}
	fmt.Fprintln(w, header)
	for _, a := range attributes {
		first := counts[0][a.path]
		if first == nil {
			continue
		}
		fmt.Fprintf(w, "%s\t%d\t%d\t", a.path, first.asked, first.contested)
		for i := range tables {
			c := counts[i][a.path]
			fmt.Fprintf(w, "%s\t%s\t", share(c.right, c.asked), share(c.contestedRight, c.contested))
		}
		fmt.Fprintln(w)
	}
	for _, a := range attributes {
		if !a.spelled || counts[0][a.path] == nil {
			continue
		}
		fmt.Fprintf(w, "%s, to the letter\t%d\t\t", a.path, counts[0][a.path].asked)
		for i := range tables {
			c := counts[i][a.path]
			fmt.Fprintf(w, "%s\t\t", share(c.written, c.asked))
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return behind(counts, tables)
}

// maxBehind is how much better than the default table another may be on an attribute,
// as a share of the persons: less is chance.
const maxBehind = .005

// behind returns an error that names the attributes on which another table does better.
func behind(counts []map[string]*tally, tables []table) error {
	var errs []error
	for _, a := range attributes {
		for i := range tables {
			if first, c := counts[0][a.path], counts[i][a.path]; first != nil && float64(c.right-first.right) > maxBehind*float64(c.asked) {
				errs = append(errs, fmt.Errorf("%s: %s is better than the default", a.path, tables[i].name))
			}
		}
	}
	return errors.Join(errs...)
}

func share(n, of int) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f%%", 100*float64(n)/float64(of))
}

// person is a true person and what the sources say of them.
type person struct {
	members []engine.Contribution
	truth   map[string][]string // attribute path → values that are right
}

// attribute is one line of the report.
type attribute struct {
	path string
	// said returns what a record says, for counting who is asked.
	said func(r *aloi.Record, p *matcher.Prepared) []string
	// key normalises a value for comparison.
	key func(string) string
	// spelled asks for the comparison to the letter too.
	spelled bool
}

// score adds what survived for a person to the counts.
func (p *person) score(golden []aloi.Attribute, counts map[string]*tally) {
	value := map[string]string{}
	for _, a := range golden {
		if a.Rank == 0 {
			value[a.Path] = a.Value
		}
	}
	for _, a := range attributes {
		if len(p.truth[a.path]) == 0 {
			continue
		}
		distinct := map[string]bool{}
		for _, m := range p.members {
			for _, v := range a.said(m.Record, m.Prepared) {
				if k := a.key(v); k != "" {
					distinct[k] = true
				}
			}
		}
		if len(distinct) == 0 {
			continue
		}
		if counts[a.path] == nil {
			counts[a.path] = &tally{}
		}
		c, right := counts[a.path], false
		for _, t := range p.truth[a.path] {
			right = right || a.key(t) == a.key(value[a.path])
			if t == value[a.path] {
				c.written++
			}
		}
		c.asked++
		if right {
			c.right++
		}
		if len(distinct) > 1 {
			c.contested++
			if right {
				c.contestedRight++
			}
		}
	}
}
