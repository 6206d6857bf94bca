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
		for k, raw := range m.Record.Emails {
			text := strings.ToLower(strings.TrimSpace(raw))
			if text == "" {
				continue
			}
			if m.Prepared == nil {
				f.say(saying{member: i, key: text, text: text})
			} else if p := preparedEmail(m.Prepared, text, k, len(m.Record.Emails)); p != nil {
				f.say(saying{member: i, key: mailbox(p), text: text, low: p.Role, complete: asPrepared(p, text)})
			}
		}
	}
	s.keepAll(f)
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
// at the same place when none was left out, else the one that looks the same.
func preparedEmail(p *matcher.Prepared, text string, k, n int) *matcher.PreparedEmail {
	if len(p.Emails) == n {
		return &p.Emails[k]
	}
	local, domain, _ := strings.Cut(text, "@")
	local, _, _ = strings.Cut(local, "+")
	for i, e := range p.Emails {
		if keyOf(e.Local) == keyOf(local) && e.Domain == domain {
			return &p.Emails[i]
		}
	}
	return nil
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

// identifiers lets every distinct identifier survive, each type by itself.
func (s *survival) identifiers() {
	fields := map[string]*field{}
	var paths []string
	for i, m := range s.members {
		for _, id := range m.Record.Identifiers {
			path, text := pathIdentifier+"."+id.Type, strings.TrimSpace(id.Value)
			if text == "" || m.flagged(path) {
				continue
			}
			if fields[path] == nil {
				fields[path] = s.field(path)
				paths = append(paths, path)
			}
			scope := strings.TrimSpace(id.Scope)
			fields[path].say(saying{
				member: i, key: keyOf(scope) + ":" + keyOf(text), text: text, scope: scope,
				// The spelling with the fewest marks is shown: 2984, not 2 984.
				complete: -len(text),
			})
		}
	}
	for _, path := range paths {
		s.keepAll(fields[path])
	}
}
