package server

import (
	"strings"
	"time"

	aloiv1 "aloi/proto/aloi/v1"
)

// Deadlines of unary calls whose client has set none.
const (
	usualDeadline = 10 * time.Second
	longDeadline  = time.Minute // of what reads much
)

// method is how a method is treated.
type method struct {
	deadline time.Duration // of a call without one; 0: it takes as long as it takes
	// writes says that the call waits for the engine's writer, which an adoption may hold
	// for long: those that only read have turns of their own, and go on meanwhile.
	writes bool
	// owes says that the client owes a request soon after it has opened the call. A stream of
	// an ETL job that waits for its next record owes nothing: pings alone show whether
	// somebody is there.
	owes bool
}

var (
	reads   = method{deadline: usualDeadline, owes: true}
	surveys = method{deadline: longDeadline, owes: true}
	writes  = method{deadline: usualDeadline, writes: true, owes: true}
	streams = method{owes: true}
)

// methods has every method of ours.
var methods = map[string]method{
	aloiv1.Ingest_Stream_FullMethodName: {},
	aloiv1.Ingest_Put_FullMethodName:    writes,
	aloiv1.Ingest_Delete_FullMethodName: writes,

	aloiv1.Entities_Get_FullMethodName:       reads,
	aloiv1.Entities_GetRecord_FullMethodName: reads,
	aloiv1.Entities_Search_FullMethodName:    surveys,
	aloiv1.Entities_Preview_FullMethodName:   surveys,
	aloiv1.Entities_Why_FullMethodName:       surveys,
	aloiv1.Entities_How_FullMethodName:       surveys,

	aloiv1.Judgements_Judge_FullMethodName:    writes,
	aloiv1.Judgements_Withdraw_FullMethodName: writes,
	aloiv1.Judgements_List_FullMethodName:     surveys,
	aloiv1.Judgements_Review_FullMethodName:   surveys,
	aloiv1.Judgements_Measure_FullMethodName:  surveys,

	aloiv1.Changes_Watch_FullMethodName: streams,

	aloiv1.Models_GetModel_FullMethodName: reads,
	aloiv1.Models_Train_FullMethodName:    streams,
	aloiv1.Models_Adopt_FullMethodName:    streams,

	aloiv1.Consent_Decide_FullMethodName:           reads,
	aloiv1.Consent_DecideMany_FullMethodName:       streams,
	aloiv1.Consent_Record_FullMethodName:           writes,
	aloiv1.Consent_ConfirmToken_FullMethodName:     writes,
	aloiv1.Consent_History_FullMethodName:          surveys,
	aloiv1.Consent_Preview_FullMethodName:          {deadline: longDeadline, writes: true, owes: true},
	aloiv1.Consent_Assign_FullMethodName:           writes,
	aloiv1.Consent_Suppress_FullMethodName:         writes,
	aloiv1.Consent_ListSuppressions_FullMethodName: surveys,
	aloiv1.Consent_PutNotice_FullMethodName:        writes,
	aloiv1.Consent_GetNotice_FullMethodName:        reads,

	aloiv1.Audit_Checkpoint_FullMethodName:  reads,
	aloiv1.Audit_Consistency_FullMethodName: surveys,
	aloiv1.Audit_Receipt_FullMethodName:     reads,

	aloiv1.Operations_GetStatus_FullMethodName:  reads,
	aloiv1.Operations_Verify_FullMethodName:     streams,
	aloiv1.Operations_RotateKeys_FullMethodName: streams,
	aloiv1.Operations_Backup_FullMethodName:     streams,
}

// methodOf returns how a method is treated; one that is not ours is read from.
func methodOf(name string) method {
	if m, ok := methods[name]; ok {
		return m
	}
	return reads
}

// isHealth reports whether a method is of the health service, which must answer however
// much there is to do.
func isHealth(name string) bool { return strings.HasPrefix(name, "/grpc.health.") }
