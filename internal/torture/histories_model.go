package main

import (
	"fmt"
	"math/bits"

	"github.com/anishathalye/porcupine"

	aloiv1 "aloi/proto/aloi/v1"
)

// verb is what a client does to an island.
type verb int8

const (
	putRecord verb = iota
	deleteRecord
	judgeSame
	judgeDifferent
	withdrawJudgement
	recordAct
	getRecord
	getEntity
	listJudgements
	decideRecord
	verbs
)

var verbNames = [verbs]string{"put", "delete", "judge same", "judge different", "withdraw", "act", "get record", "get entity", "judgements", "decide"}

// reads reports whether a call changes nothing.
func (v verb) reads() bool { return v >= getRecord }

// call is one call of one client.
type call struct {
	island  *island
	verb    verb
	a, b    int8 // records; b of judgements only
	version int8 // of a put
	act     int8 // of a put or of an act; noAct for none
}

// answer is what came back. Of a call that was cut off nobody knows whether it happened.
type answer struct {
	unknown bool
	outcome aloiv1.Outcome // of a write
	missing bool           // the record is not stored: NOT_FOUND
	version int8           // of a record
	acts    uint64         // of a record, or of all records of an entity
	group   uint8          // records of an entity, one bit each
	rulings [pairs]int8    // on a record
	permit  bool
}

// facts are what an island holds, and nothing that follows from them.
type facts struct {
	version [members]int8   // 0: not stored
	acts    [members]uint64 // of the record, one bit each
	kept    [members]uint64 // stops that stay on its address without the record
	rulings [pairs]int8     // 1 same, -1 different
}

// step carries a call out, and reports whether the answer is the one that it must have.
func (s facts) step(c call, out answer) (bool, facts) {
	next := s
	expect := func(right bool) (bool, facts) { return out.unknown || right, next }
	switch stored := s.version[c.a] != 0; c.verb {
	case putRecord:
		return expect(next.put(c, out.outcome))
	case deleteRecord:
		if !stored {
			return expect(out.outcome == aloiv1.Outcome_OUTCOME_NOT_FOUND)
		}
		next.remove(c.a)
		return expect(out.outcome == aloiv1.Outcome_OUTCOME_DELETED)
	case judgeSame, judgeDifferent, withdrawJudgement:
		return expect(next.judge(c, out.outcome))
	case recordAct:
		return expect(next.record(c, out.outcome))
	case getRecord:
		return expect(out.missing != stored && out.version == s.version[c.a] && out.acts == s.acts[c.a])
	case getEntity:
		group := s.group(c)
		return expect(out.missing != stored && out.group == group && out.acts == s.said(group))
	case listJudgements:
		return expect(out.rulings == s.on(c.a))
	default:
		return expect(out.missing != stored && out.permit == (stored && s.permits(c.a)))
	}
}

func (s *facts) put(c call, outcome aloiv1.Outcome) bool {
	before, held := s.version[c.a], s.acts[c.a]
	s.version[c.a] = max(before, c.version)
	if c.act != noAct {
		s.acts[c.a] |= 1 << c.act
	}
	switch {
	case outcome == aloiv1.Outcome_OUTCOME_DELETED:
		return true // of a batch that removes the record after that
	case c.version < before:
		return outcome == aloiv1.Outcome_OUTCOME_STALE
	case c.version == before && held == s.acts[c.a]:
		return outcome == aloiv1.Outcome_OUTCOME_UNCHANGED
	}
	switch outcome {
	case aloiv1.Outcome_OUTCOME_CREATED, aloiv1.Outcome_OUTCOME_JOINED, aloiv1.Outcome_OUTCOME_MERGED, aloiv1.Outcome_OUTCOME_SPLIT:
		return true
	}
	return outcome == aloiv1.Outcome_OUTCOME_UPDATED && before != 0
}

// stops are the acts that withdraw.
const stops = 0xAAAA_AAAA_AAAA_AAAA

func (s *facts) remove(r int8) {
	s.kept[r] |= s.acts[r] & stops
	s.version[r], s.acts[r] = 0, 0
}

