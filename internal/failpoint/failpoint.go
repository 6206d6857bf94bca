//go:build !failpoints

// Package failpoint marks the places where a crash or a failure would hurt most. In the
// program that is shipped a mark costs nothing; built with the tag failpoints the variable
// ALOI_FAILPOINTS makes the process end, wait or fail there.
package failpoint

// Hit returns nil.
func Hit(string) error { return nil }
