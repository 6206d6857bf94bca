package matcher

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"aloi"
)

// crowd returns a record that has as much of everything as a record may, with no value
// twice and all as long as they are compared.
func crowd(side int) *aloi.Record {
	text := func(i, n int) string {
		b := make([]byte, n)
		for k := range b {
			b[k] = byte('a' + (i*7+k*(3+side)+k*k*i)%26)
		}
		return string(b)
	}
	r := &aloi.Record{Ref: aloi.RecordRef{Source: "s", ID: fmt.Sprint(side)}}
	for i := range aloi.MaxRepeated {
		r.Names = append(r.Names, aloi.Name{
			Given: text(i, 39) + "-" + text(i+1, 39), Middle: strings.Repeat(text(i, 30)+" ", 5),
			Family: strings.Repeat(text(i, 38)+" "+text(i+3, 39)+" ", 3), Birth: strings.Repeat(text(i, 37)+" "+text(i+2, 39)+" ", 3),
		})
		r.Emails = append(r.Emails, strings.Repeat("durandxy.", 20)+"@"+text(i, 50)+fmt.Sprint(side)+".fr")
		r.Phones = append(r.Phones, fmt.Sprintf("06%08d", 10_000_000+i*1_234_577+side*1001))
		r.Addresses = append(r.Addresses, aloi.Address{Line: fmt.Sprintf("%d rue de ", i+1) + strings.Repeat("le ", 12) + text(i, 40), City: text(i, 90)})
		r.Identifiers = append(r.Identifiers, aloi.Identifier{Type: aloi.IdentifierLoyaltyCard, Value: fmt.Sprint(i, "m", side) + text(i, 110)})
		r.Attributes = append(r.Attributes, aloi.FreeAttribute{Name: "occupation", Value: text(i, 250)})
	}
	return r
}

// crammed returns a record whose few fields hold many values each, as many as fit.
func crammed() *aloi.Record {
	list := func(format string, from int) string {
		var b strings.Builder
		for i := from; b.Len() < aloi.MaxValueBytes-20; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return b.String()
	}
	r := &aloi.Record{Ref: aloi.RecordRef{Source: "s", ID: "1"}}
	for i := range 15 {
		r.Emails = append(r.Emails, list("a%d@b.fr;", i*1000))
		r.Phones = append(r.Phones, list("06%08d ou ", 10_000_000+i*1234))
		r.Identifiers = append(r.Identifiers, aloi.Identifier{Type: "badge", Value: list("%06d-", i*1000)})
	}
	return r
}

// TestCrowd prepares and weighs records at every limit. Work is counted in what it leaves
// behind, never in time.
func TestCrowd(t *testing.T) {
	m := hostileMatcher(t)
	a, b := crowd(0), crowd(1)
	for _, r := range []*aloi.Record{a, crammed()} {
		if v := r.Validate(); len(v) > 0 {
			t.Fatal(v)
		}
		checkPair(t, m, r, b)
		p := m.Prepare(r)
		if n := len(AppendPrepared(nil, p)); n > maxPreparedBytes {
			t.Errorf("%d bytes prepared", n)
		}
		for _, field := range []string{"email", "phone"} {
			if !slices.Contains(p.Flags, Flag{field, FlagTooMany}) {
				t.Errorf("%s not flagged: %v", field, p.Flags)
			}
		}
	}
	p, q := m.Prepare(a), m.Prepare(b)
	for _, want := range []Flag{{"address", FlagTooMany}, {"attribute.occupation", FlagTooMany}, {"identifier.loyalty_card", FlagTooMany}} {
		if !slices.Contains(p.Flags, want) {
			t.Errorf("no flag %v among %v", want, p.Flags)
		}
	}
	if n := testing.AllocsPerRun(1, func() { m.Prepare(a) }); n > maxPrepareAllocs {
		t.Errorf("%v allocations to prepare", n)
	}
	if n := testing.AllocsPerRun(1, func() { m.Weigh(p, q, nil) }); n > maxWeighAllocs {
		t.Errorf("%v allocations to weigh", n)
	}
}

// What records at every limit may cost. A tenth more than they do.
const (
	maxPreparedBytes = 32 << 10
	maxPrepareAllocs = 20_000
	maxWeighAllocs   = 1000
)

func BenchmarkWeighCrowd(b *testing.B) {
	m := hostileMatcher(b)
	x, y := m.Prepare(crowd(0)), m.Prepare(crowd(1))
	b.ReportAllocs()
	for b.Loop() {
		m.Weigh(x, y, nil)
	}
}
