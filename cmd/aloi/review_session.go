package main

import (
	"fmt"
	"io"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	aloiv1 "aloi/proto/aloi/v1"
)

// session is a steward at a terminal.
type session struct {
	e       *env
	cl      *client
	command *reviewCommand
	t       *reviewWords
	keys    <-chan []byte
	out     io.Writer

	queue    []*aloiv1.ReviewPair // the next first
	seen     map[string]bool      // pairs that were answered or skipped
	turns    []turn               // the last one last
	waiting  uint64               // pairs when the queue was fetched
	answered int

	// What each ruling on the pair on the screen would change of the decisions on contact.
	ifSame, ifDifferent *aloiv1.ConsentPreviewResponse
}

// turn is what was done with a pair.
type turn struct {
	pair   *aloiv1.ReviewPair
	judged bool // else skipped
}

// fetched is how many pairs are asked for at once, besides those that were seen;
// mostFetched is the most that a server gives.
const (
	fetched     = 100
	mostFetched = 1000
)

// run asks until nothing waits or the steward has had enough.
func (s *session) run() error {
	for {
		pair, err := s.next()
		if err != nil {
			return err
		}
		if pair == nil {
			return s.end(s.t.nothing)
		}
		if err := s.show(pair); err != nil {
			return err
		}
		more, err := s.ask(pair)
		if err != nil || !more {
			return err
		}
	}
}

// next returns the next pair that still waits, explained as of now; nil for none.
func (s *session) next() (*aloiv1.ReviewPair, error) {
	for {
		if len(s.queue) == 0 {
			if err := s.fetch(); err != nil || len(s.queue) == 0 {
				return nil, err
			}
		}
		pair := s.queue[0]
		s.queue = s.queue[1:]
		why, err := s.cl.Why(s.e.ctx, &aloiv1.WhyRequest{A: pair.A, B: pair.B, Language: s.command.Lang})
		if status.Code(err) == codes.NotFound { // deleted meanwhile
			continue
		}
		if err != nil {
			return nil, err
		}
		if pair.Why = why; !why.SameEntity && why.Judgement == nil {
			return pair, nil
		}
	}
}

// fetch asks for pairs that were not seen yet.
func (s *session) fetch() error {
	resp, err := s.cl.Review(s.e.ctx, &aloiv1.ReviewRequest{Limit: uint32(min(len(s.seen)+fetched, mostFetched)), Language: s.command.Lang})
	if err != nil {
		return err
	}
	s.waiting = resp.Waiting + uint64(s.answered)
	for _, p := range resp.Pairs {
		if !s.seen[pairText(p)] {
			s.queue = append(s.queue, p)
		}
	}
	return nil
}

func pairText(p *aloiv1.ReviewPair) string { return refText(p.A) + " " + refText(p.B) }

// ask takes a steward's keys until the pair is dealt with; more is false when they
// have had enough.
func (s *session) ask(pair *aloiv1.ReviewPair) (more bool, err error) {
	for {
		key, ok, err := s.key(s.t.keys)
		if err != nil || !ok {
			return false, err
		}
		if key >= ' ' {
			fmt.Fprintf(s.out, "%c\n", key)
		}
		switch key {
		case 's':
			return true, s.judge(pair, aloiv1.Verdict_VERDICT_SAME)
		case 'd':
			return true, s.judge(pair, aloiv1.Verdict_VERDICT_DIFFERENT)
		case 'k', ' ':
			s.done(pair, false)
			return true, nil
		case 'u':
			if len(s.turns) > 0 {
				return true, s.undo(pair)
			}
		case 'w':
			if err := s.explain(pair); err != nil {
				return false, err
			}
		case 'c':
			if err := s.showChanges(); err != nil {
				return false, err
			}
		case 'q', interruptKey, endKey:
			return false, s.end("")
		}
	}
}

// done remembers what was done with a pair.
func (s *session) done(pair *aloiv1.ReviewPair, judged bool) {
	s.seen[pairText(pair)] = true
	s.turns = append(s.turns, turn{pair, judged})
	if judged {
		s.answered++
	}
}

// judgement is the steward's ruling on a pair.
func (s *session) judgement(pair *aloiv1.ReviewPair, v aloiv1.Verdict) *aloiv1.JudgeRequest {
	return &aloiv1.JudgeRequest{A: pair.A, B: pair.B, Verdict: v, Steward: s.command.Steward, Reason: s.command.Reason}
}

// judge rules on a pair.
func (s *session) judge(pair *aloiv1.ReviewPair, v aloiv1.Verdict) error {
	resp, err := s.cl.Judge(s.e.ctx, s.judgement(pair, v))
	if err != nil {
		return err
	}
	s.done(pair, true)
	return s.say(joinedBy("  ", outcomeName(resp.Acknowledgement.Outcome), resp.Acknowledgement.EntityId))
}

// undo takes the last turn back and asks about its pair again, then about this one.
func (s *session) undo(pair *aloiv1.ReviewPair) error {
	last := s.turns[len(s.turns)-1]
	if last.judged {
		if _, err := s.cl.Withdraw(s.e.ctx, &aloiv1.WithdrawRequest{A: last.pair.A, B: last.pair.B}); err != nil {
			return err
		}
		s.answered--
	}
	s.turns = s.turns[:len(s.turns)-1]
	delete(s.seen, pairText(last.pair))
	s.queue = append([]*aloiv1.ReviewPair{last.pair, pair}, s.queue...)
	return s.say(fmt.Sprintf(s.t.undone, pairText(last.pair)))
}

// say prints a line.
func (s *session) say(text string) error {
	var p page
	p.line(text)
	return p.writeTo(s.out)
}

// end says how the session went.
func (s *session) end(why string) error {
	var p page
	p.line()
	p.line(joinedBy(" ", why, fmt.Sprintf(s.t.summary, s.answered, len(s.turns)-s.answered)))
	return p.writeTo(s.out)
}
