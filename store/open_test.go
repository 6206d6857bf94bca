package store

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"aloi"
	"aloi/store/kv"
)

func TestOpenLaysOutAnEmptyDatabase(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		view(t, s, func(r *Reader) error {
			c, err := r.Counters()
			if want := (Counters{NextRecord: 1, NextEntity: 1}); err == nil && c != want {
				t.Errorf("counters %+v, want %+v", c, want)
			}
			return err
		})
	})
}

func TestOpenKeepsWhatIsThere(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			db := d.open(t)
			want := Counters{NextRecord: 12, NextEntity: 3, Sequence: 7}
			update(t, openStore(t, db), func(w *Writer) error { return w.SetCounters(want) })
			view(t, openStore(t, db), func(r *Reader) error {
				c, err := r.Counters()
				if err == nil && c != want {
					t.Errorf("counters %+v after a second Open, want %+v", c, want)
				}
				return err
			})
		})
	}
}

func TestOpenRefuses(t *testing.T) {
	made := func(t *testing.T, db kv.DB) { openStore(t, db) }
	setMeta := func(name string, v []byte) func(*testing.T, kv.DB) {
		return func(t *testing.T, db kv.DB) {
			update(t, openStore(t, db), func(w *Writer) error { return w.SetMeta(name, v) })
		}
	}
	cases := []struct {
		name    string
		prepare func(*testing.T, kv.DB)
		secret  []byte
		code    aloi.Code
		says    string
	}{
		{"a short secret", func(*testing.T, kv.DB) {}, testSecret[:MinSecretBytes-1], aloi.CodeInternal, "secret is shorter than 16 bytes"},
		{"no secret", made, nil, aloi.CodeInternal, "secret is shorter"},
		{"another secret", made, bytes.Repeat([]byte("x"), 32), aloi.CodeInternal, "secret is not the one"},
		{"a longer secret", made, append(bytes.Clone(testSecret), 'x'), aloi.CodeInternal, "secret is not the one"},
		{"an older format", setMeta(metaFormat, []byte{0, 0}), testSecret, aloi.CodeInternal, "format"},
		{"a later format", setMeta(metaFormat, []byte{0, Format + 1}), testSecret, aloi.CodeInternal, "format"},
		{"a format of another length", setMeta(metaFormat, []byte{Format}), testSecret, aloi.CodeInternal, "format"},
		{"a foreign database", func(t *testing.T, db kv.DB) { setRaw(t, db, []byte("customers/1"), []byte("{}")) },
			testSecret, aloi.CodeCorrupt, "no format entry"},
		{"a lost format entry", func(t *testing.T, db kv.DB) {
			openStore(t, db)
			deleteRaw(t, db, metaKey(metaFormat))
		}, testSecret, aloi.CodeCorrupt, "no format entry"},
		{"a foreign value for the format", func(t *testing.T, db kv.DB) { setRaw(t, db, metaKey(metaFormat), []byte("1")) },
			testSecret, aloi.CodeCorrupt, "too short"},
	}
	for _, d := range databases {
		for _, c := range cases {
			t.Run(d.name+"/"+c.name, func(t *testing.T) {
				db := d.open(t)
				c.prepare(t, db)
				before := dump(t, db)
				_, err := Open(t.Context(), db, c.secret)
				if err == nil {
					t.Fatal("it was opened")
				}
				if aloi.CodeOf(err) != c.code || !strings.Contains(err.Error(), c.says) {
					t.Errorf("%s %q, want %s with %q", aloi.CodeOf(err), err, c.code, c.says)
				}
				if after := dump(t, db); !samePairs(before, after) {
					t.Error("the refused database was written to")
				}
			})
		}
	}
}

func samePairs(a, b []pair) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !bytes.Equal(a[i].key, b[i].key) || !bytes.Equal(a[i].value, b[i].value) {
			return false
		}
	}
	return true
}

// The last thing that a full or failing disk may do is leave an Open half done: it
// writes everything in one transaction, or nothing.
func TestOpenOfADoneContextWritesNothing(t *testing.T) {
	for _, d := range databases {
		t.Run(d.name, func(t *testing.T) {
			db := d.open(t)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := Open(ctx, db, testSecret); err == nil {
				t.Error("it was opened")
			}
			if left := dump(t, db); len(left) > 0 {
				t.Errorf("%d keys are there", len(left))
			}
			openStore(t, db)
		})
	}
}
