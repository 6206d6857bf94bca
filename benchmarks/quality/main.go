// Command quality measures how well the shipped model, untrained, finds the true
// entities of every truth set that is present, and prints one table.
//
//	go run ./benchmarks/quality [-data ../shared/data] [-sets fr_5k,febrl3] [-errors 20]
//
// It fails when an F1 is more than .002 below the committed baseline; -write replaces
// the baseline and the table beside it.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"aloi/engine"
	"aloi/internal/quality"
	"aloi/matcher"
)

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

// options are the flags.
type options struct {
	data, only, folder string
	wrong              int
	levels, write      bool
}

func main() {
	log.SetFlags(0)
	var o options
	flag.StringVar(&o.data, "data", "../shared/data", "folder of the truth sets")
	flag.StringVar(&o.only, "sets", "", "measure these alone, by name, separated by commas")
	flag.StringVar(&o.folder, "baseline", "benchmarks/quality", "folder of the committed table and baseline")
	flag.IntVar(&o.wrong, "errors", 0, "print this many wrong pairs of each kind, with their evidence")
	flag.BoolVar(&o.levels, "levels", false, "print how often each level occurs in true pairs, households and strangers")
	flag.BoolVar(&o.write, "write", false, "replace the table and the baseline")
	modelFile := flag.String("model", "", "measure this model instead of the shipped one")
	flag.Parse()
	m, err := model(*modelFile)
	if err != nil {
		log.Fatal(err)
	}
	if err := run(m, o); err != nil {
		log.Fatal(err)
	}
}

// run measures the sets and compares them with the baseline, or replaces it.
func run(m *matcher.Matcher, o options) error {
	var rows []string
	var now []figures
	fmt.Println(header)
	for _, w := range sets {
		if o.only != "" && !contains(o.only, w.name) {
			continue
		}
		s, err := load(o.data, w)
		if errors.Is(err, fs.ErrNotExist) {
			fmt.Printf("| %s | not present |\n", w.name)
			continue
		}
		if err != nil {
			return err
		}
		r, err := measure(m, s)
		if err != nil {
			return err
		}
		fmt.Println(r.row())
		rows, now = append(rows, r.row()), append(now, r.figures())
		if o.wrong > 0 {
			r.printErrors(o.wrong)
		}
		if o.levels {
			r.printLevels()
		}
	}
	if o.write {
		return write(o.folder, rows, now)
	}
	fallen, err := compare(o.folder, now)
	if err == nil && len(fallen) > 0 {
		err = fmt.Errorf("below the baseline:\n%s", strings.Join(fallen, "\n"))
	}
	return err
}

func contains(list, name string) bool {
	for x := range strings.SplitSeq(list, ",") {
		if x == name {
			return true
		}
	}
	return false
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

// result is what was measured on one set.
type result struct {
	*set
	matcher        *matcher.Matcher
	prepared       []*matcher.Prepared
	partition      *engine.Partitioned
	score          quality.Result
	blocked        map[pair]bool // the true pairs that share a blocking key
	blockingRecall float64
	keys           float64 // per record
	elapsed        time.Duration
}

func measure(m *matcher.Matcher, s *set) (*result, error) {
	start := time.Now()
	r := &result{set: s, matcher: m, prepared: make([]*matcher.Prepared, len(s.records))}
	for i, rec := range s.records {
		r.prepared[i] = m.Prepare(rec)
	}
	var err error
	if r.partition, err = engine.Partition(context.Background(), m, r.prepared, nil, runtime.GOMAXPROCS(0), nil); err != nil {
		return nil, err
	}
	r.elapsed = time.Since(start)
	predicted := map[string]string{}
	for i := range s.records {
		predicted[r.ids[i]] = strconv.Itoa(int(r.partition.Labels[i]))
	}
	r.score = quality.Score(s.truth, predicted)
	r.block()
	return r, nil
}

// block finds the true pairs that share a blocking key which is not too common.
func (r *result) block() {
	r.blocked = map[pair]bool{}
	size := map[string]int{}
	keys := make([][]string, len(r.prepared))
	total := 0
	for i, p := range r.prepared {
		keys[i] = r.matcher.Keys(p)
		total += len(keys[i])
		for _, k := range keys[i] {
			size[k]++
		}
	}
	all := 0
	r.truePairs(func(i, j int) {
		all++
		if share(keys[i], keys[j], size) {
			r.blocked[pair{i, j}] = true
		}
	})
	r.blockingRecall = float64(len(r.blocked)) / float64(max(all, 1))
	r.keys = float64(total) / float64(len(r.prepared))
}

func share(a, b []string, size map[string]int) bool {
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch cmp.Compare(a[i], b[j]) {
		case -1:
			i++
		case 1:
			j++
		default:
			if size[a[i]] <= matcher.BlockCap {
				return true
			}
			i, j = i+1, j+1
		}
	}
	return false
}

// truePairs calls fn for each pair of records of one entity, in order.
func (r *result) truePairs(fn func(i, j int)) {
	members := map[string][]int{}
	for i := range r.records {
		e := r.truth[r.ids[i]]
		for _, j := range members[e] {
			fn(j, i)
		}
		members[e] = append(members[e], i)
	}
}

const header = "| set | pair P | pair R | pair F1 | B3 P | B3 R | B3 F1 | comparisons a record | keys a record | blocking recall | seconds |\n|---|---|---|---|---|---|---|---|---|---|---|"

func (r *result) row() string {
	q := r.score
	return fmt.Sprintf("| %s | %.4f | %.4f | **%.4f** | %.4f | %.4f | **%.4f** | %.1f | %.1f | %.4f | %.1f |", r.name,
		q.PairPrecision, q.PairRecall, q.PairF1, q.B3Precision, q.B3Recall, q.B3F1,
		float64(r.partition.Compared)/float64(len(r.records)), r.keys, r.blockingRecall, r.elapsed.Seconds())
}
