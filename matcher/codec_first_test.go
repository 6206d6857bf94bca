package matcher

import (
	"encoding/binary"
	"reflect"
	"slices"
	"testing"
)

// AppendFirst is appendFirst for the digest of what is prepared, which no change of the
// layout changes.
var AppendFirst = appendFirst

// appendFirst appends the encoding of p to dst and returns the result.
func appendFirst(dst []byte, p *Prepared) []byte {
	dst = append(dst, firstVersion)
	dst = append(dst, p.Tie[:]...)
	dst = appendFirstCount(dst, len(p.Names))
	for i := range p.Names {
		n := &p.Names[i]
		dst = appendFirstStrings(dst, n.Given)
		dst = appendFirstStrings(dst, n.Middle)
		dst = appendFirstStrings(dst, n.Family)
		dst = appendFirstStrings(dst, n.Birth)
		dst = appendFirstString(dst, n.FamilyWhole)
		dst = appendFirstString(dst, n.BirthWhole)
		dst = appendFirstStrings(dst, n.Loose)
		dst = appendFirstString(dst, n.Generation)
	}
	dst = append(dst, p.Gender)
	dst = appendFirstDate(appendFirstDate(dst, p.Birth), p.BirthTyped)
	dst = appendFirstCount(dst, len(p.Emails))
	for _, e := range p.Emails {
		dst = appendFirstString(appendFirstString(dst, e.Local), e.Domain)
		dst = append(dst, firstFlag(e.Role))
	}
	dst = appendFirstStrings(dst, p.Phones)
	dst = appendFirstCount(dst, len(p.Addresses))
	for i := range p.Addresses {
		a := &p.Addresses[i]
		dst = appendFirstString(appendFirstString(appendFirstString(dst, a.Number), a.Street), a.Complement)
		dst = appendFirstString(appendFirstString(appendFirstString(dst, a.PostalCode), a.City), a.Region)
		dst = appendFirstString(dst, a.Country)
	}
	dst = appendFirstCount(dst, len(p.Identifiers))
	for _, x := range p.Identifiers {
		dst = appendFirstString(appendFirstString(appendFirstString(dst, x.Type), x.Scope), x.Value)
	}
	dst = appendFirstCount(dst, len(p.Attributes))
	for _, x := range p.Attributes {
		dst = appendFirstString(appendFirstString(dst, x.Name), x.Value)
	}
	dst = appendFirstCount(dst, len(p.Flags))
	for _, x := range p.Flags {
		dst = appendFirstString(appendFirstString(dst, x.Field), x.Reason)
	}
	return dst
}

func appendFirstCount(dst []byte, n int) []byte { return binary.AppendUvarint(dst, uint64(n)) }

func appendFirstString(dst []byte, s string) []byte {
	return append(appendFirstCount(dst, len(s)), s...)
}

func appendFirstStrings(dst []byte, list []string) []byte {
	dst = appendFirstCount(dst, len(list))
	for _, s := range list {
		dst = appendFirstString(dst, s)
	}
	return dst
}

func appendFirstDate(dst []byte, d Date) []byte {
	return append(binary.AppendUvarint(dst, uint64(uint16(d.Year))), byte(d.Month), byte(d.Day))
}

func firstFlag(b bool) byte {
	if b {
		return 1
	}
	return 0
}

// TestDecodePreparedOfStores reads what stores hold, in every layout there was. The bytes
// stay as they are for ever.
func TestDecodePreparedOfStores(t *testing.T) {
	want, thirdStored := storedRecord(), "\x03"+secondStored[1:] // of several names nothing is heard
	for name, stored := range map[string]string{"first": firstStored, "second": secondStored, "third": thirdStored} {
		if got, err := DecodePrepared([]byte(stored)); err != nil || !reflect.DeepEqual(got, withOutline(want)) {
			t.Errorf("%s: decoded %+v, %v\nwant     %+v", name, got, err, want)
		}
	}
	if got := string(appendFirst(nil, want)); got != firstStored {
		t.Errorf("first: encoded %q", got)
	}
	if got := string(AppendPrepared(nil, want)); got != thirdStored {
		t.Errorf("third: encoded %q", got)
	}
	typical := prepare(typicalRecord(), nil)
	if got := string(AppendPrepared(nil, typical)); got != typicalStored {
		t.Errorf("typical: encoded %q", got)
	}
	if got, err := DecodePrepared([]byte(typicalStored)); err != nil || !reflect.DeepEqual(got, typical) {
		t.Errorf("typical: decoded %+v, %v\nwant     %+v", got, err, typical)
	}
}

// TestDecodePreparedRefusesOutlines sets the mark of what is heard of a name where nothing can
// be, with room for it, and reads it in a layout that does not have it.
func TestDecodePreparedRefusesOutlines(t *testing.T) {
	for what, n := range map[string][]PreparedName{
		"no name": nil, "two names": {{Given: []string{"A"}}, {Given: []string{"B"}}}, "loose": {{Loose: []string{"A"}}},
		"no letters": {{Given: []string{""}}}, "no letters in the family": {{Family: []string{""}}},
	} {
		b := AppendPrepared(nil, &Prepared{Names: n})
		b[headsAt+1+marksBytes-1] |= 1 << outlineMark
		for room := range 6 {
			with := slices.Insert(slices.Clone(b), headsAt+1+int(b[headsAt]), make([]byte, room)...)
			with[headsAt] += byte(room)
			if got, err := DecodePrepared(with); err == nil {
				t.Errorf("%s, %d bytes: decoded %+v", what, room, got)
			}
		}
	}
	second := []byte(typicalStored)
	second[0] = secondVersion
	if got, err := DecodePrepared(second); err == nil {
		t.Errorf("second layout: decoded %+v", got)
	}
}

