package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"aloi/internal/audit"
	"aloi/store/kv"
)

// sample is a backup with what went into it.
type sample struct {
	file     []byte
	ids      Identities
	manifest *Manifest
	keys     [][2]string
	commits  []kv.Commit
}

var day = time.Date(2026, 3, 4, 5, 6, 7, 8, time.UTC)

// signer is a private key that signs, and the public one.
func signer(t testing.TB) (private, public string) {
	t.Helper()
	private, public, err := audit.NewKey("aloi/test")
	if err != nil {
		t.Fatal(err)
	}
	return private, public
}

// full makes a full backup of n keys, whose values do not compress.
func full(t testing.TB, n int) sample {
	t.Helper()
	private, _ := signer(t)
	s := sample{}
	rng := rand.New(rand.NewPCG(1, uint64(n)))
	counts := map[byte]uint64{}
	for i := range n {
		value := make([]byte, rng.IntN(1000))
		for j := range value {
			value[j] = byte(rng.Uint32())
		}
		key := fmt.Sprintf("%c/%06d", 'a'+i*3/n, i)
		counts[key[0]]++
		s.keys = append(s.keys, [2]string{key, string(value)})
	}
	state := Manifest{Journal: 7, Records: 5, Entities: 4, Log: 3}
	for _, p := range []byte("abc") {
		if counts[p] > 0 {
			state.Families = append(state.Families, Family{p, counts[p]})
		}
	}
	h := Header{Store: "a store", Kind: Full, Commit: 12, Time: day, Made: day, Index: []byte("index"), Audit: private}
	s.write(t, h, private, state, func(w *Writer) error {
		for _, k := range s.keys {
			if err := w.Put([]byte(k[0]), []byte(k[1])); err != nil {
				return err
			}
		}
		return nil
	})
	return s
}

// increment makes an increment of n commits.
func increment(t testing.TB, n int) sample {
	t.Helper()
	private, _ := signer(t)
	s := sample{}
	rng := rand.New(rand.NewPCG(2, uint64(n)))
	for i := range n {
		c := kv.Commit{Number: uint64(101 + i), Time: day.Add(time.Duration(i) * time.Second)}
		for j := range rng.IntN(200) {
			w := kv.Write{Key: fmt.Appendf(nil, "k%04d", j), Deleted: rng.IntN(4) == 0}
			if !w.Deleted {
				w.Value = fmt.Appendf([]byte{}, "value %x", rng.Uint64())
			}
			c.Writes = append(c.Writes, w)
		}
		s.commits = append(s.commits, c)
	}
	h := Header{Store: "a store", Kind: Increment, After: 100, Commit: uint64(100 + n), Time: day, Made: day}
	s.write(t, h, private, Manifest{Journal: 9}, func(w *Writer) error {
		for _, c := range s.commits {
			if err := w.Commit(c); err != nil {
				return err
			}
		}
		return nil
	})
	return s
}

