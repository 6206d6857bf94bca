// Package engine keeps the entities of a store up to date. It gathers what a batch
// of operations touches, resolves it with package matcher, lets golden values
// survive, and writes one change set in one commit; then it answers each operation.
//
// Everything that it maintains could be computed anew from the stored facts:
// Partition is that definition, and Verify compares.
//
// The engine reads no clock and draws no random number of its own: Options.Now is
// passed in, and entity ids are derived from the journal.
package engine
