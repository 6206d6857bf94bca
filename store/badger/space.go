package badger

// SpaceOptions say when the store turns read-only. The zero value is the default.
type SpaceOptions struct {
	// Off is for stores that nobody keeps: no guard, no ballast.
	Off bool
	// Ballast is the path of the ballast file; none without it.
	Ballast string
}

// SpaceStatus is how much room there is.
type SpaceStatus struct {
	ReadOnly     bool
	FreeBytes    uint64
	ReserveBytes uint64 // free bytes below which the store turns read-only
	BallastBytes uint64
}
