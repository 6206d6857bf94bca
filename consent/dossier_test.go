package consent

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"aloi"
	"aloi/internal/property"
)

// drawDossier draws a dossier of the events of a history.
func drawDossier(t *rapid.T) *Dossier {
	c := drawCase(t)
	r := c.Records[0]
	d := &Dossier{Ref: aloi.RecordRef{Source: "web", ID: rapid.String().Draw(t, "id")}, ContactPoints: r.ContactPoints, Birth: r.Birth,
		Bought: rapid.Bool().Draw(t, "bought"), Partial: rarely(t, "partial")}
	if len(d.ContactPoints) == 0 {
		d.ContactPoints = nil
	}
	for range rapid.IntRange(0, 3).Draw(t, "acts") {
		d.AddAction(drawTime(t, "act"))
	}
	for _, e := range c.Events {
		e.Record, e.Inherited = "", false
		x := DossierEvent{Event: e}
		if rarely(t, "said to several") {
			x.Said, x.Assigned = []uint64{rapid.Uint64().Draw(t, "to"), 7}, int8(rapid.IntRange(-1, 1).Draw(t, "assigned"))
		}
		x.Purposes = append(x.Purposes, Purpose(rapid.SampledFrom([]string{"ShareWithPartner(Acme)", "*", "Prospection"}).Draw(t, "other purpose")))
		d.Events = append(d.Events, x)
	}
	return d
}

func TestDossierRoundTrip(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		d := drawDossier(t)
		b := AppendDossier([]byte("before"), d)
		got, err := ReadDossier(b[len("before"):])
		if err != nil || !reflect.DeepEqual(d, got) {
			t.Fatalf("%v\ngot  %+v\nwant %+v", err, got, d)
		}
		if !bytes.Equal(b, AppendDossier([]byte("before"), got)) {
			t.Fatal("two forms of one dossier")
		}
	})
}

