package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

// startLimit bounds how long a server may take to answer, with recovery.
const startLimit = 60 * time.Second

// stopLimit bounds how long a server may take to stop: a little more than it says itself.
const stopLimit = 40 * time.Second

// build compiles the program that is tormented.
func build(ctx context.Context, program string, flags ...string) error {
	args := append(append([]string{"build"}, flags...), "-o", program, "aloi/cmd/aloi")
	out, err := exec.CommandContext(ctx, "go", args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("go build: %w\n%s", err, out)
	}
	return nil
}

// process is a running server.
type process struct {
	cmd  *exec.Cmd
	log  bytes.Buffer
	conn *grpc.ClientConn
	addr chan string
}

// withFlags gives a server flags besides.
func withFlags(flags ...string) func(*exec.Cmd) {
	return func(c *exec.Cmd) { c.Args = append(c.Args, flags...) }
}

// launch starts a server and does not wait until it answers.
func launch(program, data string, with ...func(*exec.Cmd)) (*process, error) {
	p := &process{cmd: exec.Command(program, "serve", "--json", "--data", data, "--listen", "127.0.0.1:0"), addr: make(chan string, 1)}
	p.cmd.Stderr = &p.log
	for _, f := range with {
		f(p.cmd)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		var said struct{ Address string }
		if line, err := bufio.NewReader(out).ReadBytes('\n'); err == nil && json.Unmarshal(line, &said) == nil {
			p.addr <- said.Address
		}
		close(p.addr)
	}()
	return p, nil
}

// serve starts a server and waits until it answers.
func serve(program, data string, with ...func(*exec.Cmd)) (*process, error) {
	p, err := launch(program, data, with...)
	if err != nil {
		return nil, err
	}
	if err := p.answers(); err != nil {
		p.kill()
		return nil, fmt.Errorf("%w:\n%s", err, p.log.Bytes())
	}
	return p, nil
}

// answers waits until a server does.
func (p *process) answers() error {
	select {
	case addr, ok := <-p.addr:
		if !ok {
			return errors.New("the server ended before it answered")
		}
		var err error
		p.conn, err = grpc.NewClient(addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
		return err
	case <-time.After(startLimit):
		return fmt.Errorf("the server did not answer within %s", startLimit)
	}
}

// kill ends the server as a power switch does, as far as the operating system lets.
func (p *process) kill() {
	// It fails only when the process has ended already.
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	p.release()
}

// stop asks the server to end in order.
func (p *process) stop() error {
	// It fails only when the process has ended already, which release tells.
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	late := time.AfterFunc(stopLimit, func() { _ = p.cmd.Process.Kill() })
	defer late.Stop()
	if err := p.release(); err != nil {
		return fmt.Errorf("the server did not stop in order: %w\n%s", err, p.log.Bytes())
	}
	return nil
}

func (p *process) release() error {
	var err error
	if p.conn != nil {
		err = p.conn.Close()
	}
	return errors.Join(p.cmd.Wait(), err)
}

// verify runs `aloi verify` on the data of a server that does not run.
func verify(ctx context.Context, program, data string) error {
	out, err := exec.CommandContext(ctx, program, "verify", "--data", data).CombinedOutput()
	if err != nil {
		return fmt.Errorf("aloi verify: %w\n%s", err, out)
	}
	return nil
}
