package server

import (
	"testing"

	"pgregory.net/rapid"

	"aloi"
	"aloi/internal/property"
)

func TestTokens(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		position := rapid.StringN(0, 20, 40).Draw(t, "position")
		text := token(tokenPage, position)
		var r reader
		if got := r.token(text, tokenPage, "page_token"); got != position || r.err() != nil {
			t.Fatalf("%q came back as %q, %v", position, got, r.err())
		}
		if text == "" {
			return
		}
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		changed := []byte(text)
		changed[at] = rapid.ByteRange(' ', '~').Draw(t, "byte")
		if string(changed) == text {
			return
		}
		if r.token(string(changed), tokenPage, "page_token"); r.err() == nil {
			t.Fatalf("the changed token %q is taken", changed)
		}
	})
	var r reader
	if r.token(token(tokenPage, "p"), tokenCursor, "cursor"); r.err() == nil {
		t.Error("a page token is taken for a cursor")
	}
}

func TestCursor(t *testing.T) {
	page := []aloi.Change{{Sequence: 4}, {Sequence: 4, Index: 1}, {Sequence: 4, Index: 2}, {Sequence: 9}}
	for n, want := range []cursor{1: {after: 3, seen: 1}, 2: {after: 3, seen: 2}, 3: {after: 4}, 4: {after: 9}} {
		if n == 0 {
			continue
		}
		at := after(page, n)
		if at != want {
			t.Errorf("after %d changes: %v, want %v", n, at, want)
		}
		var r reader
		if got := r.cursor(at.token()); got != at || r.err() != nil {
			t.Errorf("%v came back as %v, %v", at, got, r.err())
		}
		if n < 3 && len(at.rest(page)) != len(page)-n {
			t.Errorf("%d changes are left after %d", len(at.rest(page)), n)
		}
	}
	for _, text := range []string{"x", "!!!!", "AAAA", token(tokenCursor, "short")} {
		var r reader
		if r.cursor(text); r.err() == nil {
			t.Errorf("cursor %q is taken", text)
		}
	}
}
