package main

import (
	"fmt"
	"strings"

	aloiv1 "aloi/proto/aloi/v1"
)

// A record is written SOURCE/RECORD. The first slash ends the source, so that the
// record id is what follows, as it is; a slash within the source is written %2F, and
// no source holds a percent sign.
const (
	refSeparator = "/"
	escapedSlash = "%2F"
)

// refHelp explains references, in the help of every command that takes one.
const refHelp = `A record is named SOURCE/RECORD: web/1042. A slash within SOURCE is written %2F.`

// parseRef reads a reference.
func parseRef(text string) (*aloiv1.RecordRef, error) {
	source, id, ok := strings.Cut(text, refSeparator)
	if !ok || source == "" || id == "" {
		return nil, usage(fmt.Errorf("a record is named SOURCE/RECORD, such as web/1042"))
	}
	return &aloiv1.RecordRef{Source: strings.ReplaceAll(source, escapedSlash, refSeparator), RecordId: id}, nil
}

// parseRefs reads two references.
func parseRefs(a, b string) (x, y *aloiv1.RecordRef, err error) {
	if x, err = parseRef(a); err != nil {
		return nil, nil, err
	}
	y, err = parseRef(b)
	return x, y, err
}

// parseWho reads a record or, without a slash, an entity id.
func parseWho(text string) (id string, ref *aloiv1.RecordRef, err error) {
	if !strings.Contains(text, refSeparator) {
		return text, nil, nil
	}
	ref, err = parseRef(text)
	return "", ref, err
}

// refText writes a reference as parseRef reads it.
func refText(r *aloiv1.RecordRef) string {
	return strings.ReplaceAll(r.GetSource(), refSeparator, escapedSlash) + refSeparator + r.GetRecordId()
}

// refTexts writes a list of references.
func refTexts(refs []*aloiv1.RecordRef) string {
	texts := make([]string, len(refs))
	for i, r := range refs {
		texts[i] = refText(r)
	}
	return strings.Join(texts, ", ")
}
