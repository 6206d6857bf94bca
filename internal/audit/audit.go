// Package audit is the form of the audit log: what a leaf commits to, how its head is
// signed, and the receipts and proofs that anyone can check without the store. It is pure:
// the log itself is kept by package store, and written by package engine.
//
// The log is a Merkle tree after RFC 6962. A leaf holds no personal value and no plain
// hash of one: it commits to its payload with a salt that is kept beside the payload, so
// that once both are destroyed the leaf says nothing and every proof still holds.
package audit
