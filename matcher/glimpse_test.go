package matcher_test

import (
	"errors"
	"testing"

	"aloi"
	"aloi/matcher"
)

// TestUnlikely holds a look at encoded records to Weigh, for pairs as a batch compares them:
// none that is a link is called unlikely, whichever is encoded, and most others are. One
// glimpse is used for all, so that nothing of a record may stay in it.
func TestUnlikely(t *testing.T) {
	m, err := matcher.New(matcher.Default())
	if err != nil {
		t.Fatal(err)
	}
	records, pairs := sharing(m, 5, 4_000, 30_000)
	encoded := make([][]byte, len(records))
	for i, p := range records {
		encoded[i] = matcher.AppendPrepared(nil, p)
	}
	var g matcher.Glimpse
	seen, others := 0, 0
	for _, p := range pairs {
		link := m.Weigh(records[p[0]], records[p[1]], nil).Weight >= m.Model().Review
		if !link {
			others++
		}
		for side := range p {
			unlikely, err := m.Unlikely(records[p[side]], encoded[p[1-side]], &g)
			if err != nil {
				t.Fatal(err)
			}
			if unlikely && link {
				t.Fatal("a link is called unlikely")
			}
			if unlikely && side == 0 {
				seen++
			}
		}
	}
	if 2*seen < others {
		t.Errorf("of %d pairs that are no link %d are seen", others, seen)
	}
	if _, err := m.Unlikely(records[0], encoded[0][1:], &g); aloi.CodeOf(err) != aloi.CodeCorrupt {
		t.Errorf("half a record: %v", errors.Unwrap(err))
	}
}

func BenchmarkUnlikely(b *testing.B) {
	m, err := matcher.New(matcher.Default())
	if err != nil {
		b.Fatal(err)
	}
	records, pairs := sharing(m, 3, 20_000, 200_000)
	encoded := make([][]byte, len(records))
	for i, p := range records {
		encoded[i] = matcher.AppendPrepared(nil, p)
	}
	b.ReportAllocs()
	var g matcher.Glimpse
	for i := 0; b.Loop(); i++ {
		p := pairs[i%len(pairs)]
		if _, err := m.Unlikely(records[p[0]], encoded[p[1]], &g); err != nil {
			b.Fatal(err)
		}
	}
}
