package witness

import "aloi/store/internal/room"

// aheadBytes is how much more than what was asked for Reserve takes, in bytes.
const aheadBytes = 256 << 10

// Reserve makes sure that an entry with so many bytes of writes can be appended, before what
// it says has happened. It returns room.ErrNone when the disk is full; nothing has changed
// then.
func (l *Log) Reserve(writes int) error {
	if l.file == nil {
		return nil // a new store, on a disk that had room to make it
	}
	if l.size > segmentBytes {
		if err := l.Roll(); err != nil {
			return room.Missing(err)
		}
	}
	need := l.size + int64(entryHead+writes+HashBytes)
	if need <= l.taken {
		return nil
	}
	if err := room.Take(l.file, l.size, need+aheadBytes-l.size); err != nil {
		return err
	}
	l.taken = need + aheadBytes
	return nil
}
