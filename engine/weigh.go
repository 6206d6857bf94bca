package engine

import (
	"sync"

	"aloi/matcher"
)

// weighing is what a comparison said.
type weighing struct {
	matcher.Link
	linked bool // the weight reaches the review threshold: else the link does not hold
	// read are the features of the record other, which were not known, where they had to be
	// read whole.
	read  *features
	other uint64
}

// weighAll compares the records of pairs, of each of which one at least is known.
func (b *batch) weighAll(pairs []pair) ([]weighing, error) {
	weighed, errs := make([]weighing, len(pairs)), make([]error, len(pairs))
	b.e.parallel(len(pairs), func(i int) { weighed[i], errs[i] = b.weigh(pairs[i]) })
	for i := range pairs {
		if errs[i] != nil {
			return nil, errs[i]
		}
		if w := &weighed[i]; w.linked && w.read != nil {
			b.features[w.other] = w.read
		}
	}
	return weighed, nil
}

// known returns the features of a record of a pair that are known, and the number of the
// other.
func (b *batch) known(p pair) (f *features, other uint64) {
	if f, ok := b.features[p[0]]; ok {
		return f, p[1]
	}
	return b.features[p[1]], p[0]
}

// glimpses are for looks at records that are stored.
var glimpses = sync.Pool{New: func() any { return new(matcher.Glimpse) }}

// weigh compares the records of a pair. One that is only stored is read whole if a look at
// it does not tell already that they are no link.
func (b *batch) weigh(p pair) (w weighing, err error) {
	f, number := b.known(p)
	if other, ok := b.features[number]; ok {
		w.Link, w.linked = b.matcher.Linked(f.record, other.record, b.common)
		return w, nil
	}
	w.other = number
	if w.read, err = b.likely(f, number); w.read == nil {
		return w, err
	}
	w.Link = b.matcher.Weigh(f.record, w.read.record, b.common)
	w.linked = w.Weight >= b.matcher.Model().Review
	return w, nil
}

// likely reads the features of a stored record, nil if it is seen to be no link of another.
func (b *batch) likely(f *features, number uint64) (*features, error) {
	g := glimpses.Get().(*matcher.Glimpse)
	defer glimpses.Put(g)
	return loadIf(b.r, number, func(prepared []byte) bool {
		unlikely, err := b.matcher.Unlikely(f.record, prepared, g)
		return err != nil || !unlikely // what cannot be read, reading it whole will tell
	})
}
