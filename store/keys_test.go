package store

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"reflect"
	"strings"
	"testing"

	"github.com/cespare/xxhash/v2"

	"aloi"
	"aloi/store/kv"
)

// personal returns every text of a value, whatever field it is in, longer than an
// initial or a country.
func personal(v reflect.Value) (texts []string) {
	switch v.Kind() {
	case reflect.String:
		if s := v.String(); len(s) > 3 {
			return []string{s}
		}
	case reflect.Pointer:
		return personal(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			texts = append(texts, personal(v.Index(i))...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				texts = append(texts, personal(v.Field(i))...)
			}
		}
	}
	return texts
}

// fold writes a text in capitals without accents and marks, as the matcher does.
func fold(text string) string {
	text = strings.NewReplacer("è", "e", "é", "e", "È", "E", "É", "E", "ê", "e", "â", "a", "ô", "o", "ÿ", "y").Replace(text)
	text = strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' {
			return r
		}
		return ' '
	}, text)
	return strings.ToUpper(strings.Join(strings.Fields(text), " "))
}

// disguises are the forms in which a text must not be in a key: as it is, folded, and
// by hashes that anyone can compute.
func disguises(text string) [][]byte {
	forms := []string{text, strings.ToLower(text), strings.ToUpper(text), strings.ReplaceAll(text, " ", ""), fold(text), strings.ToLower(fold(text))}
	for _, word := range strings.Fields(fold(text)) {
		if len(word) > 3 {
			forms = append(forms, word)
		}
	}
	var all [][]byte
	for _, f := range forms {
		if f == "" {
			continue
		}
		all = append(all, []byte(f), []byte(hex.EncodeToString([]byte(f))))
		a, b, c := sha256.Sum256([]byte(f)), sha1.Sum([]byte(f)), md5.Sum([]byte(f))
		x := xxhash.New()
		x.Write([]byte(f))
		all = append(all, a[:8], b[:8], c[:8], x.Sum(nil))
	}
	return all
}

func TestNoKeyHoldsAPersonalValue(t *testing.T) {
	db := openMemory(t)
	s := openStore(t, db)
	fill(t, s)
	rec, consent, interaction, golden, entry := fullRecord(), fullConsent(), fullInteraction(), fullEntity(), fullEntry()
	var hidden [][]byte
	for _, v := range []any{rec, consent, interaction, golden, entry, suppressed, louise, "N:LEFEVRE", "V:PARIS", "claire", "même carte"} {
		for _, text := range personal(reflect.ValueOf(v)) {
			hidden = append(hidden, disguises(text)...)
		}
	}
	for _, h := range []ContentHash{ContentOf(&rec), must(ConsentContent(consent)), must(ConsentContent(entry.ConsentEvent)), must(InteractionContent(interaction))} {
		hidden = append(hidden, h[:8])
	}
	if len(hidden) < 500 {
		t.Fatalf("only %d forms to look for", len(hidden))
	}
	for _, p := range dump(t, db) {
		for _, h := range hidden {
			if bytes.Contains(p.key, h) {
				t.Errorf("the key %q holds %q", p.key, h)
			}
		}
	}
}

// Every part of a key that comes from a personal value changes with the secret.
func TestKeysChangeWithTheSecret(t *testing.T) {
	other := openMemory(t)
	s, err := Open(t.Context(), other, []byte("un autre secret, de 32 octets !!"))
	if err != nil {
		t.Fatal(err)
	}
	fill(t, s)
	db := openMemory(t)
	fill(t, openStore(t, db))
	plain := map[byte]bool{famMeta: true, famRecord: true, famFeatures: true, famLinks: true, famEntityOf: true, famEntity: true, famRedirect: true, famJournal: true,
		famDossier: true, famLogEntry: true, famLogHash: true, famNotice: true}
	keys := map[string]bool{}
	for _, p := range dump(t, other) {
		keys[string(p.key)] = true
	}
	for _, p := range dump(t, db) {
		if keys[string(p.key)] != plain[p.key[0]] {
			t.Errorf("the key %q is the same under both secrets: %v", p.key, keys[string(p.key)])
		}
	}
}

