package matcher

import "testing"

// withOutline gives a record that a test has made by hand its outline, and returns it.
func withOutline(p *Prepared) *Prepared {
	p.outline = outlineOf(p)
	return p
}

func BenchmarkOutline(b *testing.B) {
	p := prepare(typicalRecord(), nil)
	b.ReportAllocs()
	for b.Loop() {
		outlineOf(p)
	}
}
