package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"
)

// usualRecords is the size whose results have the plain name.
const usualRecords = 1_000_000

// report is what a part prints, kept for its file.
type report struct {
	stdout io.Writer
	text   bytes.Buffer
	out    string // folder
	name   string // of the file, without its end
	images map[string][]byte
}

func newReport(stdout io.Writer, o options, part string) *report {
	name := time.Now().Format(time.DateOnly) + "-" + part
	if o.records != usualRecords {
		name = fmt.Sprintf("%s-%d", name, o.records)
	}
	return &report{stdout: stdout, out: o.out, name: name, images: map[string][]byte{}}
}

func (r *report) printf(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	r.text.WriteString(text)
	_, _ = io.WriteString(r.stdout, text) // what cannot be shown is still in the file
}

// image keeps an image for a file of its own.
func (r *report) image(end string, svg []byte) { r.images[end] = svg }

func (r *report) write() error {
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	files := map[string][]byte{".txt": r.text.Bytes()}
	for end, svg := range r.images {
		files[end] = svg
	}
	for end, content := range files {
		if err := os.WriteFile(filepath.Join(r.out, r.name+end), content, 0o644); err != nil {
			return err
		}
	}
	r.printf("\n→ %s\n\n", filepath.Join(r.out, r.name+".txt"))
	return nil
}

// perRecord is a duration in microseconds for each of n records.
func perRecord(d time.Duration, n int) float64 { return float64(d.Microseconds()) / float64(max(n, 1)) }

// rate is records per second.
func rate(n int, d time.Duration) float64 { return float64(n) / max(d.Seconds(), 1e-9) }

// mib is bytes in MiB.
func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// ratio is how many times b goes into a; 0 where b is not known.
func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
