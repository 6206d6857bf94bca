package tabular

import "fmt"

// Limits of a file. A row past one of them is rejected, a file past one is refused.
const (
	MaxLineBytes  = 1 << 20  // length of one row, line ends inside quotes included
	MaxFieldBytes = 64 << 10 // length of one field

	// MaxExpansion is how many times its stored size a compressed file may grow to
	// once it is past freeExpansionBytes: customer files compress 4 to 30 times.
	MaxExpansion = 200
	// freeExpansionBytes is the expanded size up to which any ratio is fine.
	freeExpansionBytes = 16 << 20
	// maxWindowBytes is the memory that a zstd file may ask for.
	maxWindowBytes = 128 << 20

	// maxDepth is how deep JSON objects may be nested.
	maxDepth = 8

	// sampleBytes is how much of a file is looked at to find its encoding and the keys
	// of its JSON objects.
	sampleBytes = 256 << 10
)

// RowError says why a row was rejected. Line is where the row begins, from 1; Field is
// the column or attribute, empty for the whole row; Reason never repeats a value.
type RowError struct {
	Line   int
	Field  string
	Reason string
}

// Error names the line and the field, never the value.
func (e *RowError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("line %d: %s", e.Line, e.Reason)
	}
	return fmt.Sprintf("line %d: %s: %s", e.Line, e.Field, e.Reason)
}

// errLong says that a row is longer than it may be.
func errLong() error { return &RowError{Reason: fmt.Sprintf("longer than %d bytes", MaxLineBytes)} }

// atLine sets the line of a *RowError; any other error stays what it is.
func atLine(err error, line int) error {
	if bad, ok := err.(*RowError); ok {
		bad.Line = line
	}
	return err
}
