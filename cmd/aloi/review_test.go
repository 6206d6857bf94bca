package main

import (
	"bytes"
	"io"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/term"
	"google.golang.org/protobuf/encoding/protojson"

	aloiv1 "aloi/proto/aloi/v1"
)

// namesakes are three pairs with nothing but a name, which several people have, and a
// pair that leaves no doubt.
const namesakes = `source,id,prenom,nom,courriel,tel
store,1,Nathalie,Bernard,,
web,1,Nathalie,Bernard,,
store,2,Philippe,Petit,,
web,2,Philippe,Petit,,
store,3,Marie,Garnier,,
web,3,Marie,Garnier,,
store,4,Solène,Kerbrat,s.kerbrat@example.org,0639981234
web,4,Solène,Kerbrat,s.kerbrat@example.org,0639981234
`

func withNamesakes(t *testing.T) *serving {
	t.Helper()
	s := start(t)
	if sum, _ := s.ingest(t, exitOK, namesakes, "-"); sum.Records != 8 {
		t.Fatalf("%+v", sum)
	}
	return s
}

// waiting lists the pairs that wait, as A B.
func waiting(t *testing.T, s *serving) []string {
	t.Helper()
	var pairs []string
	for line := range strings.Lines(s.ask(t, "review", "--json")) {
		var p aloiv1.ReviewPair
		if err := protojson.Unmarshal([]byte(line), &p); err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, pairText(&p))
	}
	return pairs
}

func TestReviewFiles(t *testing.T) {
	s, dir := withNamesakes(t), t.TempDir()
	if pairs := waiting(t, s); len(pairs) != 3 {
		t.Fatalf("pairs that wait: %v", pairs)
	}
	contains(t, s.ask(t, "review", "--list"), "wait for a steward: 3", "BITS", "store/1", "web/3", "given name exact +")
	contains(t, s.ask(t, "review", "--list", "--lang", "fr", "--limit", "1"), "gestionnaire\u00a0: 3", "prénom")
	contains(t, s.ask(t, "review", "--measure"), "Judged pairs with both records stored: 0")

	answers := put(t, dir, "answers.csv", "\ufeffA;b;Verdict;reason\nweb/1;store/1;SAME;même signature\nstore/2;web/2;different;\nstore/3;web/3;;\nstore/4;web/4;same;\n")
	contains(t, s.ask(t, "review", "--answers", answers, "--steward", "claire", "--reason", "au téléphone"), "2 judged the same, 1 different; 1 rows without a verdict")
	contains(t, s.ask(t, "judge", "list"), "même signature", "au téléphone", "claire")
	if pairs := waiting(t, s); len(pairs) != 1 || pairs[0] != "store/3 web/3" {
		t.Errorf("pairs that wait: %v", pairs)
	}
	contains(t, s.ask(t, "review", "--measure"), "3, of them 2 the same and 1 different", "precision  1.000 of 1 (0.207 to 1.000 with 95 % confidence)",
		"recall     0.500 of 2", "below -2.0", "from 7.0", "were chosen")
	contains(t, s.ask(t, "review", "--measure", "--lang", "fr"), "précision  1,000 sur 1 (de 0,207 à 1,000", "moins de -2,0")
	if m := askJSON(t, s, &aloiv1.MeasureResponse{}, "review", "--measure"); m.Judged != 3 || m.BothSame != 1 {
		t.Errorf("%v", m)
	}

	for says, text := range map[string]string{
		"no column verdict": "a,b\nweb/1,web/2\n",
		"line 3: verdict":   "a,b,verdict\nweb/1,web/2,same\nweb/1,web/3,Lefèvre\n",
		"line 2: a, b":      "a\tb\tverdict\nweb\tweb/2\tsame\n",
		"wrong number":      "a,b,verdict\nweb/1,same\n",
		"the header":        "",
	} {
		code, _, stderr := aloiRun(t, text, "review", "--answers", "-", "--steward", "claire", "--addr", s.addr)
		if code != exitUsage || !strings.Contains(stderr, says) || strings.Contains(stderr, "Lefèvre") {
			t.Errorf("exit code %d, %q does not say %q", code, stderr, says)
		}
	}
	if text := s.ask(t, "judge", "list"); strings.Count(text, "claire") != 3 {
		t.Errorf("a file that was refused left judgements: %s", text)
	}
	expect(t, exitUsage, "--steward", "review", "--answers", answers, "--addr", s.addr)
	expect(t, exitUsage, "no terminal", "review", "--addr", s.addr)
	expect(t, exitUnavailable, "none.csv", "review", "--answers", "none.csv", "--steward", "claire", "--addr", s.addr)
}

