package matcher

import "testing"

func TestRarity(t *testing.T) {
	given, family, place := termTables["given_names"], termTables["family_names"], termTables["places"]
	for _, c := range []struct {
		table          frequencies
		common, rarer  string
		least, largest float64 // bits of the common one
	}{
		{family, "MARTIN", "LEFEBVRE", 7, 9},
		{family, "LEGOFF", "BRIANCON", 10, 13},
		{given, "MARIE", "CLOTILDE", 4, 6},
		{given, "JEAN PIERRE", "JEAN EUDES", 6, 9},
		{place, "75015", "13090", 8, 10},
		{place, "LYON", "CHAMBERY", 6, 8},
	} {
		common, ok := c.table.rarity(c.common)
		rarer, alsoOK := c.table.rarity(c.rarer)
		if !ok || !alsoOK {
			t.Errorf("%s or %s is not listed", c.common, c.rarer)
		}
		if common >= rarer || common.Bits() < c.least || common.Bits() > c.largest {
			t.Errorf("%s has %.2f bits, %s %.2f", c.common, common.Bits(), c.rarer, rarer.Bits())
		}
	}
	for _, unknown := range []string{"", "XQZWK", "A", "MARTINMARTINMARTINMARTINMARTINMARTINMARTINMARTINMARTINMARTINMARTINMARTIN"} {
		if r, ok := family.rarity(unknown); ok {
			t.Errorf("%q has %v", unknown, r)
		}
	}
}

func TestGenderOf(t *testing.T) {
	for name, want := range map[string]byte{"MARIE": 'F', "PIERRE": 'M', "CAMILLE": 0, "JEAN PIERRE": 'M', "XQZWK": 0} {
		if got := genderOf(name); got != want {
			t.Errorf("genderOf(%s) = %q, want %q", name, got, want)
		}
	}
}

func BenchmarkRarity(b *testing.B) {
	for b.Loop() {
		termTables["family_names"].rarity("LEFEBVRE")
	}
}
