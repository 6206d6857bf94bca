//go:build ignore

// This program makes the lists in data from the lists of names and places that
// data/NOTICE names. It is run by go generate, with their folder in $LISTS.
package main

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"
)

// familyNames is how many family names are kept, the most frequent ones: they cover
// 90 % of the births of the whole list, and the rarest of them was given 96 times.
const familyNames = 80_000

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: LISTS=DIR go generate")
	}
	in := func(name string) string { return filepath.Join(os.Args[1], name) }
	extract(in("prenoms.tsv"), "data/given.tsv.gz", func(n int, f []string) string { return strings.Join(f, "\t") })
	extract(in("noms.tsv"), "data/family.tsv.gz", func(n int, f []string) string {
		if n >= familyNames || strings.ContainsAny(f[0], "0123456789()/") {
			return ""
		}
		return f[0] + "\t" + f[1]
	})
	// The department is the start of the postal code.
	extract(in("communes.tsv"), "data/places.tsv.gz", func(n int, f []string) string {
		if f[1] == "" || f[2] == "0" {
			return ""
		}
		return strings.Join(f[:3], "\t")
	})
}

// extract writes the lines that keep returns; the first line of the list is a header.
func extract(from, to string, keep func(n int, fields []string) string) {
	in, err := os.Open(from)
	if err != nil {
		log.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		log.Fatal(err)
	}
	z, _ := gzip.NewWriterLevel(out, gzip.BestCompression)
	s := bufio.NewScanner(in)
	for n := -1; s.Scan(); n++ {
		if n < 0 {
			continue
		}
		if line := keep(n, strings.Split(s.Text(), "\t")); line != "" {
			fmt.Fprintln(z, line)
		}
	}
	for _, err := range []error{s.Err(), z.Close(), out.Close()} {
		if err != nil {
			log.Fatal(err)
		}
	}
}
