package main

import (
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/durationpb"
)

// A stream is begun again after what passes by itself, and after nothing else. That a disk is
// full is told apart, since it takes longer.
func TestBlowsOver(t *testing.T) {
	later := &errdetails.RetryInfo{RetryDelay: durationpb.New(time.Second)}
	for _, c := range []struct {
		name    string
		code    codes.Code
		details []protoadapt.MessageV1
		want    bool
	}{
		{"a broken connection", codes.Unavailable, nil, true},
		{"a slow reader", codes.Unavailable, []protoadapt.MessageV1{&errdetails.ErrorInfo{Reason: "SLOW_READER"}, later}, true},
		{"an overloaded server", codes.ResourceExhausted, []protoadapt.MessageV1{&errdetails.ErrorInfo{Reason: "OVERLOADED"}, later}, true},
		{"a full disk", codes.ResourceExhausted, []protoadapt.MessageV1{&errdetails.ErrorInfo{Reason: "STORAGE_FULL"}, later}, false},
		{"too large a message", codes.ResourceExhausted, nil, false},
		{"a wrong request", codes.InvalidArgument, nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			st, err := status.New(c.code, "x").WithDetails(c.details...)
			if err != nil {
				t.Fatal(err)
			}
			if got := blowsOver(st.Err()); got != c.want {
				t.Errorf("blows over: %v", got)
			}
		})
	}
}
