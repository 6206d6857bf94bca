package txn

import (
	"bytes"
	"slices"

	"aloi/store/kv"
)

// overlay is a kv.Txn: pending writes above those of the commit before, which may be under
// way, above the state that it reads.
type overlay struct {
	*reader
	writes *writes
	before *writes // nil for none
}

// pending returns the newest pending write of a key.
func (o *overlay) pending(key []byte) (w Write, ok bool) {
	if w, ok = o.writes.get(key); !ok && o.before != nil {
		w, ok = o.before.get(key)
	}
	return w, ok
}

// pendingIn returns the newest pending write of each key of a range, in ascending order.
func (o *overlay) pendingIn(r kv.Range) []Write {
	own := o.writes.in(r)
	if o.before == nil {
		return own
	}
	before := o.before.orderedIn(r)
	switch {
	case len(before) == 0:
		return own
	case len(own) == 0:
		return slices.Clip(before)
	}
	all := make([]Write, 0, len(own)+len(before))
	for _, w := range own {
		for len(before) > 0 && bytes.Compare(before[0].Key, w.Key) < 0 {
			all, before = append(all, before[0]), before[1:]
		}
		if len(before) > 0 && bytes.Equal(before[0].Key, w.Key) {
			before = before[1:]
		}
		all = append(all, w)
	}
	return append(all, before...)
}

func (o *overlay) Get(key []byte) ([]byte, error) {
	w, ok := o.pending(key)
	switch {
	case !ok:
		return o.reader.Get(key)
	case o.over.Load():
		return nil, errOver
	case w.Deleted:
		return nil, kv.ErrNotFound
	}
	return append(make([]byte, 0, len(w.Value)), w.Value...), nil
}

// Absent implements kv.Knowing.
func (o *overlay) Absent(key []byte) {
	if k, ok := o.snap.(kv.Knowing); ok {
		k.Absent(key)
	}
}

func (o *overlay) Set(key, value []byte) error {
	if o.over.Load() {
		return errOver
	}
	return o.writes.put(Write{Key: key, Value: value})
}

func (o *overlay) Delete(key []byte) error {
	if o.over.Load() {
		return errOver
	}
	return o.writes.put(Write{Key: key, Deleted: true})
}

// Scan takes the pending writes of the range before it starts, since fn may write
// outside of the range meanwhile, and merges them into what is stored: a pending
// write hides the stored value of its key.
func (o *overlay) Scan(r kv.Range, fn func(key, value []byte) error) error {
	pending := o.pendingIn(r)
	if len(pending) == 0 {
		return o.reader.Scan(r, fn)
	}
	emit := func(w Write) error {
		if w.Deleted {
			return nil
		}
		return fn(w.Key, w.Value)
	}
	err := o.reader.Scan(r, func(key, value []byte) error {
		for len(pending) > 0 {
			order := bytes.Compare(pending[0].Key, key)
			if order > 0 {
				break
			}
			w := pending[0]
			pending = pending[1:]
			if err := emit(w); err != nil || order == 0 {
				return err
			}
		}
		return fn(key, value)
	})
	for ; err == nil && len(pending) > 0; pending = pending[1:] {
		err = emit(pending[0])
	}
	return err
}
