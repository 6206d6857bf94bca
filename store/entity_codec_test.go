package store

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"aloi"
	"aloi/internal/property"
)

// drawText draws a text; some repeat, as they do in stored values.
var drawText = rapid.OneOf(rapid.SampledFrom([]string{"", "web", "boutique", "1", "Zoé"}), rapid.String())

// drawTime draws no time, or one that CBOR can say, of the years 1 to 9999.
var drawTime = rapid.Custom(func(t *rapid.T) time.Time {
	if rapid.IntRange(0, 2).Draw(t, "unknown") == 0 {
		return time.Time{}
	}
	second := rapid.OneOf(rapid.Just(int64(1_700_000_000)), rapid.Int64Range(-62135596800, 253402300799))
	nanos := rapid.SampledFrom([]int64{0, 0, 1, 999_999_999, 120_000_000}).Draw(t, "nanos")
	zone := time.FixedZone("", rapid.SampledFrom([]int{0, 7200, -3600}).Draw(t, "zone"))
	return time.Unix(second.Draw(t, "second"), nanos).In(zone)
})

// drawEntity draws an entity as CBOR keeps it too.
func drawEntity(t *rapid.T) *Entity {
	count := rapid.OneOf(rapid.IntRange(0, 3), rapid.Int())
	attribute := rapid.Custom(func(t *rapid.T) aloi.Attribute {
		return aloi.Attribute{
			Path: rapid.OneOf(rapid.SampledFrom(entityPaths), drawText).Draw(t, "path"), Rank: count.Draw(t, "rank"),
			Value:     drawText.Draw(t, "value"),
			Record:    aloi.RecordRef{Source: drawText.Draw(t, "source"), ID: drawText.Draw(t, "id")},
			UpdatedAt: drawTime.Draw(t, "time"), Rule: rapid.OneOf(rapid.SampledFrom(entityRules), drawText).Draw(t, "rule"),
			Agreeing: count.Draw(t, "agreeing"), Contributed: count.Draw(t, "contributed"),
			Scope: rapid.SampledFrom([]string{"", "", "mastodon"}).Draw(t, "scope"),
		}
	})
	e := &Entity{Number: rapid.Uint64().Draw(t, "number"), Members: rapid.SliceOfN(rapid.Uint64(), 1, 5).Draw(t, "members")}
	for i := range rapid.IntRange(0, 12).Draw(t, "attributes") {
		a := attribute.Draw(t, "attribute")
		if i > 0 && rapid.Bool().Draw(t, "as an earlier one") {
			takeProvenance(&a, &e.Golden[rapid.IntRange(0, i-1).Draw(t, "which")])
		}
		e.Golden = append(e.Golden, a)
	}
	return e
}

func encodeEntity(e *Entity) []byte { return new(entityWriter).encodeEntity(e) }

var entityKey = numberKey(famEntity, 1)

// readBothWays holds that the two forms of an entity read as the same, and returns that.
func readBothWays(t failer, e *Entity) *Entity {
	t.Helper()
	plain, err := decodeEntity(entityKey, must(encMode.Marshal(e)))
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeEntity(entityKey, encodeEntity(e))
	if err != nil || !reflect.DeepEqual(got, plain) {
		t.Fatal(fmt.Sprintf("%+v\ncomes back as %+v\nand as CBOR as  %+v, %v", e, got, plain, err))
	}
	return got
}

// TestEntitiesAreReadAsCBOR holds the compact form to what CBOR says of any entity.
func TestEntitiesAreReadAsCBOR(t *testing.T) {
	property.Check(t, func(t *rapid.T) {
		e := drawEntity(t)
		got := readBothWays(t, e)
		for i := range e.Golden {
			if at := e.Golden[i].UpdatedAt; !got.Golden[i].UpdatedAt.Equal(at) {
				t.Fatal("another time")
			}
		}
		for _, payload := range [][]byte{encodeEntity(e), must(encMode.Marshal(e))} {
			members, ok := membersOf(headOfEntity(payload))
			if !ok || !slices.Equal(members, e.Members) {
				t.Fatalf("members %v, %v, want %v", members, ok, e.Members)
			}
			if len(e.Golden) > 0 && len(headOfEntity(payload)) == len(payload) {
				t.Fatal("its golden record stays in memory")
			}
		}
	})
}

