package main

import (
	"testing"

	"aloi"
	"aloi/consent"
)

// TestConsentWords: every reason, obligation and flag has its sentence in both languages.
func TestConsentWords(t *testing.T) {
	flags := []aloi.FlagCode{
		aloi.FlagUndated, aloi.FlagFuture, aloi.FlagClocksApart, aloi.FlagPurposeUnknown, aloi.FlagChannelUnknown,
		aloi.FlagControllerUnknown, aloi.FlagNoProof, aloi.FlagNoticeMissing, aloi.FlagConflict, aloi.FlagContactPoint,
	}
	obligations := []consent.Obligation{"INFORM_WITHIN_ONE_MONTH", "NAME_THE_BROKER", "USE_DATA_OF_CORE_ONLY", "NO_PROMOTION"}
	for _, r := range consent.DefaultRules() {
		obligations = append(obligations, r.Obligations...)
	}
	for _, lang := range []string{"en", "fr"} {
		w, said := language{Lang: lang}.consentWords(), map[string]consent.Reason{}
		for _, r := range consent.Reasons {
			text := w.reason(string(r))
			if text == "" || said[text] != "" {
				t.Errorf("%s: %s says %q, as %q does", lang, r, text, said[text])
			}
			said[text] = r
		}
		if len(w.reasons) != len(consent.Reasons) || len(w.labels) != len(englishConsent.labels) {
			t.Errorf("%s: %d sentences for %d reasons, %d labels", lang, len(w.reasons), len(consent.Reasons), len(w.labels))
		}
		for _, o := range obligations {
			if w.obligation(string(o)) == string(o) {
				t.Errorf("%s: the obligation %s is not said", lang, o)
			}
		}
		for _, f := range flags {
			if w.flag(string(f)) == "" {
				t.Errorf("%s: the flag %s is not said", lang, f)
			}
		}
	}
	if got := englishConsent.obligation("OF_OUR_OWN"); got != "OF_OUR_OWN" {
		t.Errorf("an operator's own obligation is %q", got)
	}
}
