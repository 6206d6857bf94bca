package aloi

import (
	"errors"
	"strings"
)

// Code is the kind of an error, as a caller can act on it.
type Code string

// The error codes. An error that is none of these is internal.
const (
	CodeInvalid     Code = "INVALID"      // the request is wrong: see Violations
	CodeNotFound    Code = "NOT_FOUND"    // nothing has that name
	CodeUnavailable Code = "UNAVAILABLE"  // closed, stopping, outcome unknown: send again
	CodeCorrupt     Code = "CORRUPT"      // a stored value failed its check
	CodeTooLarge    Code = "TOO_LARGE"    // the work does not fit its limit
	CodeFull        Code = "STORAGE_FULL" // the disk is nearly full: erasures and opt-outs alone are taken
	CodeRefused     Code = "REFUSED"      // right in form, and not to be done now: see Reason
	CodeInternal    Code = "INTERNAL"
)

// Error is an error with a code. Its text never holds a personal value.
type Error struct {
	Code    Code
	Message string
	// Reason is why a request was refused (CodeRefused), as a program can read it: TOKEN_EXPIRED.
	Reason     string
	Violations []Violation
	Err        error
}

// Violation names a field that was wrong, and why. Field is a path such as
// `record.emails[2]`; Reason never repeats the value.
type Violation struct {
	Field  string
	Reason string
}

// Error names the fields that were wrong, never their values.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	for i, v := range e.Violations {
		if i > 0 || e.Message != "" {
			b.WriteString("; ")
		}
		b.WriteString(v.Field + ": " + v.Reason)
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap returns the error behind this one, nil for none.
func (e *Error) Unwrap() error { return e.Err }

// Invalid returns a CodeInvalid error for the violations.
func Invalid(v ...Violation) error { return &Error{Code: CodeInvalid, Violations: v} }

// NotFound returns a CodeNotFound error; what is a kind of thing, never a value.
func NotFound(what string) error { return &Error{Code: CodeNotFound, Message: what + " not found"} }

// CodeOf returns the code of err: CodeInternal when it has none, "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return CodeInternal
}
