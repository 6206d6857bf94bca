package matcher

// firstVersion is the first byte of the layout that stores were written in before
// preparedVersion: version, tie, then every field in the order of the struct. A string is its
// length as uvarint and its bytes; a list is its length as uvarint and its elements; a date is
// the year as uvarint, the month and the day as a byte each.
const firstVersion = 1

// decodeFirst reads a record in the first layout. Its error is errPrepared.
func decodeFirst(b []byte) (*Prepared, error) {
	p := new(Prepared)
	copy(p.Tie[:], b[1:])
	// One copy of the whole, of which all strings are parts.
	d := firstDecoder{rest: string(b[1+len(p.Tie):])}
	p.Names = listOf[PreparedName](d.count(8))
	for i := range p.Names {
		n := &p.Names[i]
		n.Given, n.Middle, n.Family, n.Birth = d.strings(), d.strings(), d.strings(), d.strings()
		n.FamilyWhole, n.BirthWhole = d.string(), d.string()
		n.Loose, n.Generation = d.strings(), d.string()
	}
	p.Gender = d.byte()
	p.Birth, p.BirthTyped = d.date(), d.date()
	p.Emails = listOf[PreparedEmail](d.count(3))
	for i := range p.Emails {
		p.Emails[i] = PreparedEmail{Local: d.string(), Domain: d.string(), Role: d.byte() != 0}
	}
	p.Phones = d.strings()
	p.Addresses = listOf[PreparedAddress](d.count(7))
	for i := range p.Addresses {
		p.Addresses[i] = PreparedAddress{
			Number: d.string(), Street: d.string(), Complement: d.string(),
			PostalCode: d.string(), City: d.string(), Region: d.string(), Country: d.string(),
		}
	}
	p.Identifiers = listOf[PreparedIdentifier](d.count(3))
	for i := range p.Identifiers {
		p.Identifiers[i] = PreparedIdentifier{Type: d.string(), Scope: d.string(), Value: d.string()}
	}
	p.Attributes = listOf[PreparedAttribute](d.count(2))
	for i := range p.Attributes {
		p.Attributes[i] = PreparedAttribute{Name: d.string(), Value: d.string()}
	}
	p.Flags = listOf[Flag](d.count(2))
	for i := range p.Flags {
		p.Flags[i] = Flag{Field: d.string(), Reason: d.string()}
	}
	if d.bad || d.rest != "" {
		return nil, errPrepared
	}
	p.outline = outlineOf(p)
	return p, nil
}

// firstDecoder reads from rest. Past an error it returns zero values and bad stays set.
type firstDecoder struct {
	rest string
	bad  bool
}

func (d *firstDecoder) fail() { d.rest, d.bad = "", true }

func (d *firstDecoder) byte() byte {
	if d.rest == "" {
		d.fail()
		return 0
	}
	c := d.rest[0]
	d.rest = d.rest[1:]
	return c
}

func (d *firstDecoder) uvarint() uint64 {
	var x uint64
	for shift := 0; shift < 63; shift += 7 {
		c := d.byte()
		x |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return x
		}
	}
	d.fail()
	return 0
}

func (d *firstDecoder) date() Date {
	return Date{Year: int16(d.uvarint()), Month: int8(d.byte()), Day: int8(d.byte())}
}

// count reads the length of a list whose elements take at least size bytes each,
// so that a wrong length cannot ask for more memory than the input could fill.
func (d *firstDecoder) count(size int) int {
	n := d.uvarint()
	if n > uint64(len(d.rest)/size) {
		d.fail()
		return 0
	}
	return int(n)
}

func (d *firstDecoder) string() string {
	n := d.uvarint()
	if n > uint64(len(d.rest)) {
		d.fail()
		return ""
	}
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}

func (d *firstDecoder) strings() []string {
	list := listOf[string](d.count(1))
	for i := range list {
		list[i] = d.string()
	}
	return list
}
