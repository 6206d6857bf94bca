package consent

import (
	"cmp"
	"slices"
	"strings"

	"aloi"
)

// event is an event as a decision sees it.
type event struct {
	*Event
	when interval
	at   int // index of its record, -1 for one that is not of the case
	// Where its record stands, seen from the person asked for: in her own core, in the
	// core that the answer is about, in the cloud of stops.
	asked, core, cloud bool
}

// sameCore reports whether two events are of one core: what somebody else does, on a
// fuzzy link, is not an act of the person.
func (e *event) sameCore(f *event) bool { return e.core && f.core || e.asked && f.asked }

// gather keeps the events that were recorded by then and had begun, in an order that
// does not depend on how they came. That a grant was void shows afterwards: it never
// licensed, so an invalidation counts whenever it is known.
func (d *decision) gather(index places) {
	list := make([]event, 0, len(d.c.Events)+len(d.c.Shared))
	add := func(told *Event) {
		e := event{Event: told}
		if e.Recorded.After(d.q.KnownAt) {
			return
		}
		e.when = d.p.when(e.Event)
		if !e.when.begun(d.q.At) && e.Kind != aloi.ConsentInvalidated || serves(e.Event) && !d.happened(&e) {
			return
		}
		e.at = index.of(e.Record)
		list = append(list, e)
	}
	for i := range d.c.Events {
		add(&d.c.Events[i])
	}
	for _, told := range d.c.Shared {
		add(told)
	}
	d.events = make([]*event, len(list))
	for i := range list {
		d.events[i] = &list[i]
		if list[i].Kind == aloi.ConsentInvalidated {
			d.voids = append(d.voids, &list[i])
		}
	}
	slices.SortFunc(d.events, func(x, y *event) int {
		if by := strings.Compare(x.ID, y.ID); by != 0 {
			return by
		}
		return cmp.Or(strings.Compare(string(x.Kind), string(y.Kind)), x.when.to.Compare(y.when.to))
	})
}

// happened reports whether an event is not dated in the future of its recording and,
// where it has no date, was known by the moment asked about.
func (d *decision) happened(e *event) bool {
	return !d.p.future(e.Event) && (!e.when.undated() || !e.Recorded.After(d.q.At))
}

// place says of each event where its record stands.
func (d *decision) place() {
	for _, e := range d.events {
		if e.at >= 0 {
			e.core, e.asked = d.id.core[e.at], d.id.asked[e.at]
			e.cloud = d.id.cloud[e.at] || e.core
		}
	}
}

// forget drops what the person did before she was erased: nothing of it permits
// anything, also when she comes back.
func (d *decision) forget() {
	var erasures []*event
	d.each(aloi.ConsentErased, func(e *event) {
		if e.core || e.asked {
			erasures = append(erasures, e)
		}
	})
	if erasures == nil {
		return
	}
	d.events = slices.DeleteFunc(d.events, func(e *event) bool {
		return permits(e.Event) && slices.ContainsFunc(erasures, func(x *event) bool { return e.sameCore(x) && !after(e, x) })
	})
}

// each calls fn for the events of a kind.
func (d *decision) each(k aloi.ConsentKind, fn func(e *event)) {
	for _, e := range d.events {
		if e.Kind == k {
			fn(e)
		}
	}
}
