package matcher

import (
	"testing"

	"aloi"
)

func TestNear(t *testing.T) {
	of := func(names ...aloi.Name) uint64 {
		return Near(prepare(&aloi.Record{Ref: aloi.RecordRef{Source: "s", ID: "1"}, Names: names}, nil))
	}
	anne := of(aloi.Name{Given: "Anne", Family: "Lefèvre"})
	if again := of(aloi.Name{Given: "ANNE", Family: "LEFEVRE"}); again != anne {
		t.Errorf("the same name as written elsewhere: %x, not %x", again, anne)
	}
	sorted := []uint64{of(), of(aloi.Name{Given: "Zoé"}), of(aloi.Name{Family: "Lefèvre"}), anne, of(aloi.Name{Given: "Paul", Family: "Lefèvre"}), of(aloi.Name{Given: "Anne", Family: "Martin"})}
	for i := 1; i < len(sorted); i++ {
		if sorted[i-1] >= sorted[i] {
			t.Errorf("place %d: %x is not after %x", i, sorted[i], sorted[i-1])
		}
	}
}
