// Package synth makes invented French customers and the records that four systems
// hold of them: store, web, after-sales service (sav) and social networks.
//
// Names, ages and places are drawn by their frequency in France (Source: Insee, see
// data/NOTICE). People live in households, marry and take a name, move, change phone
// and e-mail; each record shows its person as they were at its time, through the
// habits of its channel (capitals at the till, one-line names at the SAV, pseudonyms on
// social networks) and with the mistakes people make.
//
//	g := synth.New(1, 10_000) // seed, records
//	for {
//		record, person, ok := g.Next()
//		if !ok { break }
//		…
//	}
//
// The same seed and number of records give the same records on any machine: there is
// no floating point and no map order in it. People come back within days, months or
// years, so that a stream sees somebody again at all times; see schedule. Memory does not
// grow with the number of records: a household is made again for each of its records.
//
// Nobody in it exists. Telephone numbers are drawn from the whole French plan, since
// the ranges reserved for fiction are too small for it, and e-mail domains end in
// `.example`: send nothing to any of them.
package synth
