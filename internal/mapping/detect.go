package mapping

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// MaxColumns is the most columns that a table may have.
const MaxColumns = 512

// ErrNothingUnderstood is returned by Detect when no column gives an attribute: the
// table has no header, or other names than those known.
var ErrNothingUnderstood = errors.New("no column has a name that is understood: is there a header line? give a mapping")

// notUnderstood is the reason of a column whose name says nothing.
const notUnderstood = "name not understood"

// guess is a column whose name was understood.
type guess struct {
	index  int
	column string
	meaning
	// address is the place of its address, from 1; joins is set for a column that makes
	// one value with others of its target.
	address int
	joins   bool
}

// detector collects what is found in a header.
type detector struct {
	m       *Mapping
	header  []string
	guesses []guess // those not yet placed
	placed  []placed
}

// placed is a column of the mapping with its place in the table.
type placed struct {
	Column
	index, number int
	joins         bool // makes one value together with others of its path
}

// Detect finds a mapping from the names of the columns. With ErrNothingUnderstood it
// returns what it found all the same: a record id, perhaps, and the reasons.
func Detect(header []string) (*Mapping, error) {
	if len(header) > MaxColumns {
		return nil, fmt.Errorf("more than %d columns", MaxColumns)
	}
	d := &detector{m: &Mapping{detected: true}, header: header}
	seen := map[string]bool{}
	for i, h := range header {
		g, ok := understand(h)
		switch {
		case strings.TrimSpace(h) == "":
			d.unmapped(fmt.Sprintf("(column %d)", i+1), "has no name")
		case seen[h]:
			d.unmapped(h, "has the name of a column before it")
		case !ok:
			d.unmapped(h, notUnderstood)
		default:
			d.guesses = append(d.guesses, guess{index: i, column: h, meaning: g})
		}
		seen[h] = true
	}
	d.roles()
	d.names()
	d.birthDay()
	d.houseNumber()
	d.addresses()
	d.localities()
	d.attributes()
	d.finish()
	if len(d.m.Columns) == 0 {
		return d.m, ErrNothingUnderstood
	}
	return d.m, nil
}

func (d *detector) unmapped(column, reason string) {
	d.m.Unmapped = append(d.m.Unmapped, Unmapped{column, reason})
}

// take removes and returns the guesses for a target, the surest first.
func (d *detector) take(to string) []guess {
	var list, rest []guess
	for _, g := range d.guesses {
		if g.to == to {
			list = append(list, g)
		} else {
			rest = append(rest, g)
		}
	}
	d.guesses = rest
	slices.SortStableFunc(list, func(a, b guess) int { return cmp.Compare(a.rank, b.rank) })
	return list
}

// one returns the column of the surest guess for a target and reports the others.
func (d *detector) one(to string) string {
	list := d.take(to)
	if len(list) == 0 {
		return ""
	}
	for _, g := range list[1:] {
		d.unmapped(g.column, fmt.Sprintf("the %s is taken from column %q", to, list[0].column))
	}
	return list[0].column
}

// roles places the columns that are no attribute. A table without a record id goes by
// its customer number, which is then no identifier: two sources may count alike.
func (d *detector) roles() {
	d.m.RecordID = d.one(roleRecordID)
	d.m.Source.Column = d.one(roleSource)
	d.m.UpdatedAt.Column = d.one(roleUpdatedAt)
	d.m.Version = d.one(roleVersion)
	if d.m.RecordID == "" {
		if list := d.take("identifier.customer_number"); len(list) > 0 {
			d.m.RecordID = list[0].column
			d.guesses = append(d.guesses, list[1:]...)
		}
	}
}

// birthDay settles what `birth_day` or `Geburtstag` is: beside the month it is the day,
// elsewhere it is a birthday, the whole date.
func (d *detector) birthDay() {
	if !slices.ContainsFunc(d.guesses, func(g guess) bool { return g.to == partMonth }) {
		return
	}
	for i, g := range d.guesses {
		name := folded(g.column)
		if g.to == "birth_date" && (strings.Contains(name, "birthday") || strings.Contains(name, "geburtstag")) {
			d.guesses[i].to = partDay
		}
	}
}

