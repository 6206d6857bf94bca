package server

import (
	"testing"

	aloiv1 "aloi/proto/aloi/v1"
)

// What the server itself costs per record, beside decoding and the engine.
func BenchmarkReadOperation(b *testing.B) {
	op := &aloiv1.Operation{Operation: &aloiv1.Operation_Put{Put: &aloiv1.Record{
		Ref:       &aloiv1.RecordRef{Source: "web", RecordId: "u-19"},
		Names:     []*aloiv1.Name{{Civility: "Mme", Given: "Anne", Family: "Lefèvre"}},
		BirthDate: "1984-03-02",
		Emails:    []string{"anne.lefevre84@example.org"},
		Phones:    []string{"06 12 34 56 78"},
		Addresses: []*aloiv1.Address{{Line: "12 rue des Lilas", PostalCode: "69003", City: "Lyon"}},
		Consents:  []*aloiv1.ConsentEvent{{Kind: "GIVEN", Purposes: []string{"newsletter"}, Channels: []string{"EMAIL"}}},
	}}}
	b.ReportAllocs()
	for b.Loop() {
		if op := readOperation(op); len(op.violations) > 0 {
			b.Fatal(op.violations)
		}
	}
}
