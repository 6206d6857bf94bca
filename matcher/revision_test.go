package matcher_test

import (
	"encoding/binary"
	"fmt"
	"testing"

	"github.com/cespare/xxhash/v2"

	"aloi/internal/synth"
	"aloi/matcher"
)

// made is what revisions make of the records below: their prepared form, their keys, and
// the weights of their pairs under the shipped model.
var made = map[int]string{
	5: "5a69f1147298a0d0",
	6: "5a69f1147298a0d0", // blocks are named otherwise
	7: "5a69f1147298a0d0", // caps are lower
	8: "5a69f1147298a0d0", // a prepared record is encoded with what is heard of its name
}

// TestRevision fails when the code makes something else of records than its revision
// says. Then raise Revision and put the new digest here: stores are resolved anew. (Or
// package synth makes other records: then only the digest changes.)
func TestRevision(t *testing.T) {
	m, err := matcher.New(matcher.Default())
	if err != nil {
		t.Fatal(err)
	}
	const n = 2000
	g, digest := synth.New(11, n), xxhash.New()
	var before []*matcher.Prepared
	for {
		r, _, ok := g.Next()
		if !ok {
			break
		}
		p := m.Prepare(r)
		digest.Write(matcher.AppendFirst(nil, p))
		for _, k := range m.Keys(p) {
			digest.WriteString(k + "\n")
		}
		for _, q := range before[max(len(before)-20, 0):] {
			l := m.Weigh(p, q, nil)
			digest.Write(binary.LittleEndian.AppendUint32(nil, uint32(l.Weight)))
			fmt.Fprint(digest, l.Veto, l.Deterministic)
		}
		before = append(before, p)
	}
	if got := fmt.Sprintf("%016x", digest.Sum64()); got != made[matcher.Revision] {
		t.Errorf("revision %d makes %s, which is not what it made: %s", matcher.Revision, got, made[matcher.Revision])
	}
}
