package server_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	"aloi/internal/audit"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
	"aloi/server/servertest"
)

// decideMany sends messages, half-closes, and returns every verdict and the messages that
// they came in.
func decideMany(ctx context.Context, client aloiv1.ConsentClient, in ...*aloiv1.DecideManyRequest) (verdicts []*aloiv1.ConsentVerdict, out []*aloiv1.DecideManyResponse, err error) {
	stream, err := client.DecideMany(ctx)
	if err != nil {
		return nil, nil, err
	}
	go func() {
		for _, m := range in {
			if stream.Send(m) != nil {
				return // Recv has the reason
			}
		}
		stream.CloseSend()
	}()
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return verdicts, out, nil
		}
		if err != nil {
			return verdicts, out, err
		}
		verdicts = append(verdicts, m.Verdicts...)
		out = append(out, m)
	}
}

// crowd stores people of whom each third has consented to SMS and each seventh of those
// has taken it back, and returns them as subjects.
func (s *teller) crowd(n int) []*aloiv1.Subject {
	s.t.Helper()
	var (
		ops      []*aloiv1.Operation
		subjects []*aloiv1.Subject
	)
	grant, stop := s.grant("SMS", ""), s.act("WITHDRAWN", "SMS")
	for i := range n {
		record := person("web", i)
		if i%3 == 0 {
			g := proto.CloneOf(grant)
			g.ContactPoint = "phone:" + record.Phones[0]
			record.Consents = append(record.Consents, g)
		}
		if i%21 == 0 {
			record.Consents = append(record.Consents, stop)
		}
		ops = append(ops, servertest.Put(record))
		subjects = append(subjects, servertest.ByRecord(record.Ref))
	}
	s.Stream(ops...)
	s.clock.pass(time.Hour)
	return subjects
}

// logSize is how many entries the audit log has.
func (s *teller) logSize() uint64 {
	s.t.Helper()
	return s.head().Size
}

// A campaign is answered in the order of its subjects as single questions are, and its
// summary proves what was permitted.
func TestDecideMany(t *testing.T) {
	s := startTeller(t)
	const people = 1500
	subjects := s.crowd(people)
	subjects[700] = servertest.ByRecord(servertest.Ref("web", "nobody"))
	before := s.logSize()
	verdicts, out, err := decideMany(t.Context(), s.Consent,
		&aloiv1.DecideManyRequest{Campaign: question("SMS"), Subjects: subjects[:1]},
		&aloiv1.DecideManyRequest{Subjects: subjects[1:1001]},
		&aloiv1.DecideManyRequest{},
		&aloiv1.DecideManyRequest{Subjects: subjects[1001:]})
	if err != nil {
		t.Fatal(err)
	}
	if len(verdicts) != people {
		t.Fatalf("%d verdicts on %d people", len(verdicts), people)
	}
	for _, i := range []int{0, 1, 3, 42, 699, 701, 1000, 1001, people - 1} {
		want := s.ask(subjects[i], "SMS")[0]
		if v := verdicts[i]; v.EntityId != want.EntityId || v.ContactPoint != want.ContactPoint || v.Reason != want.Reason || v.Permit != want.Permit {
			t.Errorf("subject %d: %v, asked alone %v", i, v, want)
		}
	}
	if v := verdicts[700]; v.Permit || v.Reason != "CONTACT_POINT_UNKNOWN" || v.EntityId != "" {
		t.Errorf("nobody: %v", v)
	}
	for i, m := range out {
		if last := i == len(out)-1; last != (m.Summary != nil) || m.Total != 0 || i > 0 && m.Done < out[i-1].Done || last && m.Done != people {
			t.Errorf("message %d: %v", i, m)
		}
	}
	s.checkSummary(out[len(out)-1].Summary, verdicts, people)
	if after := s.logSize(); after != before+1 {
		t.Errorf("the log went from %d to %d entries, want one more", before, after)
	}
}

