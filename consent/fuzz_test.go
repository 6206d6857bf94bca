package consent

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"aloi"
)

// FuzzReadVectors reads any text as a file of vectors: each case that is read is answered,
// the same whatever the order of its lists, and what is PERMITted has a basis.
func FuzzReadVectors(f *testing.F) {
	text, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		f.Fatal(err)
	}
	var cases []json.RawMessage
	if err := json.Unmarshal(text, &cases); err != nil {
		f.Fatal(err)
	}
	for i := 0; i < len(cases); i += max(1, len(cases)/8) {
		f.Add(append(append([]byte("["), cases[i]...), ']'))
	}
	f.Add([]byte(`[{"query":{"at":"2024-01-01"},"events":[{"kind":"GIVEN","u":1e300,"t":"0001-01-01"},{"kind":"GIVEN","u":-1e300}]}]`))
	f.Add([]byte(`[{"query":{"at":"2024-01-01","record":"a"},"records":[{"id":"a"},{"id":"a"}],"links":[["a","a","WEAK"],["a","b","STRONG"]]}]`))
	f.Add([]byte(`[{"query":{"at":"9999-12-31"},"policy":{"retention_days":1e308,"doi":[""],"min_grant":null}}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 16<<10 {
			return
		}
		vectors, err := ReadVectors(bytes.NewReader(text))
		if err != nil {
			return
		}
		rng := rand.New(rand.NewPCG(1, 2))
		for _, v := range vectors[:min(len(vectors), 4)] {
			if len(v.Case.Events)+len(v.Case.Links)+len(v.Case.Records) > 200 {
				return
			}
			a := v.Decide()
			if (a.Decision == Permit) != (a.Basis != "") || !slices.Contains(Reasons, a.Reason) {
				t.Fatalf("%s for %q on the basis %q", a.Decision, a.Reason, a.Basis)
			}
			if distinct(&v.Case) {
				for range 3 {
					shuffle(&v.Case, rng)
					if b := v.Decide(); b.Decision != a.Decision || b.Reason != a.Reason || b.Basis != a.Basis || b.Scope != a.Scope {
						t.Fatalf("%+v, in another order %+v", a, b)
					}
				}
			}
		}
	})
}

// distinct tells whether a case names each of its records and events once, as every case
// of a store does.
func distinct(c *Case) bool {
	seen := map[string]bool{}
	for _, r := range c.Records {
		seen["r"+r.ID] = true
	}
	for _, e := range c.Events {
		seen["e"+e.ID] = true
	}
	return len(seen) == len(c.Records)+len(c.Events)
}

// FuzzParseRules reads any text as the rows of a policy: each that is taken can be in force,
// and a policy with them is written and read again as the same.
func FuzzParseRules(f *testing.F) {
	f.Add(defaultRules[:min(len(defaultRules), 4<<10)])
	f.Add([]byte("- {id: a, source: s, from: 2024-01-01, reason: CONSENT_NEEDED, bases: [CONSENT]}\n"))
	f.Add([]byte("- {id: a, source: s, from: 2024-01-01, to: 2023-01-01, reason: NO_BASIS}\n- !0 x\n"))
	f.Add([]byte("&a [*a]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		rules, err := ParseRules(text)
		if err != nil {
			return
		}
		p := DefaultPolicy()
		p.Rules = rules
		again, err := ParsePolicy(p.Text())
		if err != nil || len(again.Rules) != len(rules) {
			t.Fatalf("%d rows are written, %v", len(rules), err)
		}
		for i := range rules {
			if again.Rules[i].ID != rules[i].ID || !again.Rules[i].From.Equal(rules[i].From) || !slices.Equal(again.Rules[i].Bases, rules[i].Bases) {
				t.Fatalf("row %d is %+v, written as %+v", i, rules[i], again.Rules[i])
			}
		}
	})
}

// FuzzPeriod reads any text as a duration of a policy: the one that is read comes back from
// its own text.
func FuzzPeriod(f *testing.F) {
	for _, s := range []string{"7d", "300s", "12h", "1.5h", "106751d", "106752d", "-1d", "+1d", "1d1d", "", "d", "1e9d", "2540400h10m10.000000001s"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := parsePeriod(text)
		if !ok {
			return
		}
		if again, ok := parsePeriod(periodText(d)); !ok || again != d {
			t.Fatalf("%q is %s, written %q and read as %s, %t", text, d, periodText(d), again, ok)
		}
		if strings.HasSuffix(text, "d") && (d < 0 || d%day != 0) {
			t.Fatalf("%q is %s", text, d)
		}
	})
}

// FuzzEvidence reads any names and values as the proof of an act: their order does not
// tell, a value that denies proves nothing, and no name makes a tick of a box.
func FuzzEvidence(f *testing.F) {
	f.Add("form_sha256", "ab", "affirmative", "NO")
	f.Add("auth", "doi", "auth", "non")
	f.Add("notice_hash", "False", "notice_sha256", "0")
	f.Add("ip", "1.2.3.4", "", "")
	f.Fuzz(func(t *testing.T, name, value, other, second string) {
		var one, both, turned Evidence
		one.add(name, value)
		both.add(name, value)
		both.add(other, second)
		turned.add(other, second)
		turned.add(name, value)
		if sameKey := name == other || isNotice(name) && isNotice(other); !sameKey && both != turned {
			t.Fatalf("%+v, in another order %+v", both, turned)
		}
		for _, no := range denials {
			var denied Evidence
			denied.add(name, strings.ToUpper(no))
			if denied.NotAffirmative = false; denied != (Evidence{}) {
				t.Fatalf("%q with %q proves %+v", name, no, denied)
			}
		}
		if one.NotAffirmative && !both.NotAffirmative {
			t.Fatal("a box that nobody ticked is ticked")
		}
	})
}

func isNotice(name string) bool { return name == noticeHash || name == noticeSHA256 }

// FuzzFlags checks any event as it is recorded: flags are sorted, stand below their field,
// hold no value, and are the same twice.
func FuzzFlags(f *testing.F) {
	f.Add("GIVEN", int64(0), "Newsletter", "EMAIL", "maison", "notice_hash", "ab")
	f.Add("OBJECTED", int64(1)<<40, "*", "", "\xff", "form_sha256", "x")
	f.Add("", int64(-1)<<60, "ShareWithPartner(Acme)", "SMS", "*", "affirmative", "no")
	policy := DefaultPolicy()
	policy.Controllers = []string{"maison"}
	f.Fuzz(func(t *testing.T, kind string, at int64, purpose, channel, controller, name, value string) {
		const canary = "Lefèvre-1984"
		now := time.Unix(1_700_000_000, 0).UTC()
		e := aloi.ConsentEvent{
			Kind: aloi.ConsentKind(kind), Time: now.Add(time.Duration(at)), Purposes: []string{purpose, canary}, Channels: []string{channel, canary},
			Controllers: []string{controller, canary}, Evidence: []aloi.FreeAttribute{{Name: name, Value: value}, {Name: "notice_hash", Value: canary}},
		}
		flags := policy.Check(&e, now, "event", func(string) bool { return false })
		for i, x := range flags {
			if !strings.HasPrefix(x.Field, "event.") || strings.Contains(fmt.Sprint(x), canary) || i > 0 && flags[i-1].Field > x.Field {
				t.Fatalf("flag %d is %+v", i, x)
			}
		}
		if again := policy.Check(&e, now, "event", func(string) bool { return false }); !reflect.DeepEqual(again, flags) {
			t.Fatalf("%+v, then %+v", flags, again)
		}
		for _, want := range []aloi.Flag{{Code: aloi.FlagPurposeUnknown, Field: "event.purposes[1]"}, {Code: aloi.FlagNoticeMissing, Field: "event.evidence[1]"}} {
			if !slices.Contains(flags, want) {
				t.Fatalf("%+v is missing in %+v", want, flags)
			}
		}
	})
}

// FuzzPurpose holds that the names of purposes and channels are read in one way: what is
// known stays as it is, and an unknown one is never read as a known.
func FuzzPurpose(f *testing.F) {
	for _, s := range []string{"Newsletter", "newsletter", "dpv:Newsletter", "ShareWithPartner(Acme)", "*", "", "EMAIL", "e-mail", "sms ", "ſms"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		p, c := PurposeOf(name), ChannelOf(name)
		if PurposeOf(string(p)) != p || ChannelOf(string(c)) != c {
			t.Fatalf("%q is %q, then %q; channel %q, then %q", name, p, PurposeOf(string(p)), c, ChannelOf(string(c)))
		}
		if p.Known() && depth(p) < 0 {
			t.Fatalf("%q has no place in the tree", p)
		}
	})
}
