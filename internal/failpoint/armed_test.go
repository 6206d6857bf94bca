//go:build failpoints

package failpoint

import (
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	armed, err := parse("a/b=crash@3,c=sleep:50ms@1,d=error@2")
	if err != nil {
		t.Fatal(err)
	}
	if p := armed["a/b"]; p.does != crash || p.at != 3 {
		t.Errorf("a/b: %+v", p)
	}
	if p := armed["c"]; p.does != sleep || p.wait != 50*time.Millisecond || p.at != 1 {
		t.Errorf("c: %+v", p)
	}
	for _, text := range []string{"a", "a=crash", "a=crash@0", "a=crash@x", "a=fall@1", "a=sleep@1", "a=sleep:x@1", "a=crash:1s@1"} {
		if _, err := parse(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// A mark does what it is to do at its time, and never again.
func TestHit(t *testing.T) {
	t.Setenv(variable, "x=error@2")
	for i, want := range []bool{false, true, false} {
		if got := Hit("x") != nil; got != want {
			t.Errorf("hit %d: error %v, want %v", i+1, got, want)
		}
	}
	if err := Hit("y"); err != nil {
		t.Errorf("a mark that is not armed: %v", err)
	}
}