// checkSummary recomputes the summary of a campaign from its verdicts.
func (s *teller) checkSummary(got *aloiv1.CampaignSummary, verdicts []*aloiv1.ConsentVerdict, subjects uint64) {
	s.t.Helper()
	root := audit.Root{Salt: got.Salt}
	want := map[string]uint64{}
	var permits uint64
	for _, v := range verdicts {
		want[v.Reason]++
		if v.Permit {
			permits++
			root.Add(audit.Row(v.EntityId, v.ContactPoint, v.Reason, v.Basis))
		}
	}
	if sum := root.Sum(); string(sum[:]) != string(got.Root) || len(got.Salt) != audit.SaltBytes {
		s.t.Errorf("root %x with %d bytes of salt, want %x", got.Root, len(got.Salt), sum)
	}
	if got.Subjects != subjects || got.Permitted != permits || got.Denied != uint64(len(verdicts))-permits || permits == 0 {
		s.t.Errorf("summary %v, want %d subjects and %d permits", got, subjects, permits)
	}
	if len(got.Reasons) != len(want) {
		s.t.Errorf("reasons %v, want %v", got.Reasons, want)
	}
	for i, r := range got.Reasons {
		if r.Count != want[r.Reason] || r.Permit != (r.Reason == "CONSENT_VALID") {
			s.t.Errorf("reason %v, want %d", r, want[r.Reason])
		}
		if i > 0 && (r.Count > got.Reasons[i-1].Count || r.Count == got.Reasons[i-1].Count && r.Reason < got.Reasons[i-1].Reason) {
			s.t.Errorf("reasons are out of order: %v", got.Reasons)
		}
	}
	head := s.head()
	if got.LogIndex != head.Size-1 || got.Checkpoint == "" || got.PolicyVersion == "" || !got.At.IsValid() {
		s.t.Errorf("summary %v, the log has %d entries", got, head.Size)
	}
}

// Everyone is every person that is stored, once.
func TestDecideManyEveryone(t *testing.T) {
	s := startTeller(t)
	const people = 1100
	s.crowd(people)
	verdicts, out, err := decideMany(t.Context(), s.Consent, &aloiv1.DecideManyRequest{Campaign: question("SMS"), Everyone: true})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, v := range verdicts {
		if seen[v.EntityId] || i > 0 && v.EntityId <= verdicts[i-1].EntityId {
			t.Errorf("%s comes after %s", v.EntityId, verdicts[i-1].EntityId)
		}
		seen[v.EntityId] = true
	}
	last := out[len(out)-1]
	if len(seen) != people || last.Done != people || last.Total != people {
		t.Errorf("%d people, done %d of %d, want %d", len(seen), last.Done, last.Total, people)
	}
	s.checkSummary(last.Summary, verdicts, people)
}

// Verdicts say why only to those who ask.
func TestDecideManyExplained(t *testing.T) {
	s := startTeller(t)
	subjects := s.crowd(4)
	for _, explain := range []bool{false, true} {
		verdicts, _, err := decideMany(t.Context(), s.Consent,
			&aloiv1.DecideManyRequest{Campaign: question("SMS"), Subjects: subjects, Explain: explain})
		if err != nil || len(verdicts) != len(subjects) {
			t.Fatalf("%v, %v", verdicts, err)
		}
		v := verdicts[3] // who consented
		if !v.Permit || explain != (len(v.Core) > 0) || explain != (len(v.DecidingEvents) > 0) || explain != (len(v.Obligations) > 0) {
			t.Errorf("explained %v: %v", explain, v)
		}
	}
}

