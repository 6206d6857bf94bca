package audit

import "testing"

// Text cannot move from one part of a row to the next without changing it.
func TestRow(t *testing.T) {
	rows := map[string][4]string{}
	for _, parts := range [][4]string{
		{"E1", "email:a@example.org", "CONSENT_VALID", "CONSENT"},
		{"E1e", "mail:a@example.org", "CONSENT_VALID", "CONSENT"},
		{"", "E1email:a@example.org", "CONSENT_VALID", "CONSENT"},
		{"E1", "email:a@example.org", "CONSENT_VALIDCONSENT", ""},
		{"", "", "", ""},
	} {
		row := string(Row(parts[0], parts[1], parts[2], parts[3]))
		if other, ok := rows[row]; ok {
			t.Errorf("%q and %q have one row", other, parts)
		}
		rows[row] = parts
	}
	if got, want := string(Row("E1", "phone:+33612345678", "SOFT_OPT_IN", "SOFT_OPT_IN")), "E1\x00phone:+33612345678\x00SOFT_OPT_IN\x00SOFT_OPT_IN"; got != want {
		t.Errorf("row %q, want %q", got, want)
	}
}
