package consent

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"aloi"
)

// inUTC returns a policy with the dates of its rows in UTC: what a zone is called is no
// part of an instant.
func inUTC(p *Policy) *Policy {
	for i := range p.Rules {
		p.Rules[i].From, p.Rules[i].To = p.Rules[i].From.UTC(), p.Rules[i].To.UTC()
	}
	return p
}

func TestPolicyRoundTrip(t *testing.T) {
	other := DefaultPolicy()
	fill(reflect.ValueOf(other).Elem(), 1)
	other.Confirmed, other.MinGrant, other.MinStop = []Channel{SMS, Phone}, aloi.LinkAsserted, aloi.LinkStrong
	other.PurchasedNeeds, other.Controllers = []string{"broker"}, []string{"C1", "Maison Aloi : mode"}
	other.ClockSkew, other.TokenLife, other.MaxConsentAge, other.Retention = 1500*time.Millisecond, 36*time.Hour, 730*day, day
	other.Rules = DefaultRules()[:2]
	none := DefaultPolicy()
	none.Confirmed, none.PurchasedNeeds, none.Passive, none.Rules = nil, nil, nil, nil
	for name, p := range map[string]*Policy{"default": DefaultPolicy(), "other": other, "none": none} {
		got, err := ParsePolicy(p.Text())
		if err != nil || !reflect.DeepEqual(inUTC(p), inUTC(got)) {
			t.Errorf("%s: %v\ngot  %+v\nwant %+v\n%s", name, err, got, p, p.Text())
		}
	}
}

// TestParsePolicyDefaults holds that what a file does not say is as it ships.
func TestParsePolicyDefaults(t *testing.T) {
	want := DefaultPolicy()
	want.Version, want.Retention, want.ClockSkew = "v1", 365*day, 0
	got, err := ParsePolicy([]byte("version: v1\nretention: 365d\nclock_skew: 0s # the clocks are one\n"))
	if err != nil || !reflect.DeepEqual(want, got) {
		t.Errorf("%v\ngot  %+v\nwant %+v", err, got, want)
	}
}

func TestParsePolicyErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", "version is missing"},
		{"retention: 7d", "version is missing"},
		{"version: v1\ncolour: red", "colour"},
		{"version: v1\nrules:\n- id: x\n  colour: red", "colour"},
		{"version: v1\nretention: three years", "retention is no duration"},
		{"version: v1\nretention: 12h", "retention is shorter than 1d"},
		{"version: v1\nretention: 106752d", "retention is no duration"},
		{"version: v1\nretention: -1d", "retention is no duration"},
		{"version: v1\ntoken_life: 0s", "token_life is shorter than 1s"},
		{"version: v1\nclock_skew: -1s", "clock_skew is shorter than 0s"},
		{"version: v1\nfuture_tolerance: [1]", "future_tolerance"},
		{"version: v1\nmax_consent_age: 7", "max_consent_age"},
		{"version: v1\nmin_grant: SOLID", "min_grant"},
		{"version: v1\nmin_stop: ''", "min_stop"},
		{"version: v1\njurisdiction: ''", "jurisdiction"},
		{"version: v1\nconfirmed: [EMAIL, MINITEL]", "confirmed"},
		{"version: v1\npurchased_needs: [promise]", "purchased_needs"},
		{"version: v1\ncontrollers: ['*']", "controllers"},
		{"version: v1\nfree_account_is_sale: maybe", "free_account_is_sale"},
		{"version: v1\nrules:\n- id: x\n  channels: EMAIL", "[4:13] channels: "},
		{"version: v1\nrules:\n- id: x", "rules[0]: source is missing"},
		{"version: v1\nrules: [", "rules"},
		{"[version", "policy"},
		{"version: v1\nrules: !0\n0", "no YAML"},
		{"version: v1\nversion: v2", "version"},
		{"version: v1\nconfirmed:\n- EMAIL\n- [SMS]", "[4:3]"},
	} {
		p, err := ParsePolicy([]byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %s: %+v", c.text, err, c.want, p)
		}
	}
}

// TestPolicyExample holds that the example of the documentation is a policy, that it shows
// every key, and that it says what ships but for what it calls its own.
func TestPolicyExample(t *testing.T) {
	page, err := os.ReadFile("../docs/consent.md")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile("(?s)## Policy file\n.*?```yaml\n(.*?)```").FindSubmatch(page)
	if found == nil {
		t.Fatal("docs/consent.md has no example of a policy file")
	}
	p, err := ParsePolicy(found[1])
	if err != nil {
		t.Fatal(err)
	}
	keys := reflect.TypeFor[policyFile]()
	for i := range keys.NumField() {
		key := keys.Field(i).Tag.Get("yaml")
		if !regexp.MustCompile(`(?m)^` + key + `:`).Match(found[1]) {
			t.Errorf("the example does not show %s", key)
		}
	}
	want := DefaultPolicy()
	want.Version, want.Controllers, want.Rules = p.Version, p.Controllers, p.Rules
	if !reflect.DeepEqual(want, p) || len(p.Controllers) == 0 || len(p.Rules) == 0 {
		t.Errorf("got %+v\nwant %+v", p, want)
	}
}

func FuzzParsePolicy(f *testing.F) {
	f.Add([]byte("version: v1\n"))
	f.Add(DefaultPolicy().Text())
	f.Add([]byte("version: v1\nretention: 7d\nrules: []\nconfirmed: [SMS]\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		p, err := ParsePolicy(text)
		if err != nil {
			return
		}
		again, err := ParsePolicy(p.Text())
		if err != nil || !reflect.DeepEqual(inUTC(p), inUTC(again)) {
			t.Fatalf("%v\ngot  %+v\nwant %+v\n%s", err, again, p, p.Text())
		}
	})
}
