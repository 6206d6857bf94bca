package engine

import (
	"fmt"
	"slices"
	"strings"

	"aloi/store/kv"
)

// MaxFindings is how many differences a report names; the rest are counted.
const MaxFindings = 100

// Report is the result of a verification.
type Report struct {
	Records, Entities, Judgements, Links, Blocks uint64
	// Events are those of consent that are stored. Entries are those of the audit log,
	// Erased those whose event was destroyed for a reason that the log holds.
	Events, Entries, Erased uint64
	// Values are those that were opened under their keys, by AddScrub.
	Values uint64
	// Findings are the differences between what is stored and what it should be,
	// the first MaxFindings of Differences.
	Findings    []Finding
	Differences int
	// Invariants are all that there are, in order of their number.
	Invariants []Invariant
}

// Invariant is a sentence that must hold of a store at any time (docs/invariants.md).
type Invariant struct {
	ID          string // I1 … I16
	Sentence    string
	Checked     bool // whether the verification looked at it
	Differences int
}

// Finding is one difference. It holds numbers and ids, no personal value.
type Finding struct {
	Invariant string // that it breaks: `I6`
	Check     string // what was compared: `partition`
	Where     string // `record 17`
	Detail    string
}

// check is one thing that a verification compares, and the invariant that a difference
// breaks.
type check struct{ name, invariant string }

// sentences are the invariants, from I1 on.
var sentences = [...]string{
	"Every record that was acknowledged is stored.",
	"Each record is in exactly one entity, each entity holds just the records that are in it, and both are counted.",
	"No entity is empty, and an id that is no entity any more leads to one that is, or to none.",
	"What is derived from a record is what it gives now, and each block holds just the records that have its key.",
	"Links stand on both sides, and are those that the model in force finds, with its weights.",
	"Who is one person is a function of the records, the judgements and the model in force.",
	"Each golden record is what its records let survive.",
	"The state of consent is the fold of the ledger; ledger, judgements and suppressions are what the audit log holds.",
	"The audit log has every entry once, in order, under the root that was signed; the journal leads to the entities that there are.",
	"What was acknowledged and comes again changes nothing.",
	"What the audit log says was erased is gone, for a reason that it holds, and no suppression is lost.",
	"The store is not behind its witness.",
	"Every value opens under the key that it is stored under.",
	"Every key is of a known family and form, and what refers to something finds it.",
	"Nothing is kept past its retention.",
	"Each family of keys is whole, as the head of the store counts and digests it.",
}

// newReport returns a report of no differences, of a verification that looks at some of
// the invariants.
func newReport(checked ...string) *Report {
	r := &Report{}
	for i, sentence := range sentences {
		id := fmt.Sprintf("I%d", i+1)
		r.Invariants = append(r.Invariants, Invariant{ID: id, Sentence: sentence, Checked: slices.Contains(checked, id)})
	}
	return r
}

// unlook notes that the verification came no further than to one invariant.
func (r *Report) unlook(only string) {
	for i := range r.Invariants {
		r.Invariants[i].Checked = r.Invariants[i].ID == only
	}
}

// miss notes that a check could not be made: its invariant counts as not looked at, unless
// it is known to be broken.
func (r *Report) miss(c check) {
	for i := range r.Invariants {
		if inv := &r.Invariants[i]; inv.ID == c.invariant && inv.Differences == 0 {
			inv.Checked = false
		}
	}
}

func (r *Report) find(c check, where, format string, args ...any) {
	i := slices.IndexFunc(r.Invariants, func(i Invariant) bool { return i.ID == c.invariant })
	r.Invariants[i].Differences++
	if r.Differences++; len(r.Findings) < MaxFindings {
		r.Findings = append(r.Findings, Finding{c.invariant, c.name, where, fmt.Sprintf(format, args...)})
	}
}

// The checks of AddScrub.
var (
	checkValue  = check{"value", "I13"}
	checkFamily = check{"family", "I16"}
)

// checkBehind is that of a database when it opens.
const checkBehind = "I12"

// Damaged reports whether stored data failed its own check, so that nothing computed from
// it counts.
func (r *Report) Damaged() bool {
	return slices.ContainsFunc(r.Invariants, func(i Invariant) bool {
		return i.Differences > 0 && (i.ID == checkBehind || i.ID == checkValue.invariant || i.ID == checkFamily.invariant)
	})
}

// ScrubReport is a report of what reading every value of a protected database has shown,
// and of nothing else.
func ScrubReport(s kv.Scrubbed) *Report {
	r := newReport()
	r.AddScrub(s)
	return r
}

// AddScrub adds what reading every value of a protected database has shown. That the
// database is open says that it is not behind its witness: it refuses to open behind it.
func (r *Report) AddScrub(s kv.Scrubbed) {
	for i := range r.Invariants {
		switch r.Invariants[i].ID {
		case checkBehind, checkValue.invariant, checkFamily.invariant:
			r.Invariants[i].Checked = true
		}
	}
	r.Values += s.Keys
	for _, fault := range s.Faults {
		c := checkValue
		if strings.Contains(fault, checkFamily.name+" ") {
			c = checkFamily
		}
		r.find(c, "store", "%s", fault)
	}
}
