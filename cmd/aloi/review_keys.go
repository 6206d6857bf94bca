package main

import (
	"bytes"
	"io"
)

const (
	// keyBuffer is how many key presses wait, and keyBytes how much one read takes: a
	// key alone is one byte, an arrow or a pasted text are several in one read.
	keyBuffer = 16
	keyBytes  = 256

	interruptKey = 3 // Ctrl-C and Ctrl-D as a raw terminal sends them
	endKey       = 4
)

// readKeys reads a raw terminal until it ends, then closes the channel.
func readKeys(in io.Reader) <-chan []byte {
	keys := make(chan []byte, keyBuffer)
	go func() {
		defer close(keys)
		for {
			press := make([]byte, keyBytes)
			n, err := in.Read(press)
			if err != nil {
				return
			}
			select {
			case keys <- press[:n]:
			default: // faster than anybody can answer
			}
		}
	}()
	return keys
}

// key prints the prompt and returns the next key that is one by itself. What was typed
// before the question stood there is dropped: nobody answers what they have not seen.
// So are arrow keys and pasted text. ok is false at the end of the input.
func (s *session) key(prompt string) (key byte, ok bool, err error) {
	for len(s.keys) > 0 {
		<-s.keys
	}
	if _, err := io.WriteString(s.out, prompt); err != nil {
		return 0, false, err
	}
	for {
		select {
		case <-s.e.ctx.Done():
			return 0, false, errInterrupted
		case press, open := <-s.keys:
			if !open {
				return 0, false, nil
			}
			if len(press) == 1 {
				return press[0], true, nil
			}
		}
	}
}

// rawWriter writes text to a terminal in raw mode, which moves down a line at a line
// feed but not to its start.
type rawWriter struct{ w io.Writer }

func (r rawWriter) Write(text []byte) (int, error) {
	if _, err := r.w.Write(bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(text), nil
}
