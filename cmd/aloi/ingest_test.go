package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"aloi/internal/datadir"
	"aloi/internal/tabular"
	aloiv1 "aloi/proto/aloi/v1"
)

// summary is what ingest --json prints.
type summary struct {
	Records, Rejected int
	Outcomes          map[string]int
	Files             []struct {
		File           string
		Rows, Rejected int
		Columns        []struct{ Column, To, Reason string }
	}
}

// ingest runs the command with --json and expects an exit code.
func (s *serving) ingest(t *testing.T, want int, stdin string, args ...string) (summary, string) {
	t.Helper()
	code, stdout, stderr := aloiRun(t, stdin, append([]string{"ingest", "--json", "--addr", s.addr}, args...)...)
	var sum summary
	if err := json.Unmarshal([]byte(stdout), &sum); err != nil || code != want {
		t.Fatalf("exit code %d, want %d (%v): %s%s", code, want, err, stdout, stderr)
	}
	return sum, stderr
}

// customers returns a CSV file of n people.
func customers(n int) string {
	var b strings.Builder
	b.WriteString("id,prenom,nom,courriel\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,Anne,Lefèvre%d,anne%d@example.fr\n", i, i, i)
	}
	return b.String()
}

func TestIngestCompressedAndStandardInput(t *testing.T) {
	s := start(t)
	dir := t.TempDir()
	text := []byte(customers(30))
	var zipped, zstded bytes.Buffer
	gz := gzip.NewWriter(&zipped)
	gz.Write(text)
	gz.Close()
	zw, _ := zstd.NewWriter(&zstded)
	zw.Write(text)
	zw.Close()
	gzPath, zstPath := put(t, dir, "web.csv.gz", zipped.String()), put(t, dir, "web.csv.zst", zstded.String())
	for _, step := range []struct {
		args    []string
		stdin   string
		outcome string
	}{
		{[]string{gzPath}, "", "CREATED"},
		{[]string{zstPath}, "", "UNCHANGED"}, // the same source: sent twice is sent once
		{[]string{"-", "--source", "web"}, string(text), "UNCHANGED"},
		{[]string{"-", "--source", "store"}, string(text), "JOINED"},
	} {
		sum, _ := s.ingest(t, exitOK, step.stdin, step.args...)
		if sum.Records != 30 || sum.Outcomes[step.outcome] != 30 {
			t.Errorf("%v: %+v, want 30 %s", step.args, sum, step.outcome)
		}
	}
}

func TestIngestSaysWhereColumnsGo(t *testing.T) {
	s := start(t)
	file := put(t, t.TempDir(), "web.csv", "id,prenom,nom,pointure\n1,Anne,Lefèvre,38\n")
	sum, stderr := s.ingest(t, exitOK, "", file)
	if !strings.Contains(stderr, "pointure") || strings.Contains(stderr, "prenom") {
		t.Errorf("--json says on stderr what is lost, and only that: %q", stderr)
	}
	to := map[string]string{}
	for _, c := range sum.Files[0].Columns {
		to[c.Column] = c.To + c.Reason
	}
	if to["prenom"] != "name.given" || to["nom"] != "name.family" || to["pointure"] == "" {
		t.Errorf("columns: %v", to)
	}
	_, stdout, stderr := aloiRun(t, "", "ingest", file, "--addr", s.addr)
	if !strings.Contains(stderr, "prenom") || !strings.Contains(stderr, "→ name.given") || !strings.Contains(stderr, "NOT sent") {
		t.Errorf("columns on stderr: %q", stderr)
	}
	if !strings.Contains(stdout, "1 records acknowledged") || !strings.Contains(stdout, "UNCHANGED") {
		t.Errorf("summary: %q", stdout)
	}
	mapping := put(t, t.TempDir(), "m.yaml", "record_id: id\nsource: {value: shop/fr}\ncolumns:\n  pointure: attribute.shoe_size\n  nom: name.family\n")
	s.ingest(t, exitOK, "", file, "--mapping", mapping)
	if got := s.ask(t, "get", "shop%2Ffr/1"); !strings.Contains(got, "shoe_size") {
		t.Errorf("a mapped column of a source with a slash: %s", got)
	}
}

