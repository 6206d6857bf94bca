package engine

import "aloi/store"

// encodedRecord is what a batch writes of one record, as it is stored. All workers make those
// of a batch before one writes them.
type encodedRecord struct {
	record       store.Encoded
	consents     []store.ContentHash // in order
	entries      []store.Encoded     // of the consents
	interactions []store.Encoded
}

// encodeRecord encodes what a batch writes of a record, nothing where it does not change.
func (b *batch) encodeRecord(number uint64) (out encodedRecord) {
	s := b.records[number]
	if s.after == nil || !s.touched() {
		return out
	}
	out.record = store.EncodeRecord(s.after)
	out.consents = inOrder(s.consents)
	for _, h := range out.consents {
		out.entries = append(out.entries, b.e.st.EncodeEntry(number, h, s.consents[h]))
	}
	for _, h := range inOrder(s.interactions) {
		out.interactions = append(out.interactions, b.e.st.EncodeInteraction(number, h, s.interactions[h]))
	}
	return out
}

// encode encodes the entity that a group became, nothing where it did not change.
func (g *group) encode() store.Encoded {
	if g.kind == "" {
		return store.Encoded{}
	}
	return store.EncodeEntity(&store.Entity{Number: g.entity, Members: g.members, Golden: g.golden})
}
