package matcher_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/cespare/xxhash/v2"

	"aloi"
	"aloi/internal/synth"
	"aloi/matcher"
)

// invented returns prepared records of invented people, with the person of each.
func invented(t *testing.T, n int, change func(i int, person string, r *aloi.Record)) (records []*matcher.Prepared, people []string) {
	t.Helper()
	m, err := matcher.New(matcher.Default())
	if err != nil {
		t.Fatal(err)
	}
	g := synth.New(7, n)
	for {
		r, person, ok := g.Next()
		if !ok {
			return records, people
		}
		if change != nil {
			change(len(records), person, r)
		}
		records, people = append(records, m.Prepare(r)), append(people, person)
	}
}

func train(t *testing.T, records []*matcher.Prepared, workers int) (*matcher.Model, *matcher.TrainReport) {
	t.Helper()
	m, r, err := matcher.Train(t.Context(), matcher.Default(), records, matcher.TrainOptions{Seed: 1, Version: "test-1", Workers: workers})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := matcher.New(m); err != nil {
		t.Fatalf("the trained model is not valid: %v", err)
	}
	return m, r
}

// written trains and returns the model and the report as the files that they become.
func written(t *testing.T, records []*matcher.Prepared, workers int) string {
	t.Helper()
	m, r := train(t, records, workers)
	var b bytes.Buffer
	if err := errors.Join(m.Save(&b), r.WriteText(&b), json.NewEncoder(&b).Encode(r)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTrainIsDeterministic(t *testing.T) {
	records, _ := invented(t, 1200, nil)
	want := written(t, records, 1)
	shuffled := slices.Clone(records)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	if got := written(t, shuffled, 16); got != want {
		t.Error("other bytes from another order of the records and 16 workers")
	}
	m, err := matcher.Load(strings.NewReader(want[:strings.Index(want, "model  ")]))
	if err != nil || m.Version != "test-1" {
		t.Errorf("the model as it was written: %v, version %q", err, m.Version)
	}
}

// figure returns a level of a model.
func figure(t *testing.T, m *matcher.Model, comparison, level string) matcher.Level {
	t.Helper()
	for _, c := range m.Comparisons {
		for _, l := range c.Levels {
			if c.Name == comparison && l.Name == level {
				return l
			}
		}
	}
	t.Fatalf("no %s %s", comparison, level)
	return matcher.Level{}
}

// TestTrainFindsTheTruth compares what was learned without labels with what the labels say.
func TestTrainFindsTheTruth(t *testing.T) {
	records, people := invented(t, 1500, nil)
	model, report := train(t, records, 2)
	base, err := matcher.New(matcher.Default())
	if err != nil {
		t.Fatal(err)
	}
	trained, err := matcher.New(model)
	if err != nil {
		t.Fatal(err)
	}
	var pairs, links, right float64
	seen, exact := map[string]float64{}, map[string]float64{}
	for i := range records {
		for j := range i {
			same := people[i] == people[j]
			if same {
				pairs++
				for _, e := range base.Compare(records[i], records[j], nil).Evidence {
					seen[e.Comparison]++
					if e.Level == "exact" {
						exact[e.Comparison]++
					}
				}
			}
			if trained.Weigh(records[i], records[j], nil).Weight >= model.Same {
				links++
				if same {
					right++
				}
			}
		}
	}
	if math.Abs(report.OnePerson/pairs-1) > .15 {
		t.Errorf("about %.0f pairs of one person, and there are %.0f", report.OnePerson, pairs)
	}
	for _, name := range []string{"given_name", "family_name", "birth_date", "email"} {
		if got, want := figure(t, model, name, "exact").M, exact[name]/seen[name]; math.Abs(got-want) > .08 {
			t.Errorf("%s exact: m is %.3f, and %.3f by the labels", name, got, want)
		}
	}
	if len(model.Vetoes) != len(matcher.Default().Vetoes) || report.Vetoes[0].OneHousehold < 10*report.Vetoes[0].OnePerson {
		t.Errorf("%d vetoes are left: %+v", len(model.Vetoes), report.Vetoes)
	}
	at := slices.IndexFunc(report.Thresholds, func(x matcher.TrainedThreshold) bool { return x.Weight == model.Same.Bits() })
	if got, want := report.Thresholds[at].Precision, right/links; math.Abs(got-want) > .05 {
		t.Errorf("precision %.3f is estimated, and is %.3f by the labels", got, want)
	}
}

// TestTrainOnWrongDates learns that a field is wrong in half of the records: two of one
// person then agree in a quarter.
func TestTrainOnWrongDates(t *testing.T) {
	records, _ := invented(t, 2500, func(i int, person string, r *aloi.Record) {
		h := xxhash.Sum64String(person)
		if i%2 == 0 {
			h = xxhash.Sum64String(fmt.Sprint(i))
		}
		r.BirthDate = fmt.Sprintf("19%02d-%02d-%02d", 30+h%60, 1+h/60%12, 1+h/720%28)
	})
	model, _ := train(t, records, 2)
	if l := figure(t, model, "birth_date", "exact"); l.M > .6 {
		t.Errorf("m of an exact date is %.2f", l.M)
	}
}

func TestTrainOnPoorRecords(t *testing.T) {
	m, err := matcher.New(matcher.Default())
	if err != nil {
		t.Fatal(err)
	}
	given := []string{"Anne", "Marc", "Sylvie", "Hugo", "Nadia", "Paul", "Lucie", "Omar", "Zoé", "Yann"}
	family := []string{"Morel", "Kerbrat", "Lefèvre", "Benali", "Garnier", "Rousseau", "Petit", "Da Silva", "Nguyen", "Faure"}
	for _, c := range []struct {
		name    string
		records int
		make    func(i int) *aloi.Record
		warning string
	}{
		{"all identical", matcher.WideCap + 1, func(int) *aloi.Record {
			return &aloi.Record{Names: []aloi.Name{{Given: "Anne", Family: "Morel"}}, Emails: []string{"anne@example.fr"}}
		}, "no two records share a usable blocking key"},
		{"few enough to be one block, all identical", 100, func(int) *aloi.Record {
			return &aloi.Record{Names: []aloi.Name{{Given: "Anne", Family: "Morel"}}, Emails: []string{"anne@example.fr"}}
		}, "most pairs look like one person"},
		{"no overlap", 100, func(i int) *aloi.Record {
			return &aloi.Record{Names: []aloi.Name{{Given: given[i%10], Family: family[i/10]}}}
		}, "pairs of one person were found"},
		{"a constant column", 100, func(i int) *aloi.Record {
			return &aloi.Record{Names: []aloi.Name{{Given: given[i%10], Family: family[i/10]}}, BirthDate: "1984-03-12"}
		}, "birth_date: nearly all records have one value"},
		{"nothing in them", 120, func(int) *aloi.Record { return &aloi.Record{} }, "given_name: never compared"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var records []*matcher.Prepared
			for i := range c.records {
				r := c.make(i)
				r.Ref = aloi.RecordRef{Source: "web", ID: string(rune('a' + i))}
				records = append(records, m.Prepare(r))
			}
			_, report := train(t, records, 2)
			if !strings.Contains(strings.Join(report.Warnings, "\n"), c.warning) {
				t.Errorf("no warning %q in %q", c.warning, report.Warnings)
			}
		})
	}
}

func TestTrainRefuses(t *testing.T) {
	records, _ := invented(t, matcher.MinTrainRecords, nil)
	if _, _, err := matcher.Train(t.Context(), matcher.Default(), records[1:], matcher.TrainOptions{}); aloi.CodeOf(err) != aloi.CodeInvalid {
		t.Errorf("too few records: %v", err)
	}
	wrong := matcher.Default()
	wrong.Comparisons[0].Levels[0].M = 0
	if _, _, err := matcher.Train(t.Context(), wrong, records, matcher.TrainOptions{}); aloi.CodeOf(err) != aloi.CodeInvalid {
		t.Errorf("a base model that is not valid: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := matcher.Train(ended, matcher.Default(), records, matcher.TrainOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestImplausible holds that a model by which one person is mostly born on different
// days is given to nobody who did not ask for it.
func TestImplausible(t *testing.T) {
	base := matcher.Default()
	for i := range base.Comparisons {
		for l := range base.Comparisons[i].Levels {
			switch x := &base.Comparisons[i].Levels[l]; base.Comparisons[i].Name + " " + x.Name {
			case "birth_date exact":
				x.M = .3
			case "birth_date different":
				x.M = .6
			}
		}
	}
	records, _ := invented(t, matcher.EnoughRecords, nil)
	for _, c := range []struct {
		base        *matcher.Model
		implausible bool
	}{{base, true}, {matcher.Default(), false}} {
		few := records[:matcher.EnoughRecords]
		if c.implausible { // one record of each of few people: nothing corrects the base model
			few = strangersOnly(t)
		}
		model, report, err := matcher.Adapt(t.Context(), c.base, few, matcher.TrainOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if report.Implausible != c.implausible || (model == c.base) != c.implausible || strings.Contains(report.Warnings[0], "other birth dates") != c.implausible {
			t.Errorf("want %v: %v, %s, %q", c.implausible, report.Implausible, model.Version, report.Warnings[0])
		}
	}
}

// strangersOnly returns records of as many people.
func strangersOnly(t *testing.T) []*matcher.Prepared {
	records, people := invented(t, 3*matcher.EnoughRecords, nil)
	seen := map[string]bool{}
	var one []*matcher.Prepared
	for i, r := range records {
		if !seen[people[i]] {
			seen[people[i]] = true
			one = append(one, r)
		}
	}
	if len(one) < matcher.EnoughRecords {
		t.Fatalf("%d people", len(one))
	}
	return one
}
