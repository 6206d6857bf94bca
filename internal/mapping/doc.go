// Package mapping says which column of a table goes to which attribute of a record,
// and builds records from rows by it.
//
// A mapping is found from the header (Detect), from common English, French and a few
// other names of columns, or read from YAML (Load), where every key and every
// attribute path must be known:
//
//	record_id: rec_id
//	source: {value: web}
//	updated_at: {column: created_at, format: "2006-01-02"}
//	columns:
//	  first: name.given
//	  dob: {to: birth_date, format: "yyyymmdd"}
//	  street_no: {to: address.line, part: 1}
//	  street: {to: address.line, part: 2}
//
// Values are kept as they came; a value of white space only says nothing. What a
// mapping leaves out is listed with its reason (Mapping.Unmapped), so that a caller
// can report it: no column is dropped in silence.
package mapping
