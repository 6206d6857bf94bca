package main

import (
	"encoding/xml"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aloi"
	"aloi/matcher"
)

// All parts run, on little data and without peers, and leave what they promise.
func TestAllParts(t *testing.T) {
	work := t.TempDir()
	o := options{records: 2_000, seed: 1, streams: 2, perMessage: 50, inFlight: 500, calls: 60, work: work, out: filepath.Join(work, "results")}
	for _, p := range parts {
		o.parts = append(o.parts, p.name)
	}
	var said strings.Builder
	if err := run(t.Context(), o, &said); err != nil {
		t.Fatalf("%v, after:\n%s", err, said.String())
	}
	for _, want := range []string{
		"cores", "Aloi, saved model", "records/s over all", "get, a stored record", "ingest, a new record, durable", "half of that",
		"after compaction", "start 3: answers after", "against 2000 that are stored", "Aloi reaches", "links:", "hostile ÷ normal: server CPU per record",
	} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("nothing of %q in:\n%s", want, said.String())
		}
	}
	files, err := filepath.Glob(filepath.Join(o.out, "20*"))
	if err != nil || len(files) != len(parts)+1 {
		t.Errorf("files: %v, %v; want one of each part and an image", files, err)
	}
}

// What the hostile records share takes part in matching.
func TestSharedContacts(t *testing.T) {
	m, err := matcher.New(matcher.Default())
	if err != nil {
		t.Fatal(err)
	}
	r := &aloi.Record{Ref: aloi.RecordRef{Source: "web", ID: "1"}}
	shareContacts(r)
	if p := m.Prepare(r); len(p.Flags) > 0 || len(m.Keys(p)) < 2 {
		t.Errorf("flags %v, keys %v", p.Flags, m.Keys(p))
	}
}

func TestNoSuchPart(t *testing.T) {
	err := run(t.Context(), options{parts: []string{"all"}, records: 1}, io.Discard)
	if err == nil || !strings.Contains(err.Error(), `"all"`) {
		t.Errorf("error %v", err)
	}
}

// A chart is XML, names its axes, and has a point for each window.
func TestChart(t *testing.T) {
	var windows []window
	for i := range 20 {
		windows = append(windows, window{records: (i + 1) * 50_000, added: 50_000, wall: 5e9, server: 7e9})
	}
	svg := costChart(windows)
	d := xml.NewDecoder(strings.NewReader(string(svg)))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"records stored", "µs per record", ">1 M<", ">200 k<"} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("no %q in the chart", want)
		}
	}
	if lines := strings.Count(string(svg), "L"); lines != 2*(len(windows)-1) {
		t.Errorf("%d lines, want %d for each of two curves", lines, len(windows)-1)
	}
}

func TestStep(t *testing.T) {
	for _, c := range []struct{ most, want float64 }{{1e6, 2e5}, {5e6, 1e6}, {140, 50}, {1, .2}, {0, 1}} {
		if got := step(c.most); got != c.want {
			t.Errorf("a step up to %g: %g, want %g", c.most, got, c.want)
		}
	}
}

// What the kernel says of this process is read, in bytes.
func TestProcess(t *testing.T) {
	m, err := memoryOfProcess(os.Getpid())
	if err != nil || m.resident < 1<<20 || m.peak < m.resident || m.own+m.files > m.peak {
		t.Errorf("memory %+v, %v", m, err)
	}
	if _, err := cpuOfProcess(os.Getpid()); err != nil {
		t.Error(err)
	}
	s, out, err := measured(t.Context(), "sh", "-c", "echo done")
	if err != nil || string(out) != "done\n" || s.wall <= 0 {
		t.Errorf("%+v, %q, %v", s, out, err)
	}
	if _, _, err := measured(t.Context(), "sh", "-c", "echo why >&2; exit 3"); err == nil || !strings.Contains(err.Error(), "why") {
		t.Errorf("error %v, want what it said", err)
	}
}
