package server

import (
	"aloi"
	aloiv1 "aloi/proto/aloi/v1"
)

// RecordMessage returns the wire form of a record, for clients in Go.
func RecordMessage(r *aloi.Record) *aloiv1.Record { return toRecord(r) }
