package consent

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"aloi"
)

// Vector is one case of the conformance suite: what was received, the question, and the
// answer that is expected. docs/consent.md describes the format.
type Vector struct {
	ID, Title string
	Case      Case
	Question  Question
	Policy    *Policy
	Expect    *Expectation // nil: the case only asks
	// Ignored are the policy keys that are not ours.
	Ignored []string
}

// Expectation is the answer that a vector expects.
type Expectation struct {
	Decision Verdict `json:"decision"`
	Reason   Reason  `json:"reason"`
	Scope    *Scope  `json:"scope"` // nil: not said
}

// Met reports whether an answer is the expected one.
func (x Expectation) Met(a *Answer) bool {
	return x.Decision == a.Decision && x.Reason == a.Reason && (x.Scope == nil || *x.Scope == a.Scope)
}

// Decide answers the vector.
func (v *Vector) Decide() *Answer { return v.Policy.Decide(&v.Case, v.Question) }

// MaxVectorBytes is the largest file of vectors that is read.
const MaxVectorBytes = 64 << 20

// ReadVectors reads a JSON list of cases. An error names the case and the field.
func ReadVectors(r io.Reader) ([]Vector, error) {
	var list []rawVector
	if err := json.NewDecoder(io.LimitReader(r, MaxVectorBytes)).Decode(&list); err != nil {
		return nil, fmt.Errorf("vectors: %w", err)
	}
	out := make([]Vector, len(list))
	for i := range list {
		v, err := list[i].vector()
		if err != nil {
			return nil, fmt.Errorf("vectors[%d] %s: %w", i, list[i].ID, err)
		}
		out[i] = *v
	}
	return out, nil
}

// rawVector is a vector as JSON has it.
type rawVector struct {
	ID           string                     `json:"id"`
	Title        string                     `json:"title"`
	Records      []rawRecord                `json:"records"`
	Links        [][3]string                `json:"links"`
	Events       []rawEvent                 `json:"events"`
	Suppressions []rawSuppression           `json:"suppressions"`
	Anchor       string                     `json:"anchor"`
	Query        rawQuery                   `json:"query"`
	Policy       map[string]json.RawMessage `json:"policy"`
	Expect       *Expectation               `json:"expect"`
}

type rawRecord struct {
	ID         string   `json:"id"`
	CPs        []string `json:"cps"`
	Birth      moment   `json:"birth"`
	LastAction moment   `json:"last_action"`
}

type rawEvent struct {
	ID            string      `json:"id"`
	SourceID      string      `json:"source_id"`
	Kind          string      `json:"kind"`
	Rec           string      `json:"rec"`
	T             moment      `json:"t"`
	RecT          moment      `json:"rec_t"`
	U             *float64    `json:"u"`
	Purposes      []Purpose   `json:"purposes"`
	Channels      []Channel   `json:"channels"`
	Controllers   []string    `json:"controllers"`
	CP            string      `json:"cp"`
	Method        string      `json:"method"`
	Evidence      rawEvidence `json:"evidence"`
	Token         string      `json:"token"`
	Ref           string      `json:"ref"`
	Submission    string      `json:"submission"`
	Seq           int64       `json:"seq"`
	By            oneOrMany   `json:"by"`
	ValidUntil    moment      `json:"valid_until"`
	Inherited     bool        `json:"inherited"`
	SharedOK      bool        `json:"shared_ok"`
	Goods         string      `json:"goods"`
	Similar       []string    `json:"similar"`
	OptOutOffered bool        `json:"optout_offered"`
	OptOutUsed    bool        `json:"optout_used"`
	FreeAccount   bool        `json:"free_account"`
	Related       []string    `json:"related"`
	Until         moment      `json:"until"`
}

type rawSuppression struct {
	CP          string   `json:"cp"`
	Controllers []string `json:"controllers"`
	T           moment   `json:"t"`
	Until       moment   `json:"until"`
	Reason      string   `json:"reason"`
}

type rawQuery struct {
	Controller   string  `json:"controller"`
	Purpose      Purpose `json:"purpose"`
	Channel      Channel `json:"channel"`
	CP           string  `json:"cp"`
	Record       string  `json:"record"`
	At           moment  `json:"at"`
	KnownAt      moment  `json:"known_at"`
	Relationship string  `json:"relationship"`
	Jurisdiction string  `json:"jurisdiction"`
	Goods        string  `json:"goods"`
	ProRelated   bool    `json:"pro_related"`
	Sector       string  `json:"sector"`
}

// moment is a time in RFC 3339, or a day; null is none.
type moment struct{ time.Time }

