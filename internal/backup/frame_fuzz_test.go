package backup

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"aloi/store/kv"
)

// framesOf reads frames up to the first that is none.
func framesOf(data []byte) (kinds []byte, payloads [][]byte, err error) {
	r := newFrameReader(bytes.NewReader(data))
	for {
		kind, payload, err := r.next()
		if err != nil {
			return kinds, payloads, err
		}
		kinds, payloads = append(kinds, kind), append(payloads, payload)
	}
}

// FuzzFrames reads any bytes as the frames of a backup: what is read is written as it was,
// with the same digest, and nothing is read beyond what is there.
func FuzzFrames(f *testing.F) {
	var good bytes.Buffer
	w := newFrameWriter(&good)
	for _, kind := range []byte{frameHeader, frameData, frameCommit, frameTrailer} {
		if err := w.write(kind, bytes.Repeat([]byte{kind}, 9)); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(good.Bytes())
	f.Add(good.Bytes()[:good.Len()-1])
	f.Add([]byte{frameHeader, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0})
	f.Add(append([]byte{frameData}, bytes.Repeat([]byte{0xff}, 12)...))
	f.Fuzz(func(t *testing.T, data []byte) {
		kinds, payloads, err := framesOf(data)
		if !errors.Is(err, ErrDamaged) {
			t.Fatalf("the end of the frames is %v", err)
		}
		var again bytes.Buffer
		w := newFrameWriter(&again)
		for i, kind := range kinds {
			if err := w.write(kind, payloads[i]); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.HasPrefix(data, again.Bytes()) {
			t.Fatalf("%d frames are written as other bytes", len(kinds))
		}
		r := newFrameReader(bytes.NewReader(again.Bytes()))
		for range kinds {
			if _, _, err := r.next(); err != nil {
				t.Fatal(err)
			}
		}
		if r.sum() != w.sum() {
			t.Fatal("two digests of the same frames")
		}
	})
}

// FuzzPairs reads any bytes as the keys and values of a frame, and as the writes of a
// commit: what is read is written and read again as the same.
func FuzzPairs(f *testing.F) {
	f.Add(appendPair(appendPair(nil, []byte("r1"), []byte("valeur")), []byte("r2"), nil))
	f.Add(appendWrite(appendWrite(nil, kv.Write{Key: []byte("a"), Deleted: true}), kv.Write{Key: []byte("b"), Value: []byte{1}}))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1, 'k'})
	f.Add([]byte{1, '!', 0})
	f.Add([]byte{writeDelete, 1, 'k', 1, 'v'})
	f.Fuzz(func(t *testing.T, b []byte) {
		if key, value, rest, err := cutPair(b); err == nil {
			k, v, end, err := cutPair(appendPair(nil, key, value))
			if err != nil || !bytes.Equal(k, key) || !bytes.Equal(v, value) || len(end) > 0 || len(key)+len(value)+len(rest) > len(b) {
				t.Fatalf("% x is % x and % x, then % x and % x, %v", b, key, value, k, v, err)
			}
		} else if !errors.Is(err, ErrDamaged) {
			t.Fatal(err)
		}
		w, _, err := cutWrite(b)
		if err != nil {
			return
		}
		if again, end, err := cutWrite(appendWrite(nil, w)); err != nil || len(end) > 0 || !reflect.DeepEqual(again, w) {
			t.Fatalf("%+v comes back as %+v, %v", w, again, err)
		}
	})
}

// FuzzParseManifest reads any text as a manifest: what is read is rendered as it was, and
// without the right signature nothing is one.
func FuzzParseManifest(f *testing.F) {
	m := Manifest{Store: "a store", Kind: Increment, After: 3, Commit: 7, Time: time.Unix(9, 5), Made: time.Unix(10, 0), Records: 2,
		Families: []Family{{'b', 1}, {'r', 2}}, Key: "aloi/test+00000000+AA", Size: 9}
	f.Add(m.Text())
	m.Kind, m.Size, m.Families = Full, 0, nil
	f.Add(m.Text())
	f.Add(strings.Replace(m.Text(), "commit 7", "commit +7", 1))
	f.Add(strings.Replace(m.Text(), "commit 7\n", "commit 7\ncommit 8\n", 1))
	f.Add(m.Text() + "\n— aloi/test AAAAAAA=\n")
	f.Add(manifestMark + "\nfamily é 1\nfamily \xff 1\n")
	f.Fuzz(func(t *testing.T, text string) {
		if m, err := parseManifest(text); err == nil && m.Text() != text {
			t.Fatalf("%q is rendered as %q", text, m.Text())
		}
		if m, err := ParseManifest(text); err == nil && !strings.HasPrefix(text, m.Text()) {
			t.Fatalf("%q is read as %q", text, m.Text())
		}
	})
}

// FuzzRecipients reads any text as whom a backup is for: the error does not hold it where
// it may be a private key that was given by mistake.
func FuzzRecipients(f *testing.F) {
	f.Add("age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p")
	f.Add("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX")
	f.Add("")
	f.Add("ssh-ed25519 AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRecipients([]string{text})
		if err == nil && !strings.HasPrefix(strings.TrimSpace(text), "age1") {
			t.Fatalf("%q is a recipient: %v", text, r)
		}
		if secret := strings.TrimSpace(text); err != nil && len(secret) > 16 && strings.HasPrefix(strings.ToUpper(secret), "AGE-SECRET-KEY-") && strings.Contains(err.Error(), secret[15:]) {
			t.Fatal("the error holds a private key")
		}
	})
}
