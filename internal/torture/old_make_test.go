package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	"aloi"
	"aloi/internal/synth"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server"
)

var (
	keepProgram = flag.String("keep-program", "", "program of an earlier version whose store is kept")
	keepAs      = flag.String("keep-as", "", "name of the store that is kept: a number and the commit")
)

// What a store that is kept has.
const (
	keptRecords = 130
	keptSeed    = 2026
	deleteEach  = 9 // one record in so many is deleted
	resendEach  = 7 // one in so many comes in a later version, without its first e-mail address
	judgeEach   = 8 // one in so many is judged to be the same as the next, or not to be
	grantEach   = 5 // one in so many gives consent, and every other of those withdraws it
)

// TestKeepStore writes the stores of an earlier version: one that was stopped and one that
// was killed.
//
//	go test ./internal/torture -run TestKeepStore -keep-program PATH -keep-as 3-1fc64fc
func TestKeepStore(t *testing.T) {
	if *keepProgram == "" {
		t.Skip("needs -keep-program and -keep-as")
	}
	for _, killed := range []bool{false, true} {
		name := *keepAs
		if killed {
			name += "-killed"
		}
		keepStore(t, name, killed)
	}
}

func keepStore(t *testing.T, name string, killed bool) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	p, err := serve(*keepProgram, dir)
	if err != nil {
		t.Fatal(err)
	}
	s := &oldStore{Program: *keepAs, Killed: killed, Records: map[string]oldRecord{}}
	if err := s.fill(t.Context(), newCaller(p.conn), aloiv1.NewAuditClient(p.conn)); err != nil {
		p.kill()
		t.Fatalf("%v\n%s", err, p.log.Bytes())
	}
	if killed {
		p.kill()
	} else if err := p.stop(); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("find", dir, "-name", "LOCK", "-delete").CombinedOutput(); err != nil {
		t.Fatal(string(out))
	}
	if err := s.write(dir, filepath.Join(storesFolder, name)); err != nil {
		t.Fatal(err)
	}
}

// write packs the directory, and writes what it held beside it.
func (s *oldStore) write(dir, base string) error {
	f, err := os.Create(base + ".tar.zst")
	if err != nil {
		return err
	}
	defer f.Close()
	if err := pack(f, dir); err != nil {
		return err
	}
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return os.WriteFile(base+".json", append(text, '\n'), 0o644)
}

// fill sends records, later versions, judgements, deletions and, where the program knows of
// them, acts by themselves, and asks what is stored then.
func (s *oldStore) fill(ctx context.Context, c *caller, audit aloiv1.AuditClient) error {
	g := synth.New(keptSeed, keptRecords)
	var last *aloi.Record
	for i := 1; ; i++ {
		r, _, ok := g.Next()
		if !ok {
			break
		}
		if err := s.send(ctx, c, r, last, i); err != nil {
			return err
		}
		last = r
	}
	for _, name := range s.Gone {
		delete(s.Records, name)
	}
	slices.Sort(s.Gone)
	slices.Sort(s.Asked)
	if err := s.ask(ctx, c); err != nil {
		return err
	}
	head, err := audit.Checkpoint(ctx, &aloiv1.CheckpointRequest{})
	if status.Code(err) != codes.Unimplemented {
		s.Checkpoint = head.GetCheckpoint()
		return err
	}
	return nil
}

// send sends record number i and what follows on it.
func (s *oldStore) send(ctx context.Context, c *caller, r, last *aloi.Record, i int) error {
	m := server.RecordMessage(r)
	if i%grantEach == 0 {
		m.Consents = append(m.Consents, keptAct(i, aloi.ConsentGiven))
		if i%(2*grantEach) == 0 {
			m.Consents = append(m.Consents, keptAct(i, aloi.ConsentWithdrawn))
		}
	}
	name := nameOf(m.Ref)
	s.Records[name] = oldRecord{}
	if _, err := c.ingest.Put(ctx, &aloiv1.PutRequest{Record: m}); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if i%grantEach == 0 && len(m.Emails) == 1 && i%deleteEach != 0 {
		_, err := c.consent.Decide(ctx, &aloiv1.DecideRequest{Subject: subject(m.Ref), Question: &aloiv1.Question{Controller: controller, Purpose: "Newsletter", Channel: "EMAIL"}})
		if status.Code(err) != codes.Unimplemented {
			s.Asked = append(s.Asked, name)
		}
	}
	if i%resendEach == 0 {
		m.Version, m.Note = m.Version+1, "sent again"
		if _, err := c.ingest.Put(ctx, &aloiv1.PutRequest{Record: m}); err != nil {
			return err
		}
	}
	if i%judgeEach == 0 {
		verdict := aloiv1.Verdict_VERDICT_SAME + aloiv1.Verdict(i/judgeEach%2)*2
		if _, err := c.judgements.Judge(ctx, &aloiv1.JudgeRequest{A: m.Ref, B: server.RecordMessage(last).Ref, Verdict: verdict, Steward: "s", Reason: "r"}); err != nil {
			return err
		}
	}
	if i%deleteEach == 0 {
		s.Gone = append(s.Gone, name)
		_, err := c.ingest.Delete(ctx, &aloiv1.DeleteRequest{Ref: m.Ref})
		return err
	}
	return nil
}

// keptAct is the consent of record i, or that it is withdrawn a day later.
func keptAct(i int, kind aloi.ConsentKind) *aloiv1.ConsentEvent {
	e := &aloiv1.ConsentEvent{
		SourceEventId: fmt.Sprintf("kept-%d-%s", i, kind), Kind: string(kind), Purposes: []string{"Newsletter"}, Channels: []string{"EMAIL"},
		Controllers: []string{controller}, Method: "web_form", Time: timestamppb.New(time.Date(2026, 10, 1, 12, 0, 0, 0, time.UTC)),
	}
	if kind == aloi.ConsentWithdrawn {
		e.Time = timestamppb.New(time.Date(2026, 10, 2, 12, 0, 0, 0, time.UTC))
		return e
	}
	e.Evidence = []*aloiv1.FreeAttribute{{Name: "auth", Value: "doi"}}
	return e
}
