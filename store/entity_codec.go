package store

import "aloi"

// An entity is stored in a compact form: a golden record says the same few sources, paths and
// rules again and again, and as CBOR it was the largest part of what ingest wrote. See
// compactWriter for numbers and texts:
//
//	entityForm (1 byte)
//	number of the entity
//	count of members, each as what it is past the one before
//	count of attributes, each as
//	  head: 8 × the code of its path + attributeFlags
//	  its path, where the code is 0
//	  its rank, where flagged
//	  its value
//	  its scope, where flagged
//	  unless flagged as that of the attribute before, its provenance:
//	    how many places back its source was first given; 0 stands for a new one, which follows:
//	      source, record id, time
//	    the code of its rule; for code 0 the rule follows
//	    how many agree, how many contributed
const entityForm = 1

// The flags in the head of an attribute.
const (
	attributeScoped = 1 << iota // it has a scope
	attributeRanked             // its rank is not 0
	attributeAsLast             // its provenance is that of the attribute before
)

// attributeFlags is how many bits the flags take.
const attributeFlags = 3

// entityPaths are the paths that have a code: 1 for the first. The codes are stored, so that
// the list only ever grows at its end. Those up to 15 take one byte with their flags.
var entityPaths = []string{
	"name.given", "name.family", "name.civility", "birth_date", "gender", "email", "phone",
	"address.line", "address.postal_code", "address.city", "address.country",
	"identifier.loyalty_card", "identifier.social_handle", "name.birth", "name.middle",
	"address.region", "name.full", "identifier.customer_number", "identifier.device", "identifier.ip",
}

// entityRules are the rules that have a code: 1 for the first. It too only grows at its end.
var entityRules = []string{
	"only_value", "tie", "most_trusted", "most_frequent", "most_typical", "most_recent", "most_complete",
	"longest", "current", "in_use", "vouched", "known", "well_formed", "distinct",
}

var pathCodes, ruleCodes = codesOf(entityPaths), codesOf(entityRules)

// entityWriter writes entities in the compact form.
type entityWriter struct {
	compactWriter
	golden  []aloi.Attribute
	sources []int // the attributes with which a source was given
}

// encodeEntity returns an entity in the compact form, until the writer is used again.
func (w *entityWriter) encodeEntity(e *Entity) []byte {
	w.b, w.golden, w.sources = append(w.b[:0], entityForm), e.Golden, w.sources[:0]
	w.number(e.Number)
	w.number(uint64(len(e.Members)))
	last := uint64(0)
	for _, m := range e.Members {
		w.number(m - last) // in a list that descends it wraps around
		last = m
	}
	w.number(uint64(len(e.Golden)))
	for i := range e.Golden {
		w.attribute(i)
	}
	w.golden = nil
	return w.b
}

// sourcesBack is how many sources back one is looked for: the golden record of a crowd has
// thousands. One that is further back is given again.
const sourcesBack = 64

func (w *entityWriter) attribute(i int) {
	a := &w.golden[i]
	code := pathCodes[a.Path]
	head := code << attributeFlags
	if a.Scope != "" {
		head |= attributeScoped
	}
	if a.Rank != 0 {
		head |= attributeRanked
	}
	asLast := i > 0 && sameProvenance(a, &w.golden[i-1])
	if asLast {
		head |= attributeAsLast
	}
	w.number(head)
	if code == otherText {
		w.text(a.Path)
	}
	if a.Rank != 0 {
		w.number(uint64(a.Rank))
	}
	w.text(a.Value)
	if a.Scope != "" {
		w.text(a.Scope)
	}
	if !asLast {
		w.provenance(i)
	}
}

func sameProvenance(a, b *aloi.Attribute) bool {
	return a.Agreeing == b.Agreeing && a.Contributed == b.Contributed && a.Rule == b.Rule && sameSource(a, b)
}

// sameSource reports whether two values are of one record at one time.
func sameSource(a, b *aloi.Attribute) bool {
	return a.Record == b.Record && a.UpdatedAt.Equal(b.UpdatedAt)
}

func (w *entityWriter) provenance(i int) {
	a := &w.golden[i]
	w.source(i)
	rule := ruleCodes[a.Rule]
	w.number(rule)
	if rule == otherText {
		w.text(a.Rule)
	}
	w.number(uint64(a.Agreeing))
	w.number(uint64(a.Contributed))
}

func (w *entityWriter) source(i int) {
	a := &w.golden[i]
	for back := 1; back <= min(len(w.sources), sourcesBack); back++ {
		if sameSource(a, &w.golden[w.sources[len(w.sources)-back]]) {
			w.number(uint64(back))
			return
		}
	}
	w.sources = append(w.sources, i)
	w.number(0)
	w.text(a.Record.Source)
	w.text(a.Record.ID)
	w.time(a.UpdatedAt)
}
