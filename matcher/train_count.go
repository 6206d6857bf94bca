package matcher

import (
	"strings"
	"sync"
)

// valueCounts are the values of a comparison in the records, and how many records have
// one, by kind (see termsOf).
type valueCounts struct {
	at  map[uint32]int32 // hash of a value → its index
	of  []valueCount
	all [termKinds]float64
}

// valueCount is a value and the records that have it.
type valueCount struct {
	hash    uint32
	letters uint32 // bit i: the other name begins with the letter A+i
	value   string // of several that differ by their spaces, the first in the alphabet
	records float64
	chosen  float64 // records of which it is the first choice
	// first is the place of the first record that has the value, times termKinds, plus
	// its kind there.
	first int64
}

// kind is that of the value in the first record that has it.
func (x *valueCount) kind() int { return int(x.first % termKinds) }

// add counts a value, which c holds from then on if it is new.
func (c *valueCounts) add(x *valueCount) {
	at, ok := c.at[x.hash]
	if !ok {
		c.at[x.hash] = int32(len(c.of))
		c.of = append(c.of, *x)
		return
	}
	has := &c.of[at]
	has.letters |= x.letters
	has.value = min(has.value, x.value)
	has.records += x.records
	has.chosen += x.chosen
	has.first = min(has.first, x.first)
}

// merge adds the values of other records. All sums are of whole numbers, so that their
// order changes nothing.
func (c *valueCounts) merge(x *valueCounts) {
	for i := range x.of {
		c.add(&x.of[i])
	}
	for kind, n := range x.all {
		c.all[kind] += n
	}
}

// countRecords is how many records one task of counting takes.
const countRecords = 2048

// countValues counts the values of the records, for each comparison that may look them up.
func (t *trainer) countValues() ([]*valueCounts, error) {
	tasks := (len(t.came) + countRecords - 1) / countRecords
	var mu sync.Mutex
	var all []*valueCounter
	err := t.each(tasks, func() func(int) {
		c := t.newCounter()
		mu.Lock()
		all = append(all, c)
		mu.Unlock()
		return func(task int) {
			for i := task * countRecords; i < min((task+1)*countRecords, len(t.came)); i++ {
				c.record(t.came[i], int64(t.places[i]))
			}
		}
	})
	for _, c := range all[1:] {
		for i, counts := range all[0].counts {
			if counts != nil {
				counts.merge(c.counts[i])
			}
		}
	}
	return all[0].counts, err
}

// valueCounter counts the values of some of the records.
type valueCounter struct {
	t      *trainer
	counts []*valueCounts
	dates  map[Date]string // as values are written
}

func (t *trainer) newCounter() *valueCounter {
	c := &valueCounter{t: t, counts: make([]*valueCounts, len(t.probe.order)), dates: map[Date]string{}}
	for i, k := range t.probe.order {
		if table, own := t.mayList(i); table || own || k.hasTerms() {
			c.counts[i] = &valueCounts{at: map[uint32]int32{}}
		}
	}
	return c
}

// record counts the values of the record at a place.
func (c *valueCounter) record(r *Prepared, place int64) {
	for i, k := range c.t.probe.order {
		if c.counts[i] == nil {
			continue
		}
		chosen := 1.0
		for kind, v := range c.termsOf(k, r) {
			if v == "" {
				continue
			}
			c.counts[i].all[kind]++
			c.counts[i].add(&valueCount{
				hash: hashSpaceless(v), letters: c.t.otherLetter(k, r), value: v,
				records: 1, chosen: chosen, first: place*termKinds + int64(kind),
			})
			chosen = 0
		}
	}
}

// termKinds is how many kinds of values a comparison may look up: postal code and city.
const termKinds = 2

// termsOf returns the values of a record that a comparison looks up, the first choice
// first; empty for none.
func (c *valueCounter) termsOf(k *compiled, r *Prepared) (v [termKinds]string) {
	known := &c.t.probe.known
	name, isAttribute := strings.CutPrefix(k.name, attributePrefix)
	switch {
	case k == known[compareAddress]:
		if len(r.Addresses) > 0 {
			v = [...]string{r.Addresses[0].PostalCode, r.Addresses[0].City}
		}
	case k == known[compareBirth]:
		if r.Birth.Day != 0 {
			v[0] = c.written(r.Birth)
		}
	case isAttribute:
		for i := range r.Attributes {
			if r.Attributes[i].Name == name && v[0] == "" {
				v[0] = r.Attributes[i].Value
			}
		}
	case len(r.Names) == 0:
	case k == known[compareGiven] && len(r.Names[0].Given) > 0:
		v[0] = r.Names[0].Given[0]
	case k == known[compareFamily] && len(r.Names[0].Family) == 1:
		v[0] = r.Names[0].Family[0]
	case k == known[compareFamily]:
		v[0] = r.Names[0].FamilyWhole
	}
	return v
}

// written returns a date as String writes it.
func (c *valueCounter) written(d Date) string {
	text, ok := c.dates[d]
	if !ok {
		text = d.String()
		c.dates[d] = text
	}
	return text
}

// otherLetter returns, as a bit, the first letter of the family name, or of the given
// name where it is the family name that is counted; 0 without one.
func (t *trainer) otherLetter(k *compiled, r *Prepared) uint32 {
	if len(r.Names) == 0 {
		return 0
	}
	other := r.Names[0].Family
	if k == t.probe.known[compareFamily] {
		other = r.Names[0].Given
	}
	if len(other) == 0 || other[0] == "" || other[0][0] < 'A' || other[0][0] > 'Z' {
		return 0
	}
	return 1 << (other[0][0] - 'A')
}
