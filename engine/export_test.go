package engine

// What the tests from outside need from within: the stores of the laws, and ids.
var (
	NewMemory = newMemory
	NewBadger = newBadger
	EntityID  = entityID
)
