package tabular

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"aloi"
	"aloi/internal/mapping"
)

// recordLists are the lists of a full record, by their names on the wire. They are
// read whole: what belongs together in one element stays together.
var recordLists = map[string]func(*aloi.Record, []any) error{
	"names": func(r *aloi.Record, list []any) error {
		return each(list, func(o *object) {
			r.Names = append(r.Names, aloi.Name{Civility: o.text("civility"), Given: o.text("given"), Middle: o.text("middle"),
				Family: o.text("family"), Birth: o.text("birth"), Full: o.text("full")})
		})
	},
	"addresses": func(r *aloi.Record, list []any) error {
		return each(list, func(o *object) {
			r.Addresses = append(r.Addresses, aloi.Address{Line: o.text("line"), PostalCode: o.text("postal_code"), City: o.text("city"),
				Region: o.text("region"), Country: o.text("country")})
		})
	},
	"identifiers": func(r *aloi.Record, list []any) error {
		return each(list, func(o *object) {
			r.Identifiers = append(r.Identifiers, aloi.Identifier{Type: o.text("type"), Scope: o.text("scope"), Value: o.text("value")})
		})
	},
	"attributes": func(r *aloi.Record, list []any) error {
		return each(list, func(o *object) {
			r.Attributes = append(r.Attributes, aloi.FreeAttribute{Name: o.text("name"), Value: o.text("value")})
		})
	},
	"consents": func(r *aloi.Record, list []any) error {
		return each(list, func(o *object) { r.Consents = append(r.Consents, o.consent()) })
	},
	"interactions": func(r *aloi.Record, list []any) error {
		return each(list, func(o *object) {
			r.Interactions = append(r.Interactions, aloi.Interaction{ID: o.text("id"), Kind: o.text("kind"), Time: o.time("time"), Detail: o.text("detail")})
		})
	},
}

// each reads the elements of a list and returns the first thing that is wrong.
func each(list []any, read func(*object)) error {
	for i, e := range list {
		o := &object{fields: e.(map[string]any)}
		read(o)
		if o.err == nil && len(o.fields) > 0 {
			o.err = errors.New("has an unknown key")
		}
		if o.err != nil {
			return fmt.Errorf("element %d %w", i+1, o.err)
		}
	}
	return nil
}

// object reads the fields of a JSON object, removes them, and keeps the first error.
type object struct {
	fields map[string]any
	err    error
}

func (o *object) take(key string) any {
	v := o.fields[key]
	delete(o.fields, key)
	return v
}

func (o *object) fail(key, reason string) {
	if o.err == nil {
		o.err = fmt.Errorf("%s %s", key, reason)
	}
}

func (o *object) text(key string) string {
	switch v := o.take(key).(type) {
	case nil:
	case string:
		return v
	case json.Number:
		return v.String()
	default:
		o.fail(key, "is not a text")
	}
	return ""
}

func (o *object) time(key string) time.Time {
	v := o.text(key)
	if v == "" {
		return time.Time{}
	}
	t, ok := mapping.ParseTime(v)
	if !ok {
		o.fail(key, "is not a time")
	}
	return t
}

func (o *object) number(key string) int64 {
	v := o.text(key)
	if v == "" {
		return 0
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		o.fail(key, "is not a whole number")
	}
	return n
}

// texts reads a text or a list of texts.
func (o *object) texts(key string) []string {
	var texts []string
	switch v := o.take(key).(type) {
	case nil:
	case string:
		texts = []string{v}
	case []any:
		for _, e := range v {
			s, ok := e.(string)
			if !ok {
				o.fail(key, "is not a list of texts")
			}
			texts = append(texts, s)
		}
	default:
		o.fail(key, "is not a list of texts")
	}
	return texts
}

// oneOrMore reads a text or a list of texts.
func (o *object) oneOrMore(key string) []string {
	if s, ok := o.fields[key].(string); ok {
		o.take(key)
		return []string{s}
	}
	return o.texts(key)
}

// truth reads true or false.
func (o *object) truth(key string) bool {
	switch v := o.take(key).(type) {
	case nil:
		return false
	case bool:
		return v
	default:
		o.fail(key, "is neither true nor false")
		return false
	}
}

func (o *object) consent() aloi.ConsentEvent {
	return aloi.ConsentEvent{
		SourceEventID: o.text("source_event_id"), Kind: aloi.ConsentKind(o.text("kind")), Time: o.time("time"),
		UncertaintySeconds: o.number("uncertainty_seconds"), Purposes: o.texts("purposes"), Channels: o.texts("channels"),
		Controllers: o.texts("controllers"), ContactPoint: o.text("contact_point"), Method: o.text("method"), Notice: o.text("notice"),
		Evidence: o.evidence(), ValidUntil: o.time("valid_until"), Jurisdiction: o.text("jurisdiction"), Token: o.text("token"),
		Refers: o.text("refers"), Submission: o.text("submission"), Sequence: o.number("sequence"), ExpressedBy: o.oneOrMore("expressed_by"),
		Source: o.text("source"), SharedOK: o.truth("shared_ok"), Goods: o.text("goods"), Similar: o.texts("similar"),
		OptOutOffered: o.truth("opt_out_offered"), OptOutUsed: o.truth("opt_out_used"), FreeAccount: o.truth("free_account"),
		Related: o.texts("related"), Until: o.time("until"),
	}
}

// evidence reads the proof of a consent: a list of named values.
func (o *object) evidence() []aloi.FreeAttribute {
	var proof []aloi.FreeAttribute
	v := o.take("evidence")
	list, ok := v.([]any)
	if v != nil && (!ok || !holdsObjects(list)) {
		o.fail("evidence", "is not a list of names and values")
		return nil
	}
	err := each(list, func(e *object) {
		proof = append(proof, aloi.FreeAttribute{Name: e.text("name"), Value: e.text("value")})
	})
	if err != nil {
		o.fail("evidence", err.Error())
	}
	return proof
}
