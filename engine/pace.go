package engine

import "time"

const (
	// shortCommit is how long a commit of bulk requests takes about while small requests come.
	shortCommit = 5 * time.Millisecond
	// hurried is how long after a small request commits are kept short: who sends one record
	// after another must not wait for many. The first waits for a whole commit at most.
	hurried = 2 * time.Second
	// leastShort is the fewest operations of a short commit, and how many it has before it is
	// known how long one takes. Each commit has a cost of its own: where the machine has more
	// to do than it can, shorter ones would only add to that.
	leastShort = 32
	// paceWeight is how much the latest commit counts, one part in so many: now and then one
	// takes long that is not larger.
	paceWeight = 4
)

// pace bounds commits, so that small requests do not wait long for one under way. It is the
// writer's. It decides what is committed together, on which no result depends.
type pace struct {
	elapsed func() time.Duration
	short   float64       // operations of a short commit
	called  bool          // a small request has come
	last    time.Duration // when
}

func newPace(elapsed func() time.Duration) pace {
	if elapsed == nil {
		elapsed = func() time.Duration { return 0 }
	}
	return pace{elapsed: elapsed, short: leastShort}
}

// hurry notes that a small request waits.
func (p *pace) hurry() { p.called, p.last = true, p.elapsed() }

// most returns how many operations the next commit may have.
func (p *pace) most() int {
	if p.called && p.elapsed()-p.last < hurried {
		return int(p.short)
	}
	return MaxBatchOperations
}

// took learns from a commit how many operations a short one may have. One of fewer tells
// nothing: what it takes is mostly the commit itself.
func (p *pace) took(n int, d time.Duration) {
	if n < leastShort || d <= 0 {
		return
	}
	fit := float64(n) * shortCommit.Seconds() / d.Seconds()
	fit = min(max(fit, p.short/2), p.short*2)
	p.short += (fit - p.short) / paceWeight
	p.short = min(max(p.short, leastShort), MaxBatchOperations)
}