// A golden record of more sources than are looked back over is read as it was.
func TestEntityOfACrowd(t *testing.T) {
	e := &Entity{Number: math.MaxUint64, Members: []uint64{5, 1, math.MaxUint64, 0}}
	for i := range 5 * sourcesBack {
		source := i
		switch i % 3 {
		case 1:
			source = max(0, i-i%(3*sourcesBack)) // now in reach, now not
		case 2:
			source = max(0, i-3*sourcesBack/2)
		}
		e.Golden = append(e.Golden, aloi.Attribute{
			Path: "address.city", Rank: i, Value: fmt.Sprint("Lyon ", i), Rule: "most_recent", Agreeing: i % 2, Contributed: 9,
			Record: aloi.RecordRef{Source: "web", ID: fmt.Sprint(source)}, UpdatedAt: instant(source % 28),
		})
	}
	readBothWays(t, e)
}

// TestDamagedEntityIsAnError holds that a compact entity that is cut short, goes on, or says
// what can't be is an error, and no other entity.
func TestDamagedEntityIsAnError(t *testing.T) {
	e := fullEntity()
	whole := encodeEntity(&e)
	for n := range whole {
		refuseEntity(t, whole[:n])
	}
	refuseEntity(t, append(slices.Clone(whole), 0))
	one := func(golden ...byte) []byte { return append([]byte{entityForm, 1, 1, 7, 1}, golden...) }
	path := byte(1 << attributeFlags)
	good := one(path, 1, 'a', 0, 1, 'w', 1, '1', 0, 1, 1, 1)
	if got, err := decodeEntity(entityKey, good); err != nil || got.Golden[0].Path != entityPaths[0] || got.Members[0] != 7 {
		t.Fatalf("%+v, %v", got, err)
	}
	for name, bad := range map[string][]byte{
		"a path that has no code":         one(0x80|byte(len(entityPaths)+1)<<attributeFlags, 1, 1, 'a', 0, 1, 'w', 1, '1', 0, 1, 1, 1),
		"a rule that has no code":         one(path, 1, 'a', 0, 1, 'w', 1, '1', 0, byte(len(entityRules)+1), 1, 1),
		"a source that was not given":     one(path, 1, 'a', 1, 1, 1, 1),
		"as the last, and is the first":   one(path|attributeAsLast, 1, 'a'),
		"a value that is not UTF-8":       one(path, 1, 0xff, 0, 1, 'w', 1, '1', 0, 1, 1, 1),
		"a letter that is in two texts":   one(path, 1, 'a', 0, 1, 0xc3, 1, 0xa9, 0, 1, 1, 1),
		"a time of more than a second":    one(path, 1, 'a', 0, 1, 'w', 1, '1', 0x81, 0x94, 0xeb, 0xdc, 0x03, 0, 1, 1, 1),
		"a value past the end":            one(path, 0xff, 0xff, 0x03, 'a', 0, 1, 'w', 1, '1', 0, 1, 1, 1),
		"a time without its seconds":      one(path, 1, 'a', 0, 1, 'w', 1, '1', 1),
		"more attributes than there are":  {entityForm, 1, 1, 7, 0xff, 0xff, 0x03, 0, 0},
		"more members than there are":     {entityForm, 1, 0xff, 0xff, 0x03, 7, 0},
		"a number of more than 64 bits":   {entityForm, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f, 1, 7, 0},
		"a form that is not known":        {entityForm + 1, 1, 1, 7, 0},
		"nothing":                         {},
		"an attribute less than it tells": one(),
	} {
		t.Run(name, func(t *testing.T) { refuseEntity(t, bad) })
	}
}

func refuseEntity(t *testing.T, payload []byte) {
	t.Helper()
	if e, err := decodeEntity(entityKey, payload); aloi.CodeOf(err) != aloi.CodeCorrupt {
		t.Errorf("% x is read as %+v, %v", payload, e, err)
	}
}

