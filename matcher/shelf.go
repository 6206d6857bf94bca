package matcher

import "strings"

// Shelf decodes many prepared records that are all kept, as those of a batch are, into few
// pieces of memory without gaps. Records that are decoded one after another lie near one
// another, and the garbage collector has little to go through. A shelf is not safe for
// concurrent use; its records are, and stay when it goes. What one of them takes is free
// again only when those beside it go too.
type Shelf struct {
	whole       usualAt // where the next record is decoded
	records     slab[Prepared]
	names       slab[PreparedName]
	emails      slab[PreparedEmail]
	addresses   slab[PreparedAddress]
	identifiers slab[PreparedIdentifier]
	attributes  slab[PreparedAttribute]
	flags       slab[Flag]
	strings     slab[string]
	texts       *strings.Builder
}

// shelfRecords and shelfTextBytes are how many elements and bytes one piece of memory has.
const (
	shelfRecords   = 256
	shelfTextBytes = 32 << 10
)

// Decode is DecodePrepared; the record lies on the shelf.
func (s *Shelf) Decode(b []byte) (*Prepared, error) {
	s.whole = usualAt{}
	p, err := decodeInto(&s.whole.usual, s.whole.address[:], b, s)
	if err != nil {
		return nil, err
	}
	return s.keep(p), nil
}

// text returns the text of b, which lies beside the others, and by itself without a shelf.
func (s *Shelf) text(b []byte) string {
	if s == nil {
		return string(b)
	}
	if s.texts == nil || s.texts.Cap()-s.texts.Len() < len(b) {
		s.texts = &strings.Builder{} // the texts of the one before keep its memory
		s.texts.Grow(max(shelfTextBytes, len(b)))
	}
	from := s.texts.Len()
	s.texts.Write(b)
	return s.texts.String()[from:]
}

// keep copies a record and its lists, and not its texts.
func (s *Shelf) keep(decoded *Prepared) *Prepared {
	p := &s.records.copy([]Prepared{*decoded})[0]
	p.Names = s.names.copy(p.Names)
	for i := range p.Names {
		n := &p.Names[i]
		for _, words := range [...]*[]string{&n.Given, &n.Middle, &n.Family, &n.Birth, &n.Loose} {
			*words = s.strings.copy(*words)
		}
	}
	p.Emails = s.emails.copy(p.Emails)
	p.Phones = s.strings.copy(p.Phones)
	p.Addresses = s.addresses.copy(p.Addresses)
	p.Identifiers = s.identifiers.copy(p.Identifiers)
	p.Attributes = s.attributes.copy(p.Attributes)
	p.Flags = s.flags.copy(p.Flags)
	return p
}

// slab is memory for lists that stay.
type slab[T any] struct{ free []T }

// copy returns a list of the same elements that lies in the slab, nil for none.
func (s *slab[T]) copy(list []T) []T {
	if len(list) == 0 {
		return nil
	}
	if len(list) > len(s.free) {
		s.free = make([]T, max(shelfRecords, len(list)))
	}
	kept := s.free[:len(list):len(list)]
	s.free = s.free[len(list):]
	copy(kept, list)
	return kept
}
