package engine

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"

	"aloi"
	"aloi/consent"
	"aloi/internal/failpoint"
	"aloi/matcher"
	"aloi/store"
)

const (
	// MaxBatchOperations is the most operations that share a commit.
	MaxBatchOperations = 512
	// queueRequests is how many calls of Apply may wait in each lane of the writer before
	// the next one blocks.
	queueRequests = 64
)

// Options are what an engine needs besides its store.
type Options struct {
	// Model is the match model: nil is the one that the store has, for an empty store
	// the shipped one.
	Model *matcher.Model
	// Rules are the survivorship rules; nil is the default.
	Rules *Rules
	// Policy is the policy of consent; nil is the default.
	Policy *consent.Policy
	// AuditKey signs the checkpoints of the audit log, as audit.NewKey makes it; empty: a
	// key is made, and known to nobody after Close.
	AuditKey string
	// Now is the clock, required. It dates the journal and nothing else.
	Now func() time.Time
	// Elapsed is a clock that only paces: it tells how long something took, so that commits
	// can be kept short while somebody waits for one. nil: they have a fixed size then.
	Elapsed func() time.Duration
	// Workers bounds the goroutines that prepare and compare; 0 is the number of cores.
	Workers int
	// AsItIs refuses a store that would have to be resolved anew first.
	AsItIs bool
	// Progress, if not nil, is told of the records done when the store is resolved anew,
	// from several goroutines.
	Progress func(step string, done, total uint64)
}

// Engine answers operations and questions over one store. It is safe for concurrent use.
type Engine struct {
	st      *store.Store
	inForce atomic.Pointer[modelFile] // an adoption replaces it
	rules   *Rules
	policy  *consent.Policy
	signer  note.Signer
	public  string                    // key of the signer
	latest  atomic.Pointer[time.Time] // in the log
	ruled   atomic.Bool               // a judgement is stored, or was
	now     func() time.Time
	workers int

	verifying sync.Mutex // held by Verify, which takes much memory

	gate    sync.RWMutex // held while a lane is sent to, and closed
	closed  bool
	small   chan *request // of few operations, or that somebody waits for
	bulk    chan *request // all others
	pace    pace          // the writer's
	landing chan *flight  // commits that have begun, in order
	done    chan struct{} // closed when the writer has ended
	failed  atomic.Pointer[aloi.Error]
	broken  chan struct{}   // closed when failed is set
	busy    atomic.Bool     // a model is being learned or adopted
	ending  context.Context // done when the engine is being closed
	end     context.CancelFunc

	mu       sync.Mutex
	sequence uint64        // of the last commit
	advanced chan struct{} // closed at the next commit
}

// Open returns an engine over a store, and starts its writer. A store that was
// resolved under another model or other rules is refused: its entities would no
// longer be a function of what is configured.
//
// A store that another revision of the matcher has resolved, or on which an adoption
// broke off, is resolved anew before Open returns, which takes as long as Verify does
// and holds all prepared records in memory.
func Open(ctx context.Context, st *store.Store, o Options) (*Engine, error) {
	if o.Now == nil {
		return nil, errors.New("engine: Options.Now is required")
	}
	if o.Rules == nil {
		o.Rules = DefaultRules()
	}
	if o.Policy == nil {
		o.Policy = consent.DefaultPolicy()
	}
	if o.Workers == 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	e := &Engine{
		st: st, rules: o.Rules, policy: o.Policy, now: o.Now, workers: o.Workers,
		small: make(chan *request, queueRequests), bulk: make(chan *request, queueRequests),
		pace: newPace(o.Elapsed), landing: make(chan *flight, 1), done: make(chan struct{}),
		advanced: make(chan struct{}), broken: make(chan struct{}),
	}
	e.ending, e.end = context.WithCancel(context.Background())
	if err := e.openSigner(o.AuditKey); err != nil {
		return nil, err
	}
	if err := e.start(ctx, o); err != nil {
		return nil, err
	}
	go e.serve()
	return e, nil
}

// matcher returns the compiled model in force. Take it once where several answers
// must be of one model: an adoption may put another in its place at any time.
func (e *Engine) matcher() *matcher.Matcher { return e.inForce.Load().matcher }

// Model returns the model in force.
func (e *Engine) Model() *matcher.Model { return e.matcher().Model() }

// BreakOff ends the training or the adoption that is under way, so that those who wait
// for it do not have to: an adoption at its next commit. It is for those who are about
// to call Close: no other begins afterwards.
func (e *Engine) BreakOff() { e.end() }

// Close refuses further operations, finishes those that were accepted, and stops
// the writer. The store stays open. An adoption under way breaks off at its next
// commit, and what waits behind it is refused; the next Open finishes it.
func (e *Engine) Close() error {
	e.BreakOff()
	e.gate.Lock()
	if !e.closed {
		e.closed = true
		close(e.small)
		close(e.bulk)
	}
	e.gate.Unlock()
	<-e.done
	failpoint.Pass("close/engine")
	return nil
}

// Failed is closed when a commit failed and nobody can tell what of it is on disk. The
// engine takes nothing from then on: close it, and open another over the store anew.
func (e *Engine) Failed() <-chan struct{} { return e.broken }

// Failure is why Failed was closed, nil before.
func (e *Engine) Failure() error {
	if failed := e.failed.Load(); failed != nil {
		return failed
	}
	return nil
}

var errClosed = &aloi.Error{Code: aloi.CodeUnavailable, Message: "the engine is closed; send again to another"}

// Wait returns when the journal is past after, or when ctx or the engine ends.
func (e *Engine) Wait(ctx context.Context, after uint64) error {
	for {
		e.mu.Lock()
		sequence, advanced := e.sequence, e.advanced
		e.mu.Unlock()
		if sequence > after {
			return nil
		}
		select {
		case <-advanced:
		case <-ctx.Done():
			return ctx.Err()
		case <-e.done:
			return errClosed
		}
	}
}

// advance makes a commit known to those who wait.
func (e *Engine) advance(sequence uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if sequence > e.sequence {
		e.sequence = sequence
		close(e.advanced)
		e.advanced = make(chan struct{})
	}
}