// What is said of a damaged value may be logged.
func TestNoErrorHoldsAPersonalValue(t *testing.T) {
	damaged(t, func(t *testing.T, db kv.DB, s *Store, v stored, value []byte) {
		bad := bytes.Clone(value)
		bad[len(bad)-1] ^= 1
		setRaw(t, db, v.key, bad)
		view(t, s, func(r *Reader) error {
			for _, rd := range v.readings {
				_, err := rd.read(r)
				for _, text := range []string{"Lef", "LEF", "anne", "Anne", "exemple", "4411"} {
					if err == nil || strings.Contains(err.Error(), text) {
						t.Errorf("%s: %v", rd.name, err)
					}
				}
			}
			return nil
		})
	})
}

func TestHashesTellPartsApart(t *testing.T) {
	s := openStore(t, openMemory(t))
	seen := map[RefHash]aloi.RecordRef{}
	for _, ref := range []aloi.RecordRef{{Source: "a", ID: "bc"}, {Source: "ab", ID: "c"}, {Source: "abc"}, {ID: "abc"}, {Source: "A", ID: "bc"}} {
		h := s.RefHash(ref)
		if was, ok := seen[h]; ok {
			t.Errorf("%v and %v have one hash", was, ref)
		}
		seen[h] = ref
	}
}

// Every hash has a block of its own that keeps its class, and another under another secret.
func TestBlockID(t *testing.T) {
	s := openStore(t, openMemory(t))
	other, err := Open(t.Context(), openMemory(t), []byte("un autre secret de seize octets"))
	if err != nil {
		t.Fatal(err)
	}
	seen, same := map[BlockID]uint64{}, 0
	for i := range uint64(64 << 10) {
		for _, hash := range []uint64{i, i << 32, i << 48, i * 0x9e3779b97f4a7c15} {
			id := s.BlockID(hash)
			if was, ok := seen[id]; ok && was != hash {
				t.Fatalf("%x and %x have the block %x", was, hash, id)
			}
			if seen[id] = hash; uint64(id)&3 != hash&3 {
				t.Fatalf("the block %x of %x is of another class", id, hash)
			}
			if other.BlockID(hash) == id {
				same++
			}
		}
	}
	if same > 0 {
		t.Errorf("%d blocks are the same under another secret", same)
	}
}

// Hashes of one value for two uses, or of parts that join to one text, are different.
func TestKeyedHashesTellUsesApart(t *testing.T) {
	s := openStore(t, openMemory(t))
	ref := aloi.RecordRef{Source: "a", ID: "bc"}
	content := ContentHash{1}
	seen := map[[16]byte]string{}
	for name, h := range map[string][16]byte{
		"reference":             s.RefHash(ref),
		"event":                 s.EventID(ref, "", content),
		"event of another":      s.EventID(aloi.RecordRef{Source: "ab", ID: "c"}, "", content),
		"event of another text": s.EventID(ref, "", ContentHash{2}),
		"event on a point":      s.EventID(aloi.RecordRef{}, "abc", content),
		"event on the same ref": s.EventID(ref, "abc", content),
		"pseudonym":             s.Keyed("a", "bc"),
		"other pseudonym":       s.Keyed("ab", "c"),
		"point":                 s.PointHash("abc"),
		"token":                 [16]byte(s.tokenKey("abc")[1:]),
		"content":               s.keyedContent(content),
	} {
		if other, ok := seen[h]; ok {
			t.Errorf("%s and %s have one hash", name, other)
		}
		seen[h] = name
	}
	if s.EventID(ref, "", content) != s.EventID(ref, "", content) {
		t.Error("an event has two ids")
	}
}

// A field that a fixture leaves out is not tested by any of the tests that read it back.
func TestTheFullEntryIsFull(t *testing.T) {
	var look func(v reflect.Value)
	look = func(v reflect.Value) {
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.Anonymous {
				look(v.Field(i))
			} else if v.Field(i).IsZero() {
				t.Errorf("the field %s is empty", f.Name)
			}
		}
	}
	look(reflect.ValueOf(fullEntry()))
}
