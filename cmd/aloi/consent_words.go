package main

import (
	"aloi"
	"aloi/consent"
)

// consentWords are what `aloi consent` says of answers, in one language.
type consentWords struct {
	labels []string // of what an answer rests on, in the order of page.verdict
	scoped string   // before records

	// What a ruling would change.
	changed  string // decisions, asked
	noChange string // asked
	before   string
	after    string

	reasons     map[consent.Reason]string
	obligations map[consent.Obligation]string
	flags       map[aloi.FlagCode]string
}

func (l language) consentWords() *consentWords {
	if aloi.Language(l.Lang) == aloi.French {
		return &frenchConsent
	}
	return &englishConsent
}

// reason is the sentence for a reason. A server of a later version may know more.
func (t *consentWords) reason(code string) string { return t.reasons[consent.Reason(code)] }

// flag is the sentence for a remark on an event.
func (t *consentWords) flag(code string) string { return t.flags[aloi.FlagCode(code)] }

// obligation is what binds whoever makes contact. One of an operator's own rule is its name.
func (t *consentWords) obligation(code string) string {
	if text := t.obligations[consent.Obligation(code)]; text != "" {
		return code + " (" + text + ")"
	}
	return code
}
