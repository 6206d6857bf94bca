package matcher

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"aloi"
)

// preparer collects a Prepared from a record.
type preparer struct {
	record *aloi.Record
	out    Prepared
	titled byte     // gender by a title inside a name
	strays []string // e-mail addresses inside names

	// Memory for what a usual record has, used again for the next record.
	wordRoom       [usualNameWords]nameWord
	words          int // of wordRoom, taken
	addressRoom    [usualAddressWords]addressWord
	nameRoom       [usualValues]PreparedName
	emailRoom      [usualValues]PreparedEmail
	phoneRoom      [usualValues]string
	addressesRoom  [usualValues]PreparedAddress
	identifierRoom [usualValues]PreparedIdentifier
	encoded        [2 * encodedBytes]byte

	heard *heardGivens // by this preparer, of all records
}

// What the usual record has at most: words in all fields of its names, words in a line of an
// address, and values of each kind.
const (
	usualNameWords    = 12
	usualAddressWords = 12
	usualValues       = 2
)

// preparers are those that wait for a record.
var preparers = sync.Pool{New: func() any { return &preparer{heard: new(heardGivens)} }}

// prepare normalises a record; attributes are the names of the free attributes
// that the model compares. It depends on nothing else.
func prepare(r *aloi.Record, attributes []string) *Prepared {
	p := collect(r, attributes)
	defer p.release()
	return p.compact()
}

// AppendRecord appends AppendPrepared of the record, normalised, to dst and returns the
// result, with the Tie and the Near of what was encoded. Nothing else is made.
func (m *Matcher) AppendRecord(dst []byte, r *aloi.Record) (encoded []byte, tie Tie, near uint64) {
	p := collect(r, m.names)
	defer p.release()
	return AppendPrepared(dst, &p.out), p.out.Tie, Near(&p.out)
}

// collect normalises a record. Who asks for the preparer releases it.
func collect(r *aloi.Record, attributes []string) *preparer {
	p := preparers.Get().(*preparer)
	p.record, p.out.Tie = r, TieOf(r.Ref)
	p.out.Names, p.out.Emails, p.out.Phones = p.nameRoom[:0], p.emailRoom[:0], p.phoneRoom[:0]
	p.out.Addresses, p.out.Identifiers = p.addressesRoom[:0], p.identifierRoom[:0]
	p.names()
	p.person()
	region := p.addresses()
	p.emails()
	p.phones(region)
	p.identifiers()
	p.attributes(attributes)
	slices.SortFunc(p.out.Flags, func(a, b Flag) int {
		return cmp.Or(strings.Compare(a.Field, b.Field), strings.Compare(a.Reason, b.Reason))
	})
	p.out.Flags = slices.Compact(p.out.Flags)
	p.out.outline = outlineBy(&p.out, p.heard)
	return p
}

// release gives the preparer to the next record. Nothing of this one stays in it but how its
// given name sounds.
func (p *preparer) release() {
	*p = preparer{heard: p.heard}
	preparers.Put(p)
}

// compact returns what was collected in two pieces of memory, for a batch that holds a
// million of them: no text of it keeps more than itself, such as the row of a file that it was
// cut from.
func (p *preparer) compact() *Prepared {
	packed, err := DecodePrepared(AppendPrepared(p.encoded[:0], &p.out))
	if err != nil {
		panic("matcher: " + err.Error()) // it reads what it wrote
	}
	return packed
}

// flag notes why a value of a field was left out; no reason is no flag.
func (p *preparer) flag(field, reason string) {
	if reason != "" {
		p.out.Flags = append(p.out.Flags, Flag{field, reason})
	}
}

// maxValues is how many e-mail addresses, telephone numbers, addresses, identifiers of one
// type and values of one attribute of a record take part, the first ones: a pair of records
// compares each with each.
const maxValues = 16

