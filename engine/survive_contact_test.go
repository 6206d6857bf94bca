package engine

import (
	"testing"

	"aloi"
)

func TestSurviveEmails(t *testing.T) {
	runSurvivors(t, []string{"email"}, []survivorCase{
		{"the most frequent first, in lower case",
			[]Contribution{said("a", 1, mails("Zoe.Petit@laposte.net")), said("b", 2, mails("ZOE.PETIT@LAPOSTE.NET")), said("c", 9, mails("zp@orange.fr"))},
			[]string{"email[0]=zoe.petit@laposte.net ← b, most_frequent 2/3", "email[1]=zp@orange.fr ← c, most_frequent 1/3"}},
		{"an address of a function comes last, however frequent",
			[]Contribution{said("a", 1, mails("zoe@laposte.net")), said("b", 8, mails("contact@petit-freres.fr")), said("c", 9, mails("contact@petit-freres.fr"))},
			[]string{"email[0]=zoe@laposte.net ← a, most_complete 1/3", "email[1]=contact@petit-freres.fr ← c, most_complete 2/3"}},
		{"placeholders do not survive", []Contribution{said("a", 9, mails("nc@nc.fr", "NC", "pas de mail"))}, nil},
		{"a placeholder in the field before is not taken for the address after it",
			[]Contribution{said("a", 9, mails("NC", "anne@laposte.net ; zoe@orange.fr"))},
			[]string{"email[0]=anne@laposte.net ← a, tie 1/1", "email[1]=zoe@orange.fr ← a, tie 1/1"}},
		{"several in one field",
			[]Contribution{said("a", 1, mails("anne@laposte.net, zoe@orange.fr")), said("b", 2, mails("zoe@orange.fr"))},
			[]string{"email[0]=zoe@orange.fr ← b, most_frequent 2/2", "email[1]=anne@laposte.net ← a, most_frequent 1/2"}},
		{"a name beside the address",
			[]Contribution{said("a", 1, mails("Anne Petit <Anne@laposte.net>"))}, []string{"email[0]=anne@laposte.net ← a, only_value 1/1"}},
		{"a mistyped domain beside a placeholder",
			[]Contribution{said("a", 1, mails("nc@laposte.net", "anne.petit@gmial.com"))}, []string{"email[0]=anne.petit@gmial.com ← a, only_value 1/1"}},
		{"the right spelling of a domain is shown",
			[]Contribution{said("a", 9, mails("anne.petit@gmial.com")), said("b", 1, mails("anne.petit@gmail.com"))},
			[]string{"email[0]=anne.petit@gmail.com ← b, only_value 2/2"}},
	})
}

func TestSurvivePhones(t *testing.T) {
	runSurvivors(t, []string{"phone"}, []survivorCase{
		{"spellings of one number agree",
			[]Contribution{said("a", 1, phones("06 39 98 12 34")), said("b", 2, phones("+33 (0)6.39.98.12.34")), said("c", 9, phones("04 78 12 34 56"))},
			[]string{"phone[0]=+33639981234 ← b, most_frequent 2/3", "phone[1]=+33478123456 ← c, most_frequent 1/3"}},
		{"placeholders and fragments do not survive", []Contribution{said("a", 9, phones("0600000000", "12", "NC", "0123456789"))}, nil},
		{"of two as frequent the last",
			[]Contribution{said("a", 1, phones("0639981234")), said("b", 2, phones("0478765432"))},
			[]string{"phone[0]=+33478765432 ← b, most_recent 1/2", "phone[1]=+33639981234 ← a, most_recent 1/2"}},
		{"a number that no plan has comes last",
			[]Contribution{said("a", 1, phones("0761235106")), said("b", 9, phones("0716235106"))},
			[]string{"phone[0]=+33761235106 ← a, well_formed 1/2", "phone[1]=+33716235106 ← b, well_formed 1/2"}},
		{"one of which another is a slip comes after one that stands alone",
			[]Contribution{said("a", 1, phones("0352817654")), said("b", 8, phones("0673529060")), said("c", 9, phones("0675329060"))},
			[]string{"phone[0]=+33352817654 ← a, distinct 1/3", "phone[1]=+33673529060 ← b, most_typical 1/3", "phone[2]=+33675329060 ← c, most_typical 1/3"}},
		{"the number of a service is nobody's", []Contribution{said("a", 9, phones("0 892 70 12 39", "3639"))}, nil},
		{"a number abroad",
			[]Contribution{said("a", 1, phones("+32 470 12 34 56"))}, []string{"phone[0]=+32470123456 ← a, only_value 1/1"}},
	})
}

func TestSurviveIdentifiers(t *testing.T) {
	runSurvivors(t, []string{"identifier."}, []survivorCase{
		{"the last first",
			[]Contribution{said("a", 1, cards("2989716450928")), said("b", 2, cards("2989716450928")), said("c", 9, cards("2984110077315"))},
			[]string{"identifier.loyalty_card[0]=2984110077315 ← c, current 1/3", "identifier.loyalty_card[1]=2989716450928 ← b, current 2/3"}},
		{"but not one that is a slip of another",
			[]Contribution{said("a", 1, cards("2989716450928")), said("b", 2, cards("2989716450928")), said("c", 9, cards("2989716450982"))},
			[]string{"identifier.loyalty_card[0]=2989716450928 ← b, most_frequent 2/3", "identifier.loyalty_card[1]=2989716450982 ← c, most_frequent 1/3"}},
		{"of two that differ by a slip the one with its check digit",
			[]Contribution{said("a", 1, cards("2989716450928")), said("b", 9, cards("2989716455928"))},
			[]string{"identifier.loyalty_card[0]=2989716450928 ← a, well_formed 1/2", "identifier.loyalty_card[1]=2989716455928 ← b, well_formed 1/2"}},
		{"a placeholder does not take the card beside it along",
			[]Contribution{said("a", 1, cards("0000000000000", "2989716450928"))}, []string{"identifier.loyalty_card[0]=2989716450928 ← a, only_value 1/1"}},
		{"nor does the same card twice",
			[]Contribution{said("a", 1, cards("2 989716 450928", "2989716450928", "NC"))}, []string{"identifier.loyalty_card[0]=2989716450928 ← a, only_value 1/1"}},
		{"a handle of another network is another one",
			[]Contribution{said("a", 1, handle("mastodon", "@AnneP")), said("b", 2, handle("instagram", "annep"))},
			[]string{"identifier.social_handle[0]=annep of instagram ← b, current 1/2", "identifier.social_handle[1]=@AnneP of mastodon ← a, current 1/2"}},
		{"a handle and the address of its profile are one",
			[]Contribution{said("a", 1, handle("Insta", "@AnneP")), said("b", 2, handle("", "https://www.instagram.com/annep/"))},
			[]string{"identifier.social_handle[0]=@AnneP of Insta ← a, only_value 2/2"}},
		{"types do not mix", []Contribution{said("a", 1, aloi.Record{Identifiers: []aloi.Identifier{
			{Type: "customer_number", Value: "K-77"}, {Type: "siret", Scope: "insee", Value: "K-77"}}})},
			[]string{"identifier.customer_number[0]=K-77 ← a, only_value 1/1", "identifier.siret[0]=K-77 of insee ← a, only_value 1/1"}},
	})
}
