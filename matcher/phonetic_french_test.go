package matcher

import "testing"

func TestFrenchCodeSoundsAlike(t *testing.T) {
	for _, names := range [][]string{
		{"Lefèvre", "Lefebvre", "Lefeuvre", "LEFEVRES"},
		{"Gauthier", "Gautier", "Gaultier", "Gotier"},
		{"Dupont", "Dupond", "DUPONS", "Dupon"},
		{"Meyer", "Maier", "Mayer", "Meier", "Maïer"},
		{"Thibault", "Thibaud", "Thibaut", "Tibo", "Thibeau", "Tibaux"},
		{"Philippe", "Filipe", "Philip", "Filippe", "Phillippe"},
		{"Katherine", "Catherine", "Katerine"},
		{"Jean-Pierre", "Jeanpierre", "JEAN PIERE"},
		{"Michaud", "Michaux", "Michot", "Micheau", "Micho"},
		{"Marchand", "Marchant", "Marchan"},
		{"Renault", "Renaud", "Reno", "Renaut"},
		{"Leroy", "Leroi", "Le Roy"},
		{"Leroux", "Lerou", "LE ROUX"},
		{"Schmitt", "Schmidt", "Schmid", "Schmit"},
		{"Müller", "Muller", "Mueller", "Muler"},
		{"Köhler", "Koehler", "Kohler"},
		{"Martin", "Martain", "Marthin"},
		{"Dupuis", "Dupuy", "Dupui"},
		{"François", "Francois", "Fransois"},
		{"Frédéric", "Frederick", "Fraideric"},
		{"Jacques", "Jacque", "Jack", "Jacq"},
		{"Éric", "Erik", "Heric"},
		{"Hélène", "Elene", "Elaine"},
		{"Laetitia", "Leticia", "Létitia"},
		{"Baptiste", "Batiste"},
		{"Stéphane", "Stefane", "Stephanne"},
		{"Christophe", "Kristof", "Cristophe"},
		{"Georges", "George", "Jorge"},
		{"Guillaume", "Guilaume"},
		{"Quentin", "Kentin", "Quantin"},
		{"Lopez", "Lopes"}, {"Fernandez", "Fernandes"},
		{"Laurent", "Lorent", "Lauran", "Laurant"},
		{"Benoît", "Benoit", "Benoix"},
		{"Noël", "Noel", "Noelle"}, {"René", "Renée"}, {"Chloé", "Cloé"},
		{"Yves", "Ives", "Yve"}, {"Sylvie", "Silvie", "Sylvi"},
		{"Wagner", "Vagner"}, {"Leblanc", "Leblan", "Leblant"},
		{"Monnier", "Monier"},
		{"Arnould", "Arnoult", "Arnou"}, {"Rousseau", "Roussot", "Rousso"},
		{"Perrin", "Perin", "Perrain"}, {"Barthélemy", "Bartelemi"},
		{"Anne", "Ane"}, {"Christophe", "Christoph"}, {"Agnès", "Aniès"}, {"Huguet", "Huguey"}, {"Nicolas", "Nicolaz"}, {"Loïc", "Loik"}, {"Garnier", "Garnié"}, {"Simon", "Simonn"}, {"Beaumont", "Baumont"}, {"Besson", "Beson"},
	} {
		for _, n := range names[1:] {
			if a, b := FrenchCode(names[0]), FrenchCode(n); a != b {
				t.Errorf("%s is %s, %s is %s: want one code", names[0], a, n, b)
			}
		}
	}
}

func TestFrenchCodeKeepsApart(t *testing.T) {
	for _, pair := range [][2]string{
		{"Martin", "Marin"}, {"Dupont", "Dupin"}, {"Durand", "Durant-Roy"}, {"Petit", "Petitjean"},
		{"Bernard", "Bertrand"}, {"Moreau", "Morin"}, {"Simon", "Simonet"}, {"Michel", "Micheau"},
		{"Anne", "Anna"}, {"Marie", "Maria"}, {"Paul", "Paule-Anne"}, {"Roux", "Roy"}, {"Chevalier", "Cavalier"},
		{"Garcia", "Garnier"}, {"Blanc", "Blin"}, {"Robin", "Robert"}, {"Caron", "Charon"}, {"Jean", "Jeanne"},
	} {
		if a, b := FrenchCode(pair[0]), FrenchCode(pair[1]); a == b {
			t.Errorf("%s and %s are both %s", pair[0], pair[1], a)
		}
	}
}

func TestFrenchCodeOfNothing(t *testing.T) {
	for _, s := range []string{"", " ", "123", "?!", "\u0301"} {
		if c := FrenchCode(s); c != "" {
			t.Errorf("FrenchCode(%q) = %q, want none", s, c)
		}
	}
}

func FuzzFrenchCode(f *testing.F) {
	for _, s := range []string{"Lefebvre", "XX", "H", "EAUX", "OIX", "AULX", "JEAN", "\u00c3\u00a9", "ЖУК"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code := FrenchCode(s)
		if len(code) > maxCodeLetters {
			t.Fatalf("FrenchCode(%q) = %q", s, code)
		}
		if FrenchCode(Fold(s)) != code {
			t.Fatalf("FrenchCode(%q) = %q, folded first %q", s, code, FrenchCode(Fold(s)))
		}
	})
}

func BenchmarkFrenchCode(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		FrenchCode("LEFEBVRE")
	}
}
