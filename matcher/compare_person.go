package matcher

// compareBirth compares the birth dates.
func (m *Matcher) compareBirth(a, b *Prepared, o *outcomes) { o.add(m.birthOf(a, b)) }

// birthOf is what the birth dates say.
func (m *Matcher) birthOf(a, b *Prepared) outcome {
	k, x, y := m.known[compareBirth], a.Birth, b.Birth
	if !x.IsZero() && !y.IsZero() {
		l := compareDates(x, y)
		return outcome{of: k, level: l, term: k.dateTerm(l, x, y)}
	}
	if x.IsZero() {
		x = a.BirthTyped
	}
	if y.IsZero() {
		y = b.BirthTyped
	}
	if x.IsZero() || y.IsZero() {
		return outcome{of: k, level: none}
	}
	return outcome{of: k, level: compareTyped(x, y)}
}

// compareTyped grades two dates of which at least one has a slip in it: that they
// differ widely says nothing.
func compareTyped(a, b Date) level {
	sameYear, sameMonth, sameDay := a.Year == b.Year, a.Month == b.Month, a.Day == b.Day
	switch {
	case digitsApart(a, b) <= 1:
		return birthClose
	case sameYear && sameMonth || sameYear && sameDay || sameMonth && sameDay:
		return birthTwo
	case digitsApart(a, b) == 2:
		return birthSlips
	}
	return none
}

// compareDates grades two dates. The first of January stands for "that year" in many
// files, so it counts as a year alone unless both sides have it.
func compareDates(a, b Date) level {
	whole := a.Day != 0 && b.Day != 0
	sameYear, sameMonth, sameDay := a.Year == b.Year, a.Month == b.Month, a.Day == b.Day
	switch {
	case whole && a == b:
		return birthExact
	case sameYear && (a.yearOnly() || b.yearOnly() || a == b):
		return birthYear
	case sameYear && sameMonth && !whole:
		return birthYear
	case !whole:
		return birthDifferent
	case sameYear && a.Day == b.Month && a.Month == b.Day:
		return birthSwapped
	case digitsApart(a, b) == 1:
		return birthClose
	case sameYear && sameMonth || sameYear && sameDay || sameMonth && sameDay:
		return birthTwo
	}
	switch days := a.daysApart(b); {
	case days <= nearDays:
		return birthNear
	case digitsApart(a, b) == 2:
		return birthSlips
	case days <= yearDays:
		return birthYears
	case days >= generationDays:
		return birthGeneration
	}
	return birthDifferent
}

// The distances of two dates that are near, about a year apart, and as far apart as
// parent and child, in days.
const (
	nearDays       = 62
	yearDays       = 400
	generationDays = 15 * 365
)

// daysApart is the distance of two dates, in days, months counted as 31.
func (d Date) daysApart(o Date) int {
	n := (int(d.Year)-int(o.Year))*365 + (int(d.Month)-int(o.Month))*31 + int(d.Day) - int(o.Day)
	return max(n, -n)
}

// yearOnly reports whether the date says no more than its year.
func (d Date) yearOnly() bool { return d.Month == 0 || d.Month == 1 && d.Day <= 1 }

// digitsApart is how many digits of two dates written yyyymmdd differ, two neighbours
// that are swapped being one.
func digitsApart(a, b Date) int {
	x, y := a.digits(), b.digits()
	n := 0
	for i := 0; i < len(x); i++ {
		if x[i] == y[i] {
			continue
		}
		n++
		if i+1 < len(x) && x[i] == y[i+1] && x[i+1] == y[i] {
			i++
		}
	}
	return n
}

func (d Date) digits() [8]byte {
	var t [8]byte
	n := int(d.Year)*10000 + int(d.Month)*100 + int(d.Day)
	for i := len(t) - 1; i >= 0; i-- {
		t[i], n = byte('0'+n%10), n/10
	}
	return t
}

// compareGender compares the genders. That they agree says something only where the
// given names do not say it already.
func (m *Matcher) compareGender(a, b *Prepared, o *outcomes) {
	if a.Gender == 0 || b.Gender == 0 {
		return
	}
	given := o.level(m.known[compareGiven])
	switch {
	case a.Gender != b.Gender:
		o.add(outcome{of: m.known[compareGender], level: genderDifferent})
	case given == none || given >= givenMentioned && given <= givenOwned:
		o.add(outcome{of: m.known[compareGender], level: genderSame})
	}
}
