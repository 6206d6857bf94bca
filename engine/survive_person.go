package engine

import (
	"strings"

	"aloi/matcher"
)

// birthDate lets the birth date survive, in ISO form where it was understood.
func (s *survival) birthDate() {
	f := s.field(pathBirthDate)
	for i, m := range s.members {
		text := strings.TrimSpace(m.Record.BirthDate)
		switch {
		case m.Prepared != nil && !m.Prepared.Birth.IsZero():
			iso := isoDate(m.Prepared.Birth)
			f.say(saying{member: i, key: iso, text: iso, complete: dateCompleteness(m.Prepared.Birth)})
		case m.Prepared == nil && text != "":
			f.say(saying{member: i, key: keyOf(text), text: text})
		}
	}
	s.keepOne(f)
}

// dateCompleteness counts what is known of a date. A first of January counts one less
// than another day: forms put it where only the year is known.
func dateCompleteness(d matcher.Date) int {
	switch {
	case d.Month == 0:
		return 1
	case d.Day == 0:
		return 2
	case d.Month == 1 && d.Day == 1:
		return 3
	}
	return 4
}

// genders are the folded words for a gender, where there is no preparation.
var genders = map[string]string{
	"M": "M", "H": "M", "HOMME": "M", "MALE": "M", "MASCULIN": "M",
	"F": "F", "FEMME": "F", "FEMALE": "F", "FEMININ": "F",
}

// gender lets the gender survive as M or F, from the gender or else the civility.
func (s *survival) gender() {
	f := s.field(pathGender)
	for i, m := range s.members {
		key := ""
		if m.Prepared == nil {
			key = genders[keyOf(m.Record.Gender)]
		} else if m.Prepared.Gender != 0 {
			key = string(rune(m.Prepared.Gender))
		}
		if key != "" {
			f.say(saying{member: i, key: key, text: key})
		}
	}
	s.keepOne(f)
}

// free lets the free attributes survive, each name by itself.
func (s *survival) free() {
	fields := map[string]*field{}
	var paths []string
	for i, m := range s.members {
		for _, a := range m.Record.Attributes {
			path, text := pathAttribute+"."+a.Name, strings.TrimSpace(a.Value)
			if text == "" || m.flagged(path) {
				continue
			}
			if fields[path] == nil {
				fields[path] = s.apart(path)
				paths = append(paths, path)
			}
			fields[path].say(saying{member: i, key: keyOf(text), text: text})
		}
	}
	for _, path := range paths {
		s.keepOne(fields[path])
	}
}
