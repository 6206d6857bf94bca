package main

import (
	"path/filepath"
	"strings"
	"testing"
)

// cases are three: one as expected and scoped, one that is not as expected, with a policy
// key that nobody knows, and one that only asks.
const cases = `[
 {"id":"X1","records":[{"id":"R1","cps":["email:a@ex.fr"]},{"id":"R2","cps":["email:b@ex.fr"]}],"links":[["R1","R2","STRONG"]],
  "events":[{"id":"e1","kind":"GIVEN","rec":"R1","t":"2026-03-01T10:00:00Z","rec_t":"2026-03-01T10:00:00Z","purposes":["Newsletter"],
   "channels":["EMAIL"],"controllers":["C1"],"cp":"email:a@ex.fr","method":"web_form","evidence":{"notice":"n7","auth":"doi"}}],
  "query":{"controller":"C1","purpose":"Newsletter","channel":"EMAIL","cp":"email:a@ex.fr","at":"2026-11-22T12:00:00Z","relationship":"prospect","jurisdiction":"FR"},
  "anchor":"R2","expect":{"decision":"PERMIT","reason":"CONSENT_VALID","scope":"SCOPED"}},
 {"id":"X2","records":[{"id":"R1","cps":["email:a@ex.fr"]}],"links":[],"events":[],
  "query":{"controller":"C1","purpose":"Newsletter","channel":"EMAIL","cp":"email:a@ex.fr","at":"2026-11-22T12:00:00Z","relationship":"prospect","jurisdiction":"FR"},
  "policy":{"colour":"blue"},"expect":{"decision":"PERMIT","reason":"CONSENT_VALID"}},
 {"id":"X3","records":[{"id":"R1","cps":["email:a@ex.fr"]}],"links":[],"events":[],
  "query":{"controller":"C1","purpose":"DeliveryOfGoods","channel":"EMAIL","cp":"email:a@ex.fr","at":"2026-11-22T12:00:00Z","relationship":"customer","jurisdiction":"FR"}}]`

func TestConsentVectors(t *testing.T) {
	file := put(t, t.TempDir(), "cases.json", cases)
	for _, c := range []struct{ flag, want string }{
		{"--quiet", "X1 PERMIT CONSENT_VALID SCOPED\nX2 DENY NO_BASIS\nX3 PERMIT SERVICE_NECESSARY\n"},
		{"--json", `{"id":"X1","decision":"PERMIT","reason":"CONSENT_VALID","scope":"SCOPED"}
{"id":"X2","decision":"DENY","reason":"NO_BASIS","scope":null}
{"id":"X3","decision":"PERMIT","reason":"SERVICE_NECESSARY","scope":null}
`},
	} {
		code, out, errs := aloiRun(t, "", "consent", "vectors", file, c.flag)
		if out != c.want || code != exitFinding {
			t.Errorf("%s: exit %d\n%s", c.flag, code, out)
		}
		for _, want := range []string{"X2: unknown policy keys are ignored: colour", "X2: expected PERMIT CONSENT_VALID", "1 of 2 answers"} {
			if !strings.Contains(errs, want) || strings.Contains(errs, "X1: expected") {
				t.Errorf("%s: %q is not said, or too much:\n%s", c.flag, want, errs)
			}
		}
	}
}

// TestConsentVectorsPublished: the published suites are answered as they expect.
func TestConsentVectorsPublished(t *testing.T) {
	for _, file := range []string{"vectors.json", "own.json"} {
		if code, _, errs := aloiRun(t, "", "consent", "vectors", filepath.Join("..", "..", "consent", "testdata", file)); code != exitOK || errs != "" {
			t.Errorf("%s: exit %d: %s", file, code, errs)
		}
	}
}

func TestConsentVectorsUnreadable(t *testing.T) {
	file := put(t, t.TempDir(), "cases.json", `{"id":"X1"}`)
	for _, path := range []string{file, file + ".none"} {
		if code, _, errs := aloiRun(t, "", "consent", "vectors", path); code == exitOK || code == exitFinding || errs == "" {
			t.Errorf("%s: exit %d: %s", path, code, errs)
		}
	}
}