// TestDossierBytes holds the format: what a store wrote must be read for ever.
func TestDossierBytes(t *testing.T) {
	d := Dossier{Ref: aloi.RecordRef{Source: "web", ID: "u1"}, ContactPoints: []string{"email:a@ex.fr"}, Birth: time.Date(1970, 1, 2, 0, 0, 0, 0, time.UTC), Bought: true,
		Events: []DossierEvent{{Event: Event{ID: "e", Kind: aloi.ConsentGiven, Time: time.Unix(64, 5).UTC(), Uncertainty: -1, Purposes: []Purpose{Newsletter, "Prospection"},
			Channels: []Channel{SMS}, Controllers: []string{"C1"}, ContactPoint: "email:a@ex.fr", Evidence: Evidence{Auth: "doi", Other: true}, Sequence: -2},
			Said: []uint64{7, 300}, Assigned: -1}}}
	const want = "0105" + "0377656202" + "7531" + "010d656d61696c3a614065782e6672" + "80c60a00" + "01" + "01020102" + // head
		"0165" + "02" + "01800105" + "030203000b50726f7370656374696f6e" + "040102" + "05010243" + "31" + "0601" + "0b03646f69" + "11" + "1503" + "200207ac02" + "2101" + "00"
	if got := hex.EncodeToString(AppendDossier(nil, &d)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// fill sets every field of a value to something that is not empty.
func fill(v reflect.Value, n int) {
	switch x := v.Addr().Interface().(type) {
	case *time.Time:
		*x = time.Date(1900+n, 2, 3, 4, 5, 6, 7, time.UTC)
		return
	case *int8:
		*x = -1
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n+i+1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(v.Index(i), n+i+1)
		}
	case reflect.String:
		v.SetString(fmt.Sprint("text ", n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int64:
		v.SetInt(int64(n))
	case reflect.Uint64:
		v.SetUint(uint64(n))
	default:
		panic(v.Kind())
	}
}

// TestDossierWhole holds that no field is forgotten: one that is added to Event must be
// added to the format.
func TestDossierWhole(t *testing.T) {
	var d Dossier
	fill(reflect.ValueOf(&d).Elem(), 1)
	for i := range d.Events {
		d.Events[i].Record, d.Events[i].Inherited = "", false
	}
	got, err := ReadDossier(AppendDossier(nil, &d))
	if err != nil || !reflect.DeepEqual(&d, got) {
		t.Fatalf("%v\ngot  %+v\nwant %+v", err, got, &d)
	}
}

// TestDossierTimes holds that any time of the years 1 to 9999 comes back, and that none is
// another thing than the first.
func TestDossierTimes(t *testing.T) {
	for _, at := range []time.Time{{}, time.Date(1, 1, 1, 0, 0, 0, 1, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Unix(0, 0).UTC(), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)} {
		d := Dossier{Birth: at, Actions: []time.Time{at}, Events: []DossierEvent{{Event: Event{Time: at, Recorded: at, ValidUntil: at, Until: at, Uncertainty: math.MaxInt64}}}}
		got, err := ReadDossier(AppendDossier(nil, &d))
		if err != nil || !reflect.DeepEqual(&d, got) {
			t.Errorf("%s: %v, %+v", at, err, got)
		}
	}
}

// TestDossierTables holds that every kind, purpose and channel is written as a number: a
// new one belongs to the end of its table.
func TestDossierTables(t *testing.T) {
	if !slices.Equal(slices.Sorted(slices.Values(codedKinds)), slices.Sorted(slices.Values(aloi.ConsentKinds))) {
		t.Error("codedKinds are not the kinds")
	}
	if !slices.Equal(slices.Sorted(slices.Values(codedPurposes)), slices.Sorted(maps.Keys(withWildcard(purposes)))) {
		t.Error("codedPurposes are not the purposes")
	}
	if !slices.Equal(slices.Sorted(slices.Values(codedChannels)), slices.Sorted(maps.Keys(withWildcard(pointTypes)))) {
		t.Error("codedChannels are not the channels")
	}
}

func withWildcard[K ~string, V any](m map[K]V) map[K]V {
	m = maps.Clone(m)
	var none V
	m[wildcard] = none
	return m
}

// TestDossierDamaged holds that a dossier that was cut, or goes on, is refused.
func TestDossierDamaged(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		b := AppendDossier(nil, drawDossier(t))
		cut := rapid.IntRange(0, len(b)-1).Draw(t, "cut")
		if _, err := ReadDossier(b[:cut]); err == nil {
			t.Fatalf("%d of %d bytes are a dossier", cut, len(b))
		}
		if _, err := ReadDossier(append(b, 0)); err == nil {
			t.Fatal("more bytes are a dossier")
		}
	})
}

// TestDossierWrong has bytes of the right length with one that cannot be.
func TestDossierWrong(t *testing.T) {
	at := time.Unix(64, 5)
	good := AppendDossier(nil, &Dossier{Birth: at, Events: []DossierEvent{{Event: Event{Kind: aloi.ConsentGiven, Uncertainty: unsaid, Purposes: []Purpose{Newsletter}}}}})
	for name, c := range map[string]struct{ old, new string }{
		"version": {"0101", "0201"}, "flags": {"0101", "0181"}, "nanoseconds": {"8001" + "05", "8001" + "8094ebdc03"}, "kind": {"0002" + "0301", "0022" + "0301"},
		"purpose": {"030103", "030140"}, "empty list": {"030103", "0300"}, "longer list": {"030103", "03020303"}, "tag": {"030103", "220103"},
		"order": {"030103" + "00", "030103" + "0202" + "00" + "00"}, "events": {"8001" + "05" + "01", "8001" + "05" + "40"}, "number": {"0101", "0101ffffffffffffffffffff"},
	} {
		text := hex.EncodeToString(good)
		if !strings.Contains(text, c.old) {
			t.Fatalf("%s: %s has no %s", name, text, c.old)
		}
		wrong, err := hex.DecodeString(strings.Replace(text, c.old, c.new, 1))
		if err != nil {
			t.Fatal(err)
		}
		if d, err := ReadDossier(wrong); err == nil {
			t.Errorf("%s: %x is read as %+v", name, wrong, d)
		}
	}
	if _, err := ReadDossier(good); err != nil {
		t.Fatal(err)
	}
}

// TestEventOf has each field of a stored event where decisions look for it.
func TestEventOf(t *testing.T) {
	at := func(n int) time.Time { return now.AddDate(0, 0, n) }
	e := aloi.ConsentEvent{
		SourceEventID: "17", Kind: aloi.ConsentSale, Time: at(1), UncertaintySeconds: 60, RecordedTime: at(2), Purposes: []string{"Newsletter"},
		Channels: []string{"SMS"}, Controllers: []string{"C1"}, ContactPoint: "phone:+33639981234", Method: "paper", Notice: "v3",
		Evidence:   evidence("affirmative", "false", "auth", "doi", "notice", "v2", "notice_hash", "h", "broker", "B", "named_recipient", "N", "collected_at", "D", "scan", "s"),
		ValidUntil: at(3), Token: "k", Refers: "16", Submission: "f", Sequence: 5, ExpressedBy: []string{"parent"}, SharedOK: true,
		Goods: "coffee", Similar: []string{"tea"}, OptOutOffered: true, OptOutUsed: true, FreeAccount: true, Related: []string{"filter"}, Until: at(4),
	}
	want := Event{
		ID: "id", SourceID: "web\x0017", Kind: aloi.ConsentSale, Time: at(1), Recorded: at(2), Uncertainty: time.Minute, Purposes: []Purpose{Newsletter},
		Channels: []Channel{SMS}, Controllers: []string{"C1"}, ContactPoint: "phone:+33639981234", Method: "paper",
		Evidence: Evidence{NotAffirmative: true, Auth: "doi", Notice: "v3", NoticeHash: "h", Broker: "B", NamedRecipient: "N", CollectedAt: "D", Other: true},
		Token:    "k", Refers: "16", Submission: "f", Sequence: 5, By: []string{"parent"}, ValidUntil: at(3), SharedOK: true,
		Goods: "coffee", Similar: []string{"tea"}, OptOutOffered: true, OptOutUsed: true, FreeAccount: true, Related: []string{"filter"}, Until: at(4),
	}
	if got := EventOf("id", "web", &e); !reflect.DeepEqual(want, got) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	e.Source = "call-centre"
	if got := EventOf("id", "web", &e).SourceID; got != "call-centre\x0017" {
		t.Errorf("told by another: %q", got)
	}
	e = aloi.ConsentEvent{Kind: aloi.ConsentGiven, Evidence: evidence("notice_sha256", "h")}
	if got, want := EventOf("id", "web", &e), (Event{ID: "id", Kind: aloi.ConsentGiven, Uncertainty: -1, Evidence: Evidence{NoticeHash: "h"}}); !reflect.DeepEqual(want, got) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	e.UncertaintySeconds = math.MaxInt64
	if got := EventOf("", "", &e).Uncertainty; got < 290*365*day {
		t.Errorf("a long uncertainty became %s", got)
	}
}

func FuzzReadDossier(f *testing.F) {
	f.Add([]byte{})
	f.Add(AppendDossier(nil, &Dossier{}))
	var d Dossier
	fill(reflect.ValueOf(&d).Elem(), 1)
	f.Add(AppendDossier(nil, &d))
	d.Events[0].Kind, d.Events[0].Purposes, d.Events[0].ContactPoint = aloi.ConsentGiven, []Purpose{Newsletter}, d.ContactPoints[1]
	f.Add(AppendDossier(nil, &d))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := ReadDossier(b)
		if err != nil {
			return
		}
		if len(d.Events) > len(b)/minEventBytes || len(d.ContactPoints) > len(b) {
			t.Fatal("more than the bytes hold")
		}
		again, err := ReadDossier(AppendDossier(nil, d))
		if err != nil || !reflect.DeepEqual(d, again) {
			t.Fatalf("%v\n%+v\n%+v", err, d, again)
		}
	})
}

// BenchmarkReadDossier reads one of three events.
func BenchmarkReadDossier(b *testing.B) {
	v := readVectors(b, "vectors.json")
	d := Dossier{Ref: aloi.RecordRef{Source: "web", ID: "u-19"}, ContactPoints: points[2:]}
	for i := range 3 {
		e := v[0].Case.Events[0]
		e.ID = fmt.Sprintf("%032x", i)
		e.ContactPoint, e.SourceID = points[3], "web\x0017"
		d.Events = append(d.Events, DossierEvent{Event: e})
	}
	text := AppendDossier(nil, &d)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadDossier(text); err != nil {
			b.Fatal(err)
		}
	}
}
