// Package postings keeps, for each of many keys, an ascending list of numbers in memory:
// small, without pointers, and quick to find and to append to. Most keys have one number.
//
// The keys are hashes: their bits are taken as evenly spread.
package postings

import (
	"cmp"
	"math/bits"
	"runtime"
	"slices"
	"sync"

	"aloi/store/internal/offheap"
)

// shards is how many parts there are, each with a lock of its own. It is a power of two.
const (
	shardBits = 8
	shards    = 1 << shardBits
)

// Map has the lists of all keys. It is safe for concurrent use; writers of one key at once
// are the caller's to prevent.
type Map struct{ parts [shards]*part }

// part is the keys of one shard.
type part struct {
	mu      sync.RWMutex
	version uint64
	slots   offheap.Slice[slot]   // an open-addressing table
	used    int                   // slots with a key
	lists   offheap.Slice[uint32] // of keys with two numbers or more
	top     uint32                // lists are below
	free    [33]uint32            // by class, 1 + where the first freed list is; its first word says where the next is
}

// slot is a key with its numbers; count 0 stands for none.
type slot struct {
	key   uint64
	count uint32
	at    uint32 // the number, or where the list is
}

// New returns an empty map. Its memory goes when nothing holds the map any more.
func New() *Map {
	m := &Map{}
	for i := range m.parts {
		m.parts[i] = &part{}
	}
	runtime.AddCleanup(m, func(parts [shards]*part) {
		for _, p := range parts {
			p.slots.Free()
			p.lists.Free()
		}
	}, m.parts)
	return m
}

func partOf(key uint64) int { return int(key >> (64 - shardBits)) }

func (m *Map) of(key uint64) *part { return m.parts[partOf(key)] }

// home is where the table of n slots would have a key.
func home(key uint64, n int) int {
	at, _ := bits.Mul64(key<<shardBits, uint64(n))
	return int(at)
}

// find returns the slot of a key, or the free one where it would be.
func (p *part) find(key uint64) int {
	n := len(p.slots.Of)
	i := home(key, n)
	for {
		s := &p.slots.Of[i]
		if s.count == 0 || s.key == key {
			return i
		}
		if i++; i == n {
			i = 0
		}
	}
}

// Get appends the numbers of a key to dst if there are at most most, and returns how many
// there are. version is that of the last Edit of the key's part.
func (m *Map) Get(dst []uint32, key uint64, most int) (numbers []uint32, count int, version uint64) {
	defer runtime.KeepAlive(m)
	p := m.of(key)
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.used == 0 {
		return dst, 0, p.version
	}
	s := p.slots.Of[p.find(key)]
	if int(s.count) > most {
		return dst, int(s.count), p.version
	}
	return append(dst, p.numbers(&s)...), int(s.count), p.version
}

// Has reports whether a key has any number.
func (m *Map) Has(key uint64) bool {
	_, count, _ := m.Get(nil, key, 0)
	return count > 0
}

// numbers are those of a slot, in its own memory.
func (p *part) numbers(s *slot) []uint32 {
	switch s.count {
	case 0:
		return nil
	case 1:
		return []uint32{s.at}
	}
	return p.lists.Of[s.at : s.at+s.count]
}

// editsApart is from how many edits on they are made by two goroutines: most of what one takes
// is waiting for memory.
const editsApart = 1024

// Edit takes numbers out of the lists of keys and puts others in, of the keys of one part
// at a time, which has the version from then on.
func (m *Map) Edit(edits []Edit, version uint64) {
	defer runtime.KeepAlive(m)
	if len(edits) < editsApart {
		m.edit(0, shards, edits, version)
		return
	}
	const middle = shards / 2
	upper, _ := slices.BinarySearchFunc(edits, middle, func(e Edit, part int) int { return cmp.Compare(partOf(e.Key), part) })
	var other sync.WaitGroup
	other.Go(func() { m.edit(0, middle, edits[:upper], version) })
	m.edit(middle, shards, edits[upper:], version)
	other.Wait()
}

// edit is Edit for the parts from first to last, to which all edits belong.
func (m *Map) edit(first, last int, edits []Edit, version uint64) {
	for i, p := range m.parts[first:last] {
		p.mu.Lock()
		for len(edits) > 0 && partOf(edits[0].Key) == first+i {
			e := edits[0]
			edits = edits[1:]
			if e.Remove {
				p.remove(e.Key, e.Number)
			} else {
				p.add(e.Key, e.Number)
			}
		}
		p.version = version
		p.mu.Unlock()
	}
}

// Edit is one change of the list of a key. Edits ascend by key.
type Edit struct {
	Key    uint64
	Number uint32
	Remove bool
}

// Add puts a number into the list of a key.
func (m *Map) Add(key uint64, number uint32) {
	defer runtime.KeepAlive(m)
	p := m.of(key)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.add(key, number)
}

