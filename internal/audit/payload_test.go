package audit

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"aloi"
	"aloi/internal/property"
)

// full is an event with a value in every field.
func full() *Event {
	day := func(d int) time.Time { return time.Date(2026, 3, d, 9, 30, 15, 120_000_000, time.UTC) }
	return &Event{ID: "0af3", Record: aloi.RecordRef{Source: "web", ID: "W-1042"}, ConsentEvent: aloi.ConsentEvent{
		SourceEventID: "ev-9", Kind: aloi.ConsentGiven, Time: day(1), UncertaintySeconds: 300, RecordedTime: day(2),
		Purposes: []string{"Newsletter"}, Channels: []string{"EMAIL", "SMS"}, Controllers: []string{"maison"},
		ContactPoint: "email:anne.lefèvre@example.org", Method: "web_form", Notice: "v3",
		Evidence:   []aloi.FreeAttribute{{Name: "auth", Value: "doi"}, {Name: "notice_hash", Value: strings.Repeat("ab", 32)}},
		ValidUntil: day(3), Jurisdiction: "FR", Token: "t-1", Refers: "ev-8", Submission: "form <7>", Sequence: 2,
		ExpressedBy: []string{"subject", "parent"}, Source: "call & care", SharedOK: true,
		Goods: "maille", Similar: []string{"linge"}, OptOutOffered: true, OptOutUsed: true, FreeAccount: true,
		Related: []string{"entretien"}, Until: day(4),
	}}
}

// Payloads are committed to for ever: this text must not change.
func TestPayloadGolden(t *testing.T) {
	const want = `{"schema_version":"ISO/IEC TS 27560:2023, Aloi 1","record_id":"ev-9","event_id":"0af3","source_system":"call & care",` +
		`"pii_principal_id":{"source":"web","record_id":"W-1042"},"pii_controllers":["maison"],"purposes":["Newsletter"],` +
		`"channels":["EMAIL","SMS"],"contact_point":"email:anne.lefèvre@example.org","contact_point_shared":true,` +
		`"lawful_basis":"eu-gdpr:A6-1-a","event_type":"dpv:ExpressedConsent","event_state":"dpv:ConsentGiven","event_kind":"GIVEN",` +
		`"event_time":"2026-03-01T09:30:15.12Z","event_time_uncertainty":300,"recorded_time":"2026-03-02T09:30:15.12Z",` +
		`"valid_until":"2026-03-03T09:30:15.12Z","expressed_by":["subject","parent"],"collection_method":"web_form",` +
		`"privacy_notice":{"version":"v3","sha256":"abababababababababababababababababababababababababababababababab"},` +
		`"evidence":[{"name":"auth","value":"doi"},{"name":"notice_hash","value":"abababababababababababababababababababababababababababababababab"}],` +
		`"jurisdiction":"FR","token":"t-1","refers":"ev-8","submission_id":"form <7>","sequence":2,"goods":"maille","similar_goods":["linge"],` +
		`"opt_out_offered":true,"opt_out_used":true,"free_account":true,"contract_related":["entretien"],"contract_until":"2026-03-04T09:30:15.12Z"}`
	if got := payload(t, full()); string(got) != want {
		t.Errorf("payload:\n%s\nwant\n%s", got, want)
	}
	const bare = `{"schema_version":"ISO/IEC TS 27560:2023, Aloi 1","event_id":"1","event_kind":"BOUNCED"}`
	if got := payload(t, &Event{ID: "1", ConsentEvent: aloi.ConsentEvent{Kind: aloi.ConsentBounced}}); string(got) != bare {
		t.Errorf("payload: %s, want %s", got, bare)
	}
	const odd = `{"schema_version":"ISO/IEC TS 27560:2023, Aloi 1","event_id":"\u0000\b\t\n\"\\/<&>é\u2028\u007f","event_kind":"SALE"}`
	e := &Event{ID: "\x00\b\t\n\"\\/<&>é\u2028\x7f", ConsentEvent: aloi.ConsentEvent{Kind: "SALE"}}
	if got := payload(t, e); string(got) != strings.Replace(strings.Replace(odd, `\u007f`, "\x7f", 1), `"event_kind"`, `"lawful_basis":"eu-gdpr:A6-1-f","event_kind"`, 1) {
		t.Errorf("payload: %s", got)
	}
}

