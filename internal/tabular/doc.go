// Package tabular reads records from CSV and JSON Lines files, plain or compressed.
//
// What a file is made of is found by itself: gzip or zstd by their first bytes, CSV or
// JSON Lines by the first character, comma, semicolon or tab by the header line, UTF-8
// or Windows-1252 by the first text that is not ASCII, and the columns by their names
// unless a mapping says what they are.
//
//	r, err := tabular.Open("clients.csv.gz", tabular.Options{})
//	for {
//		record, row, err := r.Next()
//		var bad *tabular.RowError
//		switch {
//		case err == io.EOF:
//			return nil
//		case errors.As(err, &bad):
//			rejects.Add(bad) // and go on
//		case err != nil:
//			return err
//		}
//	}
//
// A bad row never ends the reading and never harms its neighbours: after a quote that
// is not closed, reading goes on with the next line. Every length is bounded, so that
// no file, compressed or not, can fill the memory.
package tabular
