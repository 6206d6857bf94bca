package server

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"aloi"
	aloiv1 "aloi/proto/aloi/v1"
)

// reader converts messages to nouns and collects what is wrong with them. Fields
// are named as in aloi.Record.Validate.
type reader struct{ violations []aloi.Violation }

func (r *reader) fail(field, reason string) {
	r.violations = append(r.violations, aloi.Violation{Field: field, Reason: reason})
}

// known fails a message with fields that this server does not know: to store the
// rest would drop a value in silence.
func (r *reader) known(m proto.Message, field string) {
	if len(m.ProtoReflect().GetUnknown()) > 0 {
		r.fail(field, "holds a field that this server does not know")
	}
}

// knownAt is known for an element of a list; the field is written out on failure only.
func (r *reader) knownAt(m proto.Message, list string, i int) {
	if len(m.ProtoReflect().GetUnknown()) > 0 {
		r.known(m, fmt.Sprintf("%s[%d]", list, i))
	}
}

// instant converts a timestamp; unset is the zero time.
func (r *reader) instant(t *timestamppb.Timestamp, field string) time.Time {
	if t == nil {
		return time.Time{}
	}
	if !t.IsValid() {
		r.fail(field, "is not a timestamp between the years 1 and 9999")
		return time.Time{}
	}
	return t.AsTime()
}

func (r *reader) instantAt(t *timestamppb.Timestamp, list string, i int, field string) time.Time {
	if t == nil || t.IsValid() {
		return r.instant(t, "")
	}
	return r.instant(t, fmt.Sprintf("%s[%d].%s", list, i, field))
}

// ref converts a reference that must be there and be sound: the engine would refuse
// it too, but can't know what the request calls it.
func (r *reader) ref(m *aloiv1.RecordRef, field string) aloi.RecordRef {
	if m == nil {
		r.fail(field, "is missing")
		return aloi.RecordRef{}
	}
	r.known(m, field)
	ref := aloi.RecordRef{Source: m.Source, ID: m.RecordId}
	r.violations = append(r.violations, aloi.ValidateRef(field, ref)...)
	return ref
}

// err returns what was wrong, nil when nothing was.
func (r *reader) err() error {
	if len(r.violations) == 0 {
		return nil
	}
	return aloi.Invalid(r.violations...)
}

// verdict converts the verdict of a judgement; an unknown one is the empty string,
// which the engine refuses.
func verdict(v aloiv1.Verdict) aloi.Verdict {
	switch v {
	case aloiv1.Verdict_VERDICT_SAME:
		return aloi.VerdictSame
	case aloiv1.Verdict_VERDICT_DIFFERENT:
		return aloi.VerdictDifferent
	case aloiv1.Verdict_VERDICT_REVIEW:
		return aloi.VerdictReview
	}
	return ""
}
