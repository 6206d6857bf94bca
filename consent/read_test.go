package consent

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"aloi"
)

const vector = `[{"id":"x","records":[{"id":"R1","cps":["email:a@ex.fr"]}],"links":[],"events":[
 {"id":"e1","kind":"GIVEN","rec":"R1","t":"2026-03-01","rec_t":"2026-03-01T00:00:00","by":"subject","evidence":{"notice_sha256":"h"}}],
 "query":{"controller":"C1","purpose":"Newsletter","channel":"EMAIL","cp":"email:a@ex.fr","at":"2026-11-22T12:00:00Z"},"policy":{}}]`

func TestReadVectorsErrors(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{"[{", "{", "vectors"},
		{"GIVEN", "GRANTED", "events[0].kind"},
		{`"links":[]`, `"links":[["R1","R2","SOLID"]]`, "links"},
		{`"at":"2026-11-22T12:00:00Z"`, `"at":""`, "query.at"},
		{"2026-11-22T12:00:00Z", "22/11/2026", "a time is neither"},
		{`"t":"2026-03-01"`, `"t":20260301`, "vectors"},
		{`"by":"subject"`, `"by":7`, "vectors"},
		{`"policy":{}`, `"policy":{"clock_skew":"much"}`, "policy.clock_skew"},
	} {
		_, err := ReadVectors(strings.NewReader(strings.Replace(vector, c.old, c.new, 1)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s: %v", c.new, c.old, err)
		}
	}
}

func TestReadVector(t *testing.T) {
	list, err := ReadVectors(strings.NewReader(strings.Replace(vector, `"policy":{}`, `"policy":{"colour":1,"max_age":null}`, 1)))
	if err != nil {
		t.Fatal(err)
	}
	v := list[0]
	e := v.Case.Events[0]
	march := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	if v.Expect != nil || len(v.Ignored) != 1 || v.Ignored[0] != "colour" || !e.Time.Equal(march) || !e.Recorded.Equal(march) ||
		len(e.By) != 1 || e.By[0] != "subject" || e.Uncertainty != -1 || e.Evidence.NoticeHash != "h" || v.Policy.MaxConsentAge != 0 {
		t.Errorf("%+v", v)
	}
}

func TestPolicySettings(t *testing.T) {
	p := DefaultPolicy()
	ignored, err := p.override(map[string]json.RawMessage{
		"clock_skew": json.RawMessage("60"), "future_tolerance_seconds": json.RawMessage("0.5"), "token_life_hours": json.RawMessage("12"),
		"max_consent_age_days": json.RawMessage("730"), "retention": json.RawMessage("365"), "confirmed": json.RawMessage(`["SMS"]`),
		"min_grant": json.RawMessage(`"STRONG"`), "min_stop": json.RawMessage(`"ASSERTED"`), "purchased_needs": json.RawMessage(`["broker"]`),
		"free_account_is_sale": json.RawMessage("true"),
	})
	if err != nil || len(ignored) > 0 {
		t.Fatal(err, ignored)
	}
	if p.ClockSkew != time.Minute || p.FutureTolerance != time.Second/2 || p.TokenLife != 12*time.Hour || p.MaxConsentAge != 730*day ||
		p.Retention != 365*day || len(p.Confirmed) != 1 || p.Confirmed[0] != SMS || p.MinGrant != aloi.LinkStrong ||
		p.MinStop != aloi.LinkAsserted || len(p.PurchasedNeeds) != 1 || !p.FreeAccountIsSale {
		t.Errorf("%+v", p)
	}
	for key, value := range map[string]string{"confirmed": "7", "min_grant": `"SOLID"`, "purchased_needs": "7", "free_account": "7", "retention": `"x"`} {
		if _, err := p.override(map[string]json.RawMessage{key: json.RawMessage(value)}); err == nil {
			t.Errorf("%s: %s was taken", key, value)
		}
	}
	for _, on := range []bool{true, false} {
		text, _ := json.Marshal(on)
		if _, err := p.override(map[string]json.RawMessage{"doi": text}); err != nil || (len(p.Confirmed) == 1) != on {
			t.Errorf("doi %v: %v, %v", on, p.Confirmed, err)
		}
	}
}
