package matcher

import (
	"testing"

	"aloi"
)

func full(name string, more ...func(*aloi.Record)) *aloi.Record {
	r := &aloi.Record{Names: []aloi.Name{{Full: name}}}
	for _, f := range more {
		f(r)
	}
	return r
}

// TestPeopleAsTheyAreWritten compares people of whom one source writes the name, the
// address or the number in a way of its own. Every pair has a mobile number or a home in
// common, which a couple has too: the names decide.
func TestPeopleAsTheyAreWritten(t *testing.T) {
	m, err := New(Default())
	if err != nil {
		t.Fatal(err)
	}
	mobile := phone("0647281953")
	jp := person("Jean-Pierre", "Le Goff", "", mobile)
	marie := person("Marie", "Kerbrat", "", mobile, born("Lebrun"))
	for _, c := range []struct {
		name string
		a, b *aloi.Record
		same bool
	}{
		{"glued compound", jp, person("Jeanpierre", "LEGOFF", "", mobile), true},
		{"initials", jp, person("JP", "Le Goff", "", mobile), true},
		{"initials apart", jp, person("J P", "LE GOFF", "", mobile), true},
		{"half initials, glued", jp, person("JPierre", "Goff", "", mobile), true},
		{"title in the given name", jp, person("M. Jean-Pierre", "Le Goff", "", mobile), true},
		{"title in the family name", jp, person("Jean-Pierre", "Monsieur LE GOFF", "", mobile), true},
		{"one line, family first", jp, full("LE GOFF Jean Pierre", mobile), true},
		{"one line, comma and title", jp, full("M. Le Goff, Jean-Pierre", mobile), true},
		{"whole name twice", jp, person("Jean-Pierre LE GOFF", "Jean-Pierre LE GOFF", "", mobile), true},
		{"swapped", jp, person("Le Goff", "Jean-Pierre", "", mobile), true},
		{"lost letters", person("François", "Lefèvre", "", mobile), person("FRAN?OIS", "LEF?VRE", "", mobile), true},
		{"character set of DOS", person("Hélène", "Kerbrat", "", mobile), person("H‚lŠne", "Kerbrat", "", mobile), true},
		{"letters that look alike", person("Marie", "Kerbrat", "", mobile), person("Mаriе", "Kеrbrаt", "", mobile), true},
		{"another script", person("Dmitri", "Ivanov", "", mobile), person("Дмитрий", "Иванов", "", mobile), true},
		{"digit for a letter", jp, person("Jean-Pierre", "Le G0ff", "", mobile), true},
		{"née on one line", marie, full("Mme KERBRAT née LEBRUN Marie", mobile), true},
		{"épouse", marie, person("Marie", "LEBRUN épouse KERBRAT", "", mobile), true},
		{"épouse in parentheses", marie, person("Marie", "LEBRUN (ép. KERBRAT)", "", mobile), true},
		{"birth name in the given name", marie, person("Marie née Lebrun", "KERBRAT", "", mobile), true},
		{"double name", marie, person("Marie", "LEBRUN-KERBRAT", "", mobile), true},
		{"diminutive", person("Mohamed", "Kerbrat", "", mobile), person("Momo", "Kerbrat", "", mobile), true},
		{"abbreviation", person("Philippe", "Kerbrat", "", mobile), person("Ph.", "Kerbrat", "", mobile), true},
		{"e-mail address in the name", person("Jean", "Kerbrat", "", mail("jkerbrat@orange.fr")), person("Jean", "jkerbrat@orange.fr", ""), true},
		{"e-mail address mistyped", person("Jean", "Kerbrat", "", mail("jkerbrat@orange.fr")), person("Jean", "Kerbrat", "", mail("jkerbrat@orange,fr")), true},
		{"date in words", person("Jean", "Kerbrat", "1er février 1984"), person("Jean", "Kerbrat", "19840201.0"), true},
		{"number with its remark", person("Jean", "Kerbrat", "", card("0098765172")), person("Jean", "Kerbrat", "", card("N° 98765172 (perdue)")), true},

		{"husband and wife", jp, person("Anne-Marie", "Le Goff", "", mobile), false},
		{"father and Jean-Pierre", person("Jean", "Le Goff", "02/05/1951", gare), person("Jean-Pierre", "Le Goff", "19/11/1979", gare), false},
		{"initials of another", jp, person("MC", "Le Goff", "", gare, mobile), false},
		{"the couple as one customer", full("M. et Mme Le Goff", gare), person("Jean-Pierre", "Le Goff", "", gare), false},
		{"two placeholders", person("Client", "Comptoir", "", gare), person("CLIENT", "PASSAGE", "", gare), false},
		{"nobody in particular", person("azerty", "uiop", "", mail("nc@nc.fr")), person("azerty", "uiop", "", mail("nc@nc.fr")), false},
		{"one role address", person("Jean", "Kerbrat", "", mail("contact@kerbrat.fr")), person("Marie", "Lebrun", "", mail("contact@kerbrat.fr")), false},
		{"two names of one sound of Arabic", person("Mohamed", "Benali", "", gare), person("Ahmed", "Benali", "", gare), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			a, b := m.Prepare(c.a), m.Prepare(c.b)
			x := m.Compare(a, b, nil)
			if same := x.Weight >= m.model.Same && !x.Veto; same != c.same {
				t.Errorf("same = %v, want %v; weight %.1f bits\n%+v\n%+v", same, c.same, x.Weight.Bits(), a.Names, b.Names)
			}
		})
	}
}
