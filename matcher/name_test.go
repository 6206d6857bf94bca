package matcher

import (
	"strings"
	"testing"

	"aloi"
)

// textOf writes a reading as given+middle|family(whole)|birth|loose|generation.
func textOf(n PreparedName) string {
	s := strings.Join(n.Given, "+")
	for _, m := range n.Middle {
		s += " +" + m
	}
	s += "|" + strings.Join(n.Family, "+")
	if w := strings.Join(n.Family, ""); w != n.FamilyWhole {
		s += "=" + n.FamilyWhole
	}
	return s + "|" + strings.Join(n.Birth, "+") + "|" + strings.Join(n.Loose, "+") + "|" + n.Generation
}

func TestPrepareNameParts(t *testing.T) {
	for _, c := range []struct{ given, family, want string }{
		{"Jean-Pierre", "DUPONT", "JEAN PIERRE|DUPONT|||"}, {"J-Pierre", "Dupont", "J PIERRE|DUPONT|||"}, {"JP", "Dupont", "J P|DUPONT|||"},
		{"Jeanpierre", "Dupont", "JEAN PIERRE|DUPONT|||"}, {"Jean Pierre", "Dupont", "JEAN PIERRE|DUPONT|||"}, {"J.P.", "Dupont", "J P|DUPONT|||"},
		{"J. Pierre", "Dupont", "J PIERRE|DUPONT|||"}, {"M. Paule", "Therond", "M PAULE|THEROND|||"}, {"J.-P.", "Dupont", "J P|DUPONT|||"},
		{"Jean-Michel Emmanuel", "Pina", "JEAN MICHEL +EMMANUEL|PINA|||"}, {"Pascal Guy", "Travers", "PASCAL +GUY|TRAVERS|||"}, {"J.", "Dupont", "J|DUPONT|||"},
		{"Jean", "de la Tour", "JEAN|TOUR=DELATOUR|||"}, {"Jean", "LE GOFF", "JEAN|GOFF=LEGOFF|||"}, {"Jean", "d'Artagnan", "JEAN|ARTAGNAN=DARTAGNAN|||"},
		{"Marie", "DUPONT-MARTIN", "MARIE|DUPONT+MARTIN|||"}, {"Awa", "N'Diaye", "AWA|NDIAYE|||"}, {"Luc", "Prud’homme", "LUC|PRUDHOMME|||"},
		{"Ann", "O'Brien", "ANN|BRIEN=OBRIEN|||"}, {"Ian", "Mc Donald", "IAN|MCDONALD|||"}, {"Jean", "St-Martin", "JEAN|SAINT+MARTIN|||"},
		{"Karim", "Ben Ali", "KARIM|ALI=BENALI|||"}, {"Linh", "Le", "LINH|LE|||"}, {"Abd el Kader", "Aït Amer", "ABDELKADER|AMER=AITAMER|||"},
		{"Marie", "MARTIN née DUPONT", "MARIE|MARTIN|DUPONT||"}, {"Marie", "DUPONT épouse MARTIN", "MARIE|MARTIN|DUPONT||"},
		{"Marie", "Dupont ép. Martin", "MARIE|MARTIN|DUPONT||"}, {"Marie", "MARTIN (DUPONT)", "MARIE|MARTIN|DUPONT||"}, {"Marie", "née Dupont", "MARIE||DUPONT||"},
		{"Marie", "DUPONTEPOUSEMARTIN", "MARIE|MARTIN|DUPONT||"}, {"Mme Marie", "Dupont", "MARIE|DUPONT|||"}, {"Marie", "Mme Dupont", "MARIE|DUPONT|||"},
		{"Jean", "Dupont Jr.", "JEAN|DUPONT|||JR"}, {"Jean", "Dupont, Sr", "JEAN|DUPONT|||SR"}, {"Robert (Bob)", "Smith", "ROBERT +BOB|SMITH|||"},
		{"Jean", "Dupont Jean", "JEAN|DUPONT|||"}, {"", "Jean DUPONT", "JEAN|DUPONT|||"}, {"Philippe Lefebvre", "", "PHILIPPE|LEFEBVRE|||"},
		{"", "DUPONT MARTIN", "|DUPONT+MARTIN|||"}, {"", "LE GOFF", "|GOFF=LEGOFF|||"}, {"NC", "Dupont", "|DUPONT|||"}, {"Jean", "?", "JEAN||||"},
		{"Иван", "Петров", "IVAN|PETROV|||"}, {"FranÃ§ois", "LefÃ¨vre", "FRANCOIS|LEFEVRE|||"}, {"Marie", "Naciri-Naciri", "MARIE|NACIRI|||"},
		{"Jo", "Petit", "JO|PETIT|||"}, {"AC", "Favre", "A C|FAVRE|||"}, {"Anne Marie Claire", "Roy", "ANNE MARIE +CLAIRE|ROY|||"}, {"CLIENT", "CLIENT", ""},
		// initials and compounds
		{"J P", "Dupont", "J P|DUPONT|||"}, {"JPierre", "Dupont", "J PIERRE|DUPONT|||"}, {"Ph.", "Dupont", "PH|DUPONT|||"}, {"Jeaneudes", "Dupont", "JEAN EUDES|DUPONT|||"},
		{"Marielle", "Dupont", "MARIELLE|DUPONT|||"}, {"Minh Khai", "Nguyen", "MINH +KHAI|NGUYEN|||"}, {"Thi Minh", "Nguyen", "MINH +THI|NGUYEN|||"},
		// titles
		{"Mme", "Dupont", "|DUPONT|||"}, {"Mr et Mme", "Dupont", "|DUPONT|||"}, {"M. Jean", "Dupont", "JEAN|DUPONT|||"}, {"M.", "Dupont", "M|DUPONT|||"},
		{"Jean", "M. Dupont", "JEAN|DUPONT|||"}, {"Awa", "M BAYE", "AWA|M+BAYE|||"}, {"Jean", "DUPONT Dr", "JEAN|DUPONT|||"}, {"Jean", "Maître", "JEAN|MAITRE|||"},
		{"", "Famille Dupont", "|DUPONT|||"}, {"Famille", "Dupont", "|DUPONT|||"}, {"", "Maître Dupont", "|DUPONT|||"}, {"", "Maître Jean", "JEAN|MAITRE|||"},
		// several people
		{"Jean et Marie", "Dupont", "JEAN +MARIE|DUPONT|||"}, {"Jean & Marie", "Dupont", "JEAN +MARIE|DUPONT|||"}, {"Jean/Marie", "Dupont", "JEAN +MARIE|DUPONT|||"},
		// names at birth and by marriage
		{"Marie", "DUPONT (ép. MARTIN)", "MARIE|MARTIN|DUPONT||"}, {"Marie", "MARTIN née DUPONT épouse BERNARD", "MARIE|MARTIN+BERNARD|DUPONT||"},
		{"Marie", "MARTIN-née-DUPONT", "MARIE|MARTIN|DUPONT||"}, {"Marie", "MARTIN nom de jeune fille DUPONT", "MARIE|MARTIN|DUPONT||"},
		{"Marie", "DUPONT nom d'usage MARTIN", "MARIE|MARTIN|DUPONT||"}, {"Marie née Dupont", "Martin", "MARIE|MARTIN|DUPONT||"}, {"Marie ép. Martin", "Dupont", "MARIE|MARTIN|DUPONT||"},
		{"Marie Martin née Dupont", "", "MARIE|MARTIN|DUPONT||"}, {"Marie", "DUPONT dit LAGRANGE", "MARIE|DUPONT+LAGRANGE|||"}, {"Marie", "MARTIN ou DUPONT", "MARIE|MARTIN+DUPONT|||"},
		// what forms and programs do
		{"Jean DUPONT", "Jean DUPONT", "JEAN|DUPONT|||"}, {"Jean", "Dupont (fils)", "JEAN|DUPONT|||JR"}, {"Jean2", "Dup0nt", "JEAN|DUPONT|||"},
		{"FRAN?OIS", "LEF?VRE", "FRANCOIS|LEFEVRE|||"}, {"Ren\uFFFD", "Martin?", "RENE|MARTIN|||"}, {"B??n??dicte", "H\xe9ron", "BENEDICTE|HERON|||"},
		{"Fran&ccedil;ois", "L&#39;Hermitte", "FRANCOIS|HERMITTE=LHERMITTE|||"}, {"Jean", "jean.dupont@orange.fr", "JEAN||||"}, {"jean@free.fr", "Dupont", "|DUPONT|||"},
		{"Passage", "Client", ""}, {"azerty", "uiop", ""}, {"Toto", "Tata", ""}, {"#REF!", "Dupont", "|DUPONT|||"}, {"Jean", "DUPONT (décédé)", "JEAN|DUPONT|||"},
		{"Xavier", "Trey", "XAVIER|TREY|||"}, {"Azer", "Wert", "AZER|WERT|||"},
	} {
		p := prepare(&aloi.Record{Names: []aloi.Name{{Given: c.given, Family: c.family}}}, nil)
		var got []string
		for _, n := range p.Names {
			got = append(got, textOf(n))
		}
		if s := strings.Join(got, " ; "); s != c.want {
			t.Errorf("%q, %q: %s, want %s", c.given, c.family, s, c.want)
		}
	}
}

