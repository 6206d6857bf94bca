package main

import (
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"time"
)

// pprofHeaderTimeout is how long a client of the profiles may take to ask.
const pprofHeaderTimeout = 5 * time.Second

// pprofListener opens the address of --pprof; nil when none was asked for. A profile holds
// names of functions and no personal data, but taking one costs the server time, and it tells
// what the server is doing: it is for those who are on this machine.
func (c *serveCommand) pprofListener() (*net.TCPListener, error) {
	if c.Pprof == "" {
		return nil, nil
	}
	addr, err := net.ResolveTCPAddr("tcp", c.Pprof)
	if err != nil {
		return nil, usage(fmt.Errorf("--pprof %s: %w", c.Pprof, err))
	}
	if !addr.IP.IsLoopback() {
		return nil, usage(fmt.Errorf("--pprof %s: profiles are for this machine alone; give an address of it, such as 127.0.0.1:6060", c.Pprof))
	}
	l, err := net.ListenTCP("tcp", addr)
	if err != nil {
		return nil, &exitError{exitUnavailable, fmt.Errorf("can't listen on %s: %w", c.Pprof, err)}
	}
	return l, nil
}

// servePprof answers with profiles until the function that it returns is called. A nil
// listener is none.
func servePprof(l *net.TCPListener, log *slog.Logger) (end func()) {
	if l == nil {
		return func() {}
	}
	// A mux of its own: what other packages register on that of net/http is not served.
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	s := &http.Server{Handler: mux, ReadHeaderTimeout: pprofHeaderTimeout}
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := s.Serve(l); err != http.ErrServerClosed {
			log.Warn("serving profiles", "error", err)
		}
	}()
	log.Info("serving profiles", "address", "http://"+l.Addr().String()+"/debug/pprof/")
	return func() {
		s.Close() // a profile under way is not worth a wait
		<-done
	}
}
