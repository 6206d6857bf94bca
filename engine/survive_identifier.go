package engine

import (
	"cmp"
	"strings"

	"aloi"
	"aloi/matcher"
)

// identifiers lets every distinct identifier survive, each type by itself.
func (s *survival) identifiers() {
	fields := map[string]*field{}
	var paths []string
	for i, m := range s.members {
		for k, id := range m.Record.Identifiers {
			path, text, scope := pathIdentifier+"."+id.Type, strings.TrimSpace(id.Value), strings.TrimSpace(id.Scope)
			p, ok := m.preparedIdentifier(k)
			if text == "" || !ok {
				continue
			}
			key := keyOf(scope) + ":" + keyOf(text)
			if p != nil {
				key, scope = keyOf(p.Scope)+":"+keyOf(p.Value), cmp.Or(scope, p.Scope)
			}
			if fields[path] == nil {
				fields[path] = s.apart(path)
				paths = append(paths, path)
			}
			fields[path].say(saying{
				member: i, key: key, text: text, scope: scope,
				// The spelling with the fewest marks is shown: 2984, not 2 984.
				complete: -len(text),
			})
		}
	}
	for _, path := range paths {
		s.keepAll(fields[path])
	}
}

// preparedIdentifier finds what preparation made of the identifier at place k: the
// one at the same place when none was left out, else the one that it ends with. Nil
// where that can't be told; ok is false when it was left out.
func (c *Contribution) preparedIdentifier(k int) (p *matcher.PreparedIdentifier, ok bool) {
	if c.Prepared == nil {
		return nil, true
	}
	ids := c.Prepared.Identifiers
	if len(ids) == len(c.Record.Identifiers) {
		return &ids[k], true
	}
	id, alternatives := &c.Record.Identifiers[k], 0
	for i := range ids {
		if ids[i].Type != id.Type || !endsWith(id, &ids[i]) {
			continue
		}
		if keyOf(ids[i].Scope) == keyOf(id.Scope) {
			return &ids[i], true
		}
		p, alternatives = &ids[i], alternatives+1
	}
	if alternatives == 1 {
		return p, true
	}
	return nil, alternatives > 1 || !c.flagged(pathIdentifier+"."+id.Type)
}

// endsWith reports whether p is what was made of id: the same, or the end of a handle
// that was given as the address of a profile.
func endsWith(id *aloi.Identifier, p *matcher.PreparedIdentifier) bool {
	value, made := keyOf(id.Value), keyOf(p.Value)
	return value == made || id.Type == aloi.IdentifierSocialHandle && strings.HasSuffix(value, made)
}
