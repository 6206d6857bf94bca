package tabular

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// csvRows reads the rows of a CSV text.
type csvRows struct {
	w       *window
	enc     *encoding
	comma   byte
	columns []string
	cells   []string // of the row, reused
	scratch []byte   // fields of the row one after another, when it has quotes
	ends    []int    // where each of them ends
}

// idPrefixBytes is how much of a row that is too long is looked at for its id.
const idPrefixBytes = 4096

// newCSV reads the header.
func newCSV(w *window, enc *encoding) (*csvRows, error) {
	c := &csvRows{w: w, enc: enc, comma: ','}
	line, _, long, ok := w.physical()
	if !ok || long {
		return nil, fmt.Errorf("the header line is missing or longer than %d bytes", MaxLineBytes)
	}
	c.comma = delimiter(line)
	if d, ok := declared(line); ok {
		c.comma = d
		c.w.skip()
	}
	r, err := c.next()
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	for _, h := range r.cells {
		c.columns = append(c.columns, strings.TrimSpace(h))
	}
	return c, nil
}

// declared reads the line in which Excel is told the separator: sep=;
func declared(line []byte) (separator byte, ok bool) {
	text := strings.Trim(string(line), "\" ")
	if len(text) == len("sep=;") && strings.EqualFold(text[:4], "sep=") {
		return text[4], true
	}
	return 0, false
}

// delimiter returns which of comma, semicolon, tab and | a header line has most of
// outside quotes.
func delimiter(header []byte) byte {
	best, most := byte(','), 0
	for _, d := range []byte{',', ';', '\t', '|'} {
		n, quoted := 0, false
		for _, c := range header {
			switch {
			case c == '"':
				quoted = !quoted
			case c == d && !quoted:
				n++
			}
		}
		if n > most {
			best, most = d, n
		}
	}
	return best
}

func (c *csvRows) header() []string { return c.columns }

// next returns the next row. Its cells are valid until the next call; their text is
// for keeps.
func (c *csvRows) next() (row, error) {
	for {
		line, size, long, ok := c.w.physical()
		r := row{line: c.w.line}
		switch {
		case !ok:
			if err := c.w.failed(); err != nil {
				return row{}, err
			}
			return row{}, io.EOF
		case long:
			_ = c.plain(line[:idPrefixBytes]) // for the id of the row
			r.cells = c.cells
			c.w.skip()
			return r, atLine(errLong(), r.line)
		case len(line) == 0:
			c.w.take(size)
			continue
		}
		var err error
		if bytes.IndexByte(line, '"') < 0 {
			err = c.plain(line)
			c.w.take(size)
		} else if size, err = c.quoted(); err != nil && c.w.failed() == nil {
			c.w.skip()
		} else {
			c.w.take(size)
			long = size > MaxLineBytes
		}
		r.cells = c.cells
		if failed := c.w.failed(); failed != nil && err != nil {
			return row{}, failed
		}
		if err == nil {
			err = c.check(long)
		}
		return r, atLine(err, r.line)
	}
}

// plain splits a line without quotes.
func (c *csvRows) plain(line []byte) error {
	c.cells = c.cells[:0]
	decoded, ok := c.enc.decode(line)
	text := string(decoded)
	for {
		i := strings.IndexByte(text, c.comma)
		if i < 0 || len(c.cells) > len(c.columns) && len(c.columns) > 0 {
			break
		}
		c.cells = append(c.cells, text[:i])
		text = text[i+1:]
	}
	c.cells = append(c.cells, text)
	if !ok {
		return &RowError{Reason: "not valid UTF-8"}
	}
	return nil
}