func TestIngestRejects(t *testing.T) {
	s := start(t)
	dir := t.TempDir()
	file := put(t, dir, "web.csv", "id,prenom,nom\n1,Anne,Lefèvre\n2,Paul\n,Claire,Fontaine\n4,Karim,"+strings.Repeat("x", 5000)+"\n5,Zoé,Petit\n")
	rejects := filepath.Join(dir, "rejects.csv")
	sum, _ := s.ingest(t, exitFinding, "", file, "--rejects", rejects)
	if sum.Records != 2 || sum.Rejected != 3 {
		t.Errorf("%+v", sum)
	}
	rows := readCSV(t, rejects)
	if len(rows) != 4 || strings.Join(rows[0], ",") != "line,field,reason" {
		t.Fatalf("%v", rows)
	}
	for i, line := range []string{"3", "4", "5"} {
		if row := rows[i+1]; row[0] != line || row[2] == "" {
			t.Errorf("reject %d: %v, want line %s", i, row, line)
		}
	}
	code, _, stderr := aloiRun(t, "", "ingest", file, "--addr", s.addr)
	if code != exitFinding || !strings.Contains(stderr, "line 3") {
		t.Errorf("without a file for them: exit code %d, %s", code, stderr)
	}
	expect(t, exitUnavailable, "no such file", "ingest", filepath.Join(dir, "none.csv"), "--addr", s.addr)
	expect(t, exitUsage, "empty", "ingest", put(t, dir, "empty.csv", ""), "--addr", s.addr)
	expect(t, exitUsage, "--source", "ingest", file, "--source", "a b", "--addr", s.addr)
	expect(t, exitUsage, "colums", "ingest", file, "--mapping", put(t, dir, "m.yaml", "colums: {}\n"), "--addr", s.addr)
}

// What was read before a file turns out to be cut is sent and acknowledged.
func TestIngestCutFile(t *testing.T) {
	s := start(t)
	var zipped bytes.Buffer
	gz := gzip.NewWriter(&zipped)
	gz.Write([]byte(customers(20000)))
	gz.Close()
	file := put(t, t.TempDir(), "web.csv.gz", zipped.String()[:zipped.Len()/2])
	sum, _ := s.ingest(t, exitUsage, "", file)
	if sum.Records == 0 || sum.Records == 20000 {
		t.Errorf("%d records acknowledged", sum.Records)
	}
	if got := s.ask(t, "get", "web/0"); !strings.Contains(got, "Lefèvre0") {
		t.Error(got)
	}
}

// A row that the server rejects, and a bad row, are settled in their turn.
func TestSenderSettlesInOrder(t *testing.T) {
	s := start(t)
	rows := make(chan *item, 10)
	want := ""
	for i := range 9 {
		x := &item{line: i}
		switch i % 3 {
		case 0:
			x.bad = &tabular.RowError{Line: i, Reason: "bad"}
			want += "bad "
		case 1:
			x.op = &aloiv1.Operation{} // neither put nor delete
			want += "REJECTED "
		case 2:
			x.op = &aloiv1.Operation{Operation: &aloiv1.Operation_Put{Put: &aloiv1.Record{
				Ref: &aloiv1.RecordRef{Source: "web", RecordId: fmt.Sprint(i)}}}}
			want += "CREATED "
		}
		rows <- x
	}
	close(rows)
	got, line := "", 0
	err := target{Addr: s.addr}.call(t.Context(), func(cl *client) error {
		return (&sender{client: cl, rows: rows, settled: func(x *item, a *aloiv1.Acknowledgement) {
			if x.line != line {
				t.Errorf("line %d in the turn of %d", x.line, line)
			}
			line++
			if a == nil {
				got += "bad "
			} else {
				got += outcomeName(a.Outcome) + " "
			}
		}}).run(t.Context())
	})
	if err != nil || got != want {
		t.Errorf("%v\n got %s\nwant %s", err, got, want)
	}
}

// cutter forwards connections to a server and cuts the first ones after some bytes.
type cutter struct {
	net.Listener
	to    string
	left  atomic.Int32 // connections still to be cut
	after int64
}

func cut(t *testing.T, to string, connections int32, after int64) *cutter {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &cutter{Listener: l, to: to, after: after}
	c.left.Store(connections)
	var open sync.WaitGroup
	open.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { c.forward(conn) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		open.Wait()
	})
	return c
}

func (c *cutter) forward(in net.Conn) {
	defer in.Close()
	out, err := net.Dial("tcp", c.to)
	if err != nil {
		return
	}
	defer out.Close()
	go func() {
		io.Copy(in, out)
		in.Close()
	}()
	if c.left.Add(-1) >= 0 {
		io.CopyN(out, in, c.after)
		return
	}
	io.Copy(out, in)
}

