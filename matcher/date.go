package matcher

import "strings"

// The years in which a person on file may be born: a customer file keeps people who
// have died, and nobody in it is born after it was written. They are constants, so
// that a record means the same whenever it is read.
const (
	firstBirthYear = 1900
	lastBirthYear  = 2026
)

// dateReading is what a text says as a date.
type dateReading struct {
	date Date
	// typed is the date as it stands where date is zero because there is no such day, or
	// because of a slip of the hand.
	typed  Date
	reason string // one of the Flag… constants where date is zero
}

// readDate reads a birth date in the forms that people type. Day and month stand in
// French order where both orders are possible. Two-digit years are those up to
// lastBirthYear. Time of day is ignored.
func readDate(s string) dateReading {
	text := foldPunctuated(s)
	if foldsToPlaceholder(text) {
		return dateReading{reason: FlagPlaceholder}
	}
	text = asDigits(strings.TrimSuffix(strings.TrimSpace(text), ".0")) // 19840201.0
	d, ok := partsOfDate(text)
	switch {
	case !ok:
		return dateReading{typed: typedDate(text), reason: FlagInvalid}
	case isPlaceholderDate(d):
		return dateReading{reason: FlagPlaceholder}
	case !isBirthDate(d):
		return dateReading{typed: typedDate(text), reason: FlagInvalid}
	}
	return dateReading{date: d}
}

// isPlaceholderDate knows the dates that forms, spreadsheets and databases put where
// there is none: nothing but zeros, nines or ones, and the first days of their calendars.
func isPlaceholderDate(d Date) bool {
	switch d {
	case Date{1900, 1, 1}, Date{1901, 1, 1}, Date{1899, 12, 30}, Date{1899, 12, 31}, Date{1899, 12, 1},
		Date{1900, 1, 0}, Date{1900, 0, 0}, Date{1970, 1, 1}, Date{1111, 11, 11}:
		return true
	}
	return d.Year == 9999 || d.Year <= 1 || d.Year == 1800 || d.Year == 1753 && d.Month == 1 && d.Day == 1
}

func isBirthDate(d Date) bool {
	return d.Year >= firstBirthYear && d.Year <= lastBirthYear && d.Month >= 0 && d.Month <= 12 &&
		d.Day >= 0 && (d.Day == 0 || d.Month > 0) && int(d.Day) <= daysIn(d.Year, d.Month)
}

// daysIn returns the days of a month, 0 for no month.
func daysIn(year int16, month int8) int {
	switch month {
	case 0:
		return 0
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// datePart is a run of digits or the name of a month.
type datePart struct {
	value  int
	digits int // 0 for the name of a month
}

// maxDateParts is how many parts of a text are looked at: more is no date.
const maxDateParts = 8

// partsOfDate reads a folded text as a date, real or not.
func partsOfDate(text string) (Date, bool) {
	var room [maxDateParts + 1]datePart
	parts, ok := splitDate(room[:0], text)
	if !ok {
		return Date{}, false
	}
	return dateOf(parts)
}

// dateOf puts the parts of a date in their places.
func dateOf(parts []datePart) (Date, bool) {
	if len(parts) == 0 {
		return Date{}, false
	}
	if m := monthAt(parts); m >= 0 {
		return namedMonth(parts, m)
	}
	if len(parts) == 4 && parts[2].isCentury() && parts[3].digits == 2 { // 01/02/19 84
		parts[2] = datePart{parts[2].value*100 + parts[3].value, 4}
	}
	if len(parts) > 3 { // what follows the date is the time of day
		parts = parts[:3]
	}
	switch len(parts) {
	case 1:
		return solidDate(parts[0])
	case 2:
		return monthAndYear(parts[0], parts[1])
	}
	return threeParts(parts[0], parts[1], parts[2])
}

// maxDateNumber is above all numbers that are read: yyyymmddhhmmss.
const maxDateNumber = 1e14

func (p datePart) isCentury() bool { return p.digits == 2 && (p.value == 19 || p.value == 20) }

// asDigits reads the letters O, I and L as the digits that they look like where they
// stand in the place of some: O1/O2/1984, l/2/1984.
func asDigits(text string) string {
	if strings.IndexFunc(text, func(r rune) bool { return r == 'O' || r == 'I' || r == 'L' }) < 0 {
		return text
	}
	out := []byte(text)
	for i := 0; i < len(out); i++ {
		j := i
		for j < len(out) && isLetter(out[j]) {
			j++
		}
		if word := text[i:j]; len(word) <= 2 && strings.Trim(word, "OIL") == "" {
			for k := i; k < j; k++ {
				out[k] = '1'
				if word[k-i] == 'O' {
					out[k] = '0'
				}
			}
		}
		i = max(i, j-1)
	}
	return string(out)
}

// splitDate cuts a text, which goes to the empty list parts, into numbers and names of months. Other words are allowed
// where they say nothing: "né le 2 janvier".
func splitDate(parts []datePart, text string) ([]datePart, bool) {
	for i := 0; i < len(text); {
		j := i
		switch c := text[i]; {
		case isDigit(c):
			n := 0
			for j < len(text) && isDigit(text[j]) {
				n = min(n*10+int(text[j]-'0'), maxDateNumber)
				j++
			}
			parts = append(parts, datePart{n, j - i})
		case isLetter(c):
			for j < len(text) && isLetter(text[j]) {
				j++
			}
			switch word := text[i:j]; {
			case isWholeDate(parts) && !cutShort(text[:i], text[i:]): // a time of day, a place, an age
				return parts, true
			case strings.Trim(word, "X") == "" && len(word) <= 2: // XX/02/1950
				parts = append(parts, datePart{0, 2})
			case monthOf(word) > 0:
				parts = append(parts, datePart{monthOf(word), 0})
			case !isDateFiller(word):
				return nil, false
			}
		default:
			j++
		}
		if len(parts) > maxDateParts {
			return nil, false
		}
		i = j
	}
	return parts, true
}

// isWholeDate reports whether parts are a day, a month and a year of four digits: what
// follows is no part of the date.
func isWholeDate(parts []datePart) bool {
	years := 0
	for _, p := range parts {
		if p.digits == 4 || p.digits == 8 {
			years++
		}
	}
	return years > 0 && (len(parts) >= 3 || parts[0].digits == 8)
}

// cutShort reports whether a letter stands in the place of the last digit: 1984-02-1w.
func cutShort(text, rest string) bool {
	n := len(text)
	return n > 1 && isDigit(text[n-1]) && !isDigit(text[n-2]) && isLetter(rest[0]) && (len(rest) == 1 || rest[1] == ' ')
}

// dateFillers are words around a date that say nothing: weekdays, ordinals, le.
const dateFillers = " LE DE DEL VERS ENV ENVIRON CIRCA CA NIAN YUE RI DU NE NEE EN ER ERE ST ND RD TH OF THE BORN Z AM PM UTC GMT LUNDI MARDI MERCREDI JEUDI VENDREDI SAMEDI DIMANCHE" +
	" MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY SUNDAY MON TUE WED THU FRI SAT SUN A "

func isDateFiller(word string) bool { return strings.Contains(dateFillers, " "+word+" ") }
