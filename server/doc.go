// Package server is the engine over gRPC, as proto/aloi/v1 says: Ingest for ETL
// jobs, Entities for those who ask, Judgements for stewards, Changes for those who
// follow, Models for those who run the match model, Consent for those who want to contact
// people, Audit for those who check, besides health and reflection.
//
//	s := server.New(e, server.Options{Log: log})
//	err := s.Serve(ctx, listener) // until ctx ends, then gracefully to the end
//
// It converts each message to the nouns of package aloi once, names every field that
// is wrong, and turns errors into statuses in one place. It decides nothing about
// records: all of that is the engine's. Wire types stop here.
//
// Personal values never reach the log or a status: both name fields, methods and
// codes only.
package server
