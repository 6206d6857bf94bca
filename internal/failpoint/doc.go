// Package failpoint marks the places where a crash or a failure would hurt most. In the
// program that is shipped a mark costs nothing. Built with the tag failpoints, the variable
// ALOI_FAILPOINTS makes the process end, wait or fail at some of them:
//
//	commit/before=crash@3,flush/blocks=error@1,ack/before=sleep:50ms@2
//
// Each is a mark, what happens there, and at the how-manieth time the process comes by.
package failpoint
