package server

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	"aloi"
	"aloi/internal/property"
	aloiv1 "aloi/proto/aloi/v1"
)

// Any record survives nouns → wire bytes → nouns, but for the recorded time, which
// a client can't set.
func TestRecordRoundTrip(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		want := anyRecord().Draw(t, "record")
		b, err := proto.Marshal(toRecord(want))
		if err != nil {
			t.Fatal(err)
		}
		var m aloiv1.Record
		if err := proto.Unmarshal(b, &m); err != nil {
			t.Fatal(err)
		}
		got, violations := readRecord(&m)
		if len(violations) > 0 {
			t.Fatalf("violations: %v", violations)
		}
		for i := range want.Consents {
			want.Consents[i].RecordedTime = time.Time{}
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
	})
}

// anyRecord draws records of all shapes. Text may be any bytes: what is wrong with
// it is the engine's to say, and it must get there as it was sent.
func anyRecord() *rapid.Generator[*aloi.Record] {
	text := rapid.OneOf(rapid.String(), rapid.Just("\xff\xfe"), rapid.Just(""))
	texts := nilled(rapid.SliceOfN(text, 0, 3))
	instant := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.Bool().Draw(t, "unset") {
			return time.Time{}
		}
		return time.Unix(rapid.Int64Range(-62135596800, 253402300799).Draw(t, "seconds"),
			rapid.Int64Range(0, 999999999).Draw(t, "nanos")).UTC()
	})
	free := rapid.Custom(func(t *rapid.T) aloi.FreeAttribute {
		return aloi.FreeAttribute{Name: text.Draw(t, "name"), Value: text.Draw(t, "value")}
	})
	return rapid.Custom(func(t *rapid.T) *aloi.Record {
		draw := func() string { return text.Draw(t, "text") }
		r := &aloi.Record{
			Ref:     aloi.RecordRef{Source: draw(), ID: draw()},
			Version: rapid.Int64().Draw(t, "version"), UpdatedAt: instant.Draw(t, "updated"),
			BirthDate: draw(), Gender: draw(), Note: draw(),
			Emails: texts.Draw(t, "emails"), Phones: texts.Draw(t, "phones"),
			Attributes: nilled(rapid.SliceOfN(free, 0, 2)).Draw(t, "attributes"),
		}
		for range rapid.IntRange(0, 2).Draw(t, "lists") {
			r.Names = append(r.Names, aloi.Name{Civility: draw(), Given: draw(), Middle: draw(), Family: draw(), Birth: draw(), Full: draw()})
			r.Addresses = append(r.Addresses, aloi.Address{Line: draw(), PostalCode: draw(), City: draw(), Region: draw(), Country: draw()})
			r.Identifiers = append(r.Identifiers, aloi.Identifier{Type: draw(), Scope: draw(), Value: draw()})
			r.Interactions = append(r.Interactions, aloi.Interaction{ID: draw(), Kind: draw(), Time: instant.Draw(t, "time"), Detail: draw()})
			evidence := nilled(rapid.SliceOfN(free, 0, 3)).Draw(t, "evidence")
			slices.SortFunc(evidence, func(a, b aloi.FreeAttribute) int {
				return strings.Compare(a.Name+"\x00"+a.Value, b.Name+"\x00"+b.Value)
			})
			r.Consents = append(r.Consents, aloi.ConsentEvent{
				SourceEventID: draw(), Kind: aloi.ConsentKind(draw()), Time: instant.Draw(t, "time"),
				UncertaintySeconds: rapid.Int64().Draw(t, "uncertainty"), RecordedTime: instant.Draw(t, "recorded"),
				Purposes: texts.Draw(t, "purposes"), Channels: texts.Draw(t, "channels"), Controllers: texts.Draw(t, "controllers"),
				ContactPoint: draw(), Method: draw(), Notice: draw(), Evidence: evidence, ValidUntil: instant.Draw(t, "until"),
				Jurisdiction: draw(), Token: draw(), Refers: draw(), Submission: draw(),
				Sequence: rapid.Int64().Draw(t, "sequence"), ExpressedBy: []string{draw()},
			})
		}
		return r
	})
}

// nilled makes empty slices nil: the wire does not tell the two apart.
func nilled[T any](g *rapid.Generator[[]T]) *rapid.Generator[[]T] {
	return rapid.Map(g, func(v []T) []T {
		if len(v) == 0 {
			return nil
		}
		return v
	})
}

