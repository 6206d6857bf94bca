package mapping

import (
	"strconv"
	"strings"
)

// Extend takes in a column that came up after the mapping was made, as a key of a
// later JSON object does. A further element of an array (`emails.2`) goes where the
// first goes. Without a place that is free, the column becomes unmapped.
func (m *Mapping) Extend(column string) {
	if i := strings.LastIndexByte(column, '.'); i > 0 {
		if _, err := strconv.Atoi(column[i+1:]); err == nil && m.repeat(column[:i], column) {
			return
		}
	}
	reason := "not in the mapping"
	if m.detected {
		reason = notUnderstood
		if found, err := Detect([]string{column}); err == nil && len(found.Columns) == 1 {
			c := found.Columns[0]
			k, _ := parsePath(c.To)
			if !k.single() || !m.gives(c.To) {
				m.Columns = append(m.Columns, c)
				return
			}
			reason = c.To + " is taken from another column"
		}
	}
	m.Unmapped = append(m.Unmapped, Unmapped{column, reason})
}

// repeat maps a column as the column first, if that stands beside others of its kind.
func (m *Mapping) repeat(first, column string) bool {
	for _, c := range m.Columns {
		if k, _ := parsePath(c.To); c.Name == first && !k.single() {
			c.Name = column
			m.Columns = append(m.Columns, c)
			return true
		}
	}
	return false
}

func (m *Mapping) gives(path string) bool {
	for _, c := range m.Columns {
		if c.To == path {
			return true
		}
	}
	return false
}
