package audit

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func TestCheckpointRoundTrip(t *testing.T) {
	s, v := signers(t, "aloi-test")
	_, heads := logOf(t, "aloi-test", 3, plain)
	for _, c := range heads {
		text, err := c.Sign(s)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("aloi-test\n%d\n%s\n\n— aloi-test ", c.Size, c.Root); !strings.HasPrefix(text, want) {
			t.Errorf("%q does not begin with %q", text, want)
		}
		if back, err := Open(text, v); err != nil || back != c {
			t.Errorf("%+v, %v", back, err)
		}
		for i := range text {
			flipped := []byte(text)
			flipped[i] ^= 1
			// The last digit of base64 has bits that mean nothing.
			if back, err := Open(string(flipped), v); err == nil && (back != c || i < strings.Index(text, "\n\n")) {
				t.Errorf("%q is read as %+v", flipped, back)
			}
		}
	}
}

func TestCheckpointOfOthers(t *testing.T) {
	s, v := signers(t, "aloi-test")
	namesake, _ := signers(t, "aloi-test")
	stranger, _ := signers(t, "other")
	c := Checkpoint{"aloi-test", 7, emptyRoot}
	signed := func(text string, by ...note.Signer) string {
		t.Helper()
		b, err := note.Sign(&note.Note{Text: text}, by...)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	body := fmt.Sprintf("aloi-test\n7\n%s\n", emptyRoot)
	for _, text := range []string{signed(body, s), signed(body, stranger, s), signed(body, namesake, s), signed(body+"more\n", s)} {
		if back, err := Open(text, v); err != nil || back != c {
			t.Errorf("%q: %+v, %v", text, back, err)
		}
	}
	for text, want := range map[string]string{
		signed(body, namesake):                                          "not signed by this key",
		signed(body, stranger):                                          "not signed by this key",
		strings.Replace(signed(body, s), "7", "8", 1):                   "signature of the checkpoint is wrong",
		signed(strings.Replace(body, "aloi-test", "other", 1), s):       "of another log",
		signed(strings.Replace(body, "7", "07", 1), s):                  "not of the form",
		signed(strings.Replace(body, "7", "-7", 1), s):                  "not of the form",
		signed(strings.Replace(body, "7", "4611686018427387905", 1), s): "not of the form",
		signed("aloi-test\n7\n", s):                                     "not of the form",
		signed(strings.Replace(body, "=", "", 1), s):                    "not of the form",
		signed(strings.Replace(body, "U=", "V=", 1), s):                 "not of the form",
		signed(body+strings.Repeat("x", MaxCheckpointBytes)+"\n", s):    "larger than",
		"": "not of the form",
		"aloi-test\n7\n" + emptyRoot.String() + "\n\n— aloi-test AAAAAAA=\n": "not signed by this key",
	} {
		if _, err := Open(text, v); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.200q: %v, want %q", text, err, want)
		}
	}
	if _, err := c.Sign(stranger); err == nil {
		t.Error("a key signs for another log")
	}
	if _, err := (Checkpoint{"aloi-test", MaxLogSize + 1, emptyRoot}).Sign(s); err == nil {
		t.Error("a key signs for a log that cannot be")
	}
	for _, name := range []string{"", "a b", "a+b", "a\nb"} {
		if _, _, err := NewKey(name); err == nil {
			t.Errorf("a key is named %q", name)
		}
	}
}

// TestGrowth: between any two sizes the log's own proof holds, and nothing else does.
func TestGrowth(t *testing.T) {
	const n = 40
	log, heads := logOf(t, "l", n, plain)
	_, fork := logOf(t, "l", n, func(i int) string { return plain(i) + "?" })
	for size := range uint64(n + 1) {
		for old := range size + 1 {
			var proof []tlog.Hash
			if old > 0 {
				var err error
				if proof, err = tlog.ProveTree(int64(size), int64(old), log); err != nil {
					t.Fatal(err)
				}
			}
			if err := CheckGrowth(heads[old], heads[size], proof); err != nil {
				t.Errorf("%d to %d: %v", old, size, err)
			}
			if old > 0 && CheckGrowth(fork[old], heads[size], proof) == nil {
				t.Errorf("%d to %d: a fork is the past of the log", old, size)
			}
			if old > 0 && CheckGrowth(heads[old], fork[size], proof) == nil {
				t.Errorf("%d to %d: a fork is the future of the log", old, size)
			}
			if CheckGrowth(heads[old], heads[size], append(proof[:len(proof):len(proof)], emptyRoot)) == nil {
				t.Errorf("%d to %d: a proof that is longer holds", old, size)
			}
			if len(proof) > 0 && CheckGrowth(heads[old], heads[size], proof[1:]) == nil {
				t.Errorf("%d to %d: a proof that is shorter holds", old, size)
			}
			for i := range proof {
				proof[i][3] ^= 1
				if CheckGrowth(heads[old], heads[size], proof) == nil {
					t.Errorf("%d to %d: a wrong proof holds", old, size)
				}
				proof[i][3] ^= 1
			}
			if old < size && CheckGrowth(heads[size], heads[old], proof) == nil {
				t.Errorf("%d to %d: the log may shrink", size, old)
			}
		}
	}
	if err := CheckGrowth(heads[3], heads[9], make([]tlog.Hash, MaxProofHashes+1)); err == nil || !strings.Contains(err.Error(), "larger") {
		t.Errorf("a proof longer than any: %v", err)
	}
	for _, c := range []struct {
		older, newer Checkpoint
		want         string
	}{
		{Checkpoint{"a", 1, emptyRoot}, Checkpoint{"b", 1, emptyRoot}, "two logs"},
		{Checkpoint{"a", 0, tlog.Hash{}}, Checkpoint{"a", 1, emptyRoot}, "no entries"},
		{Checkpoint{"a", 1, emptyRoot}, Checkpoint{"a", MaxLogSize + 1, emptyRoot}, "larger"},
		{Checkpoint{"a", 1, emptyRoot}, Checkpoint{"a", MaxLogSize, emptyRoot}, "does not extend"},
		{Checkpoint{"a", 5, emptyRoot}, Checkpoint{"a", 5, tlog.Hash{}}, "written twice"},
		{Checkpoint{"a", 5, emptyRoot}, Checkpoint{"a", 4, emptyRoot}, "entries are gone"},
	} {
		if err := CheckGrowth(c.older, c.newer, nil); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v, %+v: %v, want %q", c.older, c.newer, err, c.want)
		}
	}
}

func FuzzOpen(f *testing.F) {
	s, v := signers(f, "aloi-test")
	for _, size := range []uint64{0, 1, 1 << 40} {
		text, err := Checkpoint{"aloi-test", size, emptyRoot}.Sign(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	// Any text may have been signed: the form is tried on its own.
	f.Fuzz(func(t *testing.T, text string) {
		Open(text, v)
		b, err := note.Sign(&note.Note{Text: text}, s)
		if err != nil {
			return
		}
		c, err := Open(string(b), v)
		if err != nil {
			return
		}
		if want := fmt.Sprintf("%s\n%d\n%s\n", c.Origin, c.Size, c.Root); !strings.HasPrefix(text, want) {
			t.Errorf("%q is read as %+v", text, c)
		}
	})
}
