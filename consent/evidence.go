package consent

import (
	"slices"
	"strings"
)

// proofs are the names of evidence that proves by itself that the person acted. Where
// she was (ip), or that a file says so (optin), does not.
var proofs = []string{"form_sha256", "form_hash", "screenshot", "screenshot_sha256", "doi", "call", "recording", "recording_sha256",
	"paper", "scan", "scan_sha256", "signature"}

// denials are the values that say of a proof that there is none, and of a box that nobody
// ticked it.
var denials = []string{"false", "no", "non", "0"}

// add reads one named value of what an event brings as proof.
func (e *Evidence) add(name, value string) {
	denied := slices.ContainsFunc(denials, func(no string) bool { return strings.EqualFold(no, value) })
	if name == "affirmative" {
		e.NotAffirmative = e.NotAffirmative || denied
		return
	}
	if denied || value == "" {
		return
	}
	switch name {
	case "auth":
		e.Auth = value
	case "notice":
		e.Notice = value
	case noticeHash, noticeSHA256:
		e.NoticeHash = value
	case needBroker:
		e.Broker = value
	case needRecipient:
		e.NamedRecipient = value
	case needCollectedAt:
		e.CollectedAt = value
	default:
		e.Other = e.Other || slices.Contains(proofs, name)
	}
}

// The names of evidence that is the hash of a notice.
const (
	noticeHash   = "notice_hash"
	noticeSHA256 = "notice_sha256"
)
