package engine

import (
	"reflect"
	"strings"
	"testing"

	"aloi"
	"aloi/internal/audit"
	"aloi/matcher"
)

// FuzzEntityID reads any text as the id of an entity: an id is read in one way, and one
// wrong digit, or two neighbours that changed places, make it none.
func FuzzEntityID(f *testing.F) {
	f.Add(string(entityID(1)), uint64(1), uint8(3), uint8(4))
	f.Add("E+00000000013", uint64(1<<63), uint8(12), uint8(0))
	f.Add("E184467440737095516155", ^uint64(0), uint8(1), uint8(9))
	f.Add("", uint64(99_999_999_999), uint8(0), uint8(1))
	f.Fuzz(func(t *testing.T, text string, number uint64, at, digit uint8) {
		n, err := entityNumber(aloi.EntityID(text))
		if err != nil && aloi.CodeOf(err) != aloi.CodeInvalid {
			t.Fatal(err)
		}
		if err == nil && (n == 0 || entityID(n) != aloi.EntityID(text)) {
			t.Fatalf("%q is read as %d, which is %s", text, n, entityID(n))
		}
		number = number%(1<<60) + 1
		id := []byte(entityID(number))
		if back, err := entityNumber(aloi.EntityID(id)); err != nil || back != number {
			t.Fatalf("%d is %s, which is read as %d, %v", number, id, back, err)
		}
		place := 1 + int(at)%(len(id)-1)
		slip := append([]byte(nil), id...)
		if slip[place] = '0' + digit%10; slip[place] == id[place] && place+1 < len(id) {
			slip[place], slip[place+1] = id[place+1], id[place]
		}
		if n, err := entityNumber(aloi.EntityID(slip)); err == nil && string(slip) != string(id) {
			t.Fatalf("%s, a slip of %s, is read as %d", slip, id, n)
		}
	})
}

// FuzzParseRules reads any text as a table of survivorship: what is read is written and
// read again as the same, and chooses one value whatever the order of the records.
func FuzzParseRules(f *testing.F) {
	f.Add([]byte("trusted: [store, sav]\nattributes:\n  name.family: [most_trusted, most_recent]\n  identifier.loyalty_card: [most_recent]\n"))
	f.Add(DefaultRules().YAML())
	f.Add([]byte("trusted: [\"a\\x00\u202e'\", 'b: c', \"\\U0001F600\"]\nattributes: {email: [longest]}\n"))
	f.Add([]byte("attributes: {email: !0 a}\n"))
	f.Add([]byte("trusted: !!int a\n"))
	f.Add([]byte("a: &a [*a]\n<<: *a\n"))
	records := []Contribution{
		said("a", 1, aloi.Record{Names: []aloi.Name{{Given: "Anne", Family: "Lefèvre"}}, Emails: []string{"anne@example.org"}, Phones: []string{"0612345678"}}),
		said("b", 2, aloi.Record{Names: []aloi.Name{{Given: "Anna", Family: "Lefevre", Birth: "Petit"}}, Emails: []string{"a.lefevre@example.org"}, BirthDate: "1984"}),
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		rules, err := ParseRules(text)
		if err != nil {
			return
		}
		again, err := ParseRules(rules.YAML())
		if err != nil || again.Version() != rules.Version() || !reflect.DeepEqual(again.table, rules.table) {
			t.Fatalf("%v\n%s\nwas\n%s", err, rules.YAML(), text)
		}
		if x, y := rules.Survive(records), rules.Survive([]Contribution{records[1], records[0]}); !reflect.DeepEqual(x, y) {
			t.Fatalf("the order tells: %+v, %+v", x, y)
		}
	})
}