func TestPrepareFullName(t *testing.T) {
	for _, c := range []struct{ full, want, gender string }{
		{"Dubois NICOLE, MARTINE", "NICOLE +MARTINE|DUBOIS|||", ""}, {"Dubois Martin, Nicole", "NICOLE|DUBOIS+MARTIN|||", ""},
		{"DUPONT Jean", "JEAN|DUPONT|||", ""}, {"Dupont, Jean", "JEAN|DUPONT|||", ""}, {"M. Jean DUPONT", "JEAN|DUPONT|||", "M"},
		{"jean dupont", "JEAN|DUPONT|||", ""}, {"dupont jean", "JEAN|DUPONT|||", ""}, {"Jean-Pierre de la Tour", "JEAN PIERRE|TOUR=DELATOUR|||", ""},
		{"Mme Palengat Patricia", "PATRICIA|PALENGAT|||", "F"}, {"GIRARCLEAU JEAN-PIERRE", "JEAN PIERRE|GIRARCLEAU|||", ""}, {"Jean Claude Le Royer", "JEAN CLAUDE|ROYER=LEROYER|||", ""},
		{"F. Rigaud", "F|RIGAUD|||", ""}, {"Garcia C.", "C|GARCIA|||", ""}, {"Robert Martin", "ROBERT|MARTIN|||", ""}, {"martin robert", "|||MARTIN+ROBERT|", ""},
		{"Elodie", "ELODIE||||", ""}, {"licorneptit", "|||LICORNEPTIT|", ""}, {"Joëlle Nicole Beasse", "JOELLE +NICOLE|BEASSE|||", ""},
		{"Marie MARTIN née DUPONT", "MARIE|MARTIN|DUPONT||", ""}, {"Mme MARTIN née DUPONT Marie", "MARIE|MARTIN|DUPONT||", "F"}, {"Mad. Marie Rossi", "MARIE|ROSSI|||", "F"}, {"Mde Marie Rossi", "MARIE|ROSSI|||", "F"}, {"Mad Rossi", "MAD|ROSSI|||", ""},
		{"Marie-Christine REYNAUD épouse SALOME", "MARIE CHRISTINE|SALOME|REYNAUD||", ""}, {"Marie TEST", "MARIE||||", ""}, {"? Dufour", "|DUFOUR|||", ""},
		{"anonyme anonyme", "", ""}, {"JM GILLES", "J M|GILLES|||", ""}, {"M. Paule Therond", "M PAULE|THEROND|||", ""}, {"Dr Jean Martin", "JEAN|MARTIN|||", ""},
		{"Jean Dupont fils", "JEAN|DUPONT|||JR", ""}, {"Smith, Robert, Jr.", "ROBERT|SMITH|||JR", ""}, {"DUPONT Jean Mme", "JEAN|DUPONT|||", "F"},
		{"M. DUPONT", "M|DUPONT||| ; |DUPONT|||", ""}, {"M. et Mme DUPONT", "|DUPONT|||", ""}, {"M et Mme Jean DUPONT", "JEAN|DUPONT|||", ""}, {"Mr/Mme DUPONT Jean", "JEAN|DUPONT|||", ""},
		{"Mme et M. Jean DUPONT", "JEAN|DUPONT|||", ""}, {"Monsieur le Docteur Jean Martin", "JEAN|MARTIN|||", "M"}, {"Famille DUPONT", "|DUPONT|||", ""}, {"Mademoiselle", "", "F"},
		{"Jean DUPONT et Marie MARTIN", "JEAN|DUPONT|||", ""}, {"Jean & Marie DUPONT", "JEAN +MARIE|DUPONT|||", ""}, {"DUPONT Jean/Marie", "JEAN +MARIE|DUPONT|||", ""},
		{"Marie MARTIN/DUPONT", "MARIE|MARTIN+DUPONT|||", ""}, {"MARTIN (DUPONT) Marie", "MARIE|MARTIN|DUPONT||", ""},
		{"DUPONT J P", "J P|DUPONT|||", ""}, {"Jean DUPONT (fils)", "JEAN|DUPONT|||JR", ""}, {"Jean Maître", "JEAN|MAITRE|||", ""}, {"jean.dupont@gmail.com", "", ""},
		{"Jean DUPONT jean.dupont@gmail.com", "JEAN|DUPONT|||", ""}, {"Jean DUPONT (client n°4512)", "JEAN|DUPONT|||", ""},
	} {
		p := prepare(&aloi.Record{Names: []aloi.Name{{Full: c.full}}}, nil)
		var got []string
		for _, n := range p.Names {
			got = append(got, textOf(n))
		}
		if s := strings.Join(got, " ; "); s != c.want {
			t.Errorf("%q: %s, want %s", c.full, s, c.want)
		}
		if g := strings.Trim(string(p.Gender), "\x00"); g != c.gender {
			t.Errorf("%q: gender %q, want %q", c.full, g, c.gender)
		}
	}
}

