package tabular

import (
	"bytes"
	"io"
)

// window is the part of a text that is being read. A row is looked at where it lies
// and taken once its end is known, so that after a bad row reading can go on with the
// line after the one where it began.
type window struct {
	r    io.Reader
	buf  []byte // buf[at:] is not taken yet
	at   int
	line int   // line of buf[at], from 1
	err  error // from r, io.EOF at the end
}

func newWindow(r io.Reader) *window {
	return &window{r: r, buf: make([]byte, 0, sampleBytes), line: 1}
}

// rest returns what is there and not taken.
func (w *window) rest() []byte { return w.buf[w.at:] }

// more reads on, so that rest grows. It returns false at the end of the text, on an
// error, and when rest is longer than a row may be.
func (w *window) more() bool {
	if w.err != nil || len(w.rest()) > MaxLineBytes {
		return false
	}
	if len(w.buf) == cap(w.buf) {
		if w.at > 0 && len(w.rest()) <= cap(w.buf)/2 {
			n := copy(w.buf[:cap(w.buf)], w.rest())
			w.buf, w.at = w.buf[:n], 0
		} else {
			grown := make([]byte, len(w.rest()), 2*cap(w.buf))
			copy(grown, w.rest())
			w.buf, w.at = grown, 0
		}
	}
	n, err := w.r.Read(w.buf[len(w.buf):cap(w.buf)])
	w.buf, w.err = w.buf[:len(w.buf)+n], err
	return n > 0 || err == nil
}

// take moves past the next n bytes.
func (w *window) take(n int) {
	w.line += bytes.Count(w.buf[w.at:w.at+n], []byte{'\n'})
	w.at += n
}

// physical returns the next line and the bytes to take for it, its end included. ok is
// false when there is none; long is set when it is longer than a row may be.
func (w *window) physical() (line []byte, size int, long, ok bool) {
	for from := 0; ; {
		if i := bytes.IndexByte(w.rest()[from:], '\n'); i >= 0 {
			return bytes.TrimSuffix(w.rest()[:from+i], []byte{'\r'}), from + i + 1, from+i > MaxLineBytes, true
		}
		from = len(w.rest())
		if !w.more() {
			break
		}
	}
	n := len(w.rest())
	if w.failed() != nil {
		return nil, 0, false, false // a line that was cut is no line
	}
	return bytes.TrimSuffix(w.rest(), []byte{'\r'}), n, n > MaxLineBytes, n > 0
}

// skip moves past the next line, however long it is.
func (w *window) skip() {
	for {
		if i := bytes.IndexByte(w.rest(), '\n'); i >= 0 {
			w.take(i + 1)
			return
		}
		w.take(len(w.rest()))
		if !w.more() {
			return
		}
	}
}

// failed returns the error that ended the text, nil for its proper end.
func (w *window) failed() error {
	if w.err == io.EOF {
		return nil
	}
	return w.err
}
