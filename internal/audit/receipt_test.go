package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"aloi"
)

const notice = "Vos données servent à vous écrire. <Vous pouvez vous opposer & retirer votre accord.>"

// receipt is one of entry 41 of a log of 50, and the keys of the log.
func receipt(t testing.TB) (*Receipt, note.Signer, note.Verifier) {
	t.Helper()
	e := full()
	sum := sha256.Sum256([]byte(notice))
	e.Evidence = []aloi.FreeAttribute{{Name: "notice_hash", Value: hex.EncodeToString(sum[:])}}
	b, err := Payload(e)
	if err != nil {
		t.Fatal(err)
	}
	r := &Receipt{Payload: b, Salt: bytes.Repeat([]byte{7}, SaltBytes), Index: 41, Notice: notice}
	l := leaf()
	l.Commit = Commit(r.Salt, r.Payload)
	r.Leaf = l.Encode()
	s, v := signers(t, "aloi-test")
	r.prove(t, s)
	return r, s, v
}

// prove puts a receipt into a log of its own.
func (r *Receipt) prove(t testing.TB, s note.Signer) {
	t.Helper()
	log, heads := logOf(t, s.Name(), 50, func(i int) string {
		if uint64(i) == r.Index {
			return string(r.Leaf)
		}
		return plain(i)
	})
	var err error
	if r.Proof, err = tlog.ProveRecord(50, int64(r.Index), log); err != nil {
		t.Fatal(err)
	}
	if r.Checkpoint, err = heads[50].Sign(s); err != nil {
		t.Fatal(err)
	}
}