// EachKey calls fn with every key that has numbers, part by part: without those that come
// or go while it is at their part.
func (m *Map) EachKey(fn func(key uint64) error) error {
	defer runtime.KeepAlive(m)
	for _, p := range m.parts {
		for _, key := range p.keys() {
			if err := fn(key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *part) keys() []uint64 {
	p.mu.RLock()
	defer p.mu.RUnlock()
	keys := make([]uint64, 0, p.used)
	for i := range p.slots.Of {
		if s := &p.slots.Of[i]; s.count > 0 {
			keys = append(keys, s.key)
		}
	}
	return keys
}

func (p *part) add(key uint64, number uint32) {
	if 8*(p.used+1) > 7*len(p.slots.Of) {
		p.grow()
	}
	s := &p.slots.Of[p.find(key)]
	switch s.count {
	case 0:
		*s = slot{key: key, count: 1, at: number}
		p.used++
		return
	case 1:
		if s.at == number {
			return
		}
		list := p.take(1)
		p.lists.Of[list], p.lists.Of[list+1] = min(s.at, number), max(s.at, number)
		s.at, s.count = list, 2
		return
	}
	list := p.lists.Of[s.at : s.at+s.count]
	i := place(list, number)
	if i < len(list) && list[i] == number {
		return
	}
	if c := class(s.count); s.count == 1<<c {
		to := p.take(c + 1)
		copy(p.lists.Of[to:], p.lists.Of[s.at:s.at+s.count])
		p.give(s.at, c)
		s.at = to
	}
	s.count++
	list = p.lists.Of[s.at : s.at+s.count]
	copy(list[i+1:], list[i:])
	list[i] = number
}

// remove takes a number out of the list of a key, if it is there.
func (p *part) remove(key uint64, number uint32) {
	if p.used == 0 {
		return
	}
	at := p.find(key)
	s := &p.slots.Of[at]
	if s.count <= 1 {
		if s.count == 1 && s.at == number {
			p.drop(at)
		}
		return
	}
	list := p.lists.Of[s.at : s.at+s.count]
	i := place(list, number)
	if i == len(list) || list[i] != number {
		return
	}
	copy(list[i:], list[i+1:])
	was := class(s.count)
	s.count--
	switch {
	case s.count == 1:
		left := list[0]
		p.give(s.at, was)
		s.at = left
	case class(s.count) < was:
		to := p.take(was - 1)
		copy(p.lists.Of[to:], p.lists.Of[s.at:s.at+s.count])
		p.give(s.at, was)
		s.at = to
	}
}

// place is where a number is in an ascending list, or would be. Most come at the end.
func place(list []uint32, number uint32) int {
	if list[len(list)-1] < number {
		return len(list)
	}
	low, high := 0, len(list)
	for low < high {
		if middle := (low + high) / 2; list[middle] < number {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low
}

// class is the power of two that a list of n numbers has room for.
func class(n uint32) int { return bits.Len32(n - 1) }

// take returns where a list of a class may be.
func (p *part) take(class int) uint32 {
	if at := p.free[class]; at != 0 {
		p.free[class] = p.lists.Of[at-1]
		return at - 1
	}
	at := p.top
	p.top += 1 << class
	if n := len(p.lists.Of); int(p.top) > n {
		larger := offheap.Make[uint32](max(int(p.top), n+n/4))
		copy(larger.Of, p.lists.Of)
		p.lists.Free()
		p.lists = larger
	}
	return at
}

// give keeps the room of a list for the next of its class.
func (p *part) give(at uint32, class int) {
	p.lists.Of[at] = p.free[class]
	p.free[class] = at + 1
}

// leastSlots is the size of the first table.
const leastSlots = 16

// grow makes a larger table.
func (p *part) grow() {
	was := p.slots
	n := len(was.Of)
	p.slots = offheap.Make[slot](max(leastSlots, n+n/3))
	for i := range was.Of {
		if s := &was.Of[i]; s.count > 0 {
			p.slots.Of[p.find(s.key)] = *s
		}
	}
	was.Free()
}

// drop takes a key out of the table, and moves those up that stand behind it because of it.
func (p *part) drop(i int) {
	n := len(p.slots.Of)
	p.used--
	for j := i; ; {
		p.slots.Of[i] = slot{}
		for {
			if j++; j == n {
				j = 0
			}
			s := &p.slots.Of[j]
			if s.count == 0 {
				return
			}
			// It may move to i unless its home is behind i, on the way to j.
			if h := home(s.key, n); !between(h, i, j) {
				break
			}
		}
		p.slots.Of[i] = p.slots.Of[j]
		i = j
	}
}

// between reports whether h comes behind i and not behind j, going round.
func between(h, i, j int) bool {
	if i < j {
		return i < h && h <= j
	}
	return i < h || h <= j
}
