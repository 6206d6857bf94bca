// Package proto is the folder of the wire contract: the .proto files under aloi/v1
// and the Go code generated from them (package aloiv1). It has no code of its own.
//
// The Go code is committed. After a change to a .proto file:
//
//	go generate ./proto/...
//
// A test of proto/generate fails while the two differ. Neither needs protoc: the
// compiler is a library and the plugins are tools of go.mod.
package proto

//go:generate go run ./generate
