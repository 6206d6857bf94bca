package vault

import (
	"runtime"
	"sync"
	"sync/atomic"

	"aloi/store/internal/txn"
	"aloi/store/seal"
)

// scratch is the memory that commits are sealed in: the same for each, since the database below
// keeps nothing of what it is given once its Commit has returned.
type scratch struct {
	writes []txn.Write // one for the head, then those of the commit, sealed
	moves  []move
	values []byte // the sealed values, one behind the other
	// Of the archive: the writes, those compressed, that sealed.
	plain, packed, archived []byte
	dropped                 bool // a write came to nothing
}

// Room that is kept from one commit to the next: a bulk load has a few that are much larger
// than the others.
const (
	keptBytes  = 8 << 20 // of each buffer
	keptWrites = 64 << 10
)

// take makes room for the writes of a commit.
func (r *scratch) take(writes []txn.Write) (sealed []txn.Write, moves []move) {
	bytes := 0
	for i := range writes {
		bytes += sealedBytes(&writes[i])
	}
	r.writes = sized(r.writes, 1+len(writes))
	r.moves = sized(r.moves, len(writes))
	r.values = sized(r.values, bytes)
	clear(r.moves)
	r.dropped = false
	return r.writes[1:], r.moves
}

// sealedBytes is how long the sealed value of a write is, in bytes.
func sealedBytes(w *txn.Write) int {
	if w.Deleted {
		return 0
	}
	return len(w.Value) + seal.Overhead
}

// sized returns a list of n elements, in the memory of another where that has the room. What
// they are is left open.
func sized[T any](list []T, n int) []T {
	if cap(list) >= n {
		return list[:n]
	}
	return make([]T, n, n+n/8)
}

// behind returns the sealed writes behind a first one, without those that came to nothing.
func (r *scratch) behind(first txn.Write) []txn.Write {
	r.writes[0] = first
	if !r.dropped {
		return r.writes
	}
	var all []txn.Write
	for _, w := range r.writes {
		if w.Key != nil {
			all = append(all, w)
		}
	}
	return all
}

// release ends the use of what was taken. What it refers to may go.
func (r *scratch) release() {
	clear(r.writes)
	if cap(r.writes) > keptWrites {
		r.writes, r.moves = nil, nil
	}
	for _, b := range []*[]byte{&r.values, &r.plain, &r.packed, &r.archived} {
		if cap(*b) > keptBytes {
			*b = nil
		}
	}
}

// pack makes the archive of a commit, beside the rest of its work; what it returns waits for
// it, and is there until the scratch is released. It is nothing where none is kept.
func (s *State) pack(commit uint64, writes []txn.Write) func() []byte {
	if !s.archive || s.as != nil && !s.as.witnessed {
		return func() []byte { return nil }
	}
	packed := make(chan []byte, 1)
	c := s.cipher.Load()
	r := &s.scratch
	go func() {
		r.plain = appendWrites(r.plain[:0], writes)
		r.packed = s.encoder.EncodeAll(r.plain, r.packed[:0])
		r.archived = c.Sealer().Append(r.archived[:0], archiveKey(commit), r.packed)
		packed <- r.archived
	}()
	return sync.OnceValue(func() []byte { return <-packed })
}

// sealMost is how many writes a goroutine seals at a time: some 0.1 ms of work.
const sealMost = 64

// step is sealMost writes, and where their sealed values begin in the room for those.
type step struct{ from, at int }

// seal seals the values, and brings the head up to date with what they replace. A write that
// comes to nothing has no key then. What it returns is there until the scratch is released.
func (s *State) seal(seen *seen, writes []txn.Write, h *head) ([]txn.Write, []move, error) {
	snap := &snapshot{s: s, snap: s.inner.Snapshot(), seen: seen}
	defer snap.Release()
	sealed, moves := s.scratch.take(writes)
	work := make(chan step)
	var failed atomic.Pointer[error]
	run := func() {
		c := s.cipher.Load().Sealer()
		for of := range work {
			if err := s.sealStep(snap, c, writes, of); err != nil {
				failed.CompareAndSwap(nil, &err)
			}
		}
	}
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (len(writes)+sealMost-1)/sealMost) {
		wg.Go(run)
	}
	hand(work, writes)
	wg.Wait()
	if err := failed.Load(); err != nil {
		return nil, nil, *err
	}
	for i := range moves {
		h.move(writes[i].Key[0], &moves[i])
		s.scratch.dropped = s.scratch.dropped || sealed[i].Key == nil
	}
	return sealed, moves, nil
}

// sealStep seals the values of a step.
func (s *State) sealStep(snap *snapshot, c *seal.Sealer, writes []txn.Write, of step) error {
	sealed, moves, values := s.scratch.writes[1:], s.scratch.moves, s.scratch.values[of.at:of.at]
	for i := of.from; i < min(of.from+sealMost, len(writes)); i++ {
		var err error
		if values, err = s.sealOne(snap, c, writes[i], values, &sealed[i], &moves[i]); err != nil {
			return err
		}
	}
	return nil
}

// hand gives out the writes by steps.
func hand(work chan<- step, writes []txn.Write) {
	at := 0
	for i := range writes {
		if i%sealMost == 0 {
			work <- step{i, at}
		}
		at += sealedBytes(&writes[i])
	}
	close(work)
}

// move is what a write does to the digest of its family.
type move struct {
	keys    int // -1, 0, 1
	element seal.Element
}

// sealOne seals one value behind others, which have the room for it, and returns those with it.
// The deletion of a key that is not there is dropped.
func (s *State) sealOne(snap *snapshot, c *seal.Sealer, w txn.Write, values []byte, out *txn.Write, m *move) ([]byte, error) {
	was, err := s.replaced(snap, w.Key)
	if err != nil {
		return values, err
	}
	if was.sealed {
		m.keys--
		m.element.Toggle(c.Element(was.tag))
	}
	*out = txn.Write{}
	switch {
	case !w.Deleted:
		start := len(values)
		values = c.Append(values, w.Key, w.Value)
		*out = txn.Write{Key: w.Key, Value: values[start:len(values):len(values)]}
		m.keys++
		m.element.Toggle(c.Element(seal.TagOf(out.Value)))
	case was.there:
		*out = w
	}
	return values, nil
}
