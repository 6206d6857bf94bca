package badger

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"aloi/store/kv"
)

const walCommits = 40

// crashed returns the files as a crash leaves them after walCommits commits, where in
// the log each of them ends, and the log's name. What is in the mapped files of the
// open database is what stays when its process dies.
func crashed(t *testing.T) (content map[string]string, ends []int, log string) {
	t.Helper()
	dir := t.TempDir()
	db := openDir(t, dir)
	defer db.Close()
	for i := range walCommits {
		commit(t, db, fmt.Sprintf("a%02d", i), strings.Repeat("x", i*10), fmt.Sprintf("b%02d", i), "y")
	}
	content = files(t, dir)
	for name, data := range content {
		if filepath.Ext(name) == ".mem" {
			log = name
			// Of the many zeros at the end some are enough.
			content[name] = strings.TrimRight(data, "\x00") + strings.Repeat("\x00", 4096)
		}
	}
	data := []byte(content[log])
	for at := logHead; ; {
		e, ok := readEntry(data[at:])
		if !ok {
			break
		}
		at += e.size
		if _, ok := e.commit(); ok {
			ends = append(ends, at)
		}
	}
	if len(ends) != walCommits {
		t.Fatalf("the log holds %d commits, want %d", len(ends), walCommits)
	}
	return content, ends, log
}

// write makes a directory of the files.
func write(t *testing.T, content map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range content {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(data), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// count returns how many of the commits are there, and fails for half of one.
func count(t *testing.T, dir string) int {
	t.Helper()
	db := openDir(t, dir)
	defer db.Close()
	n := 0
	err := db.View(context.Background(), func(r kv.Reader) error {
		for i := range walCommits {
			_, errA := r.Get(fmt.Appendf(nil, "a%02d", i))
			_, errB := r.Get(fmt.Appendf(nil, "b%02d", i))
			if (errA == nil) != (errB == nil) {
				t.Errorf("half of commit %d is there", i)
			}
			if errA == nil {
				n++
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	return n
}

func TestLogAfterCrash(t *testing.T) {
	content, ends, log := crashed(t)
	if got := count(t, write(t, content)); got != walCommits {
		t.Fatalf("%d commits are there, want %d", got, walCommits)
	}
	// The log ends within each of the last bytes: torn, as by a power cut.
	last, end := ends[walCommits-2], ends[walCommits-1]
	whole := content[log]
	for at := last + 1; at < end; at += 1 + (end-last)/7 {
		content[log] = whole[:at] + strings.Repeat("\x00", len(whole)-at)
		if got := count(t, write(t, content)); got != walCommits-1 {
			t.Errorf("torn at %d of %d to %d: %d commits are there, want %d", at, last, end, got, walCommits-1)
		}
	}
}

// TestFlippedBitInLog flips a bit in each commit of a log that a crash left. All
// commits were acknowledged: Badger forgets those from the flip on.
func TestFlippedBitInLog(t *testing.T) {
	content, ends, log := crashed(t)
	whole := []byte(content[log])
	random := rand.New(rand.NewPCG(5, 6))
	start := logHead
	for i, end := range ends {
		for range 20 {
			at, bit := start+random.IntN(end-start), random.IntN(8)
			whole[at] ^= 1 << bit
			gotEnd, _, damaged := checkLog(whole, 0, true)
			// The last commit looks torn; so does the first of two, when no log before
			// it tells the number.
			if last := i == len(ends)-1; damaged == last || gotEnd != start && i > 0 {
				t.Errorf("commit %d: a flipped bit at %d: damaged %v from %d on, the commit starts at %d",
					i, at, damaged, gotEnd, start)
			}
			if _, _, damaged := checkLog(whole, 0, false); !damaged {
				t.Errorf("commit %d: a flipped bit at %d went unnoticed in an older log", i, at)
			}
			whole[at] ^= 1 << bit
		}
		start = end
	}
	whole[ends[3]+9] ^= 1
	content[log] = string(whole)
	_, err := Open(write(t, content), Options{})
	if !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), log) {
		t.Errorf("Open: %v, want ErrDamaged that names %s", err, log)
	}
}

// TestOlderLog has two logs: the numbers of the first go on in the second, and only
// the second may be torn.
func TestOlderLog(t *testing.T) {
	content, ends, log := crashed(t)
	whole := content[log]
	split := ends[walCommits/2]
	content["00002.mem"] = whole[:logHead] + whole[split:]
	content[log] = whole[:split]
	if got := count(t, write(t, content)); got != walCommits {
		t.Errorf("%d commits are there, want %d", got, walCommits)
	}
	// The first commit of the second log is bad, and one follows.
	second := []byte(content["00002.mem"])
	second[logHead+9] ^= 1
	second = append(second[:logHead+ends[walCommits/2+2]-split], make([]byte, 100)...)
	content["00002.mem"] = string(second)
	if _, err := Open(write(t, content), Options{}); !errors.Is(err, ErrDamaged) {
		t.Error("a bad commit with another behind it was taken for a torn one")
	}
	content["00002.mem"] = whole[:logHead] + whole[split:]
	content[log] = whole[:split-3]
	if _, err := Open(write(t, content), Options{}); !errors.Is(err, ErrDamaged) {
		t.Error("an older log with a torn end was taken")
	}
}
