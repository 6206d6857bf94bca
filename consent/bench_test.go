package consent

import (
	"fmt"
	"testing"
	"time"

	"aloi"
)

// BenchmarkDecide answers for a person of 8 records and 30 events, of all kinds.
func BenchmarkDecide(b *testing.B) {
	var c Case
	for i := range 8 {
		c.Records = append(c.Records, Record{ID: record(i), ContactPoints: []string{points[0], points[4]}, Birth: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if i > 0 {
			c.Links = append(c.Links, Link{record(i - 1), record(i), strengths[1+i%3]})
		}
	}
	for i := range 30 {
		at := day0.AddDate(0, i, 0)
		e := Event{ID: fmt.Sprintf("e%02d", i), Record: record(i % 8), Kind: aloi.ConsentGiven, Time: at, Recorded: at, Uncertainty: -1,
			Purposes: []Purpose{Newsletter}, Channels: []Channel{Email}, Controllers: []string{"C1"}, ContactPoint: points[0],
			Evidence: Evidence{Notice: "n7", Auth: "doi"}}
		if i%3 == 1 {
			e.Kind = stopKinds[i%4]
		}
		c.Events = append(c.Events, e)
	}
	q := Question{Controller: "C1", Purpose: Newsletter, Channel: Email, ContactPoint: points[0], Record: record(0), At: day0.AddDate(2, 10, 0),
		Relationship: Customer, Jurisdiction: "FR"}
	b.ReportAllocs()
	for b.Loop() {
		policy.Decide(&c, q)
	}
}
