package matcher

import (
	"strings"
	"testing"
)

func TestFold(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""}, {"  ", ""}, {"Éric", "ERIC"}, {"Lefèvre", "LEFEVRE"}, {"jean-pierre", "JEAN PIERRE"},
		{"d’Artagnan", "D ARTAGNAN"}, {"D'ARTAGNAN", "D ARTAGNAN"}, {"  a   b ", "A B"},
		{"Œuvre cœur Æ ß", "OEUVRE COEUR AE SS"}, {"Łukasz Żółć", "LUKASZ ZOLC"}, {"Øre Ðor Þor", "ORE DOR THOR"},
		{"e\u0301te\u0301", "ETE"}, {"ﬁls", "FILS"}, {"ＤＵＰＯＮＴ", "DUPONT"}, {"𝐃𝐮𝐩𝐨𝐧𝐭", "DUPONT"},
		{"Du\u200bpo\u00adnt\ufeff", "DUPONT"}, {"\u202eDupont\u202c", "DUPONT"}, {"Dup\u043ent", "DUPONT"}, // Cyrillic о
		{"FranÃ§ois", "FRANCOIS"}, {"ZoÃ© LefÃ¨vre", "ZOE LEFEVRE"}, {"GaÃ«lle", "GAELLE"}, {"FranÃƒÂ§ois", "FRANCOIS"},
		{"JOÃO", "JOAO"}, {"dâ€™Artagnan", "D ARTAGNAN"}, {"«CAFÉ»", "CAFE"}, {"Hélène Âme", "HELENE AME"},
		{"Дмитрий Иванов", "DMITRII IVANOV"}, {"Γιώργος", "GIORGOS"}, {"李明", "LI MING"}, {"🙂", ""}, {"N° 12", "N 12"},
		{"1ª", "1"}, {"a\x00b", "A B"}, {"\xff\xfe", ""}, {"Dupont & fils", "DUPONT FILS"}, {"Nguyễn", "NGUYEN"},
		{"Fran├ºois", "FRANCOIS"}, {"Jos√©", "JOSE"}, {"Fran‡ois", "FRANCOIS"}, {"H‚lŠne", "HELENE"}, {"Ren‚", "RENE"}, {"FRAN€OIS", "FRANCOIS"}, {"AndrŽ", "ANDRE"},
		{"Franc¸ois", "FRANCOIS"}, {"តារា", "TAARAA"}, {"राजेश", "RAAJESH"}, {"สมชาย", "SMCHAAY"}, {"ते\u200dज", "TEJ"}, {"Šimon Žižka", "SIMON ZIZKA"}, {"„Dupont“", "DUPONT"}, {"10€", "10"}, {"Dupont–Martin", "DUPONT MARTIN"}, {"Işıl", "ISIL"},
	} {
		if got := Fold(c.in); got != c.want {
			t.Errorf("Fold(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestFoldPunctuated(t *testing.T) {
	for in, want := range map[string]string{
		"Dupont, Jean–Pierre": "DUPONT, JEAN-PIERRE", "née D’Arc (Éve)": "NEE D'ARC (EVE)", "a\nb": "A\nB",
	} {
		if got := foldPunctuated(in); got != want {
			t.Errorf("foldPunctuated(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFoldIsBounded(t *testing.T) {
	long := strings.Repeat("\ufdfa", 1000) // one character that is written with many letters
	if n := len(Fold(long)); n == 0 || n > maxFoldedBytes {
		t.Errorf("folded to %d bytes, want 1 to %d", n, maxFoldedBytes)
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Éric", "FranÃƒÂ§ois", "Dup\u043ent Иван", "\ufdfa\u0301", "\xffÃ", "a\u200d b", "李"} {
		f.Add(s)
	}
	f.Add(strings.Repeat("\ufdfa", 229) + "@" + strings.Repeat("\ufdfa", 49)) // cut near its limit
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		folded := Fold(s)
		if !isFolded(folded) {
			t.Fatalf("Fold(%q) = %q is not folded", s, folded)
		}
		if again := Fold(folded); again != folded {
			t.Fatalf("Fold(%q) = %q, then %q", s, folded, again)
		}
		// A text that is cut short is cut before the letters that a sign stands for: up to 18.
		const whole = maxFoldedBytes - 32
		if p := foldPunctuated(s); len(p) > maxFoldedBytes || Fold(p) != folded && max(len(p), len(folded)) < whole {
			t.Fatalf("foldPunctuated(%q) = %q folds to %q, want %q", s, p, Fold(p), folded)
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for _, s := range []string{"DUPONT", "Jean-Pierre", "Hélène Lefèvre", "12 bis, avenue du Général-de-Gaulle"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Fold(s)
			}
		})
	}
}
