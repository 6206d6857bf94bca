package server_test

import (
	"bytes"
	"encoding/binary"
	"net"
	"sync"
	"testing"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// rawClient speaks HTTP/2 frame by frame, so that it can do what no gRPC client does. It
// never gives the server room to send but what HTTP/2 begins with.
type rawClient struct {
	t      *testing.T
	conn   net.Conn
	frames *http2.Framer
	mu     sync.Mutex // of writing
	block  bytes.Buffer
	header *hpack.Encoder
	next   uint32
	gone   chan struct{} // closed when the server has closed the connection
}

// dialRaw opens a connection, and reads what the server sends to forget it.
func dialRaw(t *testing.T, addr string) *rawClient {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	c := &rawClient{t: t, conn: conn, frames: http2.NewFramer(conn, conn), next: 1, gone: make(chan struct{})}
	c.header = hpack.NewEncoder(&c.block)
	if _, err := conn.Write([]byte(http2.ClientPreface)); err != nil {
		t.Fatal(err)
	}
	if err := c.frames.WriteSettings(); err != nil {
		t.Fatal(err)
	}
	go c.read()
	return c
}

// read answers settings and pings.
func (c *rawClient) read() {
	defer close(c.gone)
	for {
		frame, err := c.frames.ReadFrame()
		if err != nil {
			return
		}
		c.mu.Lock()
		switch f := frame.(type) {
		case *http2.SettingsFrame:
			if !f.IsAck() {
				err = c.frames.WriteSettingsAck()
			}
		case *http2.PingFrame:
			if !f.IsAck() {
				err = c.frames.WritePing(true, f.Data)
			}
		}
		c.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// open begins a call and returns its stream.
func (c *rawClient) open(method string) uint32 {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.block.Reset()
	for _, f := range [][2]string{
		{":method", "POST"}, {":scheme", "http"}, {":path", method}, {":authority", "aloi"},
		{"content-type", "application/grpc"}, {"te", "trailers"},
	} {
		if err := c.header.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]}); err != nil {
			c.t.Fatal(err)
		}
	}
	id := c.next
	c.next += 2
	if err := c.frames.WriteHeaders(http2.HeadersFrameParam{StreamID: id, BlockFragment: c.block.Bytes(), EndHeaders: true}); err != nil {
		c.t.Fatal(err)
	}
	return id
}

// data sends bytes of a call; what the server refuses shows elsewhere.
func (c *rawClient) data(id uint32, b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.frames.WriteData(id, false, b)
}

// reset ends a call in the middle.
func (c *rawClient) reset(id uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	_ = c.frames.WriteRSTStream(id, http2.ErrCodeCancel)
}

// framed is a message as gRPC sends it: 5 bytes that say how long it is come first.
func framed(message []byte) []byte {
	const head = 5
	b := binary.BigEndian.AppendUint32([]byte{0}, uint32(len(message)))
	return append(b[:head:head], message...)
}
