package server

import (
	"context"
	"net"

	"google.golang.org/grpc/peer"

	"aloi"
)

// reasonNotLocal is why a call from another machine is refused.
const reasonNotLocal = "NOT_LOCAL"

// errNotLocal refuses what would give keys away, or change them, to who only reaches the
// address: nobody is asked yet who he is.
var errNotLocal = &aloi.Error{
	Code: aloi.CodeRefused, Reason: reasonNotLocal, Message: "backups and keys are for callers on the machine of the server",
}

// mustBeLocal refuses a caller on another machine.
func mustBeLocal(ctx context.Context) error {
	if p, ok := peer.FromContext(ctx); ok {
		switch a := p.Addr.(type) {
		case *net.TCPAddr:
			if a.IP.IsLoopback() {
				return nil
			}
		case *net.UnixAddr:
			return nil
		}
	}
	return errNotLocal
}
