package kv

import (
	"context"
	"errors"
)

// ErrFull is returned by Update while the disk has too little room left; nothing was
// written. Reads go on, and so do updates that are Essential, as long as there is any room.
var ErrFull = errors.New("kv: the disk is nearly full")

type essentialKey struct{}

// Essential marks the updates of a context as ones that must go on when the disk is nearly
// full: they erase, or take down what somebody refused.
func Essential(ctx context.Context) context.Context {
	return context.WithValue(ctx, essentialKey{}, true)
}

// IsEssential reports whether a context is marked.
func IsEssential(ctx context.Context) bool {
	marked, _ := ctx.Value(essentialKey{}).(bool)
	return marked
}