// Every field of the nouns reaches the wire: a value in each exported field makes a
// message where no field is unset.
func TestEveryFieldIsConverted(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	record := aloi.Record{}
	fill(reflect.ValueOf(&record).Elem(), now)
	entity := aloi.Entity{}
	fill(reflect.ValueOf(&entity).Elem(), now)
	judgement := aloi.Judgement{}
	fill(reflect.ValueOf(&judgement).Elem(), now)
	judgement.Verdict = aloi.VerdictSame
	ack := aloi.Acknowledgement{}
	fill(reflect.ValueOf(&ack).Elem(), now)
	ack.Outcome = aloi.OutcomeJoined
	change := aloi.Change{}
	fill(reflect.ValueOf(&change).Elem(), now)
	change.Kind = aloi.ChangeSplit
	for name, m := range map[string]proto.Message{
		"record": toRecord(&record), "entity": toEntity(&entity), "judgement": toJudgement(judgement),
		"acknowledgement": toAcknowledgement(1, ack), "change": toChange(change, map[uint64]aloi.RecordRef{1: record.Ref}),
	} {
		for _, path := range unset(m.ProtoReflect(), name) {
			t.Errorf("%s is not set", path)
		}
	}
}

// The names of closed sets are the same on both sides.
func TestClosedSetsAgree(t *testing.T) {
	for _, o := range []aloi.Outcome{
		aloi.OutcomeCreated, aloi.OutcomeJoined, aloi.OutcomeMerged, aloi.OutcomeSplit, aloi.OutcomeUpdated, aloi.OutcomeUnchanged,
		aloi.OutcomeStale, aloi.OutcomeDeleted, aloi.OutcomeJudged, aloi.OutcomeNotFound, aloi.OutcomeRejected, aloi.OutcomeRecorded,
	} {
		if toOutcome(o) == aloiv1.Outcome_OUTCOME_UNSPECIFIED {
			t.Errorf("outcome %s is not on the wire", o)
		}
	}
	for _, k := range []aloi.ChangeKind{
		aloi.ChangeCreated, aloi.ChangeJoined, aloi.ChangeMerged, aloi.ChangeSplit, aloi.ChangeUpdated, aloi.ChangeDeleted,
	} {
		if toChange(aloi.Change{Kind: k}, nil).Kind == aloiv1.ChangeKind_CHANGE_KIND_UNSPECIFIED {
			t.Errorf("change kind %s is not on the wire", k)
		}
	}
	for _, v := range []aloi.Verdict{aloi.VerdictSame, aloi.VerdictReview, aloi.VerdictDifferent} {
		if verdict(toVerdict(v)) != v {
			t.Errorf("verdict %s does not come back", v)
		}
	}
}

// What a record can't be in nouns is named by its field.
func TestReadRecordNamesTheField(t *testing.T) {
	bad := &timestamppb.Timestamp{Seconds: 1 << 40}
	unknown := protowire.AppendVarint(protowire.AppendTag(nil, 999, protowire.VarintType), 1)
	strange := func(m proto.Message) proto.Message { m.ProtoReflect().SetUnknown(unknown); return m }
	for _, c := range []struct {
		field  string
		record *aloiv1.Record
	}{
		{"record", nil},
		{"record", strange(&aloiv1.Record{}).(*aloiv1.Record)},
		{"record.ref", &aloiv1.Record{Ref: strange(&aloiv1.RecordRef{}).(*aloiv1.RecordRef)}},
		{"record.updated_at", &aloiv1.Record{UpdatedAt: bad}},
		{"record.updated_at", &aloiv1.Record{UpdatedAt: &timestamppb.Timestamp{Nanos: -1}}},
		{"record.names[1]", &aloiv1.Record{Names: []*aloiv1.Name{{}, strange(&aloiv1.Name{}).(*aloiv1.Name)}}},
		{"record.consents[0].time", &aloiv1.Record{Consents: []*aloiv1.ConsentEvent{{Time: bad}}}},
		{"record.consents[0].valid_until", &aloiv1.Record{Consents: []*aloiv1.ConsentEvent{{ValidUntil: bad}}}},
		{"record.consents[0].evidence[0]", &aloiv1.Record{Consents: []*aloiv1.ConsentEvent{
			{Evidence: []*aloiv1.FreeAttribute{strange(&aloiv1.FreeAttribute{}).(*aloiv1.FreeAttribute)}}}}},
		{"record.interactions[0].time", &aloiv1.Record{Interactions: []*aloiv1.Interaction{{Time: bad}}}},
	} {
		_, violations := readRecord(c.record)
		if len(violations) != 1 || violations[0].Field != c.field {
			t.Errorf("violations %v, want one of %s", violations, c.field)
		}
	}
}

// The recorded time is the server's: what a client sends is not read, even nonsense.
func TestRecordedTimeIsIgnored(t *testing.T) {
	got, violations := readRecord(&aloiv1.Record{Consents: []*aloiv1.ConsentEvent{{
		RecordedTime: &timestamppb.Timestamp{Seconds: 1 << 40},
	}}})
	if len(violations) > 0 || !got.Consents[0].RecordedTime.IsZero() {
		t.Errorf("recorded time %v, violations %v", got.Consents[0].RecordedTime, violations)
	}
}
