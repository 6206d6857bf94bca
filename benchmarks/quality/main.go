// Command quality measures how well the true entities of the truth sets are found, and
// prints a table.
//
//	go run ./benchmarks/quality                     # the shipped model, untrained
//	go run ./benchmarks/quality -train              # and a model trained on each set, without labels
//	go run ./benchmarks/quality -sets fr_5k,febrl3 -errors 20
//	go run ./benchmarks/quality -data FOLDER        # your own sets: see benchmarks/data
//
// -stream adds the first records of a new store, -clustering other ways to cluster the
// same links, -splink Splink on the same sets. It fails when an F1 is more than .002
// below the committed baseline; -write measures all and replaces the baseline and the
// table beside it. docs/quality.md has the figures.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"aloi/benchmarks/truthset"
	"aloi/matcher"
)

// options are the flags.
type options struct {
	data, only, baseline, python string
	wrong                        int
	train, stream, clustering    bool
	levels, write                bool
}

// ownData are the sets of the repository. They are all there, so that none can be
// passed over in silence.
const ownData = "benchmarks/data"

func main() {
	log.SetFlags(0)
	var o options
	flag.StringVar(&o.data, "data", ownData, "folder of the truth sets")
	flag.StringVar(&o.only, "sets", "", "measure these alone, by name, separated by commas")
	flag.StringVar(&o.baseline, "baseline", "benchmarks/quality", "folder of the committed table and baseline")
	flag.BoolVar(&o.train, "train", false, "measure a model trained on each set too")
	flag.BoolVar(&o.stream, "stream", false, "stream "+streamed+" into a store with the shipped model too")
	flag.BoolVar(&o.clustering, "clustering", false, "cluster the links in other ways too")
	flag.StringVar(&o.python, "splink", "", "run Splink too, by this Python: see run_splink.py")
	flag.IntVar(&o.wrong, "errors", 0, "print this many wrong pairs of each kind, with their evidence")
	flag.BoolVar(&o.levels, "levels", false, "print how often each level occurs in true pairs, households and strangers")
	flag.BoolVar(&o.write, "write", false, "replace the table and the baseline; measures all that they hold")
	modelFile := flag.String("model", "", "measure this model instead of the shipped one")
	flag.Parse()
	m, err := model(*modelFile)
	if err != nil {
		log.Fatal(err)
	}
	if o.write {
		o.train, o.stream = true, true
	}
	if err := run(m, o); err != nil {
		log.Fatal(err)
	}
}

// run measures the sets and compares them with the baseline, or replaces it.
func run(m *matcher.Matcher, o options) error {
	list, err := listed(o.data, o.only)
	if err != nil {
		return err
	}
	var measured []figures
	fmt.Println(header)
	for _, w := range list {
		s, err := truthset.Load(filepath.Join(o.data, w.folder), w.drop)
		if errors.Is(err, fs.ErrNotExist) && o.data != ownData {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		now, err := w.measureAll(m, s, o)
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		measured = append(measured, now...)
	}
	if o.stream { // last, since its store keeps memory that would count in the others' peaks
		now, err := stream(m, filepath.Join(o.data, streamed))
		if err != nil {
			return err
		}
		measured = append(measured, now...)
	}
	if o.write {
		return write(o.baseline, measured)
	}
	if o.data != ownData {
		return nil // the baseline is of our own sets
	}
	fallen, err := compare(o.baseline, measured)
	if err == nil && len(fallen) > 0 {
		err = fmt.Errorf("below the baseline:\n%s", strings.Join(fallen, "\n"))
	}
	return err
}

// measureAll measures one set in all the ways that are asked for, and prints each.
func (w wanted) measureAll(m *matcher.Matcher, s *truthset.Set, o options) ([]figures, error) {
	var measured []figures
	ways := []string{shipped}
	if o.train {
		ways = append(ways, trained)
	}
	for _, way := range ways {
		r, err := measure(m, s, way)
		if err != nil {
			return nil, err
		}
		f := r.figures(w.name)
		fmt.Println(f.row())
		measured = append(measured, f)
		if o.wrong > 0 {
			r.printErrors(o.wrong)
		}
		if o.levels {
			r.printLevels()
		}
		if o.clustering {
			r.printClusterings()
		}
	}
	if o.python != "" {
		return measured, printSplink(o.python, w, s)
	}
	return measured, nil
}

// wanted is a set to measure: a folder of the data folder, less a column.
type wanted struct{ name, folder, drop string }

var sets = []wanted{
	{"fr_5k", "fr_5k", ""},
	{"fr_50k", "fr_50k", ""},
	{"splink_fake_1000", "splink_fake_1000", ""},
	{"febrl1", "febrl1", ""},
	{"febrl2", "febrl2", ""},
	{"febrl3", "febrl3", ""},
	{"febrl4", "febrl4", ""},
	{"febrl1 less soc_sec_id", "febrl1", "soc_sec_id"},
	{"febrl2 less soc_sec_id", "febrl2", "soc_sec_id"},
	{"febrl3 less soc_sec_id", "febrl3", "soc_sec_id"},
	{"febrl4 less soc_sec_id", "febrl4", "soc_sec_id"},
	{"anonlink_5party", "anonlink_5party", ""},
	{"foreigners_pl_10k", "foreigners_pl_10k", ""},
	{"senzing_truthset", "senzing_truthset", ""},
}

// listed returns the sets to measure: ours, then the other folders that have a truth,
// by name; only some if their names are given.
func listed(data, only string) ([]wanted, error) {
	list := slices.Clone(sets)
	folders, err := os.ReadDir(data)
	if err != nil {
		return nil, err
	}
	for _, f := range folders {
		known := slices.ContainsFunc(sets, func(w wanted) bool { return w.folder == f.Name() })
		if _, err := truthset.Find(filepath.Join(data, f.Name()), "truth.csv"); err == nil && !known {
			list = append(list, wanted{f.Name(), f.Name(), ""})
		}
	}
	if only == "" {
		return list, nil
	}
	var some []wanted
	for name := range strings.SplitSeq(only, ",") {
		i := slices.IndexFunc(list, func(w wanted) bool { return w.name == name })
		if i < 0 {
			return nil, fmt.Errorf("there is no set %q", name)
		}
		some = append(some, list[i])
	}
	return some, nil
}

func model(path string) (*matcher.Matcher, error) {
	if path == "" {
		return matcher.New(matcher.Default())
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	m, err := matcher.Load(f)
	if err != nil {
		return nil, err
	}
	return matcher.New(m)
}
