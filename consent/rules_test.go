package consent

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestRulesComplete holds that no row lacks what a reader needs to trust it.
func TestRulesComplete(t *testing.T) {
	seen := make(map[string]bool)
	for _, r := range DefaultRules() {
		if r.ID == "" || seen[r.ID] || len(r.Source) < 5 || r.From.IsZero() || r.Reason == "" || len(r.Bases) == 0 {
			t.Errorf("row %q lacks id, source, date, reason or bases, or is there twice", r.ID)
		}
		seen[r.ID] = true
	}
}

// TestRulesOneWinner holds that for no question two rows are equally specific: which
// applies must not depend on their order in the file.
func TestRulesOneWinner(t *testing.T) {
	p := DefaultPolicy()
	eachQuestion(func(q *Question) {
		most, winners := -1, []string{}
		for i := range p.Rules {
			r := &p.Rules[i]
			if !r.fits(q) {
				continue
			}
			if n := r.specific(q); n > most {
				most, winners = n, []string{r.ID}
			} else if n == most {
				winners = append(winners, r.ID)
			}
		}
		if len(winners) > 1 {
			t.Errorf("%s %s %s %s %q %s: rows %v", q.Purpose, q.Channel, q.Relationship, q.Jurisdiction, q.Sector, q.At.Format(time.DateOnly), winners)
		}
	})
}

// TestRulesUsed holds that each row is the answer to something.
func TestRulesUsed(t *testing.T) {
	p := DefaultPolicy()
	used := make(map[string]bool)
	eachQuestion(func(q *Question) {
		if r := p.rule(q); r != nil {
			used[r.ID] = true
		}
	})
	for _, r := range p.Rules {
		if !used[r.ID] {
			t.Errorf("row %s never applies", r.ID)
		}
	}
}

// eachQuestion calls check for every kind of question about marketing and measure.
func eachQuestion(check func(*Question)) {
	for p, at := range purposes {
		if at.class >= service {
			continue
		}
		for _, c := range Channels {
			for _, r := range []Relationship{Prospect, Customer, Professional, Organisation} {
				for _, j := range []string{"FR", "EU"} {
					for _, s := range []string{"", "ENERGY_RENOVATION"} {
						for _, year := range []int{2025, 2027} {
							check(&Question{Purpose: p, Channel: c, Relationship: r, Jurisdiction: j, Sector: s, At: time.Date(year, 3, 1, 0, 0, 0, 0, time.UTC)})
						}
					}
				}
			}
		}
	}
}

func TestParseRulesErrors(t *testing.T) {
	const row = `
- id: "x"
  channels: [EMAIL]
  purposes: [Marketing]
  from: 2024-01-01T00:00:00Z
  to: 2025-01-01T00:00:00Z
  bases: [CONSENT]
  reason: NO_BASIS
  source: "loi"
`
	if _, err := ParseRules([]byte(row)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"x"`, `""`, "id"},
		{`"loi"`, `""`, "source"},
		{"from: 2024-01-01T00:00:00Z", "", "from"},
		{"reason: NO_BASIS", "", "reason"},
		{"2025-01-01", "2024-01-01", "to is not after"},
		{"EMAIL", "MINITEL", "channels"},
		{"channels:", "relationships: [costumer]\n  channels:", "relationships"},
		{"NO_BASIS", "NOBASIS", "reason is unknown"},
		{row, row + row, "rules[1]: id is there twice"},
		{"Marketing", "Prospection", "purposes"},
		{"CONSENT", "CONSENTMENT", "bases"},
		{"purposes:", "finalites:", "finalites"},
	} {
		_, err := ParseRules([]byte(strings.Replace(row, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s: %v", c.new, c.old, err)
		}
	}
}

// TestObligations: each call in France carries its window, each electronic message its
// way out, whatever row permits it.
func TestObligations(t *testing.T) {
	p := DefaultPolicy()
	eachQuestion(func(q *Question) {
		r := p.rule(q)
		if r == nil || !q.Purpose.within(Marketing) {
			return
		}
		said := fmt.Sprint(r.Obligations)
		if q.Channel == Phone && q.Jurisdiction == "FR" && !q.Purpose.within(ShareWithPartner) && !q.Purpose.within(SellDataToThirdParties) && !strings.Contains(said, "CALL_WINDOW") {
			t.Errorf("row %s: a call without its window", r.ID)
		}
	})
}
