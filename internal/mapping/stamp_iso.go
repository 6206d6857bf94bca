package mapping

import "time"

// isoTimeForm is how most times come: as 2006-01-02 15:04:05 or as the date alone. A 0 stands
// for any digit.
const isoTimeForm = "0000-00-00 00:00:00"

// isoTime reads a time of isoTimeForm, in UTC. It is not ok for any other, and where there is
// no such day or time of day: then guessTime says what it is.
func isoTime(s string) (t time.Time, ok bool) {
	if len(s) != len(isoTimeForm) && len(s) != len(isoDate) {
		return time.Time{}, false
	}
	for i := range len(s) {
		if isDigit := s[i] >= '0' && s[i] <= '9'; isDigit != (isoTimeForm[i] == '0') || !isDigit && s[i] != isoTimeForm[i] {
			return time.Time{}, false
		}
	}
	number := func(at int) int { return int(s[at]-'0')*10 + int(s[at+1]-'0') }
	year, month, day := number(0)*100+number(2), time.Month(number(5)), number(8)
	var hour, minute, second int
	if len(s) > len(isoDate) {
		hour, minute, second = number(11), number(14), number(17)
	}
	if hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	t = time.Date(year, month, day, hour, minute, second, 0, time.UTC)
	if t.Day() != day || t.Month() != month { // a day that the month has not, which time.Date counts on from
		return time.Time{}, false
	}
	return t, true
}
