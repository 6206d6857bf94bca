//go:build !permissive

package matcher

import "github.com/antzucaro/matchr"

// soundexOf is matchr's Soundex, which is right on the upper-case ASCII letters that
// it is given here. This is the only file that imports matchr, which is under the GPL,
// version 2 or later; a build with the tag permissive does without it.
func soundexOf(letters string) string { return matchr.Soundex(letters) }
