package consent

import (
	"fmt"
	"testing"
	"time"

	"aloi"
)

// BenchmarkDecide answers for a person of some records and events: with stops among them,
// and where she only consented.
func BenchmarkDecide(b *testing.B) {
	for _, size := range []struct{ records, events int }{{1, 3}, {3, 8}, {8, 30}} {
		for _, stops := range []bool{true, false} {
			c, q := benchmarkCase(size.records, size.events, stops)
			b.Run(fmt.Sprintf("%d-%d-%s", size.records, size.events, policy.Decide(c, q).Reason), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					policy.Decide(c, q)
				}
			})
		}
	}
}

// benchmarkCase is a person of some records, each linked to the one before, and a question
// about her.
func benchmarkCase(records, events int, stops bool) (*Case, Question) {
	var c Case
	for i := range records {
		c.Records = append(c.Records, Record{ID: record(i), ContactPoints: []string{points[0], points[4]}, Birth: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if i > 0 {
			c.Links = append(c.Links, Link{record(i - 1), record(i), strengths[1+i%3]})
		}
	}
	for i := range events {
		at := day0.AddDate(0, i, 0)
		e := Event{ID: fmt.Sprintf("e%02d", i), Record: record(i % records), Kind: aloi.ConsentGiven, Time: at, Recorded: at, Uncertainty: unsaid,
			Purposes: []Purpose{Newsletter}, Channels: []Channel{Email}, Controllers: []string{"C1"}, ContactPoint: points[0],
			Evidence: Evidence{Notice: "n7", Auth: "doi"}}
		if stops && i%3 == 1 {
			e.Kind = stopKinds[i%4]
		}
		c.Events = append(c.Events, e)
	}
	return &c, Question{Controller: "C1", Purpose: Newsletter, Channel: Email, ContactPoint: points[0], Record: record(0), At: day0.AddDate(2, 10, 0),
		Relationship: Customer, Jurisdiction: "FR"}
}