// However many verdicts a message asks for, and however long they are, the answers are
// messages that any client takes.
func TestDecideManyMessages(t *testing.T) {
	s := startTeller(t)
	two := client("web", "u-19")
	two.Phones = append(two.Phones, "06 52 19 47 83")
	s.Stream(servertest.Put(two))
	her, nobody := servertest.ByRecord(two.Ref), servertest.ByPoint("email:"+strings.Repeat("x", 4000)+"@example.org")
	for name, c := range map[string]struct {
		subject  *aloiv1.Subject
		verdicts int // of each
	}{"many": {her, 2}, "long": {nobody, 1}} {
		subjects := slices.Repeat([]*aloiv1.Subject{c.subject}, 1000)
		verdicts, out, err := decideMany(t.Context(), s.Consent, &aloiv1.DecideManyRequest{Campaign: question("SMS"), Subjects: subjects})
		if err != nil || len(verdicts) != 1000*c.verdicts || len(out) < 3 {
			t.Fatalf("%s: %d verdicts in %d messages, %v", name, len(verdicts), len(out), err)
		}
		sent := 0
		for _, m := range out[:len(out)-1] {
			if sent += len(m.Verdicts); len(m.Verdicts) > 1000 || proto.Size(m) > 2<<20 || m.Done != uint64(sent/c.verdicts) {
				t.Errorf("%s: a message of %d verdicts, %d bytes, done %d after %d", name, len(m.Verdicts), proto.Size(m), m.Done, sent)
			}
		}
	}
}

// A campaign of nobody has a summary of nothing.
func TestDecideManyNobody(t *testing.T) {
	s := startTeller(t)
	for _, everyone := range []bool{false, true} {
		verdicts, out, err := decideMany(t.Context(), s.Consent, &aloiv1.DecideManyRequest{Campaign: question("SMS"), Everyone: everyone})
		if err != nil || len(verdicts) != 0 || len(out) != 1 || out[0].Summary.GetSubjects() != 0 || len(out[0].Summary.Root) != 32 {
			t.Errorf("everyone %v: %v, %v", everyone, out, err)
		}
	}
}

// What is malformed ends a campaign by name; what was asked before is answered, and the
// log has it.
func TestDecideManyMalformed(t *testing.T) {
	s := startTeller(t)
	subjects := s.crowd(4)
	first := &aloiv1.DecideManyRequest{Campaign: question("SMS"), Subjects: subjects}
	for _, c := range []struct {
		name     string
		in       []*aloiv1.DecideManyRequest
		field    string
		verdicts int
	}{
		{"nothing", nil, "campaign", 0},
		{"no campaign", []*aloiv1.DecideManyRequest{{Subjects: subjects}}, "campaign", 0},
		{"a contact point for all", []*aloiv1.DecideManyRequest{{Campaign: &aloiv1.Question{ContactPoint: annesPhone}}}, "campaign.contact_point", 0},
		{"everyone and somebody", []*aloiv1.DecideManyRequest{first, {Everyone: true}}, "everyone", 4},
		{"too many", []*aloiv1.DecideManyRequest{first, {Subjects: make([]*aloiv1.Subject, 1001)}}, "subjects", 4},
		{"no subject", []*aloiv1.DecideManyRequest{first, {Subjects: []*aloiv1.Subject{subjects[0], subjects[1], subjects[2], {}}}}, "subjects[3]", 4},
		{"no entity", []*aloiv1.DecideManyRequest{first, {Subjects: []*aloiv1.Subject{subjects[0], servertest.ByEntity("anne")}}}, "subjects[1].entity_id", 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := s.logSize()
			verdicts, _, err := decideMany(t.Context(), s.Consent, c.in...)
			if status.Code(err) != codes.InvalidArgument || fieldOf(err) != c.field {
				t.Errorf("%v for %q, want InvalidArgument for %q", err, fieldOf(err), c.field)
			}
			if len(verdicts) != c.verdicts {
				t.Errorf("%d verdicts, want %d", len(verdicts), c.verdicts)
			}
			logged := uint64(0)
			if c.verdicts > 0 {
				logged = 1
			}
			if after := s.logSize(); after != before+logged {
				t.Errorf("the log went from %d to %d entries", before, after)
			}
		})
	}
}

