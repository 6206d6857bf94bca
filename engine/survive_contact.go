package engine

import (
	"strings"
	"unicode"

	"aloi/matcher"
)

// emails lets every distinct e-mail address survive, role addresses last.
func (s *survival) emails() {
	f := s.field(pathEmail)
	for i, m := range s.members {
		texts := emailTexts(m.Record.Emails, m.Prepared != nil)
		for k, text := range texts {
			if m.Prepared == nil {
				f.say(saying{member: i, key: text, text: text})
			} else if p := preparedEmail(m.Prepared, text, k, len(texts)); p != nil {
				f.say(saying{member: i, key: mailbox(p), text: text, low: p.Role, complete: asPrepared(p, text)})
			}
		}
	}
	s.keepAll(f)
}

// emailTexts returns the addresses in the fields of a record, in lower case: a field
// may hold several, or a name beside one, which preparation reads in the same way.
func emailTexts(fields []string, parted bool) (texts []string) {
	for _, field := range fields {
		field = strings.ToLower(strings.TrimSpace(field))
		switch {
		case field == "":
		case parted && strings.Contains(field, "@"):
			for part := range strings.FieldsFuncSeq(field, func(r rune) bool { return strings.ContainsRune(";, \t\n|<>", r) }) {
				if strings.Contains(part, "@") {
					texts = append(texts, strings.TrimPrefix(part, "mailto:"))
				}
			}
		default:
			texts = append(texts, field)
		}
	}
	return texts
}

// mailbox is the same for addresses of one mailbox: without tags and, at Google,
// which ignores them, without dots (support.google.com/mail/answer/7436150).
func mailbox(p *matcher.PreparedEmail) string {
	local := p.Local
	if p.Domain == "gmail.com" || p.Domain == "googlemail.com" {
		local = strings.ReplaceAll(local, ".", "")
	}
	return local + "@" + p.Domain
}

// asPrepared grades how an address was typed: with a mistyped domain, with a tag, or
// as it is.
func asPrepared(p *matcher.PreparedEmail, text string) int {
	switch {
	case !strings.HasSuffix(text, "@"+p.Domain):
		return 0
	case text != p.Local+"@"+p.Domain:
		return 1
	}
	return 2
}

// preparedEmail finds what preparation made of the address at place k of n: the one
// at the same place when none was left out, else the one with the same local part and
// that domain, or the one of which it is a slip. Nil when it was left out.
func preparedEmail(p *matcher.Prepared, text string, k, n int) *matcher.PreparedEmail {
	if len(p.Emails) == n {
		return &p.Emails[k]
	}
	local, domain, _ := strings.Cut(text, "@")
	local, _, _ = strings.Cut(local, "+")
	var found *matcher.PreparedEmail
	most := alike - 1
	for i, e := range p.Emails {
		if l := likeness(e.Domain, domain); keyOf(e.Local) == keyOf(local) && l > most {
			found, most = &p.Emails[i], l
		}
	}
	return found
}

// phones lets every distinct phone survive: in E.164 where its country is known,
// else in the digits that were dialled.
func (s *survival) phones() {
	f := s.field(pathPhone)
	for i, m := range s.members {
		if m.Prepared == nil {
			for _, raw := range m.Record.Phones {
				if text := strings.TrimSpace(raw); text != "" {
					f.say(saying{member: i, key: digits(text), text: text})
				}
			}
			continue
		}
		for _, p := range m.Prepared.Phones {
			text, dialled := p, strings.HasPrefix(p, "0") // no country has such a number
			if !dialled {
				text = "+" + p
			}
			f.say(saying{member: i, key: p, text: text, low: dialled})
		}
	}
	s.keepAll(f)
}

func digits(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, text)
}
