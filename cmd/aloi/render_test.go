package main

import (
	"strings"
	"testing"
)

func TestShown(t *testing.T) {
	for in, want := range map[string]string{
		"Anne Lefèvre":          "Anne Lefèvre",
		"a\x1b[31mb":            "a·[31mb",
		"a\nb\tc\x00d\x7f":      "a·b·c·d·",
		"a\u009bb":              "a·b", // CSI as one character
		"\u202Eabc\u2066":       "·abc·",
		"a\u200Bb\uFEFF":        "a·b·",
		"a\u2028b":              "a·b",
		"bad \xff\xfe end":      "bad ·· end",
		"山田 太郎, Łukasz, Ivañez": "山田 太郎, Łukasz, Ivañez",
	} {
		if got := shown(in); got != want {
			t.Errorf("shown(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTable(t *testing.T) {
	var p page
	p.table(1, []string{"NAME", "EMPTY", "CITY", "NOTE"}, [][]string{
		{"Éloïse", "", "Saint-Étienne", "court"},
		{"山田", "", "Lyon", strings.Repeat("mot ", 30)},
	})
	lines := strings.Split(strings.TrimSuffix(p.b.String(), "\n"), "\n")
	if strings.Contains(lines[0], "EMPTY") {
		t.Errorf("an empty column is shown: %s", lines[0])
	}
	at := width(lines[0][:strings.Index(lines[0], "CITY")])
	for i, mark := range []string{"Saint-Étienne", "Lyon"} {
		line := lines[i+1]
		if got := width(line[:strings.Index(line, mark)]); got != at {
			t.Errorf("%q stands at %d, its header at %d", mark, got, at)
		}
	}
	if len(lines) < 4 {
		t.Error("a long text is not wrapped")
	}
	for _, line := range lines {
		if width(line) > lineWidth || strings.HasSuffix(line, " ") {
			t.Errorf("%d cells: %q", width(line), line)
		}
	}
	var empty page
	empty.table(0, []string{"A"}, nil)
	if empty.b.Len() > 0 {
		t.Error("a table without rows has a header")
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		most int
		want string
	}{
		{"", 10, ""},
		{"un deux trois", 8, "un deux|trois"},
		{"« a\u00a0» b\u00a0: c", 6, "« a\u00a0»|b\u00a0: c"},
		{"anticonstitutionnellement", 10, "anticonsti|tutionnell|ement"},
		{"a anticonstitutionnellement b", 10, "a|anticonsti|tutionnell|ement b"},
		{"山田太郎山田", 4, "山田|太郎|山田"},
	} {
		if got := strings.Join(wrap(c.text, c.most), "|"); got != c.want {
			t.Errorf("wrap(%q, %d) = %q, want %q", c.text, c.most, got, c.want)
		}
	}
}

func TestBits(t *testing.T) {
	for weight, want := range map[float64][2]string{
		0: {"0.0", "+0.0"}, -0.04: {"0.0", "+0.0"}, 0.04: {"0.0", "+0.0"}, -0.06: {"-0.1", "-0.1"}, 17.26: {"17.3", "+17.3"},
	} {
		if got := [2]string{bits(weight), new(page).signedBits(weight)}; got != want {
			t.Errorf("%v bits are written %v, want %v", weight, got, want)
		}
	}
}
