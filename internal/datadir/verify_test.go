package datadir

import (
	"strings"
	"sync"
	"testing"

	"aloi/engine"
)

// A sound store is verified whole: what was looked at of it is told, with the values.
func TestVerify(t *testing.T) {
	d := opened(t, fresh(t), usual())
	put(t, d.Engine, 0, 100)
	var mu sync.Mutex
	seen := map[string]int{}
	report, err := d.Verify(t.Context(), func(step string, done, total int) {
		if done < 1 || done > total {
			t.Errorf("%s: %d of %d", step, done, total)
		}
		mu.Lock()
		defer mu.Unlock()
		seen[step] = max(seen[step], done)
	})
	if err != nil || report.Differences > 0 || report.Damaged() {
		t.Fatalf("%v, findings %v", err, report.Findings)
	}
	s, err := d.Status(t.Context())
	if err != nil || report.Values < s.Keys.Values || report.Records != 100 || seen["kilobytes"] == 0 || seen["records"] != 100 {
		t.Errorf("%d records, %d of %d values, progress %v, %v", report.Records, report.Values, s.Keys.Values, seen, err)
	}
	if got := looked(report); got != "I2 I3 I4 I5 I6 I7 I8 I9 I11 I12 I13 I14 I16" {
		t.Errorf("looked at %s", got)
	}
}

// Values that do not open are reported alone, under the invariant that they break.
func TestVerifyOfDamage(t *testing.T) {
	dir := fresh(t)
	d := opened(t, dir, usual())
	put(t, d.Engine, 0, 500)
	shut(t, d) // now it is in tables
	d = opened(t, dir, usual())
	damage(t, dir)
	report, err := d.Verify(t.Context(), nil)
	if err != nil || !report.Damaged() || len(report.Findings) == 0 {
		t.Fatalf("%v, %+v", err, report)
	}
	for _, f := range report.Findings {
		if family := strings.Contains(f.Detail, "family"); f.Invariant != map[bool]string{true: "I16", false: "I13"}[family] {
			t.Errorf("found %v", f)
		}
	}
	if got := looked(report); got != "I12 I13 I16" {
		t.Errorf("looked at %s", got)
	}
	_ = d.Close() // which may say so too
}

// looked is the invariants that a report says it looked at.
func looked(r *engine.Report) string {
	var ids []string
	for _, i := range r.Invariants {
		if i.Checked {
			ids = append(ids, i.ID)
		}
	}
	return strings.Join(ids, " ")
}