// TestDecodePreparedRefusesUnknownMarks sets the marks, one by one, that the layout does not use.
func TestDecodePreparedRefusesUnknownMarks(t *testing.T) {
	p := &Prepared{Names: []PreparedName{{Given: []string{"A"}}}, Addresses: []PreparedAddress{{City: "B"}}}
	good := AppendPrepared(nil, p)
	const marks = 1 + len(Tie{}) + 1
	for _, at := range []struct{ place, from int }{{marks + 2, outlineMark + 1}, {marks + marksBytes + 1, generationMark + 1}, {marks + marksBytes + nameBytes + 1, countryMark + 1}} {
		for bit := at.from; bit < 8; bit++ {
			bad := slices.Clone(good)
			bad[at.place] |= 1 << bit
			if got, err := DecodePrepared(bad); err == nil {
				t.Errorf("byte %d, bit %d: decoded %+v", at.place, bit, got)
			}
		}
	}
}

func FuzzDecodeFirst(f *testing.F) {
	f.Add([]byte(firstStored))
	f.Add(append(appendFirst(nil, &Prepared{})[:17], 0xff, 0xff, 0xff, 0xff, 0x7f))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := DecodePrepared(b)
		if err != nil {
			return
		}
		again, err := DecodePrepared(appendFirst(nil, withOutline(p)))
		if err != nil || !reflect.DeepEqual(again, p) {
			t.Fatalf("decoded %+v, then %+v, %v", p, again, err)
		}
	})
}

// storedRecord has something of everything that the layouts know.
func storedRecord() *Prepared {
	p := prepare(typicalRecord(), []string{"occupation"})
	p.Names = append(p.Names, PreparedName{Loose: []string{"PAUL"}, Generation: "JR"},
		PreparedName{Given: []string{"ANNE"}, Middle: []string{"B", "C", "D", "E"}, Family: []string{"TOUR"}, FamilyWhole: "DELATOUR"})
	p.BirthTyped = Date{2972, 12, 33}
	p.Emails = append(p.Emails, PreparedEmail{Local: "contact", Domain: "martin.fr", Role: true})
	p.Addresses = append(p.Addresses, PreparedAddress{Region: "OH", Country: "US"})
	p.Identifiers = append(p.Identifiers, PreparedIdentifier{Type: "social_handle", Scope: "facebook", Value: "marie"})
	p.Flags = []Flag{{"attribute.x", FlagTooMany}, {"phone", FlagPlaceholder}}
	return p
}

// The record storedRecord as the layouts have it.
const (
	firstStored = "\x01(\xae\xa7~\x950\x89\xc4l\xfc\x02;C\xf0@{\x03\x01\fMARIE HELENE\x00\x01\aLEFEVRE\x01\x06DUPONT\aLEFEVRE\x06D" +
		"UPONT\x00\x00\x00\x00\x00\x00\x00\x00\x01\x04PAUL\x02JR\x01\x04ANNE\x04\x01B\x01C\x01D\x01E\x01\x04TOUR\x00\bDELATOUR\x00\x00\x00F\xa7\x0f\b" +
		"\x13\x9c\x17\f!\x02\x14marie-helene.lefevre\torange.fr\x00\acontact\tmartin.fr\x01\x02\v3" +
		"3612436578\v33472351826\x02\x0312B\x19AVENUE DU GENERAL LECLERC\x19BATIME" +
		"NT B APPARTEMENT 12\x0569003\x04LYON\x00\x02FR\x00\x00\x00\x00\x00\x02OH\x02US\x02\floyalty_card\x00" +
		"\r2983589471851\rsocial_handle\bfacebook\x05marie\x01\noccupation\nINFI" +
		"RMIERE\x02\vattribute.x\btoo many\x05phone\vplaceholder"
	secondStored = "\x02(\xae\xa7~\x950\x89\xc4l\xfc\x02;C\xf0@{;\xae\x9a\x19\x00Q\x00\f\a\x06\x00\x11\x04\x02\x1d\x04\x01\x04\x01\x01\x01\x01\x04\b\x13w\x9c\v\f!\x14\xe7\x00\a\t\x01\v\v_\x03\x19\x19\x05" +
		"\x04\xc0`\x02\x02\xc8\x00\r\xca\xcd\x05\xd3\n\v\xdc\xe3\xd4MARIE HELENELEFEVREDUPONTPAULJRANNEBCDETOUR" +
		"DELATOURmarie-helene.lefevrecontactmartin.fr3361243657833472" +
		"35182612BAVENUE DU GENERAL LECLERCBATIMENT B APPARTEMENT 126" +
		"9003LYONOHUS2983589471851marieINFIRMIEREattribute.x"
	// Of typicalRecord, with what is heard of its name.
	typicalStored = "\x03(\xae\xa7~\x950\x89\xc4l\xfc\x02;C\xf0@{\x1e\x96\x05!Q\x00\f\a\x06\x17\x12u*\x00\x18\x13w\x14\xe7\v\v_\x03\x19\x19\x05\x04\xc0\xc8\x00\r" +
		"MARIE HELENELEFEVREDUPONTmarie-helene.lefevre336124365783347235182612BAVENUE DU GENERAL LECLERCBATIMENT B APPARTEMENT 1269003LYON2983589471851"
)
