package tabular

import "aloi"

// roomyRecord is a record with the memory for what most have one of: one piece of memory in
// the place of five, for each of millions of rows.
type roomyRecord struct {
	record    aloi.Record
	names     [1]aloi.Name
	addresses [1]aloi.Address
	emails    [1]string
	phones    [1]string
}

// roomFor returns a copy of a record in which the lists that it does not have are empty, with
// room for one element.
func roomFor(r *aloi.Record) *aloi.Record {
	room := &roomyRecord{record: *r}
	out := &room.record
	if out.Names == nil {
		out.Names = room.names[:0]
	}
	if out.Addresses == nil {
		out.Addresses = room.addresses[:0]
	}
	if out.Emails == nil {
		out.Emails = room.emails[:0]
	}
	if out.Phones == nil {
		out.Phones = room.phones[:0]
	}
	return out
}

// withoutRoom makes the lists nil in which nothing was put.
func withoutRoom(r *aloi.Record) {
	if len(r.Names) == 0 {
		r.Names = nil
	}
	if len(r.Addresses) == 0 {
		r.Addresses = nil
	}
	if len(r.Emails) == 0 {
		r.Emails = nil
	}
	if len(r.Phones) == 0 {
		r.Phones = nil
	}
}
