package mapping

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// isoDate is the form in which a birth date with a known format is kept.
const isoDate = "2006-01-02"

// layout turns a format into a Go layout: a format with digits is one already
// (`2006-01-02`), else it is a pattern (`dd/mm/yyyy hh:mm:ss`, `jj/mm/aaaa`, `tt.mm.jjjj`,
// `yyyymmdd`). Space around it is none of its: values are read without theirs.
func layout(format string) (string, error) {
	format = strings.TrimSpace(format)
	if strings.ContainsAny(format, "0123456789") {
		return format, nil
	}
	var b strings.Builder
	hours := false
	for rest := strings.ToLower(format); rest != ""; {
		token, goes := nextToken(rest, hours)
		hours = hours || token == "hh"
		b.WriteString(goes)
		rest = rest[len(token):]
	}
	if strings.EqualFold(b.String(), format) {
		return "", fmt.Errorf("no date format: write a pattern such as dd/mm/yyyy or a Go layout such as 02/01/2006")
	}
	return b.String(), nil
}

// nextToken returns the first token of a pattern and what it is in a Go layout. `mm`
// is the month before the hours and the minutes after.
func nextToken(pattern string, hours bool) (token, goes string) {
	for _, t := range []struct{ token, goes string }{
		{"yyyy", "2006"}, {"aaaa", "2006"}, {"jjjj", "2006"}, {"rrrr", "2006"}, {"yy", "06"}, {"aa", "06"},
		{"dd", "02"}, {"jj", "02"}, {"tt", "02"}, {"gg", "02"},
		{"hh", "15"}, {"ss", "05"},
	} {
		if strings.HasPrefix(pattern, t.token) {
			return t.token, t.goes
		}
	}
	if strings.HasPrefix(pattern, "mm") {
		if hours {
			return "mm", "04"
		}
		return "mm", "01"
	}
	if pattern[0] == 't' || pattern[0] == 'z' {
		return pattern[:1], strings.ToUpper(pattern[:1])
	}
	return pattern[:1], pattern[:1]
}

// guessed are the layouts that a time without a declared format may have. A day comes
// before its month, as in all of Europe.
var guessed = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02 15:04", isoDate,
	"2006/01/02 15:04:05", "2006/01/02",
	"2/1/2006 15:04:05", "2/1/2006 15:04", "2/1/2006",
	"2-1-2006 15:04:05", "2-1-2006 15:04", "2-1-2006",
	"2.1.2006 15:04:05", "2.1.2006 15:04", "2.1.2006",
}

// shape is what a time must have in common with a layout, so that few are tried: a
// layout that does not fit costs more than one that does.
type shape struct {
	separator byte // first character that is not a digit
	digits    int  // before it; 1 and 2 are one shape
	time      byte // what parts the date from the time of day, 0 for a date alone
	seconds   bool // there are two colons in the time of day, before its zone
	zone      bool // it has a zone
}

func shapeOf(s string) shape {
	var f shape
	for i := range len(s) {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
		case f.separator == 0:
			f.separator, f.digits = c, max(i, 2)
		case c == 'T' || c == ' ':
			f.time = c
			f.seconds, f.zone = shapeOfTime(s[i+1:])
			return f
		}
	}
	return f
}

// shapeOfTime is the part of a shape that is about the time of day.
func shapeOfTime(s string) (seconds, zone bool) {
	if i := strings.IndexAny(s, "Z+-"); i >= 0 {
		s, zone = s[:i], true
	}
	return strings.Count(s, ":") > 1, zone
}

var guessedShapes = shapes(guessed)

func shapes(layouts []string) []shape {
	list := make([]shape, len(layouts))
	for i, l := range layouts {
		list[i] = shapeOf(l)
	}
	return list
}

// parseTime reads a time by a Go layout, or by guess without one. A time without a
// zone is in UTC.
func parseTime(value, layout string) (time.Time, bool) {
	value = strings.TrimSpace(value)
	if layout != "" {
		t, err := time.Parse(layout, value)
		return t.UTC(), err == nil
	}
	if t, ok := isoTime(value); ok {
		return t, true
	}
	return guessTime(value)
}

// guessTime reads a time by the layout that it looks like.
func guessTime(value string) (time.Time, bool) {
	shape := shapeOf(value)
	if shape.separator == 0 {
		return parseDigits(value)
	}
	for i, l := range guessed {
		if guessedShapes[i] == shape {
			if t, err := time.Parse(l, value); err == nil {
				return t.UTC(), true
			}
		}
	}
	return time.Time{}, false
}

// parseDigits reads a time that is written in digits only: a date, a date and time,
// or seconds or milliseconds since 1970.
func parseDigits(value string) (time.Time, bool) {
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	var t time.Time
	switch len(value) {
	case 8:
		t, err = time.Parse("20060102", value)
	case 14:
		t, err = time.Parse("20060102150405", value)
	case 10:
		t = time.Unix(n, 0)
	case 13:
		t = time.UnixMilli(n)
	default:
		return time.Time{}, false
	}
	return t.UTC(), err == nil
}

// ParseTime reads a time whose form is not declared: RFC 3339, a date with or without a
// time of day (the day before the month), digits such as 20240131, or seconds since
// 1970. A time without a zone is in UTC.
func ParseTime(value string) (time.Time, bool) { return parseTime(value, "") }