func (s *facts) judge(c call, outcome aloiv1.Outcome) bool {
	ruling := &s.rulings[pair(c.a, c.b)]
	before := *ruling
	*ruling = map[verb]int8{judgeSame: 1, judgeDifferent: -1}[c.verb]
	switch {
	case *ruling != before:
		return outcome == aloiv1.Outcome_OUTCOME_JUDGED || outcome == aloiv1.Outcome_OUTCOME_MERGED || outcome == aloiv1.Outcome_OUTCOME_SPLIT
	case before == 0:
		return outcome == aloiv1.Outcome_OUTCOME_NOT_FOUND
	}
	return outcome == aloiv1.Outcome_OUTCOME_UNCHANGED
}

// record records an act by itself. A stop of a record that is not stored stays on its
// address; a grant is refused.
func (s *facts) record(c call, outcome aloiv1.Outcome) bool {
	switch {
	case s.version[c.a] != 0:
		s.acts[c.a] |= 1 << c.act
		if outcome == aloiv1.Outcome_OUTCOME_DELETED {
			return true // of a batch that removes the record after that
		}
	case isStop(c.act):
		s.kept[c.a] |= 1 << c.act
	default:
		return outcome == aloiv1.Outcome_OUTCOME_NOT_FOUND
	}
	return outcome == aloiv1.Outcome_OUTCOME_RECORDED
}

// permits answers the question: the last act on the address, of the record or kept, gives.
func (s *facts) permits(r int8) bool {
	last := bits.Len64(s.acts[r]|s.kept[r]) - 1
	return last >= 0 && !isStop(int8(last))
}

// said returns the acts of the records of an entity.
func (s *facts) said(group uint8) (acts uint64) {
	for r := range members {
		if group&(1<<r) != 0 {
			acts |= s.acts[r]
		}
	}
	return acts
}

// on returns the rulings on a record.
func (s *facts) on(r int8) (rulings [pairs]int8) {
	for other := range int8(members) {
		if other != r {
			rulings[pair(r, other)] = s.rulings[pair(r, other)]
		}
	}
	return rulings
}

// islands is the model that histories are held against: each island by itself.
var islands = porcupine.NondeterministicModel{
	Partition: byIsland,
	Init:      func() []any { return []any{facts{}} },
	Step: func(before, input, output any) []any {
		s, c, out := before.(facts), input.(call), output.(answer)
		right, next := s.step(c, out)
		switch {
		case !right:
			return nil
		case out.unknown && next != s:
			return []any{s, next}
		}
		return []any{next}
	},
	DescribeOperation: func(input, output any) string { return input.(call).String() + " -> " + output.(answer).String() },
	DescribeState:     func(s any) string { return fmt.Sprintf("%+v", s) },
}

// byIsland parts a history.
func byIsland(history []porcupine.Operation) [][]porcupine.Operation {
	var order []*island
	of := map[*island][]porcupine.Operation{}
	for _, op := range history {
		in := op.Input.(call).island
		if of[in] == nil {
			order = append(order, in)
		}
		of[in] = append(of[in], op)
	}
	parts := make([][]porcupine.Operation, len(order))
	for i, in := range order {
		parts[i] = of[in]
	}
	return parts
}

func (c call) String() string {
	text := fmt.Sprintf("%s %s/%d", verbNames[c.verb], c.island.source, c.a)
	switch c.verb {
	case judgeSame, judgeDifferent, withdrawJudgement:
		return fmt.Sprintf("%s, %d", text, c.b)
	case putRecord:
		text += fmt.Sprintf(" version %d", c.version)
	}
	if c.act != noAct {
		text += fmt.Sprintf(" act %d", c.act)
	}
	return text
}

func (a answer) String() string {
	if a.unknown {
		return "?"
	}
	return fmt.Sprintf("%v missing=%v v%d acts=%b group=%05b rulings=%v permit=%v", a.outcome, a.missing, a.version, a.acts, a.group, a.rulings, a.permit)
}