// quoted splits the row that begins in the window and may go over several lines. It
// returns the bytes to take. cells holds what was read, also of a bad row.
func (c *csvRows) quoted() (int, error) {
	c.scratch, c.ends = c.scratch[:0], c.ends[:0]
	at, err := 0, error(nil)
	for done := false; !done && err == nil; {
		at, done, err = c.field(at)
		c.ends = append(c.ends, len(c.scratch))
	}
	decoded := make([]byte, 0, len(c.scratch))
	c.cells = c.cells[:0]
	starts := make([]int, 0, len(c.ends)+1)
	from := 0
	for _, end := range c.ends {
		part, ok := c.enc.decode(c.scratch[from:end])
		if !ok && err == nil {
			err = &RowError{Reason: "not valid UTF-8"}
		}
		starts, from = append(starts, len(decoded)), end
		decoded = append(decoded, part...)
	}
	text := string(decoded)
	starts = append(starts, len(text))
	for i := range c.ends {
		c.cells = append(c.cells, text[starts[i]:starts[i+1]])
	}
	return at, err
}

// field adds the field at an offset of the window to scratch. It returns where the next
// one begins, and whether this was the last of its row.
func (c *csvRows) field(at int) (next int, last bool, err error) {
	if !c.has(at) || c.w.rest()[at] != '"' {
		return c.bare(at)
	}
	for at++; ; {
		i := bytes.IndexByte(c.w.rest()[at:], '"')
		if i < 0 {
			c.scratch = append(c.scratch, c.w.rest()[at:]...)
			at = len(c.w.rest())
			if !c.has(at) {
				return at, true, &RowError{Reason: "a quote is not closed"}
			}
			continue
		}
		c.scratch = append(c.scratch, c.w.rest()[at:at+i]...)
		at += i + 1
		switch {
		case !c.has(at):
			return at, true, nil
		case c.w.rest()[at] == '"':
			c.scratch = append(c.scratch, '"')
			at++
		case c.w.rest()[at] == c.comma:
			return at + 1, false, nil
		case c.w.rest()[at] == '\n':
			return at + 1, true, nil
		case c.w.rest()[at] == '\r' && (!c.has(at+1) || c.w.rest()[at+1] == '\n'):
			return min(at+2, len(c.w.rest())), true, nil
		default:
			return at, true, &RowError{Reason: "text after a closing quote"}
		}
	}
}

// bare adds a field without quotes.
func (c *csvRows) bare(at int) (next int, last bool, err error) {
	for end := at; ; end++ {
		if !c.has(end) || c.w.rest()[end] == '\n' {
			c.scratch = append(c.scratch, bytes.TrimSuffix(c.w.rest()[at:end], []byte{'\r'})...)
			return min(end+1, len(c.w.rest())), true, nil
		}
		if c.w.rest()[end] == c.comma {
			c.scratch = append(c.scratch, c.w.rest()[at:end]...)
			return end + 1, false, nil
		}
	}
}

// has reports whether the window holds a byte at an offset.
func (c *csvRows) has(at int) bool {
	for at >= len(c.w.rest()) {
		if !c.w.more() {
			return false
		}
	}
	return true
}

// check holds a row against the header and the limits.
func (c *csvRows) check(long bool) error {
	if long {
		return errLong()
	}
	if c.columns == nil {
		return nil
	}
	c.cells = c.withoutEmpty(c.cells)
	if n := len(c.cells); n != len(c.columns) {
		return &RowError{Reason: fmt.Sprintf("%s columns where the header has %d", count(n, len(c.columns)), len(c.columns))}
	}
	for i, v := range c.cells {
		if len(v) > MaxFieldBytes {
			return &RowError{Field: c.columns[i], Reason: fmt.Sprintf("longer than %d bytes", MaxFieldBytes)}
		}
	}
	return nil
}

// withoutEmpty drops what is empty past the last column: some programs end each row with
// a separator.
func (c *csvRows) withoutEmpty(cells []string) []string {
	for n := len(cells); n > len(c.columns); n-- {
		if strings.Trim(cells[n-1], string(c.comma)) != "" {
			break
		}
		cells = cells[:n-1]
	}
	return cells
}

// count writes how many columns a row has; beyond the header they are not counted.
func count(n, want int) string {
	if n > want {
		return "more"
	}
	return fmt.Sprint(n)
}
