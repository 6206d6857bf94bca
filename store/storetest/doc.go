// Package storetest holds the promises of package kv as a test suite that every
// database passes, and a benchmark of the work that the engine gives it. A database's
// own test opens it and calls Run or RunDurable:
//
//	func TestPromises(t *testing.T) {
//		storetest.Run(t, func(*testing.T) kv.DB { return memory.New() })
//	}
//
// A promise whose reason does not show has it in a comment: most were broken by some
// database that was otherwise sound.
package storetest

import (
	"testing"

	"aloi/store/kv"
)

// promise is one thing that a database does, tested on an empty database.
type promise struct {
	name string
	test func(t *testing.T, db kv.DB)
}

// Run tests that the databases which open gives keep the promises of package kv. open
// returns an empty database each time; Run closes it.
func Run(t *testing.T, open func(t *testing.T) kv.DB) {
	for _, group := range []struct {
		name     string
		promises []promise
	}{
		{"Reads", reads},
		{"Writes", writes},
		{"Ahead", ahead},
		{"Isolation", isolation},
		{"Limits", limits},
		{"Lifecycle", lifecycle},
	} {
		t.Run(group.name, func(t *testing.T) {
			for _, p := range group.promises {
				t.Run(p.name, func(t *testing.T) {
					db := open(t)
					// Promises about Close have closed it themselves.
					defer db.Close()
					p.test(t, db)
				})
			}
		})
	}
	t.Run("Model", func(t *testing.T) { testModel(t, open(t), nil) })
}
