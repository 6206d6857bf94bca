package store

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"sync"

	"aloi"
	"aloi/store/internal/postings"
)

// blockIndex says which records share a blocking key. It is a function of the features that
// are stored, made when the store is opened and kept in memory: some 20 bytes a key of a
// record.
//
// A commit edits it before it is on disk, and each has a version that is stored with it. A
// reader of an earlier state takes out again what the versions after its own put in.
type blockIndex struct {
	members  *postings.Map
	refs     *postings.Map // reference hash, its first 8 bytes → records that have it, or had: it only grows, and before a commit
	prepared *preparedCache

	mu      sync.RWMutex
	version uint64 // of the last edits
	recent  recentMoves
}

func newBlockIndex() *blockIndex {
	return &blockIndex{members: postings.New(), refs: postings.New(), prepared: newPreparedCache(), recent: recentMoves{keep: recentEdits}}
}

// MaxRecordNumber is the largest number that a record may have: as many records a store can
// take in its life.
const MaxRecordNumber = math.MaxUint32

// ErrOldState is the error of a reader whose state of the store the index has forgotten: of
// CodeUnavailable, as a new question is answered.
var ErrOldState = &aloi.Error{Code: aloi.CodeUnavailable, Message: "the store has moved on since the question began: ask again"}

// metaBlocks is the version of the block index, of a store in which a record was ever
// indexed.
const metaBlocks = "blocks"

// Block is the records that share a blocking key.
type Block struct {
	// Size is how many there are.
	Size int
	// Members are they, ascending, if they are no more than were asked for.
	Members []uint64
}

// Block returns a block, with its members if they are at most most.
func (r *Reader) Block(id BlockID, most int) (Block, error) {
	members, size, err := r.AppendBlock(nil, id, most)
	return Block{Size: size, Members: members}, err
}

// AppendBlock appends the members of a block to dst, ascending, if they are at most most, and
// returns how many there are.
func (r *Reader) AppendBlock(dst []uint64, id BlockID, most int) (members []uint64, size int, err error) {
	version, err := r.blockVersion()
	if err != nil {
		return dst, 0, err
	}
	var buf [32]uint32
	numbers, size, at := r.s.blocks.members.Get(buf[:0], uint64(id), most)
	if at > version {
		if numbers, size, err = r.s.blocks.before(id, version); err != nil {
			return dst, 0, err
		}
	}
	if size > most {
		return dst, size, nil
	}
	dst = slices.Grow(dst, size)
	for _, n := range numbers {
		dst = append(dst, uint64(n))
	}
	return dst, size, nil
}

// FirstMembers returns the members of a block with the least numbers, at most most.
func (r *Reader) FirstMembers(id BlockID, most int) ([]uint64, error) {
	b, err := r.Block(id, math.MaxInt)
	return b.Members[:min(most, len(b.Members))], err
}

// blockVersion is the version of the index that fits what the reader reads.
func (r *Reader) blockVersion() (uint64, error) {
	r.blocks.once.Do(func() {
		payload, err := r.get(metaKey(metaBlocks))
		if err == nil && len(payload) != 8 {
			err = corrupt(metaKey(metaBlocks), errShort.Error())
		}
		if err == nil {
			r.blocks.version = binary.BigEndian.Uint64(payload)
		}
		r.blocks.err = absent(err)
	})
	return r.blocks.version, r.blocks.err
}

// blockState is which version of the block index a reader sees.
type blockState struct {
	once    sync.Once
	version uint64
	err     error
}

// before returns all members that a block had at a version, and how many. It reads them
// again under the lock, so that no commit is reverted meanwhile.
func (x *blockIndex) before(id BlockID, version uint64) ([]uint32, int, error) {
	x.mu.RLock()
	defer x.mu.RUnlock()
	members, size, at := x.members.Get(nil, uint64(id), math.MaxInt)
	if at <= version {
		return members, size, nil
	}
	if !x.recent.since(version) {
		return nil, 0, ErrOldState
	}
	members = x.recent.undo(members, id, at, version)
	return members, len(members), nil
}

// reindex notes that a record leaves the blocks of before and comes into those of after,
// nil for none.
func (w *Writer) reindex(record uint64, before, after *Features) error {
	if record > MaxRecordNumber {
		return fmt.Errorf("store: record number %d is past %d", record, uint64(MaxRecordNumber))
	}
	was, is := blocksOf(before), blocksOf(after)
	had := len(w.moves)
	w.moves = appendMoves(w.moves, record, was, is, true)
	w.moves = appendMoves(w.moves, record, is, was, false)
	if w.indexed || len(w.moves) == had && (before == nil || after == nil) {
		return nil
	}
	w.indexed = true
	return w.putNumber(metaKey(metaBlocks), w.s.blocks.version+1)
}

func blocksOf(f *Features) []BlockID {
	if f == nil {
		return nil
	}
	return f.Blocks
}

// appendMoves appends an edit for each block of x that is not in y.
func appendMoves(moves []postings.Edit, record uint64, x, y []BlockID, remove bool) []postings.Edit {
	for _, id := range x {
		if _, found := slices.BinarySearch(y, id); !found {
			moves = append(moves, postings.Edit{Key: uint64(id), Number: uint32(record), Remove: remove})
		}
	}
	return moves
}

// settle sorts the edits of a transaction, and leaves of those of one record and block what
// they come to: a record that leaves a block and comes back has not moved.
func settle(edits []postings.Edit) []postings.Edit {
	slices.SortFunc(edits, func(a, b postings.Edit) int {
		if a.Key != b.Key {
			return cmp.Compare(a.Key, b.Key)
		}
		return cmp.Compare(a.Number, b.Number)
	})
	kept := edits[:0]
	for i := 0; i < len(edits); {
		e, balance := edits[i], 0
		for ; i < len(edits) && edits[i].Key == e.Key && edits[i].Number == e.Number; i++ {
			if edits[i].Remove {
				balance--
			} else {
				balance++
			}
		}
		if balance != 0 {
			kept = append(kept, postings.Edit{Key: e.Key, Number: e.Number, Remove: balance < 0})
		}
	}
	return kept
}

// apply edits the index for a commit that is about to be made.
func (x *blockIndex) apply(edits []postings.Edit) {
	edits = settle(edits)
	before, this := x.recent.merged(), newRun(x.version+1, edits)
	x.mu.Lock()
	x.version++
	x.recent.add(before, this)
	x.mu.Unlock()
	x.members.Edit(edits, x.version)
}

// revert takes back the last apply, of a commit that was not made.
func (x *blockIndex) revert() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.version--
	x.members.Edit(x.recent.drop(), x.version)
}
