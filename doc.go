// Package aloi holds the nouns of Aloi, a golden-record engine: Record, Entity,
// Link, Judgement, ConsentEvent, Change, and the errors that name what was wrong
// with them. It has no behaviour beyond validation and ordering, and imports the
// standard library only.
//
// The one idea of the system: the entities, the golden records and the answers
// about consent are a pure function of what is stored, which is the records,
// their consent events, the stewards' judgements, the versioned model and the
// versioned policy. The packages below this one only maintain that function.
//
//	matcher  how alike two records are, and why (pure)
//	engine   keeps the entities of a store up to date, one batch at a time
//	store    keys, codecs, indexes and journal over an ordered key-value store
//	server   the same over gRPC
//
// The cbor struct tags are the field numbers of the disk format
// (docs/format.md): a number, once used, never changes its meaning.
package aloi