func text(t testing.TB, r *Receipt) []byte {
	t.Helper()
	b, err := r.JSON()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestReceipt(t *testing.T) {
	r, _, v := receipt(t)
	b := text(t, r)
	back, err := ParseReceipt(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := back.Verify(v); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(text(t, back), b) {
		t.Errorf("%s\n%s", b, text(t, back))
	}
	for _, want := range []string{`"contact_point": "email:anne.lefèvre@example.org"`, `"notice": "Vos données servent à vous écrire. <Vous`, `"index": 41`, "aloi receipt verify"} {
		if !bytes.Contains(b, []byte(want)) {
			t.Errorf("%s is not to be read in\n%s", want, b)
		}
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, b); err != nil {
		t.Fatal(err)
	}
	if back, err = ParseReceipt(compact.Bytes()); err != nil || back.Verify(v) != nil {
		t.Errorf("without white space: %v", err)
	}
	// The only entry of a log has an empty proof.
	r.Index, r.Proof = 0, nil
	l := leaf()
	l.Sequence, l.Commit = 0, Commit(r.Salt, r.Payload)
	r.Leaf = l.Encode()
	s, v := signers(t, "aloi-test")
	if r.Checkpoint, err = (Checkpoint{"aloi-test", 1, tlog.RecordHash(r.Leaf)}).Sign(s); err != nil {
		t.Fatal(err)
	}
	if back, err = ParseReceipt(text(t, r)); err != nil || back.Verify(v) != nil {
		t.Errorf("a log of one: %v", err)
	}
}

// Whatever bit is another: the receipt is not read, does not hold, or says the same.
func TestReceiptFlipped(t *testing.T) {
	r, _, v := receipt(t)
	b := text(t, r)
	for i := range b {
		for bit := byte(1); bit != 0; bit <<= 1 {
			flipped := bytes.Clone(b)
			flipped[i] ^= bit
			back, err := ParseReceipt(flipped)
			if err != nil || back.Verify(v) != nil {
				continue
			}
			if back.Checkpoint = r.Checkpoint; !bytes.Equal(text(t, back), b) { // a signature has bits that mean nothing
				t.Errorf("holds with another bit:\n%s", flipped)
			}
		}
	}
}

// Each way in which a receipt may be false is told in words of its own.
func TestReceiptFalse(t *testing.T) {
	for _, c := range []struct {
		want  string
		spoil func(r *Receipt, s note.Signer)
	}{
		{"the record is not what the leaf commits to", func(r *Receipt, _ note.Signer) {
			r.Payload = bytes.Replace(r.Payload, []byte("Newsletter"), []byte("LoyaltyOffers"), 1)
		}},
		{"the record is not what the leaf commits to", func(r *Receipt, _ note.Signer) { r.Salt[5]++ }},
		{"the salt has 31 bytes", func(r *Receipt, _ note.Signer) { r.Salt = r.Salt[1:] }},
		{"the record is not of the form", func(r *Receipt, _ note.Signer) { r.Payload = []byte(`{"event_id":"1"}`) }},
		{"the leaf is not one of this log's form", func(r *Receipt, _ note.Signer) { r.Leaf = []byte(`{}`) }},
		{"the leaf is not of a consent event", func(r *Receipt, s note.Signer) { r.change(t, s, func(l *Leaf) { l.Kind = KindErasure }) }},
		{"the leaf is of another place", func(r *Receipt, s note.Signer) { r.change(t, s, func(l *Leaf) { l.Sequence = 40 }) }},
		{"the leaf is of another place", func(r *Receipt, _ note.Signer) { r.Index = 40 }},
		{"does not hold the leaf", func(r *Receipt, _ note.Signer) {
			l := leaf()
			l.Actor, l.Commit = "another", Commit(r.Salt, r.Payload)
			r.Leaf = l.Encode()
		}},
		{"does not hold the leaf", func(r *Receipt, _ note.Signer) { r.Proof[2][9]++ }},
		{"does not hold the leaf", func(r *Receipt, _ note.Signer) { r.Proof = r.Proof[1:] }},
		{"more than 64 hashes", func(r *Receipt, _ note.Signer) { r.Proof = make([]tlog.Hash, 65) }},
		{"signature of the checkpoint is wrong", func(r *Receipt, _ note.Signer) {
			r.Checkpoint = strings.Replace(r.Checkpoint, "\n50\n", "\n51\n", 1)
		}},
		{"not signed by this key", func(r *Receipt, _ note.Signer) {
			namesake, _ := signers(t, "aloi-test")
			r.prove(t, namesake)
		}},
		{"older than the entry", func(r *Receipt, s note.Signer) { r.Checkpoint, _ = Checkpoint{"aloi-test", 41, emptyRoot}.Sign(s) }},
		{"is not the one that the record names", func(r *Receipt, _ note.Signer) { r.Notice += " " }},
		{"is not the one that the record names", func(r *Receipt, s note.Signer) {
			e := full()
			e.Evidence = []aloi.FreeAttribute{{Name: "notice_sha256", Value: "12"}}
			r.Payload = payload(t, e)
			r.change(t, s, func(l *Leaf) { l.Commit = Commit(r.Salt, r.Payload) })
		}},
		{"the record names none", func(r *Receipt, s note.Signer) {
			e := full()
			e.Evidence = nil
			r.Payload = payload(t, e)
			r.change(t, s, func(l *Leaf) { l.Commit = Commit(r.Salt, r.Payload) })
		}},
	} {
		r, s, v := receipt(t)
		c.spoil(r, s)
		if err := r.Verify(v); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		} else if strings.Contains(err.Error(), "lef") {
			t.Errorf("a value is told: %v", err)
		}
	}
	r, s, v := receipt(t)
	if r.Notice = ""; r.Verify(v) != nil {
		t.Error("a receipt without its notice does not hold")
	}
	// Sources name the hash in two ways, and write it in capitals.
	sum := sha256.Sum256([]byte(notice))
	e := full()
	e.Evidence = []aloi.FreeAttribute{{Name: "notice_hash", Value: "0"}, {Name: "notice_sha256", Value: strings.ToUpper(hex.EncodeToString(sum[:]))}}
	r.Payload, r.Notice = payload(t, e), notice
	r.change(t, s, func(l *Leaf) { l.Commit = Commit(r.Salt, r.Payload) })
	if err := r.Verify(v); err != nil {
		t.Error(err)
	}
}

// change puts another leaf into the log, as its operator could.
func (r *Receipt) change(t testing.TB, s note.Signer, change func(*Leaf)) {
	t.Helper()
	l, err := ParseLeaf(r.Leaf)
	if err != nil {
		t.Fatal(err)
	}
	change(l)
	r.Leaf = l.Encode()
	r.prove(t, s)
}

// What is shown is what is checked: no field twice, under another name, or that is not known.
func TestReceiptForm(t *testing.T) {
	r, _, _ := receipt(t)
	good := string(text(t, r))
	swap := func(old, with string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %s", old)
		}
		return strings.Replace(good, old, with, 1)
	}
	for name, b := range map[string]string{
		"empty": "", "null": "null", "list": "[]", "more": good + "{}",
		"another version": swap("receipt 1", "receipt 2"),
		"a field twice":   swap(`"index": 41`, `"index": 40, "index": 41`),
		"another case":    swap(`"index"`, `"Index"`),
		"an unknown one":  swap(`"index"`, `"colour": 1, "index"`),
		"another order":   swap(`"index": 41,`, "")[:len(good)-len(`"index": 41,`)-2] + `, "index": 41}`,
		"other words":     swap("publishes its key", "has no key"),
		"record null":     strings.Replace(good, good[strings.Index(good, `"record": {`)+10:strings.Index(good, `"notice"`)], "null,\n  ", 1),
		"no proof":        good[:strings.Index(good, `"proof"`)] + `"proof": null,` + good[strings.Index(good, `"checkpoint"`):],
		"other base64":    swap(`Bwc="`, `Bwd="`),
		"escaped":         swap("Vos données", `Vos donn\u00e9es`),
		"too large":       good + strings.Repeat(" ", MaxReceiptBytes),
	} {
		if b == good {
			t.Fatalf("%s: nothing is changed", name)
		}
		if _, err := ParseReceipt([]byte(b)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
	for _, spoil := range []func(*Receipt){
		func(r *Receipt) { r.Payload = append(r.Payload, ' ') },
		func(r *Receipt) { r.Payload = []byte("{") },
		func(r *Receipt) { r.Payload = nil },
		func(r *Receipt) { r.Leaf = []byte("[]") },
		func(r *Receipt) { r.Leaf = append(r.Leaf, ' ') },
		func(r *Receipt) { r.Notice = "\xff" },
		func(r *Receipt) { r.Notice = strings.Repeat("x", MaxReceiptBytes) },
	} {
		r, _, _ := receipt(t)
		spoil(r)
		if _, err := r.JSON(); err == nil {
			t.Errorf("%.80q, %.80q: is written", r.Payload, r.Leaf)
		}
	}
}

// The proof is checked once more as RFC 6962 says it, by nothing but SHA-256.
func TestReceiptByHand(t *testing.T) {
	r, _, _ := receipt(t)
	var f struct {
		Record, Leaf json.RawMessage
		Salt         []byte
		Proof        []string
		Checkpoint   string
	}
	if err := json.Unmarshal(text(t, r), &f); err != nil {
		t.Fatal(err)
	}
	var record, leaf bytes.Buffer
	if err := json.Compact(&record, f.Record); err != nil {
		t.Fatal(err)
	}
	if err := json.Compact(&leaf, f.Leaf); err != nil {
		t.Fatal(err)
	}
	commit := sha256.Sum256(append(f.Salt, record.Bytes()...))
	if !strings.Contains(leaf.String(), `"commit":"`+base64.StdEncoding.EncodeToString(commit[:])+`"`) {
		t.Error("the leaf does not commit to the record")
	}
	sum := sha256.Sum256(append([]byte{0}, leaf.Bytes()...))
	at, last := 41, 49 // RFC 9162, 2.1.3.2
	for _, p := range f.Proof {
		h, err := base64.StdEncoding.DecodeString(p)
		if err != nil {
			t.Fatal(err)
		}
		if at&1 == 1 || at == last {
			sum = sha256.Sum256(append(append([]byte{1}, h...), sum[:]...))
			for at&1 == 0 && at != 0 {
				at, last = at>>1, last>>1
			}
		} else {
			sum = sha256.Sum256(append(append([]byte{1}, sum[:]...), h...))
		}
		at, last = at>>1, last>>1
	}
	if want := "aloi-test\n50\n" + base64.StdEncoding.EncodeToString(sum[:]) + "\n"; last != 0 || !strings.HasPrefix(f.Checkpoint, want) {
		t.Errorf("%q does not begin with %q", f.Checkpoint, want)
	}
}

func FuzzParseReceipt(f *testing.F) {
	only, _, v := receipt(f)
	f.Add(text(f, only))
	f.Add([]byte(`{"format":"aloi consent receipt 1","record":{},"salt":"","leaf":{},"index":0,"proof":[],"checkpoint":"","how_to_check":[]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseReceipt(b)
		if err != nil {
			return
		}
		again, err := r.JSON()
		if err != nil && len(b) < MaxReceiptBytes/2 {
			t.Fatalf("%v: %q", err, b)
		}
		var x, y bytes.Buffer
		json.Compact(&x, b)
		json.Compact(&y, again)
		if err == nil && !bytes.Equal(x.Bytes(), y.Bytes()) {
			t.Errorf("%s is read, and written as %s", x.Bytes(), y.Bytes())
		}
		if r.Verify(v) == nil && (!bytes.Equal(r.Payload, only.Payload) || r.Notice != "" && r.Notice != only.Notice) {
			t.Errorf("another receipt holds: %s", x.Bytes())
		}
	})
}
