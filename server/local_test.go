package server

import (
	"net"
	"testing"

	"google.golang.org/grpc/peer"

	"aloi"
)

// TestMustBeLocal holds that backups and keys are for callers on the machine of the server.
func TestMustBeLocal(t *testing.T) {
	for _, c := range []struct {
		from  net.Addr
		local bool
	}{
		{&net.TCPAddr{IP: net.ParseIP("127.0.0.1")}, true},
		{&net.TCPAddr{IP: net.ParseIP("::1")}, true},
		{&net.UnixAddr{Name: "/run/aloi", Net: "unix"}, true},
		{&net.TCPAddr{IP: net.ParseIP("192.0.2.7")}, false},
		{&net.TCPAddr{IP: net.ParseIP("2001:db8::1")}, false},
		{nil, false},
	} {
		err := mustBeLocal(peer.NewContext(t.Context(), &peer.Peer{Addr: c.from}))
		if (err == nil) != c.local || err != nil && aloi.CodeOf(err) != aloi.CodeRefused {
			t.Errorf("%v: %v", c.from, err)
		}
	}
	if mustBeLocal(t.Context()) == nil {
		t.Error("a call from nowhere is taken")
	}
}
