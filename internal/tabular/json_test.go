package tabular

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"aloi"
	"aloi/internal/mapping"
)

func TestJSONLines(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"flat", `{"id":7,"prenom":"Anne","ville":null,"vip":true}` + "\n" + `{"id":"8","prenom":"Paul","ville":"Metz"}`, []string{"1 7: Anne", "2 8: Paul|Metz"}},
		{"nested", `{"record_id":"1","name":{"given":"Anne","family":"L"},"address":{"line":"12 rue Basse","city":"Metz"},"identifier":{"badge":"B1"}}`,
			[]string{"1 1: Anne|L|12 rue Basse|Metz|badge=B1"}},
		{"arrays", `{"id":"1","emails":["a@example.fr","b@example.fr"],"phones":["1"],"email":"c@example.fr"}`, []string{"1 1: c@example.fr|a@example.fr|b@example.fr|1"}},
		{"a longer array later", `{"id":"1","emails":["a"]}` + "\n" + `{"id":"2","emails":["b","c","d"]}`, []string{"1 1: a", "2 2: b|c|d"}},
		{"full record", `{"ref":{"source":"web","record_id":"w1"},"names":[{"given":"Anne"},{"full":"安妮"}],"birth_date":"1984","addresses":[{"line":"1","city":"Metz"},{"line":"2","city":"Lyon"}],` +
			`"emails":["a"],"identifiers":[{"type":"badge","scope":"x","value":"v"}],"attributes":[{"name":"job","value":"libraire"}],"note":"n"}`,
			[]string{"1 w1: Anne|安妮|1984|1|Metz|2|Lyon|a|badge=v|job=libraire|n"}},
		{"bad rows", `{"id":"1","prenom":"Anne"}` + "\n{\n[1]\n\n" + `{"id":"2","prenom":"Paul"} x` + "\n" + `{"id":"3","prenom":"Zoé"}` + "\nnull\n",
			[]string{"1 1: Anne", "2 : rejected:  not a JSON object", "3 : rejected:  not a JSON object", "5 2: rejected:  text after the JSON object", "6 3: Zoé", "7 : rejected:  not a JSON object"}},
		{"bad lists", `{"id":"1","consents":[{"kind":"GIVEN","tmie":"x"}]}` + "\n" + `{"id":"2","interactions":[{"kind":"visit","time":"hier"}]}` + "\n" + `{"id":"3","identifiers":[{"type":"A B","value":"x"}]}`,
			[]string{"1 1: rejected: consents element 1 has an unknown key", "2 2: rejected: interactions element 1 time is not a time",
				"3 3: rejected: identifiers[0].type must be lower-case letters, digits and _, at most 64, and start with a letter"}},
		{"too deep", `{"id":"1","prenom":"Anne","a":` + strings.Repeat(`{"a":`, 20) + "1" + strings.Repeat("}", 20) + "}", []string{"1 1: rejected: a nested deeper than 8"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, _ := readAll(t, c.text, Options{})
			for i, g := range got {
				got[i], _, _ = strings.Cut(g, " (at byte")
			}
			expect(t, got, c.want...)
		})
	}
}

func TestJSONEvents(t *testing.T) {
	text := `{"record_id":"1","consents":[{"source_event_id":"e1","kind":"GIVEN","time":"2024-03-01T18:20:00Z","uncertainty_seconds":60,"purposes":["newsletter"],"channels":"EMAIL",` +
		`"controllers":["C"],"contact_point":"email:a@example.fr","method":"web_form","notice":"v3","evidence":[{"name":"ip","value":"x"}],"valid_until":"2027-03-01","jurisdiction":"FR",` +
		`"token":"t","refers":"e0","submission":"s","sequence":"2","expressed_by":"parent"}],"interactions":[{"id":"c1","kind":"purchase","time":"2024-03-02","detail":"four"}]}`
	r, err := NewReader(strings.NewReader(text), "web.jsonl", -1, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if d := fmt.Sprint(r.Mapping().Describe()); !strings.Contains(d, "consents, read whole") || !strings.Contains(d, "interactions, read whole") {
		t.Errorf("the lists are not described: %s", d)
	}
	got, _, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	day := func(d int) time.Time { return time.Date(2024, 3, d, 0, 0, 0, 0, time.UTC) }
	want := aloi.ConsentEvent{SourceEventID: "e1", Kind: aloi.ConsentGiven, Time: day(1).Add(18*time.Hour + 20*time.Minute), UncertaintySeconds: 60,
		Purposes: []string{"newsletter"}, Channels: []string{"EMAIL"}, Controllers: []string{"C"}, ContactPoint: "email:a@example.fr", Method: "web_form", Notice: "v3",
		Evidence: []aloi.FreeAttribute{{Name: "ip", Value: "x"}}, ValidUntil: time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC), Jurisdiction: "FR", Token: "t", Refers: "e0",
		Submission: "s", Sequence: 2, ExpressedBy: []string{"parent"}}
	if fmt.Sprintf("%+v", got.Consents) != fmt.Sprintf("[%+v]", want) {
		t.Errorf("got  %+v\nwant [%+v]", got.Consents, want)
	}
	if x := got.Interactions; len(x) != 1 || x[0] != (aloi.Interaction{ID: "c1", Kind: "purchase", Time: day(2), Detail: "four"}) {
		t.Errorf("interactions: %+v", x)
	}
}

// TestLateKeys: a key that comes up after the beginning of a file finds its place, or
// is reported.
func TestLateKeys(t *testing.T) {
	filler := strings.Repeat(`{"id":"x","prenom":"Anne"}`+"\n", sampleBytes/20)
	got, r := readAll(t, filler+`{"id":"y","prenom":"Zoé","portable":"0639980001","income":"5","forename":"Z"}`, Options{})
	if last := got[len(got)-1]; !strings.HasSuffix(last, " y: Zoé|0639980001") {
		t.Errorf("got %s", last)
	}
	var unmapped []string
	for _, u := range r.Mapping().Unmapped {
		unmapped = append(unmapped, u.Column+": "+u.Reason)
	}
	expect(t, unmapped, "forename: name.given is taken from another column", "income: name not understood")
}

func TestJSONWithMapping(t *testing.T) {
	m, err := mapping.Load(strings.NewReader("record_id: k\ncolumns: {a.b: name.given, c: phone, absent: email}\n"))
	if err != nil {
		t.Fatal(err)
	}
	got, r := readAll(t, `{"k":"1","a":{"b":"Anne"},"c":["1","2"],"d":"x"}`, Options{Mapping: m})
	expect(t, got, "1 1: Anne|1|2")
	if u := r.Mapping().Unmapped; len(u) != 1 || u[0].Column != "d" {
		t.Errorf("unmapped: %+v", u)
	}
	if len(m.Unmapped) != 0 || len(m.Columns) != 3 {
		t.Errorf("reading changed the caller's mapping: %+v", m)
	}
}
