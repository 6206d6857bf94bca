package storetest

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"aloi/store/kv"
)

const (
	// killCycles is how often a child is killed in one run of the suite.
	killCycles = 5
	// killWithin bounds how long after its first commit a child is killed.
	killWithin = 250 * time.Millisecond
	// killKeys is how many keys each of the child's commits writes.
	killKeys = 5
	// childEnv holds the database's directory in the environment of a child.
	childEnv = "ALOI_STORETEST_DIR"
	// ackPrefix starts a line by which the child acknowledges a commit.
	ackPrefix = "storetest: committed "
)

// childDir returns the directory that this process is to write to, when it is a child.
func childDir() (string, bool) { return os.LookupEnv(childEnv) }

// runChild commits numbered transactions until it is killed, and acknowledges each.
// Transaction n writes killKeys keys of its own, deletes those of n-2 and sets the
// number of the last.
func runChild(t *testing.T, open OpenDir, dir string) {
	db := open(t, dir)
	for n := lastCommitted(t, db) + 1; ; n++ {
		update(t, db, func(tx kv.Txn) error {
			for i := range killKeys {
				if err := tx.Set(killKey(n, i), []byte(fill(n%3000))); err != nil {
					return err
				}
				if err := tx.Delete(killKey(n-2, i)); err != nil {
					return err
				}
			}
			return setAll(tx, pair{"last", strconv.Itoa(n)})
		})
		if _, err := fmt.Fprintf(os.Stdout, "\n%s%d\n", ackPrefix, n); err != nil {
			t.Fatal(err)
		}
	}
}

func killKey(n, i int) []byte {
	return binary.BigEndian.AppendUint32([]byte(fmt.Sprintf("key%d/", i)), uint32(n))
}

func lastCommitted(t *testing.T, db kv.DB) int {
	t.Helper()
	last := 0
	view(t, db, func(r kv.Reader) error {
		found, err := scan(r, kv.Prefix([]byte("last")))
		if len(found) == 1 {
			last, err = strconv.Atoi(found[0].value)
		}
		return err
	})
	return last
}

// testKill kills a process that commits, with SIGKILL at a seeded random time, and
// looks: what was acknowledged is there, and of the one commit that may have been
// under way all or nothing. The next child goes on in the same directory.
func testKill(t *testing.T, open OpenDir) {
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(1, 2))
	for cycle := range killCycles {
		acked := killOnce(t, dir, time.Duration(random.Int64N(int64(killWithin))))
		db := open(t, dir)
		last := lastCommitted(t, db)
		if last != acked && last != acked+1 {
			t.Errorf("cycle %d: commit %d was acknowledged, the last one there is %d", cycle, acked, last)
		}
		want := map[string]string{"last": strconv.Itoa(last)}
		for n := max(1, last-1); n <= last; n++ {
			for i := range killKeys {
				want[string(killKey(n, i))] = fill(n % 3000)
			}
		}
		wantMap(t, db, want)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// killOnce starts a child on dir, kills it some time after its first commit, and
// returns the last commit that it acknowledged.
func killOnce(t *testing.T, dir string, after time.Duration) int {
	t.Helper()
	root, _, _ := strings.Cut(t.Name(), "/")
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	child := exec.CommandContext(ctx, os.Args[0], "-test.run=^"+root+"$", "-test.count=1")
	child.Env = append(os.Environ(), childEnv+"="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	acked, other := readAcks(out, func() {
		time.AfterFunc(after, func() { _ = child.Process.Kill() })
	})
	_ = child.Wait() // it was killed: that is no error here
	if acked == 0 {
		t.Fatalf("the child committed nothing; it said:\n%s", other)
	}
	return acked
}

// readAcks reads the child's output to its end, calls first at the first
// acknowledgement, and returns the last one's number and all other lines.
func readAcks(out io.Reader, first func()) (acked int, other string) {
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		number, isAck := strings.CutPrefix(lines.Text(), ackPrefix)
		n, err := strconv.Atoi(number)
		if !isAck || err != nil {
			other += lines.Text() + "\n"
			continue
		}
		if acked == 0 {
			first()
		}
		acked = n
	}
	return acked, other
}