// UnmarshalJSON reads a time or a day.
func (m *moment) UnmarshalJSON(b []byte) error {
	var s *string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	if s == nil || *s == "" {
		return nil
	}
	for _, form := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", "2006-01-02"} {
		if t, err := time.Parse(form, *s); err == nil {
			m.Time = t.UTC()
			return nil
		}
	}
	return fmt.Errorf("a time is neither RFC 3339 nor a day")
}

// oneOrMany is a text or a list of texts.
type oneOrMany []string

// UnmarshalJSON reads either.
func (o *oneOrMany) UnmarshalJSON(b []byte) error {
	var one string
	if json.Unmarshal(b, &one) == nil {
		*o = nil
		if one != "" {
			*o = []string{one}
		}
		return nil
	}
	return json.Unmarshal(b, (*[]string)(o))
}

// rawEvidence is named values of any type.
type rawEvidence map[string]any

// evidence reads the names that decide, in order: two of them may say the same.
func (r rawEvidence) evidence() Evidence {
	var e Evidence
	for _, name := range slices.Sorted(maps.Keys(r)) {
		if value := r[name]; value != nil {
			e.add(name, fmt.Sprint(value))
		}
	}
	return e
}

func (r *rawVector) vector() (*Vector, error) {
	v := &Vector{ID: r.ID, Title: r.Title, Expect: r.Expect, Policy: DefaultPolicy()}
	for _, x := range r.Records {
		v.Case.Records = append(v.Case.Records, Record{ID: x.ID, ContactPoints: x.CPs, Birth: x.Birth.Time, LastAction: x.LastAction.Time})
	}
	for _, l := range r.Links {
		if rank(aloi.LinkStrength(l[2])) == 0 {
			return nil, fmt.Errorf("links: a strength is none of WEAK, STRONG, DETERMINISTIC, ASSERTED")
		}
		v.Case.Links = append(v.Case.Links, Link{A: l[0], B: l[1], Strength: aloi.LinkStrength(l[2])})
	}
	for i, x := range r.Events {
		e, err := x.event()
		if err != nil {
			return nil, fmt.Errorf("events[%d].%w", i, err)
		}
		v.Case.Events = append(v.Case.Events, e)
	}
	for _, s := range r.Suppressions {
		v.Case.Suppressions = append(v.Case.Suppressions, Suppression{ContactPoint: s.CP, Controllers: s.Controllers,
			Time: s.T.Time, Until: s.Until.Time, Reason: SuppressionReason(s.Reason)})
	}
	q := r.Query
	v.Question = Question{Controller: q.Controller, Purpose: q.Purpose, Channel: q.Channel, ContactPoint: q.CP, Record: q.Record,
		At: q.At.Time, KnownAt: q.KnownAt.Time, Relationship: Relationship(strings.ToLower(q.Relationship)),
		Jurisdiction: q.Jurisdiction, Goods: q.Goods, Related: q.ProRelated, Sector: q.Sector}
	if q.Record == "" {
		v.Question.Record = r.Anchor
	}
	if q.At.IsZero() {
		return nil, fmt.Errorf("query.at: is missing")
	}
	var err error
	v.Ignored, err = v.Policy.override(r.Policy)
	return v, err
}

func (x *rawEvent) event() (Event, error) {
	e := Event{
		ID: x.ID, SourceID: x.SourceID, Kind: aloi.ConsentKind(x.Kind), Record: x.Rec, Time: x.T.Time, Recorded: x.RecT.Time,
		Uncertainty: unsaid, Purposes: x.Purposes, Channels: x.Channels, Controllers: x.Controllers, ContactPoint: x.CP, Method: x.Method,
		Evidence: x.Evidence.evidence(), Token: x.Token, Refers: x.Ref, Submission: x.Submission, Sequence: x.Seq, By: x.By,
		ValidUntil: x.ValidUntil.Time, Inherited: x.Inherited, SharedOK: x.SharedOK, Goods: x.Goods, Similar: x.Similar,
		OptOutOffered: x.OptOutOffered, OptOutUsed: x.OptOutUsed, FreeAccount: x.FreeAccount, Related: x.Related, Until: x.Until.Time,
	}
	if x.U != nil {
		e.Uncertainty = time.Duration(*x.U * float64(time.Second))
	}
	if e.Recorded.IsZero() {
		e.Recorded = e.Time
	}
	if !slices.Contains(aloi.ConsentKinds, e.Kind) {
		return e, fmt.Errorf("kind: is unknown")
	}
	return e, nil
}
