package mapping

import "fmt"

// Mapping says where the columns of a table go. A mapping that Detect returned grows
// by Extend; apart from that it is not changed once made.
type Mapping struct {
	// RecordID is the column that identifies the row in its source; without one, rows
	// go by their number.
	RecordID string
	// Source is the system that sent the row; without one, it is the caller's.
	Source Value
	// Version is the column of the source's own version number; empty for none.
	Version string
	// UpdatedAt is when the source last changed the row.
	UpdatedAt Stamp
	// Columns are the columns with an attribute, in order of the table or of the YAML.
	Columns []Column
	// Consents are the columns with a consent.
	Consents []Consent
	// Whole are the lists of full JSON records (`names`, `consents`), which a reader takes
	// as they are.
	Whole []string
	// Unmapped are the columns that go nowhere, and why.
	Unmapped []Unmapped

	detected bool
}

// Value is a column, or a constant for all rows. The zero Value is neither.
type Value struct {
	Column   string
	Constant string
}

// Stamp is a column that holds a time. Format is a Go layout or a pattern such as
// `dd/mm/yyyy hh:mm:ss`; empty is guessed for each value.
type Stamp struct {
	Column string
	Format string
}

// Column is a column and the attribute that it gives.
type Column struct {
	Name string
	// To is an attribute path (see Paths).
	To string
	// Part is the place of the column among those that make one value together, from
	// 1; 0 is none.
	Part int
	// Address is the place of the address that an address column belongs to, from 1 to
	// MaxAddresses; 0 is the first.
	Address int
	// Format is the form of a date, as in Stamp; the value is rewritten to 2006-01-02
	// where it fits and kept as it came where it does not.
	Format string
	// MonthFirst is set for a birth date whose month comes before its day; ReadDateOrder
	// finds it. It is for the values that have no Format or do not fit it.
	MonthFirst bool
	// Scope is the scope of an identifier: the network of a social handle.
	Scope Value
}

// Consent is a column whose values say that a person agreed or refused.
type Consent struct {
	Purpose, Channel, Controller string
	// Column holds the answer: a value in Given is a consent given, one in Refused a
	// consent refused, one in Withdrawn a consent taken back, compared without regard
	// to case or accents. Any other value records nothing and is reported.
	Column                    string
	Given, Refused, Withdrawn []string
	// Time is when the person answered.
	Time Stamp
	// Notice is the version of the text that was shown, Method how the answer was
	// collected; empty when not known.
	Notice, Method string
}

// Unmapped is a column that goes nowhere.
type Unmapped struct {
	Column string
	Reason string
}

// Description is one line of what a mapping does: a column, and where it goes or why
// it goes nowhere.
type Description struct {
	Column string `json:"column"`
	To     string `json:"to,omitempty"`
	Reason string `json:"reason,omitempty"`
}

// Describe lists every column that the mapping knows: roles first, then attributes,
// consents, lists, and the unmapped.
func (m *Mapping) Describe() []Description {
	var list []Description
	add := func(column, to string) {
		if column != "" {
			list = append(list, Description{Column: column, To: to})
		}
	}
	add(m.RecordID, "record id")
	add(m.Source.Column, "source")
	add(m.Version, "version")
	add(m.UpdatedAt.Column, "updated at")
	for _, c := range m.Columns {
		to := c.To
		if c.Part > 0 {
			to = fmt.Sprintf("%s (part %d)", to, c.Part)
		}
		if c.Address > 1 {
			to = fmt.Sprintf("%s of address %d", to, c.Address)
		}
		if c.MonthFirst {
			to += " (month first)"
		}
		add(c.Name, to)
		add(c.Scope.Column, "scope of "+c.To)
	}
	for _, c := range m.Consents {
		add(c.Column, fmt.Sprintf("consent (%s by %s)", c.Purpose, c.Channel))
		add(c.Time.Column, "time of the consent in "+c.Column)
	}
	for _, w := range m.Whole {
		add(w, w+", read whole")
	}
	for _, u := range m.Unmapped {
		list = append(list, Description{Column: u.Column, Reason: u.Reason})
	}
	return list
}

// used returns every column that the mapping reads, the scopes and times included.
func (m *Mapping) used() []string {
	list := []string{m.RecordID, m.Source.Column, m.Version, m.UpdatedAt.Column}
	for _, c := range m.Columns {
		list = append(list, c.Name, c.Scope.Column)
	}
	for _, c := range m.Consents {
		list = append(list, c.Column, c.Time.Column)
	}
	return list
}