// attributes places all other columns.
func (d *detector) attributes() {
	network := d.one(roleNetwork)
	whole := map[string]string{} // path and address → column that gives it alone
	for len(d.guesses) > 0 {
		path, order, _ := strings.Cut(d.guesses[0].to, ":")
		for _, g := range d.take(d.guesses[0].to) {
			c := g.place(path, order)
			k, _ := parsePath(c.To)
			if key := c.value(); !c.joins && k.single() {
				if by, taken := whole[key]; taken {
					d.unmapped(g.column, fmt.Sprintf("%s is taken from column %q", c.To, by))
					continue
				}
				whole[key] = g.column
			}
			if scoped(path) {
				c.Scope = Value{Constant: g.network}
				if g.network == "" {
					c.Scope = Value{Column: network}
				}
			}
			d.placed = append(d.placed, c)
		}
	}
	d.dropParts("birth_date", whole["birth_date"], partYear, partDay)
	d.dropParts("name.family", whole["name.family"], partFirst, partSecond)
	if network != "" && !slices.ContainsFunc(d.placed, func(c placed) bool { return c.Scope.Column == network }) {
		d.unmapped(network, "no column holds the social handle")
	}
}

// place makes the column of a guess; order is its place among the parts of the path.
func (g guess) place(path, order string) placed {
	c := placed{Column: Column{Name: g.column, To: path}, index: g.index, number: g.number}
	k, _ := parsePath(path)
	if k == kindGiven && g.number > 1 {
		c.To, k = "name.middle", kindMiddle
	}
	if k.ofAddress() && g.address > 1 {
		c.Address = g.address
	}
	if k == kindBirthDate && order == "" {
		c.Format, c.MonthFirst = g.format, strings.HasPrefix(strings.ToLower(g.format), "mm")
	}
	c.Part, _ = strconv.Atoi(order)
	c.joins = g.joins || order != "" || k == kindMiddle || k == kindNote || k == kindLine || k == kindFamily && g.number > 1
	return c
}

// value names the value that a column gives or is a part of.
func (c placed) value() string {
	if c.Address > 1 {
		return fmt.Sprint(c.To, c.Address)
	}
	return c.To
}

// dropParts reports the columns with a part of a value, from first to last, when another
// column has it whole.
func (d *detector) dropParts(path, whole, first, last string) {
	_, from, _ := strings.Cut(first, ":")
	_, to, _ := strings.Cut(last, ":")
	d.placed = slices.DeleteFunc(d.placed, func(c placed) bool {
		part := strconv.Itoa(c.Part)
		drop := whole != "" && c.To == path && c.joins && from <= part && part <= to
		if drop {
			d.unmapped(c.Name, fmt.Sprintf("%s is taken from column %q", path, whole))
		}
		return drop
	})
}

// finish numbers the parts of joined attributes and puts all in order of the table.
func (d *detector) finish() {
	slices.SortStableFunc(d.placed, func(a, b placed) int {
		return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.number, b.number), cmp.Compare(a.index, b.index))
	})
	count := map[string]int{}
	for i := range d.placed {
		// A second value that joins makes the first one join too: nom, nom2.
		c := &d.placed[i]
		count[c.value()]++
		k, _ := parsePath(c.To)
		c.joins = c.joins || k.single()
	}
	next := map[string]int{}
	for i := range d.placed {
		c := &d.placed[i]
		c.Part = 0
		if v := c.value(); c.joins && count[v] > 1 {
			next[v]++
			c.Part = next[v]
		}
	}
	slices.SortStableFunc(d.placed, func(a, b placed) int { return cmp.Compare(a.index, b.index) })
	for _, c := range d.placed {
		d.m.Columns = append(d.m.Columns, c.Column)
	}
}
