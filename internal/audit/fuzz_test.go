package audit

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"aloi"
)

// FuzzParsePayload reads any bytes as a consent event of the log: what is read is written
// as it was, to the byte, and no error holds a value of it.
func FuzzParsePayload(f *testing.F) {
	b, err := Payload(full())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"schema_version":"` + schemaVersion + `","event_id":"","event_kind":""}`))
	f.Add([]byte(strings.Replace(string(b), `"W-1042"`, `"\ud800"`, 1)))
	f.Add([]byte(strings.Replace(string(b), `"event_id"`, `"EVENT_ID"`, 1)))
	f.Add([]byte(strings.Replace(string(b), `15.12Z`, `15.120Z`, 1)))
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := ParsePayload(b)
		if err != nil {
			if err != errPayload {
				t.Fatalf("another error: %v", err)
			}
			return
		}
		if again, err := Payload(e); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%s\nis written as\n%s, %v", b, again, err)
		}
		for _, hash := range e.notices() {
			if !slices.ContainsFunc(e.Evidence, func(a aloi.FreeAttribute) bool { return a.Value == hash }) {
				t.Fatalf("a notice %q that the evidence does not name", hash)
			}
		}
	})
}

// FuzzPayload makes an event of any texts: its payload is read back as the same, or the
// error names the field and no value.
func FuzzPayload(f *testing.F) {
	f.Add("web", "W-1042", "email:anne.lefèvre@example.org", "GIVEN", "Newsletter", "notice_hash", "ab")
	f.Add("\xff", "a\u2028b", "<&>", "", "\x00", "", "\ufffd")
	f.Add("", "1", "\u00e9", "OBJECTED", "", "affirmative", "no")
	f.Fuzz(func(t *testing.T, source, id, point, kind, purpose, name, value string) {
		const canary = "Lefèvre-canary"
		e := full()
		e.Record, e.ContactPoint, e.Kind = aloi.RecordRef{Source: source, ID: id}, canary+point, aloi.ConsentKind(kind)
		e.Purposes, e.Evidence = []string{purpose}, []aloi.FreeAttribute{{Name: name, Value: canary + value}}
		b, err := Payload(e)
		if err != nil {
			if strings.Contains(err.Error(), canary) {
				t.Fatal("the error holds a value")
			}
			return
		}
		back, err := ParsePayload(b)
		if err != nil || back.Record != e.Record || back.ContactPoint != e.ContactPoint || back.Kind != e.Kind ||
			!slices.Equal(back.Purposes, e.Purposes) || !slices.Equal(back.Evidence, e.Evidence) {
			t.Fatalf("%+v comes back as %+v, %v", e, back, err)
		}
	})
}

// FuzzPublicKey reads any text as the key that signs: the public half of what is read is
// one that checks, and what it is the half of is not in the error.
func FuzzPublicKey(f *testing.F) {
	const private = "PRIVATE+KEY+aloi-test+0a1b2c3d+AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
	f.Add(private)
	f.Add(strings.Replace(private, "aloi-test", "a b", 1))
	f.Add(strings.Replace(private, "AQ", "Ag", 1))
	f.Add("PRIVATE+KEY++")
	f.Fuzz(func(t *testing.T, private string) {
		public, err := PublicKey(private)
		if err != nil {
			if secret := private[strings.LastIndex(private, "+")+1:]; len(secret) > 12 && strings.Contains(err.Error(), secret) {
				t.Fatal("the error holds the key")
			}
			return
		}
		if len(private) > 40 && strings.Contains(public, private[len(private)-40:]) {
			t.Fatal("the public half holds the key")
		}
		s, err := note.NewSigner(private)
		if err != nil {
			return // it is more than the half needs: a hash that does not fit
		}
		v, err := note.NewVerifier(public)
		if err != nil || v.Name() != s.Name() {
			t.Fatalf("the half of a key that signs does not check: %v", err)
		}
		sig, err := s.Sign([]byte("text"))
		if err != nil || !v.Verify([]byte("text"), sig) || v.Verify([]byte("texts"), sig) {
			t.Fatalf("signed, and checked as another, %v", err)
		}
	})
}

// FuzzGrowth takes any hashes for a proof that one log extends another: the only proof
// that holds is the log's own.
func FuzzGrowth(f *testing.F) {
	const n = 40
	log, heads := logOf(f, "l", n, plain)
	for _, sizes := range [][2]uint8{{3, 9}, {8, 40}, {0, 7}, {7, 7}} {
		var proof []byte
		if sizes[0] > 0 && sizes[0] < sizes[1] {
			hashes, err := tlog.ProveTree(int64(sizes[1]), int64(sizes[0]), log)
			if err != nil {
				f.Fatal(err)
			}
			proof = join(hashes)
		}
		f.Add(sizes[0], sizes[1], proof, false)
	}
	f.Add(uint8(1), uint8(2), bytes.Repeat([]byte{7}, 65*tlog.HashSize), true)
	f.Fuzz(func(t *testing.T, old, size uint8, text []byte, forged bool) {
		older, newer := heads[old%(n+1)], heads[size%(n+1)]
		if forged {
			older.Root[0] ^= 1
		}
		proof := split(text)
		if CheckGrowth(older, newer, proof) != nil {
			return
		}
		if forged || newer.Size < older.Size {
			t.Fatalf("from %d to %d, forged %t", older.Size, newer.Size, forged)
		}
		var want []tlog.Hash
		if older.Size > 0 && older.Size < newer.Size {
			var err error
			if want, err = tlog.ProveTree(int64(newer.Size), int64(older.Size), log); err != nil {
				t.Fatal(err)
			}
		}
		if !slices.Equal(proof, want) {
			t.Fatalf("from %d to %d by another proof", older.Size, newer.Size)
		}
	})
}

func join(hashes []tlog.Hash) (b []byte) {
	for _, h := range hashes {
		b = append(b, h[:]...)
	}
	return b
}

func split(b []byte) (hashes []tlog.Hash) {
	for ; len(b) >= tlog.HashSize; b = b[tlog.HashSize:] {
		hashes = append(hashes, tlog.Hash(b[:tlog.HashSize]))
	}
	return hashes
}

// FuzzRoot adds up rows one by one: the root is that of the tree which keeps them all, and
// another order, or one row less, is another root.
func FuzzRoot(f *testing.F) {
	f.Add([]byte("salt"), "a\nb\nc")
	f.Add([]byte{}, "")
	f.Add([]byte{0, 1}, strings.Repeat("row\n", 33))
	f.Fuzz(func(t *testing.T, salt []byte, text string) {
		rows := strings.Split(text, "\n")
		rows = rows[:min(len(rows), 100)]
		r := Root{Salt: salt}
		var log hashes
		for i, row := range rows {
			r.Add([]byte(row))
			log.grow(t, int64(i), append(bytes.Clone(salt), row...))
		}
		sum := r.Sum()
		if want := log.root(t, int64(len(rows))); sum != want || r.Sum() != sum {
			t.Fatalf("%d rows: %s, want %s", len(rows), sum, want)
		}
		reversed, shorter := Root{Salt: salt}, Root{Salt: salt}
		for i := len(rows) - 1; i >= 0; i-- {
			reversed.Add([]byte(rows[i]))
		}
		for _, row := range rows[1:] {
			shorter.Add([]byte(row))
		}
		backwards := slices.Clone(rows)
		slices.Reverse(backwards)
		if shorter.Sum() == sum || (reversed.Sum() == sum) != slices.Equal(rows, backwards) {
			t.Fatal("another list has the same root")
		}
	})
}
