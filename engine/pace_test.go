package engine

import (
	"testing"
	"time"
)

// TestPace holds how many operations a commit may have: all that fit while nobody is in a
// hurry, as many as take shortCommit while somebody is.
func TestPace(t *testing.T) {
	var now time.Duration
	p := newPace(func() time.Duration { return now })
	if got := p.most(); got != MaxBatchOperations {
		t.Errorf("%d operations when nobody has come, want all", got)
	}
	p.hurry()
	if got := p.most(); got != leastShort {
		t.Errorf("%d operations at first, want %d", got, leastShort)
	}
	for _, c := range []struct {
		name          string
		cost          time.Duration // of an operation
		commit        time.Duration // of a commit by itself
		least, wanted int           // operations in the end
	}{
		{"dear", 80 * time.Microsecond, 2 * time.Millisecond, 36, 38},
		{"cheap", 20 * time.Microsecond, time.Millisecond, 188, 200},
		{"very dear", time.Second, 0, leastShort, leastShort},
		{"free", time.Nanosecond, 0, MaxBatchOperations - 1, MaxBatchOperations},
	} {
		for range 200 {
			n := int(p.short)
			p.took(n, c.commit+time.Duration(n)*c.cost)
		}
		if got := p.most(); got < c.least || got > c.wanted {
			t.Errorf("%s: %d operations, want %d to %d", c.name, got, c.least, c.wanted)
		}
	}
	now += hurried
	if got := p.most(); got != MaxBatchOperations {
		t.Errorf("%d operations %v after the last small request, want all", got, hurried)
	}
}

// TestPaceHoldsOn holds that neither one commit that takes long nor small ones make those that
// follow much shorter.
func TestPaceHoldsOn(t *testing.T) {
	p := newPace(nil)
	p.hurry()
	p.took(leastShort, time.Minute)
	if got := p.most(); got < 3*leastShort/4 {
		t.Errorf("%d operations after one that took a minute", got)
	}
	before := p.most()
	for range 100 {
		p.took(1, time.Second)
	}
	if got := p.most(); got != before {
		t.Errorf("%d operations after commits of one, %d before", got, before)
	}
}
