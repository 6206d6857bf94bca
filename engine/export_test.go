package engine

// What the tests from outside need of the stores of the laws.
var (
	NewMemory = newMemory
	NewBadger = newBadger
)
