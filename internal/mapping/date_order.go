package mapping

import (
	"iter"
	"strings"
)

// certainOf is how many dates that can only have the month first there must be for each
// one that can only have the day first: slips of the hand are in every file.
const certainOf = 20

// ReadDateOrder finds the birth dates whose month comes before the day, as in the United
// States, from the first rows of the table. The order is one of the whole column: values
// such as 04/14/1968 tell it, and it holds for 01/08/1990 as well. A column that has a
// format, or no such value, stays as it is: the day comes first.
func (m *Mapping) ReadDateOrder(header []string, rows iter.Seq[[]string]) {
	b := binder{header: header, sparse: true}
	type column struct{ at, index, dayOnly, monthOnly int }
	var list []column
	for i, c := range m.Columns {
		if k, _ := parsePath(c.To); k == kindBirthDate && c.Format == "" && c.Part == 0 {
			if index := b.find(c.Name); index != none {
				list = append(list, column{at: i, index: index})
			}
		}
	}
	if len(list) == 0 {
		return
	}
	for cells := range rows {
		for i := range list {
			c := &list[i]
			if c.index >= len(cells) {
				continue
			}
			switch p, ok := dateInParts(cells[c.index]); {
			case !ok:
			case p.first <= mostMonths && p.second > mostMonths:
				c.monthOnly++
			case p.first > mostMonths && p.second <= mostMonths:
				c.dayOnly++
			}
		}
	}
	for _, c := range list {
		m.Columns[c.at].MonthFirst = c.monthOnly > certainOf*c.dayOnly
	}
}

// The most that a month and a day may be.
const (
	mostMonths = 12
	mostDays   = 31
)

// dateParts are the day and the month of a date, in the order in which they stand.
type dateParts struct {
	first, second         int
	firstText, secondText string
	between, rest         string // what stands after each of them
}

// dateInParts cuts a date in digits whose year comes last: 4/14/1968, 04-14-68,
// 04.14.1968 10:30, 04141968. ok is false for any other text, and for what can be
// neither a day nor a month.
func dateInParts(value string) (p dateParts, ok bool) {
	value = strings.TrimSpace(value)
	if digits := leadingDigits(value); digits == len("01021968") && digits == len(value) {
		// 19680102 has no 19 or 20 where its month is.
		if century := value[4:6]; century != "19" && century != "20" {
			return p, false
		}
		p = dateParts{firstText: value[:2], secondText: value[2:4], rest: value[4:]}
	} else {
		p.firstText, value = value[:digits], value[digits:]
		if value == "" || !strings.ContainsRune("/-.", rune(value[0])) {
			return p, false
		}
		p.between, value = value[:1], value[1:]
		digits = leadingDigits(value)
		p.secondText, p.rest = value[:digits], value[digits:]
		year, isYear := strings.CutPrefix(p.rest, p.between)
		if n := leadingDigits(year); !isYear || n != 2 && n != 4 {
			return p, false
		}
	}
	p.first, p.second = smallNumber(p.firstText), smallNumber(p.secondText)
	return p, p.first > 0 && p.second > 0
}

// leadingDigits returns how many digits a text begins with.
func leadingDigits(s string) int {
	return len(s) - len(strings.TrimLeft(s, "0123456789"))
}

// smallNumber returns the number of one or two digits, 0 for what is no day and no month.
func smallNumber(digits string) int {
	if len(digits) == 0 || len(digits) > 2 {
		return 0
	}
	n := 0
	for i := range len(digits) {
		n = 10*n + int(digits[i]-'0')
	}
	if n > mostDays {
		return 0
	}
	return n
}

// dayBefore rewrites a date whose month comes first: to 2006-01-02 where it is a day of
// a year in four digits, else with the day before the month. A value that is no such
// date, or can only have the day first, stays as it came.
func dayBefore(value string) string {
	p, ok := dateInParts(value)
	if !ok || p.first > mostMonths {
		return value
	}
	swapped := p.secondText + p.between + p.firstText + p.rest
	if t, ok := parseTime(swapped, ""); ok {
		return t.Format(isoDate)
	}
	return swapped
}