// TestEntityOfAnEarlierBuild holds that an entity that is stored as CBOR is read in every way,
// and takes the compact form when it is next written.
func TestEntityOfAnEarlierBuild(t *testing.T) {
	onEach(t, func(t *testing.T, s *Store) {
		value := entityValues()[0]
		e := fullEntity()
		check := func(r *Reader) error { value.check(t, r); return nil }
		update(t, s, func(w *Writer) error { return w.putCBOR(value.key, &e) })
		view(t, s, check)
		for range 2 { // from the store, then from memory
			if err := s.ViewCached(t.Context(), check); err != nil {
				t.Fatal(err)
			}
		}
		var before *Entity
		view(t, s, func(r *Reader) (err error) { before, err = r.Entity(e.Number); return err })
		update(t, s, func(w *Writer) error { return w.Set(EncodeEntity(before)) })
		view(t, s, func(r *Reader) error {
			if payload := must(r.get(value.key)); !isCompact(payload) {
				t.Errorf("it is written as % x", payload)
			}
			return check(r)
		})
	})
}

// TestCodesOfTextsStay holds the codes that stored entities have. A text that is added comes
// last, here as there.
func TestCodesOfTextsStay(t *testing.T) {
	paths := []string{
		"name.given", "name.family", "name.civility", "birth_date", "gender", "email", "phone", "address.line",
		"address.postal_code", "address.city", "address.country", "identifier.loyalty_card", "identifier.social_handle",
		"name.birth", "name.middle", "address.region", "name.full", "identifier.customer_number", "identifier.device", "identifier.ip",
	}
	rules := []string{
		"only_value", "tie", "most_trusted", "most_frequent", "most_typical", "most_recent", "most_complete",
		"longest", "current", "in_use", "vouched", "known", "well_formed", "distinct",
	}
	types := []string{"loyalty_card", "social_handle", "customer_number", "device", "ip"}
	if !slices.Equal(entityPaths, paths) || !slices.Equal(entityRules, rules) || !slices.Equal(recordTypes, types) {
		t.Error("stored codes have another meaning")
	}
	if len(pathCodes) != len(paths) || len(ruleCodes) != len(rules) || len(typeCodes) != len(types) {
		t.Error("a text has two codes")
	}
}

// usualEntity is about what most entities are: a person of two records.
func usualEntity() *Entity {
	shop := aloi.Attribute{Record: aloi.RecordRef{Source: "boutique", ID: "B-0081234"}, UpdatedAt: instant(3), Rule: "only_value", Agreeing: 2, Contributed: 2}
	web := aloi.Attribute{Record: aloi.RecordRef{Source: "web", ID: "W-0004321"}, UpdatedAt: instant(9), Rule: "current", Agreeing: 1, Contributed: 2}
	e := &Entity{Number: 81_234, Members: []uint64{90_120, 134_567}}
	for _, x := range []struct {
		from        aloi.Attribute
		path, value string
	}{
		{web, "address.city", "Villeurbanne"}, {web, "address.line", "12 bis, avenue Victor-Hugo"}, {web, "address.postal_code", "69100"},
		{shop, "birth_date", "1984-03-02"}, {web, "email", "anne.lefevre@exemple.fr"}, {shop, "gender", "F"},
		{shop, "identifier.loyalty_card", "2984110042"}, {shop, "name.civility", "Mme"}, {web, "name.family", "Lefèvre"},
		{shop, "name.given", "Anne-Sophie"}, {web, "phone", "+33639981234"},
	} {
		x.from.Path, x.from.Value = x.path, x.value
		e.Golden = append(e.Golden, x.from)
	}
	return e
}

// BenchmarkEntity is what writing and reading an entity costs, in the compact form and as the
// CBOR of earlier builds.
func BenchmarkEntity(b *testing.B) {
	e := usualEntity()
	compact, plain := encodeEntity(e), must(encMode.Marshal(e))
	var w entityWriter
	benchForm(b, "write", len(compact), func() { w.encodeEntity(e) })
	benchForm(b, "write CBOR", len(plain), func() { must(encMode.Marshal(e)) })
	benchForm(b, "read", len(compact), func() { must(decodeEntity(entityKey, compact)) })
	benchForm(b, "read CBOR", len(plain), func() { must(decodeEntity(entityKey, plain)) })
}

// benchForm reports what fn costs on a value of some bytes.
func benchForm(b *testing.B, name string, bytes int, fn func()) {
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			fn()
		}
		b.ReportMetric(float64(bytes), "bytes/value")
	})
}
