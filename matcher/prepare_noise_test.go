package matcher

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/cespare/xxhash/v2"

	"aloi"
)

// noise is what gets into the fields of records: signs, marks, titles and pieces of other fields.
var noise = []string{
	"-", "'", ".", ",", " ", "  ", "/", "(", ")", "é", "Ç", "œ", "?", "\u00a0", "@", "+", "0", "O", "ET", " et ", "née ", " épouse ", "M. ", "Mme ",
	"BIS", "12", "\n", ";", "&eacute;", "Ã©", "‚", "а", "\xff", " CEDEX", "St ", "ste-", "d'", "DE ", "Jr", " NC ", "XXX", "000", "01/01/1900", "E+08",
	"+33", "(0)", "#", "poste 3", "ou", "l'", "Mc", "JP", "FRANCE", ".0", "gmail.com", "8 mai 1945", "rue", "bd", "Résidence ", "Bât ", "lieu-dit ", "street", "N°",
}

// noisy gives invented records with slips, noise and fields in each other's place, the same
// ones every time.
func noisy(n int) []*aloi.Record {
	rng := rand.New(rand.NewPCG(1, 2))
	records := invented(n)
	for _, r := range records {
		fields := fieldsOf(r)
		for range 1 + rng.IntN(4) {
			f, i := fields[rng.IntN(len(fields))], 0
			if *f != "" {
				i = rng.IntN(len(*f))
			}
			switch rng.IntN(4) {
			case 0:
				*f = (*f)[:i] + (*f)[min(i+1, len(*f)):]
			case 1:
				*f += " " + *fields[rng.IntN(len(fields))]
			default:
				*f = (*f)[:i] + noise[rng.IntN(len(noise))] + (*f)[i:]
			}
		}
		if rng.IntN(4) == 0 {
			name := &r.Names[0]
			name.Full, name.Given, name.Family = strings.Join([]string{name.Family, name.Given, name.Birth}, noise[rng.IntN(len(noise))]), "", ""
		}
		if rng.IntN(4) == 0 && len(r.Addresses) > 0 {
			a := &r.Addresses[0]
			a.Line, a.PostalCode, a.City = strings.Join([]string{a.Line, a.PostalCode, a.City}, noise[rng.IntN(len(noise))]), "", ""
		}
	}
	return records
}

// fieldsOf returns the texts of a record that are prepared.
func fieldsOf(r *aloi.Record) []*string {
	fields := []*string{&r.BirthDate, &r.Gender}
	for i := range r.Names {
		n := &r.Names[i]
		fields = append(fields, &n.Civility, &n.Given, &n.Middle, &n.Family, &n.Birth, &n.Full)
	}
	for i := range r.Emails {
		fields = append(fields, &r.Emails[i])
	}
	for i := range r.Phones {
		fields = append(fields, &r.Phones[i])
	}
	for i := range r.Addresses {
		a := &r.Addresses[i]
		fields = append(fields, &a.Line, &a.PostalCode, &a.City, &a.Region, &a.Country)
	}
	for i := range r.Identifiers {
		fields = append(fields, &r.Identifiers[i].Scope, &r.Identifiers[i].Value)
	}
	return fields
}

// noiseMade is what is made of noisy records since revision 5.
const noiseMade = "3d55e2014a8eeaef"

// TestPrepareNoise fails when the code makes something else of records in disorder, as
// TestRevision does for records in order. Then raise Revision and put the new digest here.
func TestPrepareNoise(t *testing.T) {
	digest := xxhash.New()
	for _, r := range noisy(10_000) {
		digest.Write(appendFirst(nil, prepare(r, nil)))
	}
	if got := fmt.Sprintf("%016x", digest.Sum64()); got != noiseMade {
		t.Errorf("made %s, which is not what was made before: %s", got, noiseMade)
	}
}
