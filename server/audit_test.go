package server_test

import (
	"encoding/json"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"

	"aloi/internal/audit"
	aloiv1 "aloi/proto/aloi/v1"
	"aloi/server/servertest"
)

// open checks a checkpoint with the server's own key and reads it.
func (s *teller) open(text string) (audit.Checkpoint, note.Verifier) {
	s.t.Helper()
	got, err := s.Audit.Checkpoint(s.t.Context(), &aloiv1.CheckpointRequest{})
	if err != nil {
		s.t.Fatal(err)
	}
	key, err := note.NewVerifier(got.VerifierKey)
	if err != nil {
		s.t.Fatal(err)
	}
	if text == "" {
		text = got.Checkpoint
	}
	c, err := audit.Open(text, key)
	if err != nil {
		s.t.Fatal(err)
	}
	return c, key
}

// head is the head of the log.
func (s *teller) head() audit.Checkpoint {
	s.t.Helper()
	c, _ := s.open("")
	return c
}

// The log is signed by the key that was given, and is proved to have only grown.
func TestConsistency(t *testing.T) {
	private, public, err := audit.NewKey("aloi/test")
	if err != nil {
		t.Fatal(err)
	}
	c := newClock()
	s := &teller{servertest.OpenWith(t, t.TempDir(), servertest.Options{Now: c.Now, AuditKey: private}), t, c}
	if got, err := s.Audit.Checkpoint(t.Context(), &aloiv1.CheckpointRequest{}); err != nil || got.VerifierKey != public {
		t.Fatalf("checkpoint %v, %v, want key %s", got, err, public)
	}
	record := client("web", "u-19")
	s.Stream(servertest.Put(record))
	s.tell(servertest.ByRecord(record.Ref), s.grant("SMS", annesPhone))
	older := s.head()
	for range 5 {
		s.tell(servertest.ByRecord(record.Ref), s.act("WITHDRAWN", "SMS"))
	}
	got, err := s.Audit.Consistency(t.Context(), &aloiv1.ConsistencyRequest{OldSize: older.Size})
	if err != nil {
		t.Fatal(err)
	}
	newer, _ := s.open(got.Checkpoint)
	var proof []tlog.Hash
	for _, h := range got.Hashes {
		proof = append(proof, tlog.Hash(h))
	}
	if newer.Size != older.Size+5 {
		t.Errorf("the log went from %d to %d entries", older.Size, newer.Size)
	}
	if err := audit.CheckGrowth(older, newer, proof); err != nil {
		t.Error(err)
	}
	if _, err := s.Audit.Consistency(t.Context(), &aloiv1.ConsistencyRequest{OldSize: newer.Size + 1}); status.Code(err) != codes.InvalidArgument || fieldOf(err) != "old_size" {
		t.Errorf("of a log that is not so long: %v for %q", err, fieldOf(err))
	}
}

// A receipt can be checked without the server, and says what was consented to.
func TestReceipt(t *testing.T) {
	s := startTeller(t)
	record := client("web", "u-19")
	s.Stream(servertest.Put(record))
	text := "Oui, je veux recevoir des offres de la Maison par SMS."
	notice, err := s.Consent.PutNotice(t.Context(), &aloiv1.PutNoticeRequest{Text: text})
	if err != nil {
		t.Fatal(err)
	}
	grant := s.grant("SMS", annesPhone)
	grant.Evidence = append(grant.Evidence, &aloiv1.FreeAttribute{Name: "notice_hash", Value: notice.Sha256})
	given := s.tell(servertest.ByRecord(record.Ref), grant)
	s.tell(servertest.ByRecord(record.Ref), s.act("WITHDRAWN", "SMS"))

	got, err := s.Audit.Receipt(t.Context(), &aloiv1.ReceiptRequest{Subject: servertest.ByRecord(record.Ref), EventId: given.EventId})
	if err != nil {
		t.Fatal(err)
	}
	receipt, err := audit.ParseReceipt([]byte(got.Receipt))
	if err != nil {
		t.Fatal(err)
	}
	_, key := s.open("")
	if err := receipt.Verify(key); err != nil {
		t.Error(err)
	}
	var payload struct {
		EventID      string `json:"event_id"`
		ContactPoint string `json:"contact_point"`
	}
	if err := json.Unmarshal(receipt.Payload, &payload); err != nil || payload.EventID != given.EventId || receipt.Notice != text {
		t.Errorf("receipt of %+v, %v", payload, err)
	}

	for name, c := range map[string]struct {
		req   *aloiv1.ReceiptRequest
		code  codes.Code
		field string
	}{
		"nobody":           {&aloiv1.ReceiptRequest{EventId: given.EventId}, codes.InvalidArgument, "subject"},
		"nothing":          {&aloiv1.ReceiptRequest{Subject: servertest.ByRecord(record.Ref)}, codes.InvalidArgument, "event_id"},
		"a stranger":       {&aloiv1.ReceiptRequest{Subject: servertest.ByRecord(servertest.Ref("web", "u-20")), EventId: given.EventId}, codes.NotFound, ""},
		"an event of none": {&aloiv1.ReceiptRequest{Subject: servertest.ByRecord(record.Ref), EventId: "00112233445566778899aabbccddeeff"}, codes.NotFound, ""},
	} {
		if _, err := s.Audit.Receipt(t.Context(), c.req); status.Code(err) != c.code || fieldOf(err) != c.field {
			t.Errorf("%s: %v for %q, want %v for %q", name, err, fieldOf(err), c.code, c.field)
		}
	}
}

// Fields that the server does not know are refused by each call: to do the rest would
// drop what the client meant.
func TestUnknownFieldsOfConsent(t *testing.T) {
	s := startTeller(t)
	unknown := protowire.AppendVarint(protowire.AppendTag(nil, 999, protowire.VarintType), 1)
	for _, method := range []string{
		"Consent/Decide", "Consent/Record", "Consent/ConfirmToken", "Consent/History", "Consent/Preview", "Consent/Assign",
		"Consent/Suppress", "Consent/ListSuppressions", "Consent/PutNotice", "Consent/GetNotice",
		"Audit/Checkpoint", "Audit/Consistency", "Audit/Receipt",
	} {
		var answer []byte
		err := s.Conn.Invoke(t.Context(), "/aloi.v1."+method, &unknown, &answer, grpc.ForceCodec(rawCodec{}))
		if status.Code(err) != codes.InvalidArgument || fieldOf(err) != "request" {
			t.Errorf("%s: %v for %q", method, err, fieldOf(err))
		}
	}
}