func TestFullNameThatRepeatsThePartsIsNoReading(t *testing.T) {
	p := prepare(&aloi.Record{Names: []aloi.Name{{Given: "Florence", Middle: "Stéphanie", Family: "Charrier", Full: "Charrier Florence"}}}, nil)
	if len(p.Names) != 1 || textOf(p.Names[0]) != "FLORENCE +STEPHANIE|CHARRIER|||" {
		t.Errorf("readings: %+v", p.Names)
	}
	p = prepare(&aloi.Record{Names: []aloi.Name{{Given: "Florence", Family: "Charrier", Full: "flo87"}}}, nil)
	if len(p.Names) != 2 || textOf(p.Names[1]) != "|||FLO87|" {
		t.Errorf("readings: %+v", p.Names)
	}
}

func TestEmailInsideANameIsAnEmail(t *testing.T) {
	p := prepare(&aloi.Record{Names: []aloi.Name{{Given: "Jean", Family: "jean.dupont@orange.fr"}}}, nil)
	if len(p.Emails) != 1 || p.Emails[0].Local != "jean.dupont" || len(p.Flags) != 1 || p.Flags[0] != (Flag{"name.family", FlagInvalid}) {
		t.Errorf("e-mails %v, flags %v", p.Emails, p.Flags)
	}
}

