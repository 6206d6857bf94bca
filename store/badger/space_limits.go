package badger

// The room that is kept, in bytes.
const (
	megabyte = 1 << 20

	// The reserve is a twentieth of the disk within two bounds. The lower one is what Badger may
	// write behind a commit, the tables of three memtables, and some of what brings level 0 into
	// the next one, which takes up to 0.8 GB and the base level while it lasts. What does not fit
	// waits.
	reserveShare = 20
	reserveMin   = 512 * megabyte
	reserveMax   = 4096 * megabyte
	// A store that is read-only becomes writable with so much of the reserve above it.
	resumeShare = 8

	// The ballast is a five-hundredth of the disk within two bounds. The lower one is two
	// logs and two tables of a memtable, and work.
	ballastShare = 500
	ballastMin   = 512 * megabyte
	ballastMax   = 1024 * megabyte

	// logBytes is how much Badger writes to the log of a memtable: it looks whether that is
	// full before each commit, and a commit is at most 15 % of it.
	logBytes = memTableBytes + 16*megabyte
	// workBytes is for all that is written without being mapped: the list of tables, the
	// witness, what the file system itself writes.
	workBytes = 16 * megabyte
	// openBytes is what opening a store writes: a log, the value log and its statistics.
	// What it brings into tables can wait.
	openBytes = logBytes + 4*megabyte + workBytes

	// lastBytes of the ballast are for the log that a commit may start: without it the store
	// could not go on.
	lastBytes = logBytes + workBytes
	// tableBytes of the ballast are left by tables: for erasures, and for a start with
	// erasures after it.
	tableBytes = lastBytes + openBytes + 4*workBytes
	// freshUpdates is how many updates fit into a new log, whatever they write.
	freshUpdates = 4
)

// limits are how much room is kept on a disk, in bytes.
type limits struct {
	reserve uint64 // with less free the store is read-only
	resume  uint64 // with so much free it no longer is
	ballast uint64
}

// limitsOf returns the limits for a disk of total bytes.
func limitsOf(total uint64) limits {
	reserve := min(max(total/reserveShare, reserveMin), reserveMax)
	return limits{
		reserve: reserve,
		resume:  reserve + reserve/resumeShare,
		ballast: min(max(total/ballastShare, ballastMin), ballastMax),
	}
}

// readOnly tells whether the store is read-only with so much free, when it was so before.
func (l limits) readOnly(free uint64, before bool) bool {
	if before {
		return free < l.resume
	}
	return free < l.reserve
}