func payload(t rapid.TB, e *Event) []byte {
	t.Helper()
	b, err := Payload(e)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every field of an event is in its payload and comes back: another value makes another
// payload. A new field of aloi.ConsentEvent that is not written fails here.
func TestPayloadHoldsEveryField(t *testing.T) {
	whole := full()
	e := reflect.ValueOf(&whole.ConsentEvent).Elem()
	for i := range e.NumField() {
		name := e.Type().Field(i).Name
		if e.Field(i).IsZero() {
			t.Errorf("%s: the example has none", name)
		}
		less := full()
		reflect.ValueOf(&less.ConsentEvent).Elem().Field(i).SetZero()
		if bytes.Equal(payload(t, less), payload(t, whole)) {
			t.Errorf("%s is not in the payload", name)
		}
		if back, err := ParsePayload(payload(t, less)); err != nil || !reflect.DeepEqual(back, less) {
			t.Errorf("without %s: %+v, %v", name, back, err)
		}
	}
	for _, less := range []func(*Event){func(e *Event) { e.ID = "" }, func(e *Event) { e.Record.ID = "" }, func(e *Event) { e.Record.Source = "" }, func(e *Event) { e.Record = aloi.RecordRef{} }} {
		other := full()
		less(other)
		if bytes.Equal(payload(t, other), payload(t, whole)) {
			t.Error("what names the event is not in the payload")
		}
	}
}

func TestTermsOfEveryKind(t *testing.T) {
	for _, k := range aloi.ConsentKinds {
		if _, ok := terms[k]; !ok {
			t.Errorf("%s has no terms", k)
		}
	}
	if len(terms) != len(aloi.ConsentKinds) {
		t.Errorf("%d kinds have terms, there are %d", len(terms), len(aloi.ConsentKinds))
	}
	for value, want := range map[string]string{"false": "dpv:ImpliedConsent", "Non": "dpv:ImpliedConsent", "true": "dpv:ExpressedConsent"} {
		e := full()
		e.Evidence = []aloi.FreeAttribute{{Name: "affirmative", Value: value}, {Name: "notice_hash", Value: "cd34"}, {Name: "notice_sha256", Value: ""}}
		if b := payload(t, e); !bytes.Contains(b, []byte(want)) || !bytes.Contains(b, []byte(`"sha256":"cd34"`)) {
			t.Errorf("affirmative %s: %s", value, b)
		}
	}
}

// Payloads come back as they were, and two that are equal are of equal events, whichever
// zone their times were said in and whether a list is empty or none.
func TestPayloadRoundTrip(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		e := drawEvent(t)
		b := payload(t, e)
		back, err := ParsePayload(b)
		if err != nil {
			t.Fatal(err)
		}
		if again := payload(t, back); !bytes.Equal(again, b) {
			t.Fatalf("%s\n%s", b, again)
		}
		same := *e
		same.Time = same.Time.In(time.FixedZone("", 7200))
		if same.Related == nil {
			same.Related = []string{}
		}
		if !bytes.Equal(payload(t, &same), b) {
			t.Fatal("an equal event has another payload")
		}
	})
}

func drawEvent(t *rapid.T) *Event {
	text := rapid.OneOf(rapid.Just(""), rapid.String())
	texts := rapid.SliceOfN(text, 0, 2)
	at := rapid.OneOf(rapid.Just(time.Time{}), rapid.Map(rapid.Int64Range(-1<<35, 1<<36), func(s int64) time.Time { return time.Unix(s, s%1_000_000_000).UTC() }))
	return &Event{ID: text.Draw(t, "id"), Record: aloi.RecordRef{Source: text.Draw(t, "source"), ID: text.Draw(t, "record")},
		ConsentEvent: aloi.ConsentEvent{
			Kind: rapid.SampledFrom(aloi.ConsentKinds).Draw(t, "kind"), Time: at.Draw(t, "time"), Until: at.Draw(t, "until"),
			Purposes: texts.Draw(t, "purposes"), ContactPoint: text.Draw(t, "point"), Related: texts.Draw(t, "related"),
			Evidence: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) aloi.FreeAttribute {
				return aloi.FreeAttribute{Name: rapid.SampledFrom([]string{"auth", "notice_hash", "affirmative"}).Draw(t, "name"), Value: text.Draw(t, "value")}
			}), 0, 3).Draw(t, "evidence"),
			Sequence: rapid.Int64().Draw(t, "sequence"), SharedOK: rapid.Bool().Draw(t, "shared"),
		}}
}

func TestPayloadRefuses(t *testing.T) {
	const secret = "Lefèvre\xff"
	for field, spoil := range map[string]func(*Event){
		"contact_point": func(e *Event) { e.ContactPoint = secret },
		"evidence":      func(e *Event) { e.Evidence[0].Value = secret },
		"purposes":      func(e *Event) { e.Purposes = []string{"", secret} },
		"record":        func(e *Event) { e.Record.ID = secret },
		"until":         func(e *Event) { e.Until = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"time":          func(e *Event) { e.Time = time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC) },
	} {
		e := full()
		spoil(e)
		_, err := Payload(e)
		if err == nil || !strings.HasPrefix(err.Error(), field+":") || strings.Contains(err.Error(), "Lef") {
			t.Errorf("%s: %v", field, err)
		}
	}
	good := string(payload(t, full()))
	for name, text := range map[string]string{
		"empty": "", "null": "null", "list": "[]", "white space": good + "\n", "another order": strings.Replace(good, `"event_id":"0af3",`, "", 1) + `,"event_id":"0af3"}`,
		"twice":             strings.Replace(good, `"event_id":"0af3"`, `"event_id":"0af3","event_id":"0af3"`, 1),
		"another version":   strings.Replace(good, "Aloi 1", "Aloi 2", 1),
		"escaped":           strings.Replace(good, "è", `\u00e8`, 1),
		"another zone":      strings.Replace(good, "15.12Z", "15.12+00:00", 1),
		"another state":     strings.Replace(good, "dpv:ConsentGiven", "dpv:ConsentRefused", 1),
		"another case":      strings.Replace(good, `"token"`, `"Token"`, 1),
		"an unknown field":  strings.Replace(good, `"token"`, `"colour":1,"token"`, 1),
		"another hash":      strings.Replace(good, `"sha256":"ab`, `"sha256":"ac`, 1),
		"a needless nought": strings.Replace(good, `"sequence":2`, `"sequence":2,"goods":""`, 1),
	} {
		if _, err := ParsePayload([]byte(text)); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}
