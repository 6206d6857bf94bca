package witness

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Read sees what is whole while another process appends, and changes nothing.
func TestRead(t *testing.T) {
	dir := t.TempDir()
	key := make([]byte, 32)
	l, err := Open(dir, key, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for n := uint64(1); n <= 5; n++ {
		if err := l.Append(Entry{Commit: n, Time: time.Unix(int64(n), 0), Writes: []byte{byte(n)}}); err != nil {
			t.Fatal(err)
		}
	}
	files := func() (all string) {
		paths, _ := filepath.Glob(filepath.Join(dir, "*"))
		for _, p := range paths {
			content, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			all += p + string(content)
		}
		return all
	}
	torn, err := os.OpenFile(l.path(0), os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := torn.Write([]byte("W half an entry")); err != nil {
		t.Fatal(err)
	}
	before := files()
	r, err := Read(dir, key)
	if err != nil {
		t.Fatal(err)
	}
	var got []byte
	if err := r.Each(2, func(e Entry) error { got = append(got, e.Writes...); return nil }); err != nil || string(got) != "\x03\x04\x05" {
		t.Errorf("%v, %v", got, err)
	}
	if last, _ := r.Last(); last.Commit != 5 {
		t.Errorf("the last is %d", last.Commit)
	}
	if files() != before {
		t.Error("reading changed the files")
	}
	if _, err := Read(dir, []byte("another key")); err == nil {
		t.Error("another key reads it")
	}
}
