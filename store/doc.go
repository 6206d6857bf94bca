// Package store is where the engine keeps what it knows: the key layout, the
// codecs and the typed reads and writes over an ordered key-value database
// (package kv). docs/format.md describes what is on disk.
//
// Every value carries a format version and a checksum over its key and itself, so
// that a flipped bit, or a value under another's key, is an error (ErrCorrupt) and
// never an answer. Keys that stand for personal values are keyed hashes.
package store