// A client that hangs up has its PERMITs, and so the log has them too.
func TestDecideManyHungUp(t *testing.T) {
	s := startTeller(t)
	subjects := s.crowd(4)
	before := s.logSize()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stream, err := s.Consent.DecideMany(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&aloiv1.DecideManyRequest{Campaign: question("SMS"), Subjects: subjects}); err != nil {
		t.Fatal(err)
	}
	if m, err := stream.Recv(); err != nil || len(m.Verdicts) != len(subjects) {
		t.Fatalf("%v, %v", m, err)
	}
	cancel()
	for deadline := time.Now().Add(10 * time.Second); s.logSize() == before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("what was given out is not in the log")
		}
	}
}

// An open campaign does not keep the server from stopping, also one that has not begun.
func TestStopWhileDeciding(t *testing.T) {
	dir := t.TempDir()
	s := servertest.Open(t, dir, server.Options{})
	idle, err := s.Consent.DecideMany(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	begun, err := s.Consent.DecideMany(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := begun.Send(&aloiv1.DecideManyRequest{Campaign: question("SMS"), Subjects: []*aloiv1.Subject{servertest.ByPoint(annesPhone)}}); err != nil {
		t.Fatal(err)
	}
	if _, err := begun.Recv(); err != nil {
		t.Fatal(err)
	}
	if err := idle.Send(&aloiv1.DecideManyRequest{Campaign: question("SMS")}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("stopped with %v", err)
	}
	for name, stream := range map[string]aloiv1.Consent_DecideManyClient{"idle": idle, "begun": begun} {
		if _, err := stream.Recv(); status.Code(err) != codes.Unavailable {
			t.Errorf("the %s campaign ended with %v", name, err)
		}
	}
}

// A client that sends everything before it reads gets every answer.
func TestDecideManySlowReader(t *testing.T) {
	s := servertest.Start(t)
	stream, err := s.Consent.DecideMany(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	const messages, each = 100, 200
	sent := make(chan error, 1)
	go func() {
		for i := range messages {
			m := &aloiv1.DecideManyRequest{}
			if i == 0 {
				m.Campaign = question("SMS")
			}
			for j := range each {
				m.Subjects = append(m.Subjects, servertest.ByRecord(servertest.Ref("web", fmt.Sprintf("nobody-%d-%d", i, j))))
			}
			if err := stream.Send(m); err != nil {
				sent <- err
				return
			}
		}
		sent <- stream.CloseSend()
	}()
	verdicts := 0
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		verdicts += len(m.Verdicts)
	}
	if err := <-sent; err != nil || verdicts != messages*each {
		t.Errorf("%d verdicts, want %d; sent: %v", verdicts, messages*each, err)
	}
}

// What a campaign costs a person, from the client and back.
func BenchmarkDecideMany(b *testing.B) {
	const people, perMessage = 1700, 1000
	s := servertest.Start(b)
	var ops []*aloiv1.Operation
	for i := range people {
		record := person("web", i)
		if i%3 == 0 {
			record.Consents = []*aloiv1.ConsentEvent{{
				Kind: "GIVEN", Time: timestamppb.New(time.Now().Add(-time.Hour)), ContactPoint: "phone:" + record.Phones[0],
				Purposes: []string{"DirectMarketing"}, Channels: []string{"SMS"}, Controllers: []string{house},
				Evidence: []*aloiv1.FreeAttribute{{Name: "form_sha256", Value: "ab12"}},
			}}
		}
		ops = append(ops, servertest.Put(record))
	}
	acks := s.Stream(ops...)
	message := &aloiv1.DecideManyRequest{}
	for i := range perMessage {
		message.Subjects = append(message.Subjects, servertest.ByEntity(acks[i%people].EntityId))
	}
	b.ReportAllocs()
	var verdicts int
	b.ResetTimer()
	stream, err := s.Consent.DecideMany(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	go func() {
		err := stream.Send(&aloiv1.DecideManyRequest{Campaign: question("SMS")})
		for n := 0; n < b.N && err == nil; n += perMessage {
			err = stream.Send(message)
		}
		stream.CloseSend()
	}()
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			b.Fatal(err)
		}
		verdicts += len(m.Verdicts)
	}
	b.ReportMetric(float64(verdicts)/b.Elapsed().Seconds(), "verdicts/s")
}