func (s *sample) write(t testing.TB, h Header, private string, state Manifest, fill func(*Writer) error) {
	t.Helper()
	ids, recipient, err := Ephemeral(nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ParseRecipients([]string{recipient})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := NewWriter(&out, r, h, private)
	if err != nil {
		t.Fatal(err)
	}
	if err := fill(w); err != nil {
		t.Fatal(err)
	}
	signed, err := w.Close(state)
	if err != nil {
		t.Fatal(err)
	}
	if s.manifest, err = ParseManifest(signed); err != nil {
		t.Fatal(err)
	}
	s.file, s.ids = out.Bytes(), ids
}

// read reads a backup whole.
func read(file []byte, ids Identities) (keys [][2]string, commits []kv.Commit, m *Manifest, err error) {
	r, err := NewReader(bytes.NewReader(file), ids)
	if err != nil {
		return nil, nil, nil, err
	}
	defer r.Close()
	m, err = r.Each(context.Background(), func(key, value []byte) error {
		keys = append(keys, [2]string{string(key), string(value)})
		return nil
	}, func(c kv.Commit) error {
		commits = append(commits, c)
		return nil
	})
	return keys, commits, m, err
}

func TestRoundTrip(t *testing.T) {
	for _, s := range []sample{full(t, 3), full(t, 5000), increment(t, 0), increment(t, 50)} {
		keys, commits, m, err := read(s.file, s.ids)
		if err != nil {
			t.Fatal(err)
		}
		if fmt.Sprint(keys) != fmt.Sprint(s.keys) || fmt.Sprint(commits) != fmt.Sprint(s.commits) {
			t.Error("what was read is not what was written")
		}
		if !m.Same(s.manifest) || m.Size != uint64(len(s.file)) {
			t.Errorf("manifest\n%s\nread\n%s", s.manifest.Text(), m.Text())
		}
		if bytes.Contains(s.file, []byte("k0001")) {
			t.Error("the file holds a key in the clear")
		}
	}
}

func TestOtherIdentity(t *testing.T) {
	other, _, err := Ephemeral(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := read(full(t, 3).file, other); !errors.Is(err, ErrIdentity) {
		t.Errorf("another key: %v", err)
	}
}

// Post-quantum recipients work as others do, with an ephemeral key of their kind.
func TestHybrid(t *testing.T) {
	_, first, err := Ephemeral([]string{hybridPrefix})
	if err != nil {
		t.Fatal(err)
	}
	ids, second, err := Ephemeral([]string{first})
	if err != nil {
		t.Fatal(err)
	}
	private, _ := signer(t)
	r, err := ParseRecipients([]string{first, second})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := NewWriter(&out, r, Header{Kind: Full, Index: []byte{1}, Audit: private, Time: day, Made: day}, private)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Close(Manifest{}); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := read(out.Bytes(), ids); err != nil {
		t.Fatal(err)
	}
	_, plain, err := Ephemeral(nil)
	if err != nil {
		t.Fatal(err)
	}
	if r, err = ParseRecipients([]string{first, plain}); err != nil {
		t.Fatal(err)
	}
	if _, err := NewWriter(&out, r, Header{Kind: Full, Index: []byte{1}, Audit: private}, private); err == nil || !strings.Contains(err.Error(), "mixed") {
		t.Errorf("mixed recipients: %v", err)
	}
}

func TestWriterRefuses(t *testing.T) {
	private, _ := signer(t)
	_, recipient, err := Ephemeral(nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := ParseRecipients([]string{recipient})
	if err != nil {
		t.Fatal(err)
	}
	begin := func(h Header) *Writer {
		w, err := NewWriter(&bytes.Buffer{}, r, h, private)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	fullHeader := Header{Kind: Full, Index: []byte{1}, Audit: private, Commit: 3}
	for name, write := range map[string]func() error{
		"keys out of order": func() error {
			w := begin(fullHeader)
			return errors.Join(w.Put([]byte("b"), nil), w.Put([]byte("a"), nil))
		},
		"a key twice": func() error {
			w := begin(fullHeader)
			return errors.Join(w.Put([]byte("b"), nil), w.Put([]byte("b"), nil))
		},
		"a commit in a full one": func() error { return begin(fullHeader).Commit(kv.Commit{Number: 1}) },
		"other counts": func() error {
			_, err := begin(fullHeader).Close(Manifest{Families: []Family{{'a', 1}}})
			return err
		},
		"a family too many": func() error {
			w := begin(fullHeader)
			_, err := w.Close(Manifest{})
			if err != nil {
				return nil // would hide the one that is looked for
			}
			w = begin(fullHeader)
			if err := w.Put([]byte("a"), nil); err != nil {
				return nil
			}
			_, err = w.Close(Manifest{})
			return err
		},
		"a gap": func() error {
			return begin(Header{Kind: Increment, After: 1, Commit: 3}).Commit(kv.Commit{Number: 3})
		},
		"missing commits": func() error {
			_, err := begin(Header{Kind: Increment, After: 1, Commit: 3}).Close(Manifest{})
			return err
		},
	} {
		if write() == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if _, err := ParseRecipients([]string{"age1nonsense"}); err == nil || strings.Contains(err.Error(), "nonsense") {
		t.Errorf("a recipient that is none: %v", err)
	}
}
