//go:build permissive

package matcher

// soundexOf replaces what matchr gives in builds without it.
func soundexOf(letters string) string { return ownSoundex(letters) }