func TestSeveralPeopleAreFlagged(t *testing.T) {
	for _, n := range []aloi.Name{{Full: "M. et Mme Dupont"}, {Given: "Mr et Mme", Family: "Dupont"}, {Full: "Jean Dupont et Marie Martin"}} {
		p := prepare(&aloi.Record{Names: []aloi.Name{n}}, nil)
		if len(p.Flags) != 1 || p.Flags[0].Reason != FlagSeveral || p.Gender != 0 {
			t.Errorf("%+v: flags %v, gender %q", n, p.Flags, p.Gender)
		}
	}
}

func TestNameWithoutLatinLetters(t *testing.T) {
	p := prepare(&aloi.Record{Names: []aloi.Name{{Given: "🙂", Family: "-"}}}, nil)
	if len(p.Names) != 0 || len(p.Flags) != 2 {
		t.Errorf("names %v, flags %v", p.Names, p.Flags)
	}
}

func FuzzPrepareName(f *testing.F) {
	f.Add("Jean-Pierre", "", "DUPONT née MARTIN", "", "M. Jean DUPONT")
	f.Add("J.-P.", "M (", "d'", "ép.", ", , (")
	f.Add("Abd el", "", "MC", "née", "Abd")
	for _, s := range hostile {
		f.Add(s, s, s, s, s)
	}
	f.Fuzz(func(t *testing.T, given, middle, family, birth, full string) {
		p := prepare(&aloi.Record{Names: []aloi.Name{{Given: given, Middle: middle, Family: family, Birth: birth, Full: full}}}, nil)
		for _, n := range p.Names {
			for _, list := range [][]string{n.Given, n.Middle, n.Family, n.Birth, n.Loose, {n.FamilyWhole + n.BirthWhole}} {
				for _, word := range list {
					if word != "" && !isFolded(word) || len(word) > 2*maxWordLetters+1 {
						t.Fatalf("word %q of %+v", word, n)
					}
				}
			}
			if (len(n.Family) == 0) != (n.FamilyWhole == "") || (len(n.Birth) == 0) != (n.BirthWhole == "") || len(n.Given) > 1 {
				t.Fatalf("reading %+v", n)
			}
		}
	})
}
