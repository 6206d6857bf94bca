package engine

// blame tells what was done to the entries that are not what the tree has. Of an entry
// that was put in or taken out, it does not tell that all that follow have moved. It
// reports whether the end of the log is gone.
func (t *logTree) blame(report *Report) (truncated bool) {
	told := make([]bool, len(t.odd))
	for i := range t.odd {
		o := &t.odd[i]
		if told[i] || t.leavesRight && t.blameHash(o, report) {
			continue
		}
		if j := t.partner(i); j > i {
			told[j] = true
			report.find(checkSwapped, entryAt(o.at), "it and entry %d stand in one another's place", o.seq)
			continue
		}
		switch o.kind {
		case oddAbsent:
			if o.at+o.length == t.size {
				truncated = true
				report.find(checkTruncated, entryAt(o.at), "from here on %d entries are gone", o.length)
				continue
			}
			report.find(checkDeleted, entryAt(o.at), "%d entries are gone", o.length)
		case oddForged:
			next := t.after(i)
			pushed := next >= 0 && t.pushed(next, o)
			if pushed {
				told[next] = true
			}
			t.blameForged(o, pushed, report)
		case oddMoved:
			next := t.after(i)
			if t.copies(o.seq) > 1 {
				report.find(checkDuplicate, entryAt(o.at), "it is entry %d once more", o.seq)
				if next >= 0 && t.pushed(next, o) {
					told[next] = true
				}
				continue
			}
			if t.blameMoved(o, report) && next >= 0 && t.odd[next].kind == oddAbsent {
				told[next] = true // the room that they left
			}
		case oddNumbered:
			check := checkDuplicate
			if o.seq > o.at {
				check = checkGap
			}
			report.find(check, entryAt(o.at), "it says that it is entry %d", o.seq)
		}
	}
	if len(t.odd) == 0 {
		t.blameTail(report)
	}
	return truncated
}

// blameHash tells of a stored hash that is wrong, where the entries are right.
func (t *logTree) blameHash(o *oddRun, report *Report) bool {
	if o.kind == oddNumbered || o.at >= t.size {
		return false
	}
	report.find(checkHashes, entryAt(o.at), "the stored hash of it, or of one of the %d from here on, is missing or not its own", o.length)
	return true
}

// blameForged tells of entries that the tree does not have; pushed says that those behind
// made room for them.
func (t *logTree) blameForged(o *oddRun, pushed bool, report *Report) {
	switch {
	case pushed || o.at >= t.size:
		report.find(checkInserted, entryAt(o.at), "the tree of the log does not have it")
	case o.seq < o.at:
		report.find(checkDuplicate, entryAt(o.at), "it says that it is entry %d", o.seq)
	case o.seq > o.at:
		report.find(checkGap, entryAt(o.at), "it says that it is entry %d", o.seq)
	default:
		report.find(checkLeaf, entryAt(o.at), "the leaf of it, or of one of the %d from here on, is not the one that was logged", o.length)
	}
}

// blameMoved tells of entries that stand where others belong, and reports whether they
// have moved up to the place of some that are gone.
func (t *logTree) blameMoved(o *oddRun, report *Report) (up bool) {
	if o.seq > o.at && t.copies(o.seq-1) == 0 {
		report.find(checkDeleted, entryAt(o.at), "it is gone, and those behind it have moved up")
		return true
	}
	report.find(checkSwapped, entryAt(o.at), "entry %d stands in its place", o.seq)
	return false
}

// blameTail tells of hashes past the last entry: there were more entries.
func (t *logTree) blameTail(report *Report) {
	if _, known, err := t.stored(innerHash{0, t.size}); err == nil && known {
		report.find(checkHashes, entryAt(t.size), "the tree has a hash of it, and the log ends before it")
	}
}

// partner returns the run that stands where a run belongs, and belongs where it stands;
// -1 for none.
func (t *logTree) partner(i int) int {
	o := &t.odd[i]
	if o.kind != oddMoved && o.kind != oddNumbered {
		return -1
	}
	for j := i + 1; j < len(t.odd); j++ {
		p := &t.odd[j]
		if p.kind == o.kind && p.at == o.seq && p.seq == o.at && p.length == o.length {
			return j
		}
	}
	return -1
}

// after returns the run that begins where a run ends, -1 for none.
func (t *logTree) after(i int) int {
	if i+1 < len(t.odd) && t.odd[i+1].at == t.odd[i].at+t.odd[i].length {
		return i + 1
	}
	return -1
}

// pushed reports whether a run made room for the one before it.
func (t *logTree) pushed(i int, before *oddRun) bool {
	o := &t.odd[i]
	return o.kind == oddMoved && o.seq < o.at && o.at-o.seq == before.length
}

// copies is how often an entry of the tree is stored, at its place or elsewhere.
func (t *logTree) copies(seq uint64) int {
	n := 0
	if t.oddAt(seq) == nil {
		n++
	}
	for i := range t.odd {
		if o := &t.odd[i]; o.kind == oddMoved && o.seq <= seq && seq < o.seq+o.length {
			n++
		}
	}
	return n
}