// FuzzCanonicalPoint holds that a contact point has one form: that of the form is itself,
// and neither space nor letters around it nor the way its type is written make another.
func FuzzCanonicalPoint(f *testing.F) {
	for _, text := range []string{"email: Anne.Lefevre@Example.org ", "Mail:a@b.fr", "tel:06 12 34 56 78", "phone:+33612345678",
		"postal:12 bis, rue de la Paix 75002 Paris", "social:X:anne", "push:ÀB", "x", ":", "sms:", "phone:1 ou 2", "email:a@b.fr, c@d.fr"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > aloi.MaxValueBytes {
			return
		}
		form, ok := canonicalPoint(text)
		again, okAgain := canonicalPoint(form)
		if (again != form || ok && !okAgain) && !asItStands(form) {
			t.Fatalf("%q is %q (%t), which is %q (%t)", text, form, ok, again, okAgain)
		}
		if spaced, _ := canonicalPoint("\t " + text + "\n"); spaced != form {
			t.Fatalf("%q with space around it is %q, not %q", text, spaced, form)
		}
		if kind, _, found := strings.Cut(form, ":"); ok && (!found || pointTypes[kind] != kind) {
			t.Fatalf("%q is %q", text, form)
		}
	})
}

// asItStands tells whether a point is a number that was read as the digits that it has, of
// no country's plan: with the plus sign in front it may be read as another.
func asItStands(form string) bool {
	number, phone := strings.CutPrefix(form, pointPhone+":+")
	bare := matcher.PhoneNumbers(number)
	whole := matcher.PhoneNumbers("+" + number)
	return phone && len(bare) == 1 && bare[0] == number && (len(whole) != 1 || whole[0] != number)
}

// FuzzNoticeHash reads any text as the name of a notice, in either case of letters.
func FuzzNoticeHash(f *testing.F) {
	f.Add(strings.Repeat("aB", 32))
	f.Add(strings.Repeat("0", 65))
	f.Add("")
	f.Fuzz(func(t *testing.T, text string) {
		lower, ok := noticeHash(strings.ToLower(text))
		upper, okUpper := noticeHash(strings.ToUpper(text))
		if ok && (!okUpper || lower != upper || len(text) != 2*len(lower)) {
			t.Fatalf("%q is %x and %x", text, lower, upper)
		}
	})
}

// FuzzLogPayload reads any bytes as what an entry of the log holds, of every kind: only
// events before it are erased by it, and no finding holds a text of it.
func FuzzLogPayload(f *testing.F) {
	const canary = "Lef\u00e8vre-1984"
	f.Add([]byte(`{"case":"`+canary+`","entries":[1,2,7]}`), uint64(3))
	f.Add([]byte(`{"version":"`+canary+`","sha256":"00"}`), uint64(0))
	f.Add([]byte(`{"event_id":"0a"}`), uint64(1))
	f.Add([]byte(`{"a":"x","b":"y","verdict":"SAME"}`), uint64(1))
	f.Add([]byte(`{"root":"`+strings.Repeat("ab", 32)+`","permits":1}`), uint64(1))
	f.Add([]byte(`{"entries":[18446744073709551615,0,1,1],"case":""}`), uint64(1<<63))
	f.Fuzz(func(t *testing.T, payload []byte, at uint64) {
		const size = 4
		at %= size
		for _, kind := range []audit.Kind{audit.KindJudgement, audit.KindAssignment, audit.KindErasure, audit.KindPolicy, audit.KindDecisions, "other"} {
			v := newLogVerification(size)
			ok := v.readPayload(at, kind, payload)
			if !ok && v.report.Differences > 0 {
				t.Fatalf("a payload of kind %s is refused, and read", kind)
			}
			for _, found := range v.report.Findings {
				if strings.Contains(found.Detail+found.Where, canary) {
					t.Fatalf("a finding holds a text of the log: %+v", found)
				}
			}
			for i := range v.places {
				if v.places[i].is(placeErased) && (uint64(i) >= at || kind != audit.KindErasure) {
					t.Fatalf("an entry of kind %s at %d erases %d", kind, at, i)
				}
			}
		}
	})
}

// newLogVerification is one of a log of so many events, of which nothing was read.
func newLogVerification(size int) *logVerification {
	v := &logVerification{
		report: newReport(), size: uint64(size), places: make([]place, size),
		entries: entriesRead{
			listed: map[uint64]bool{}, assigned: map[string]uint64{}, ruled: map[[2]string]*ruledPair{}, roots: map[uint64]string{}, unread: map[audit.Kind]bool{},
		},
	}
	for i := range v.places {
		v.places[i].kind = placeEvent
	}
	return v
}
