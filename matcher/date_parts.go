package matcher

// monthNames are the months in French, English, German, Spanish, Italian, Portuguese,
// Dutch and Polish, by their first letters: at least three, and enough to tell them apart.
var monthNames = [12][]string{
	{"JANVIER", "JANUARY", "JANUAR", "ENERO", "GENNAIO", "JANEIRO", "JANUARI", "STYCZEN", "STYCZNIA"},
	{"FEVRIER", "FEBRUARY", "FEBRUAR", "FEBRERO", "FEBBRAIO", "FEVEREIRO", "FEBRUARI", "LUTY", "LUTEGO"},
	{"MARS", "MARCH", "MAERZ", "MARZ", "MARZO", "MARCO", "MAART", "MRT", "MARZEC", "MARCA"},
	{"AVRIL", "APRIL", "ABRIL", "APRILE", "KWIECIEN", "KWIETNIA"},
	{"MAI", "MAY", "MAYO", "MAGGIO", "MAIO", "MEI", "MAJ", "MAJA"},
	{"JUIN", "JUNE", "JUNI", "JUNIO", "GIUGNO", "JUNHO", "CZERWIEC", "CZERWCA"},
	{"JUILLET", "JULY", "JULI", "JULIO", "LUGLIO", "JULHO", "LIPIEC", "LIPCA"},
	{"AOUT", "AUGUST", "AGOSTO", "AUGUSTUS", "SIERPIEN", "SIERPNIA"},
	{"SEPTEMBRE", "SEPTEMBER", "SEPTIEMBRE", "SETTEMBRE", "SETEMBRO", "WRZESIEN", "WRZESNIA"},
	{"OCTOBRE", "OCTOBER", "OKTOBER", "OCTUBRE", "OTTOBRE", "OUTUBRO", "PAZDZIERNIK", "PAZDZIERNIKA"},
	{"NOVEMBRE", "NOVEMBER", "NOVIEMBRE", "NOVEMBRO", "LISTOPAD", "LISTOPADA"},
	{"DECEMBRE", "DECEMBER", "DEZEMBER", "DICIEMBRE", "DICEMBRE", "DEZEMBRO", "GRUDZIEN", "GRUDNIA"},
}

// monthOf returns the month that a word names, 0 for none.
func monthOf(word string) int {
	if len(word) < 3 || word == "JUI" { // juin or juillet
		return 0
	}
	return monthStarts[word]
}

// monthStarts are the months by every beginning of their names.
var monthStarts = func() map[string]int {
	starts := make(map[string]int, 500)
	for i, names := range monthNames {
		for _, name := range names {
			for n := 1; n <= len(name); n++ {
				if _, taken := starts[name[:n]]; !taken { // the first month that has it
					starts[name[:n]] = i + 1
				}
			}
		}
	}
	return starts
}()

func monthAt(parts []datePart) int {
	for i, p := range parts {
		if p.digits == 0 {
			return i
		}
	}
	return -1
}

// namedMonth reads a date whose part m is the name of a month: 2 janvier 2006,
// January 2, 2006, janvier 2006, 2006 Jan 2.
func namedMonth(parts []datePart, m int) (Date, bool) {
	month := parts[m].value
	var numbers []datePart
	for i, p := range parts {
		if i != m && p.digits > 0 && len(numbers) < 2 {
			numbers = append(numbers, p)
		}
	}
	switch {
	case len(numbers) == 1:
		return makeDate(yearOf(numbers[0]), month, 0)
	case len(numbers) == 2 && numbers[0].digits > 2:
		return makeDate(yearOf(numbers[0]), month, numbers[1].value)
	case len(numbers) == 2:
		return makeDate(yearOf(numbers[1]), month, numbers[0].value)
	}
	return Date{}, false
}

// yearOf returns the year that a number means, two digits being the latest year up to
// lastBirthYear.
func yearOf(p datePart) int {
	switch {
	case p.digits > 2:
		return p.value
	case p.value <= lastBirthYear%100:
		return lastBirthYear/100*100 + p.value
	}
	return lastBirthYear/100*100 - 100 + p.value
}

// threeParts reads numbers with something between them.
func threeParts(a, b, c datePart) (Date, bool) {
	switch {
	case a.digits > 2:
		return ordered(yearOf(a), c.value, b.value)
	case c.digits <= 2 && a.value > 31: // 78-03-12
		return ordered(yearOf(a), c.value, b.value)
	}
	return ordered(yearOf(c), a.value, b.value)
}

// ordered makes a date of a day and a month in French order, or in the other order
// where only that one is possible.
func ordered(year, day, month int) (Date, bool) {
	if month == 0 { // 01/00/1984: the year alone is known
		day = 0
	}
	if month > 12 && month <= 31 && day >= 1 && day <= 12 {
		day, month = month, day
	}
	return makeDate(year, month, day)
}

func monthAndYear(a, b datePart) (Date, bool) {
	switch {
	case a.digits == 4:
		return makeDate(a.value, b.value, 0)
	case b.digits == 4:
		return makeDate(b.value, a.value, 0)
	}
	return Date{}, false
}

// solidDate reads digits with nothing between them: 20060102, also with the time of day
// after it, 02012006, a lost zero in front (2012006), 020106, 060102 where that is no
// such day, or a year alone.
func solidDate(p datePart) (Date, bool) {
	switch n := p.value; p.digits {
	case 12, 14:
		for ; p.digits > 8; p.digits-- {
			n /= 10
		}
		if y := n / 10000; y < 1800 || y > 2099 { // a number of something else
			return Date{}, false
		}
		return ordered(n/10000, n%100, n/100%100)
	case 8:
		if y := n / 10000; y >= 1800 && y <= 2099 && n/100%100 <= 12 || n%10000 < 1300 {
			return ordered(y, n%100, n/100%100)
		}
		return ordered(n%10000, n/1000000, n/10000%100)
	case 7:
		return ordered(n%10000, n/1000000, n/10000%100)
	case 6:
		if n/10000 > 31 {
			return ordered(yearOf(datePart{n / 10000, 2}), n%100, n/100%100)
		}
		return ordered(yearOf(datePart{n % 100, 2}), n/10000, n/100%100)
	case 4:
		return makeDate(n, 0, 0)
	}
	return Date{}, false
}

// makeDate builds a date as typed, real or not; what does not fit the fields of a
// Date is none.
func makeDate(year, month, day int) (Date, bool) {
	if year > 9999 || month > 99 || day > 99 {
		return Date{}, false
	}
	return Date{int16(year), int8(month), int8(day)}, true
}