// desk is a terminal with the program at it.
type desk struct {
	t      *testing.T
	screen *os.File // the other end of the terminal
	read   []byte   // what stood on the screen after what was last waited for
}

// press types keys, once the screen says something.
func (d *desk) press(says, keys string) {
	d.t.Helper()
	buffer := make([]byte, 4096)
	for !bytes.Contains(d.read, []byte(says)) {
		n, err := d.screen.Read(buffer)
		if err != nil {
			d.t.Fatalf("%v: %q is not on the screen:\n%s", err, says, d.read)
		}
		d.read = append(d.read, buffer[:n]...)
	}
	d.read = d.read[bytes.Index(d.read, []byte(says))+len(says):]
	if _, err := io.WriteString(d.screen, keys); err != nil {
		d.t.Fatal(err)
	}
}

// TestReviewSession answers at a terminal.
func TestReviewSession(t *testing.T) {
	s := withNamesakes(t)
	order := waiting(t, s)
	screen, tty, err := pty.Open()
	if err != nil {
		t.Skip("no pseudo-terminal: ", err)
	}
	defer screen.Close()
	before, err := term.GetState(int(tty.Fd()))
	if err != nil {
		t.Fatal(err)
	}
	exited := make(chan int, 1)
	go func() {
		exited <- run(t.Context(), []string{"review", "--reason", "au comptoir", "--addr", s.addr}, tty, tty, tty)
	}()
	d := &desk{t: t, screen: screen}
	const prompt = "q quit  > "
	d.press("Who answers? ", "claire\r")
	d.press("Answered 0, waiting 3", "")
	d.press(prompt, "s")
	d.press("MERGED", "")
	d.press("Answered 1, waiting 2", "")
	d.press(prompt, "x") // no key of ours
	d.press(prompt, "k")
	d.press(prompt, "u")
	d.press("Taken back: "+order[1], "")
	d.press(prompt, "w")
	d.press("gravest first", "")
	d.press(prompt, "s")
	d.press("MERGED", "")
	d.press(prompt, "u")
	d.press("Taken back: "+order[1], "")
	d.press(prompt, "d")
	d.press("Answered 2, waiting 1", "")
	d.press(prompt, " ")
	d.press("Nothing else waits. Answered 2, skipped 1.\r\n", "")
	if code := <-exited; code != exitOK {
		t.Errorf("exit code %d", code)
	}
	if after, err := term.GetState(int(tty.Fd())); err != nil || !reflect.DeepEqual(before, after) {
		t.Errorf("the terminal is not as it was: %v", err)
	}
	tty.Close()
	list := s.ask(t, "judge", "list")
	if strings.Count(list, "claire") != 2 || strings.Count(list, "au comptoir") != 2 || strings.Count(list, "SAME") != 1 || strings.Count(list, "DIFFERENT") != 1 {
		t.Errorf("judgements: %s", list)
	}
	if pairs := waiting(t, s); len(pairs) != 1 || pairs[0] != order[2] {
		t.Errorf("pairs that wait: %v, were %v", pairs, order)
	}
}

// typist presses keys when a prompt is printed.
type typist struct {
	keys    chan []byte
	presses []string
}

func (p *typist) Write(text []byte) (int, error) {
	for _, press := range p.presses {
		p.keys <- []byte(press)
	}
	return len(text), nil
}

// TestOnlyKeysCount holds that what was typed too early, arrows and pasted text answer
// nothing.
func TestOnlyKeysCount(t *testing.T) {
	p := &typist{keys: make(chan []byte, keyBuffer), presses: []string{"\x1b[D", "different", "é", "s"}}
	p.keys <- []byte("d")
	s := &session{e: &env{ctx: t.Context()}, keys: p.keys, out: p}
	if key, ok, err := s.key("?"); key != 's' || !ok || err != nil {
		t.Errorf("%q, %v, %v", key, ok, err)
	}
	close(p.keys)
	p.presses = nil
	if _, ok, err := s.key("?"); ok || err != nil {
		t.Errorf("at the end of the input: %v, %v", ok, err)
	}
}
