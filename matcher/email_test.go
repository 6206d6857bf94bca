package matcher

import (
	"strings"
	"testing"
)

func TestReadEmails(t *testing.T) {
	for _, c := range []struct{ in, want, reason string }{
		{"jean.dupont@orange.fr", "jean.dupont@orange.fr", ""}, {" JEAN.DUPONT@ORANGE.FR ", "jean.dupont@orange.fr", ""},
		{"jean.dupont+news@orange.fr", "jean.dupont@orange.fr", ""}, {"Jean.Dupont+x@gmail.com", "jeandupont@gmail.com", ""},
		{"j.dupont@googlemail.com", "jdupont@gmail.com", ""}, {"andré@orange.fr", "andre@orange.fr", ""},
		{"Jean Dupont <jean@free.fr>", "jean@free.fr", ""}, {"mailto:jean@free.fr", "jean@free.fr", ""},
		{"jean@free.fr; anne@sfr.fr", "jean@free.fr anne@sfr.fr", ""}, {"jean@bücher.example", "jean@xn--bcher-kva.example", ""},
		{"a.b@gmial.com", "ab@gmail.com", ""}, {"ab@gmail.fr", "ab@gmail.com", ""}, {"ab@gmail.con", "ab@gmail.com", ""}, {"ab@hotmial.com", "ab@hotmail.com", ""},
		{"ab@yaho.fr", "ab@yahoo.fr", ""}, {"ab@fre.fr", "ab@fre.fr", ""}, {"ab@wanado.fr", "ab@wanadoo.fr", ""}, {"ab@orange.f", "ab@orange.fr", ""}, {"ab@mail.com", "ab@mail.com", ""},
		{"ab@ymail.com", "ab@ymail.com", ""}, {"ab@clark.org", "ab@clark.org", ""}, {"ab@laposte.fr", "ab@laposte.fr", ""}, {"ab@hotmail.ch", "ab@hotmail.ch", ""},
		{"contact@martin.fr", "contact@martin.fr role", FlagRole}, {"no-reply@martin.fr", "no-reply@martin.fr role", FlagRole},
		{"sav.lyon@martin.fr", "sav.lyon@martin.fr role", FlagRole}, {"service-client@martin.fr", "service-client@martin.fr role", FlagRole},
		{"info75@martin.fr", "info75@martin.fr role", FlagRole}, {"job23@gmail.com", "job23@gmail.com", ""}, {"infante@martin.fr", "infante@martin.fr", ""}, {"no.dupont@free.fr", "no.dupont@free.fr", ""},
		{"nc@nc.fr", "", FlagPlaceholder}, {"sansmail@sansmail.fr", "", FlagPlaceholder}, {"x@x.fr", "", FlagPlaceholder},
		{"refus@martin.fr", "", FlagPlaceholder}, {"test@test.com", "", FlagPlaceholder}, {"NC", "", FlagPlaceholder}, {"aaaa@free.fr", "", FlagPlaceholder},
		{"jean.dupont", "", FlagInvalid}, {"@free.fr", "", FlagInvalid}, {"jean@", "", FlagInvalid}, {"jean@libre", "", FlagInvalid}, {"jean@fr ee", "", FlagInvalid},
		{"jean@free", "jean@free.fr", ""}, {"jean@hotmail", "jean@hotmail.fr", ""}, {"jean@gmailcom", "jean@gmail.com", ""}, {"jean@orange-fr", "jean@orange.fr", ""},
		{"jean@orange,fr", "jean@orange.fr", ""}, {"jean@orange;fr", "jean@orange.fr", ""}, {"jean@free.ft", "jean@free.fr", ""}, {"jean@la poste.net", "jean@laposte.net", ""},
		{"jean@www.orange.fr", "jean@orange.fr", ""}, {"jean @ orange.fr", "jean@orange.fr", ""}, {"jean@@orange.fr.", "jean@orange.fr", ""}, {"jean'@orange.fr", "jean@orange.fr", ""},
		{"jean (at) orange [dot] fr", "jean@orange.fr", ""}, {"jean arobase orange point fr", "jean@orange.fr", ""}, {"jeanàorange.fr", "jean@orange.fr", ""}, {"jeangmail.com", "jean@gmail.com", ""},
		{"mailto:jean@free.fr?subject=x", "jean@free.fr", ""}, {"E-mail:jean@free.fr", "jean@free.fr", ""}, {"jean@free.fr/anne@sfr.fr", "jean@free.fr anne@sfr.fr", ""},
		{"Dupont, Jean <jean@free.fr>, anne@sfr.fr", "jean@free.fr anne@sfr.fr", ""}, {"www.gmail.com", "", FlagPlaceholder}, {"x7k@privaterelay.appleid.com", "x7k@privaterelay.appleid.com", ""},
		{"jean@orange.sn", "jean@orange.sn", ""}, {"jean@free.it", "jean@free.it", ""}, {"dupont@dupont.fr", "dupont@dupont.fr", ""},
		{strings.Repeat("a", 300) + "b@free.fr", "", FlagInvalid},
	} {
		got, reason := readEmails(nil, c.in)
		var text []string
		for _, e := range got {
			s := e.Local + "@" + e.Domain
			if e.Role {
				s += " role"
			}
			text = append(text, s)
		}
		if s := strings.Join(text, " "); s != c.want || reason != c.reason {
			t.Errorf("readEmails(%q) = %q %q, want %q %q", c.in, s, reason, c.want, c.reason)
		}
	}
}

func TestProvidersAreNotRepaired(t *testing.T) {
	for _, p := range providers {
		if got := repairDomain(p); got != p {
			t.Errorf("repairDomain(%s) = %s", p, got)
		}
	}
	for d := range otherDomains {
		if got := repairDomain(d); got != d {
			t.Errorf("repairDomain(%s) = %s", d, got)
		}
	}
}

func FuzzReadEmails(f *testing.F) {
	for _, s := range []string{"a.b+c@gmial.com", "é@ü.fr", "\"a b\"@c.d", "a@b@c.d", "<>@", "...@x.fr", "x@-.-", "+@a.b"} {
		f.Add(s)
	}
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, reason := readEmails(nil, s)
		if len(got) == 0 && reason == "" {
			t.Fatalf("readEmails(%q) has neither address nor reason", s)
		}
		for _, e := range got {
			if e.Local == "" || e.Domain == "" || e.Local != strings.ToLower(e.Local) || e.Domain != strings.ToLower(e.Domain) {
				t.Fatalf("readEmails(%q) = %+v", s, e)
			}
			if again, _ := readEmails(nil, e.Local+"@"+e.Domain); len(again) == 1 && again[0].Local != e.Local {
				t.Fatalf("readEmails(%q) = %+v, read again %+v", s, e, again)
			}
		}
	})
}

func BenchmarkReadEmails(b *testing.B) {
	for _, s := range []string{"jean.dupont@orange.fr", "jean.dupont@gmial.com", "jean@clark.org"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				readEmails(nil, s)
			}
		})
	}
}
