package server

import (
	"net"
	"sync/atomic"
	"time"
)

// limitedListener accepts so many connections at once and hangs up on the others: a client
// of theirs sees at once that it must try again later.
type limitedListener struct {
	net.Listener
	limit int64
	open  atomic.Int64
}

// Accept returns the next connection within the limit.
func (l *limitedListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.open.Add(1) > l.limit {
			l.open.Add(-1)
			_ = c.Close() // nothing was said on it
			continue
		}
		return &connection{Conn: c, listener: l}, nil
	}
}

// connection is a connection that gives up when what is written to it is not taken: a
// client that reads nothing may still send, so that pings show nothing.
type connection struct {
	net.Conn
	listener *limitedListener
	closed   atomic.Bool
}

// Write writes within the limit of a ping.
func (c *connection) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(pingLimit)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// Close closes the connection and makes room for another.
func (c *connection) Close() error {
	if c.closed.CompareAndSwap(false, true) {
		c.listener.open.Add(-1)
	}
	return c.Conn.Close()
}
