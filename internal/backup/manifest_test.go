package backup

import (
	"errors"
	"testing"

	"aloi/internal/audit"
)

func TestContinues(t *testing.T) {
	base := Manifest{Store: "s", Key: "k", Kind: Full, Commit: 5}
	good := Manifest{Store: "s", Key: "k", Kind: Increment, After: 5, Commit: 9}
	if err := good.Continues(&base); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Manifest){
		"a full one":    func(m *Manifest) { m.Kind = Full },
		"another store": func(m *Manifest) { m.Store = "t" },
		"another key":   func(m *Manifest) { m.Key = "l" },
		"a gap":         func(m *Manifest) { m.After = 6 },
		"an overlap":    func(m *Manifest) { m.After = 4 },
	} {
		m := good
		change(&m)
		if err := m.Continues(&base); !errors.Is(err, ErrOther) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestManifest(t *testing.T) {
	private, public := signer(t)
	m := Manifest{Store: "ab", Kind: Increment, After: 3, Commit: 4, Time: day, Made: day, Journal: 5, Records: 6, Entities: 7, Log: 8,
		Families: []Family{{'a', 1}, {'M', 2}}, Key: public, Size: 3, SHA256: [32]byte{9}}
	signed, err := audit.SignStatement(private, m.Text())
	if err != nil {
		t.Fatal(err)
	}
	got, err := ParseManifest(signed)
	if err != nil {
		t.Fatal(err)
	}
	if got.Text() != m.Text() {
		t.Errorf("got\n%s\nwant\n%s", got.Text(), m.Text())
	}
	for i := range signed {
		for _, to := range []byte{signed[i] ^ 1, '\n', ' '} {
			if to == signed[i] {
				continue
			}
			changed := []byte(signed)
			changed[i] = to
			// Two bits of the last digit of a signature say nothing; all else does.
			if got, err := ParseManifest(string(changed)); err == nil && (got.Text() != m.Text() || i < len(signed)-len("x=\n")) {
				t.Fatalf("byte %d as %q is taken", i, to)
			}
		}
	}
	// It is no head of a log, and such a head is no manifest.
	if _, err := audit.SignStatement(private, "aloi/test\n1\n"); err == nil {
		t.Error("a statement may look like a checkpoint")
	}
}
