package mapping

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// guide is the page that this package is explained on.
func guide(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/mapping.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestGuideMappings loads every YAML block of the guide, and the first of them has
// every key there is.
func TestGuideMappings(t *testing.T) {
	blocks := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(guide(t), -1)
	if len(blocks) < 2 {
		t.Fatalf("%d YAML blocks", len(blocks))
	}
	for i, b := range blocks {
		if _, err := Load(strings.NewReader(b[1])); err != nil {
			t.Errorf("block %d: %v", i+1, err)
		}
	}
	m, err := Load(strings.NewReader(blocks[0][1]))
	if err != nil {
		t.Fatal(err)
	}
	given := map[kind]bool{}
	for _, c := range m.Columns {
		k, _ := parsePath(c.To)
		given[k] = true
	}
	for k := kindNone + 1; k <= kindNote; k++ {
		if !given[k] {
			t.Errorf("the example has no column of kind %d", k)
		}
	}
	if c := m.Consents; m.RecordID == "" || m.Source.Column == "" || m.Version == "" || m.UpdatedAt.Format == "" || len(c) != 1 ||
		c[0].Notice == "" || c[0].Method == "" || c[0].Time.Format == "" || len(c[0].Given) == 0 || len(c[0].Refused) == 0 || len(c[0].Withdrawn) == 0 {
		t.Errorf("the example leaves out a key: %+v", m)
	}
}

// TestGuideHeaders looks up every header that the guide says is understood.
func TestGuideHeaders(t *testing.T) {
	row := regexp.MustCompile("(?m)^\\| `([a-z._]+)` \\| (`.*`) \\|$")
	var seen []string
	for _, line := range row.FindAllStringSubmatch(guide(t), -1) {
		path := line[1]
		if k, _ := parsePath(path); k == kindNone {
			continue
		}
		seen = append(seen, path)
		for header := range strings.SplitSeq(line[2], ", ") {
			header = strings.Trim(header, "`")
			m, err := Detect([]string{header})
			if err != nil {
				t.Errorf("%s: %v", header, err)
				continue
			}
			if !slices.ContainsFunc(m.Columns, func(c Column) bool { return c.Name == header && c.To == path }) {
				t.Errorf("%q goes to %+v, the guide says %s", header, m.Columns, path)
			}
		}
	}
	if len(seen) < 20 {
		t.Errorf("only the attributes %v are in the table", seen)
	}
	for path := range paths {
		if !slices.Contains(seen, path) {
			t.Errorf("no header for %s", path)
		}
	}
}