// A connection that breaks in the middle, twice: every record is acknowledged once.
func TestIngestBrokenConnection(t *testing.T) {
	s := start(t)
	c := cut(t, s.addr, 2, 96<<10)
	file := put(t, t.TempDir(), "web.csv", customers(4000))
	code, stdout, stderr := aloiRun(t, "", "ingest", "--json", "--addr", c.Addr().String(), file)
	var sum summary
	if err := json.Unmarshal([]byte(stdout), &sum); err != nil || code != exitOK {
		t.Fatalf("exit code %d, %v: %s", code, err, stderr)
	}
	if sum.Records != 4000 || strings.Count(stderr, "connection lost") != 2 {
		t.Errorf("%d records acknowledged: %s", sum.Records, stderr)
	}
	if again, _ := s.ingest(t, exitOK, "", file); again.Outcomes["UNCHANGED"] != 4000 {
		t.Errorf("sent again: %+v", again)
	}
}

// A server that stops in order, and one that takes its place, lose nothing between them.
func TestIngestOutlivesARestart(t *testing.T) {
	s := start(t)
	rows := strings.SplitAfter(customers(200), "\n")
	stdin, writer := io.Pipe()
	type result struct {
		code        int
		out, errOut string
	}
	done := make(chan result, 1)
	go func() {
		var out, errOut bytes.Buffer
		code := run(t.Context(), []string{"ingest", "--json", "--source", "web", "--addr", s.addr, "-"}, stdin, &out, &errOut)
		done <- result{code, out.String(), errOut.String()}
	}()
	// The reader looks at a sample before the first row: give it one.
	io.WriteString(writer, strings.Join(rows[:101], "")+strings.Repeat("\n", 256<<10))
	eventually(t, func() bool {
		code, _, _ := aloiRun(t, "", "get", "web/99", "--addr", s.addr)
		return code == exitOK
	})
	if code := s.stop(); code != exitOK {
		t.Fatalf("stopped with exit code %d: %s", code, s.log)
	}
	serve(t, s.data, s.addr)
	io.WriteString(writer, strings.Join(rows[101:], ""))
	writer.Close()
	r := <-done
	var sum summary
	if err := json.Unmarshal([]byte(r.out), &sum); err != nil || r.code != exitOK || sum.Records != 200 {
		t.Errorf("exit code %d, %v, %+v: %s", r.code, err, sum, r.errOut)
	}
	if !strings.Contains(r.errOut, "connection lost") {
		t.Errorf("the restart was not noticed: %s", r.errOut)
	}
}

// An interrupted run says what was acknowledged.
func TestIngestInterrupted(t *testing.T) {
	s := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	stdin, writer := io.Pipe()
	defer writer.Close()
	var out, errOut bytes.Buffer
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"ingest", "--json", "--source", "web", "--addr", s.addr, "-"}, stdin, &out, &errOut)
	}()
	io.WriteString(writer, customers(10)+strings.Repeat("\n", 256<<10))
	eventually(t, func() bool {
		code, _, _ := aloiRun(t, "", "get", "web/9", "--addr", s.addr)
		return code == exitOK
	})
	cancel() // while it waits for its standard input
	var sum summary
	if code := <-done; code != exitUnavailable || json.Unmarshal(out.Bytes(), &sum) != nil || sum.Records != 10 {
		t.Errorf("exit code %d: %s%s", code, &out, &errOut)
	}
}

// eventually waits for something that happens in another goroutine.
func eventually(t *testing.T, happened func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !happened(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("it did not happen")
		}
	}
}

// Logs hold no personal data, whatever is sent and asked.
func TestLogsHoldNoPersonalData(t *testing.T) {
	s := start(t)
	dir := t.TempDir()
	s.ingest(t, exitOK, "", put(t, dir, "web.csv", "id,prenom,nom,courriel\nclient-9,Zoltán,Szabó,zoltan@example.fr\n"))
	s.ask(t, "get", "web/client-9")
	s.ask(t, "search", "--email", "zoltan@example.fr")
	aloiRun(t, "", "get", "web/client-10", "--addr", s.addr)
	s.stop()
	for _, personal := range []string{"Zolt", "Szab", "zoltan", "client-"} {
		if strings.Contains(s.log.String(), personal) {
			t.Errorf("the log holds %q:\n%s", personal, s.log)
		}
	}
	if _, err := os.Stat(filepath.Join(s.data, datadir.StoreFolder)); err != nil {
		t.Error(err)
	}
}