// keep appends a value that is new to its list, and flags one that there is no room for.
func keep[T comparable](p *preparer, field string, list []T, x T) []T {
	if len(list) < maxValues {
		return appendNew(list, x)
	}
	if !slices.Contains(list, x) {
		p.flag(field, FlagTooMany)
	}
	return list
}

// appendNew appends x where the list does not hold it.
func appendNew[T comparable](list []T, x T) []T {
	if slices.Contains(list, x) {
		return list
	}
	return append(list, x)
}

// isBlank reports whether a text is nothing but spaces.
func isBlank(s string) bool {
	return s == "" || (s[0] <= ' ' || s[0] >= utf8.RuneSelf) && strings.TrimSpace(s) == ""
}

// person reads what a record says once.
func (p *preparer) person() {
	r, out := p.record, &p.out
	if g := Fold(r.Gender); g != "" {
		out.Gender = genderOfText(g)
		if out.Gender == 0 {
			p.flag("gender", reasonFor(g))
		}
	}
	for i := range r.Names {
		if out.Gender == 0 {
			out.Gender = genderOfText(Fold(r.Names[i].Civility))
		}
	}
	if out.Gender == 0 {
		out.Gender = p.titled
	}
	if !isBlank(r.BirthDate) {
		d := readDate(r.BirthDate)
		out.Birth, out.BirthTyped = d.date, d.typed
		p.flag("birth_date", d.reason)
	}
}

// reasonFor says why a folded text that was not understood is left out.
func reasonFor(folded string) string {
	if isPlaceholder(folded) {
		return FlagPlaceholder
	}
	return FlagInvalid
}

func (p *preparer) emails() {
	for _, s := range p.record.Emails {
		p.email(s)
	}
	for _, s := range p.strays {
		p.email(s)
	}
}

func (p *preparer) email(field string) {
	if isBlank(field) {
		return
	}
	var room [1]PreparedEmail
	emails, reason := readEmails(room[:0], field)
	p.flag("email", reason)
	for _, e := range emails {
		p.out.Emails = keep(p, "email", p.out.Emails, e)
	}
}

// phones reads the telephone numbers; region is the country of the person's first address.
func (p *preparer) phones(region string) {
	for _, s := range p.record.Phones {
		if isBlank(s) {
			continue
		}
		var room [1]string
		numbers, reason := readPhones(room[:0], s, region)
		p.flag("phone", reason)
		for _, n := range numbers {
			p.out.Phones = keep(p, "phone", p.out.Phones, n)
		}
	}
}

func (p *preparer) identifiers() {
	for _, x := range p.record.Identifiers {
		if isBlank(x.Value) {
			continue
		}
		var room [1]PreparedIdentifier
		list, reason := readIdentifiers(room[:0], x)
		if reason != "" {
			p.flag("identifier."+x.Type, reason)
		}
		for _, id := range list {
			p.identifier(id)
		}
	}
}

// identifier keeps an identifier where those of its type have room.
func (p *preparer) identifier(id PreparedIdentifier) {
	if slices.Contains(p.out.Identifiers, id) {
		return
	}
	if countOf(p.out.Identifiers, func(x PreparedIdentifier) bool { return x.Type == id.Type }) == maxValues {
		p.flag("identifier."+id.Type, FlagTooMany)
		return
	}
	p.out.Identifiers = append(p.out.Identifiers, id)
}

// maxAttributeBytes is the longest free attribute that is compared.
const maxAttributeBytes = 256

func (p *preparer) attributes(names []string) {
	for _, name := range names {
		var list []PreparedAttribute
		for _, a := range p.record.Attributes {
			if a.Name != name {
				continue
			}
			v := Fold(a.Value)
			switch {
			case v == "":
			case isPlaceholder(v):
				p.flag("attribute."+name, FlagPlaceholder)
			default:
				x := PreparedAttribute{Name: name, Value: strings.TrimSpace(v[:min(len(v), maxAttributeBytes)])}
				list = keep(p, "attribute."+name, list, x)
			}
		}
		p.out.Attributes = append(p.out.Attributes, list...)
	}
}
