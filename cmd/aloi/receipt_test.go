package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"aloi"
	"aloi/internal/audit"
)

// writeReceipt writes the receipt of the only entry of a log, and returns its path and
// the public key of the log.
func writeReceipt(t *testing.T) (path, key string) {
	t.Helper()
	const shown = "Nous vous écrirons une fois par mois."
	sum := sha256.Sum256([]byte(shown))
	at := time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC)
	payload, err := audit.Payload(&audit.Event{ID: "5f0c", Record: aloi.RecordRef{Source: "web", ID: "1042"}, ConsentEvent: aloi.ConsentEvent{
		Kind: aloi.ConsentGiven, Time: at, RecordedTime: at.Add(time.Second), Purposes: []string{"Newsletter"}, Channels: []string{"EMAIL"},
		Controllers: []string{"maison"}, ContactPoint: "email:anne@example.fr", Method: "web_form", Notice: "v3",
		Evidence: []aloi.FreeAttribute{{Name: "notice_hash", Value: hex.EncodeToString(sum[:])}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	r := &audit.Receipt{Payload: payload, Salt: bytes.Repeat([]byte{3}, audit.SaltBytes), Notice: shown}
	leaf := audit.Leaf{Time: at.Add(time.Second), Kind: audit.KindConsent, Policy: "2026-08", Commit: audit.Commit(r.Salt, payload)}
	r.Leaf = leaf.Encode()
	private, key, err := audit.NewKey("aloi-test")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	if r.Checkpoint, err = (audit.Checkpoint{Origin: "aloi-test", Size: 1, Root: tlog.RecordHash(r.Leaf)}).Sign(signer); err != nil {
		t.Fatal(err)
	}
	text, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return put(t, t.TempDir(), "receipt.json", string(text)), key
}

func TestReceiptVerify(t *testing.T) {
	file, key := writeReceipt(t)
	dir := filepath.Dir(file)
	code, out, errs := aloiRun(t, "", "receipt", "verify", file, "--key", key)
	if code != exitOK || errs != "" {
		t.Fatalf("exit %d: %s", code, errs)
	}
	contains(t, out, "The receipt holds: it is entry 0 of the log aloi-test", "GIVEN", "2026-03-01 09:30:00 UTC", "web/1042",
		"email:anne@example.fr", "Newsletter", "maison", "Nous vous écrirons")
	var check receiptCheck
	code, out, _ = aloiRun(t, "", "receipt", "verify", file, "--json", "--key", put(t, dir, "aloi.vkey", key+"\n"))
	if err := json.Unmarshal([]byte(out), &check); err != nil || code != exitOK || !check.Holds || check.Failure != "" || check.LogIndex != 0 {
		t.Errorf("exit %d, %v: %s", code, err, out)
	}
	contains(t, string(check.Record), `"contact_point":"email:anne@example.fr"`)

	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	changed := put(t, dir, "changed.json", strings.Replace(string(text), "Newsletter", "LoyaltyOffers", 1))
	expect(t, exitFinding, "does not hold: the record is not what the leaf commits to", "receipt", "verify", changed, "--key", key)
	code, out, errs = aloiRun(t, "", "receipt", "verify", changed, "--json", "--key", key)
	if err := json.Unmarshal([]byte(out), &check); err != nil || code != exitFinding || check.Holds || check.Failure == "" || errs != "" {
		t.Errorf("exit %d, %v: %s%s", code, err, out, errs)
	}
	_, other := writeReceipt(t)
	expect(t, exitFinding, "not signed by this key", "receipt", "verify", file, "--key", other)

	large := put(t, dir, "large.json", strings.Repeat(" ", audit.MaxReceiptBytes+1))
	for _, c := range []struct {
		code            int
		file, key, says string
	}{
		{exitUsage, put(t, dir, "x.json", "{}"), key, "not a consent receipt"},
		{exitUsage, large, key, "is larger than"},
		{exitUsage, file, "aloi-test+00000000+AAAA", "neither a public key nor a file"},
		{exitUsage, file, file, "holds no public key"},
		{exitUnavailable, file + ".none", key, "no such file"},
	} {
		expect(t, c.code, c.says, "receipt", "verify", c.file, "--key", c.key)
	}
}
